"""Bringing what a schema keeps encrypted under its newest data key and into today's form: old forms and plain texts too.

It goes through each table by its primary key, some rows a transaction, beside the running product. What is in order is passed
over, so one that was stopped goes on where it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from apps.tenants import context
from apps.tenants.vault import keyring
from apps.tenants.vault.encryption import CannotDecrypt, EncryptedTextField

AT_ONCE = 500


@dataclass
class Count:
    """`rows` were written anew; of `closed` values the key is missing: they stay as they are."""

    rows: int = 0
    closed: int = 0


def reseal(at_once: int = AT_ONCE) -> Count:
    """All of the schema of the moment."""
    count, here = Count(), _here()
    for model, fields in encrypted():
        if model._meta.db_table not in here:
            continue
        last: Any = None
        while pks := _stale(model, fields, last, at_once):
            last = pks[-1]
            _batch(model, fields, pks, count)
    return count


def encrypted() -> Iterator[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Every model that has encrypted fields, with them."""
    for model in apps.get_models():
        fields = [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedTextField)]
        if fields and model._meta.managed and not model._meta.proxy:
            yield model, fields


def _here() -> set[str]:
    """The tables of the schema of the moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [context.schema()])
        return {name for (name,) in cursor.fetchall()}


def _stale(model: type[models.Model], fields: list[EncryptedTextField], last: Any, at_once: int) -> list[Any]:
    """Ids after `last`, in order, of rows in which a value stands otherwise than it would be written now."""
    quote = connection.ops.quote_name
    pk, form = quote(model._meta.pk.attname), f"v2.{keyring.current().id}.%"
    wrong = " OR ".join(f"({quote(field.attname)} <> '' AND {quote(field.attname)} NOT LIKE %s)" for field in fields)
    after, given = (f" AND {pk} > %s", [last]) if last is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {pk} FROM {quote(model._meta.db_table)} WHERE ({wrong}){after} ORDER BY {pk} LIMIT %s",  # noqa: S608  names of our own models
            [*[form] * len(fields), *given, at_once],
        )
        return [row[0] for row in cursor.fetchall()]


def _batch(model: type[models.Model], fields: list[EncryptedTextField], pks: list[object], count: Count) -> None:
    with transaction.atomic():
        key = keyring.current().id
        for row in model._base_manager.select_for_update().filter(pk__in=pks).order_by("pk"):
            stale = [field for field in fields if field.is_stale(row.__dict__[field.attname], key)]
            open_ones = [field.name for field in stale if _opens(row, field)]
            count.closed += len(stale) - len(open_ones)
            if open_ones:
                row.save(update_fields=open_ones)
                count.rows += 1


def _opens(row: models.Model, field: EncryptedTextField) -> bool:
    try:
        getattr(row, field.attname)
    except CannotDecrypt:
        return False
    return True
