"""Finds the schemas in which a rotation has something to do, asking many at once: as a rule there are none."""

from collections.abc import Sequence
from functools import partial

from psycopg import sql

from apps.tenants.db import many
from apps.tenants.vault import keyring, master, resealing
from apps.tenants.vault.master import CannotDecrypt

KEYS = "workspace_datakey"


def schemas(names: Sequence[str], *, data: bool) -> list[str]:
    """The names whose schema has a key that another than the first master key wraps, or that does not open; with `data` also
    those with a value that would be written otherwise now. Call it in `public`."""
    encrypted = resealing.encrypted() if data else ()
    columns = {model._meta.db_table: [field.attname for field in fields] for model, fields in encrypted}
    rows = many.ask(names, [KEYS, *columns], partial(_question, columns))
    in_order = {schema for schema, masters, newest, stale in rows if not stale and _opens(set(masters or ()), newest)}
    return [name for name in names if name not in in_order]


def _opens(masters: set[str], newest: bytes | None) -> bool:
    """Whether the first master key alone opens the schema. A schema without a key needs none."""
    first = master.keys()[0].name
    try:
        return masters <= {first} and (newest is None or bool(keyring.unwrap(first, newest)))
    except CannotDecrypt:
        return False


def _question(columns: dict[str, list[str]], schema: str, tables: set[str]) -> sql.Composable | None:
    """→ the schema, all its keys' masters, the key that locks what is written now, whether a value stands otherwise."""
    if KEYS not in tables:
        return None
    stale = [_stale(schema, table, columns[table]) for table in sorted(tables - {KEYS})]
    return sql.SQL(_ONE).format(
        name=sql.Literal(schema),
        keys=sql.Identifier(schema, KEYS),
        scope=sql.Literal(keyring.VALUES),
        stale=sql.SQL(" OR ").join(stale or [sql.SQL("false")]),
    )


def _stale(schema: str, table: str, columns: Sequence[str]) -> sql.Composable:
    wrong = sql.SQL(" OR ").join(
        sql.SQL("{0} <> '' AND {0} NOT LIKE form.now").format(sql.Identifier(name)) for name in columns
    )
    return sql.SQL("EXISTS (SELECT FROM {} WHERE {})").format(sql.Identifier(schema, table), wrong)


# Where there is no key, no value can stand as it would be written now: none begins with “v2..”.
_ONE = """
SELECT {name}::text, (SELECT array_agg(DISTINCT master) FROM {keys}), newest.wrapped, {stale}
FROM (VALUES (0)) AS one
LEFT JOIN LATERAL (
    SELECT id, wrapped FROM {keys} WHERE scope = {scope} ORDER BY created_at DESC, id DESC LIMIT 1
) AS newest ON true
CROSS JOIN LATERAL (SELECT 'v2.' || coalesce(newest.id, '') || '.%' AS now) AS form
"""
