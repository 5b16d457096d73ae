"""`manage.py up`: see runtime.up. manage.py starts that directly, before Django is loaded; this is for its help page."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from runtime import up


class Command(BaseCommand):
    help = "Runs the whole product in the foreground until Ctrl-C: database, broker, model, web, workers."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(up.main())
