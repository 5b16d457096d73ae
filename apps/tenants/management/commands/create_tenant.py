"""`manage.py create_tenant SLUG --name … --host … [--language …] [--owner …]`: a new tenant, ready to use."""

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.tenants import context
from apps.tenants.creation import create_tenant
from apps.tenants.workspace import invitations
from apps.tenants.workspace.models import LANGUAGES, Member, Role


class Command(BaseCommand):
    help = "Makes a tenant with its schema, host, site and first owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--host", action="append", required=True, help="host name; may be given more than once")
        parser.add_argument("--language", default="en", choices=[code for code, _ in LANGUAGES])
        parser.add_argument("--origin", action="append", default=[], help="site that may show the widget")
        parser.add_argument("--owner", default="owner", help="user name of the first owner")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            tenant = create_tenant(
                slug=options["slug"],
                name=options["name"],
                domains=options["host"],
                language=options["language"],
                origins=options["origin"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with context.inside(tenant):
            owner = Member(username=options["owner"], role=Role.OWNER, is_staff=True)
            invitations.invite(owner, new=True)
            link = invitations.path(owner)
        self.stdout.write(f"{tenant.name} is ready at {options['host'][0]} ({time.perf_counter() - started:.2f} s).")
        self.stdout.write(f"Owner {options['owner']} chooses a password at https://{options['host'][0]}{link}")
        self.stdout.write(f"The link works once, for {invitations.DAYS} days; in the admin an owner can make another one.")
