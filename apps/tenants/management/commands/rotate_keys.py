"""`manage.py rotate_keys [--data] [--new] [--tenant SLUG]`: keys under the first master key, secrets under theirs."""

import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.vault import keyring, master, outdated, resealing
from apps.tenants.vault.master import CannotDecrypt


class Command(BaseCommand):
    help = (
        "Wraps all data keys with the first of YINGDA_MASTER_KEYS: a moment, whatever the tenants hold. With --data what is "
        "encrypted is written anew where it stands in an older form or under an older key; that may be stopped and begun again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", action="store_true", help="also encrypt anew what stands in an older form")
        parser.add_argument("--new", action="store_true", help="give each tenant a new data key first; with --data")
        parser.add_argument("--tenant", default="", help="this one alone")

    def handle(self, *args: Any, data: bool, new: bool, tenant: str, **options: Any) -> None:
        if new and not data:
            raise CommandError("--new alone changes nothing that is stored: say --data too.")
        closed, needed, schemas = 0, set[str](), dict(self._schemas(tenant))
        with context.inside(context.PUBLIC):
            due = list(schemas) if new else outdated.schemas(list(schemas), data=data)
        for schema in due:
            with context.inside(context.Schema(schema)):
                closed += self._rotate(schemas[schema], data=data, new=new)
                needed |= keyring.masters()
        if len(due) < len(schemas):
            self.stdout.write(f"{len(schemas) - len(due)} had nothing to do.")
        known = master.keys()
        spare = sorted({key.name for key in known} - needed - {known[0].name})
        if spare and not tenant:
            self.stdout.write(f"No key needs these master keys any more: {', '.join(spare)}. Backups made before today do.")
        if closed:
            raise CommandError(f"{closed} did not open, and were left as they are.")

    def _schemas(self, slug: str) -> Iterator[tuple[str, str]]:
        """→ each one's name in the database and for people."""
        with context.inside(context.PUBLIC):
            tenants = list(Tenant.objects.order_by("slug").values_list("schema_name", "slug"))
        if slug and slug not in dict(tenants).values():
            raise CommandError(f"There is no tenant “{slug}”.")
        if not slug:
            yield context.PUBLIC_SCHEMA, "the platform"
        yield from ((schema, name) for schema, name in tenants if slug in ("", name))

    def _rotate(self, name: str, *, data: bool, new: bool) -> int:
        """→ how many keys and values did not open."""
        began = time.perf_counter()
        try:
            wrapped, before = keyring.rewrap()
            told = f"{name}: {wrapped} keys wrapped anew, {before} were already"
            if new:
                keyring.make()
            count = resealing.reseal() if data else resealing.Count()
        except CannotDecrypt as error:
            self.stdout.write(f"{name}: {error}")
            return 1
        if data:
            told += f"; {count.rows} rows encrypted anew, {count.closed} values did not open"
        self.stdout.write(f"{told} ({time.perf_counter() - began:.2f} s)")
        return count.closed
