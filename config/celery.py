"""The Celery application: queues by latency class, late acknowledgement, tasks discovered in the rooms."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# `manage.py` runs the checks before a worker is started; some ask the database, which nobody may do outside a tenant here.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("yingda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
