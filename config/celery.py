"""The Celery application: queues by latency class, late acknowledgement, tasks discovered in the rooms."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yingda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
