"""The database's address for code that connects without Django: its parameters, with TLS, as libpq reads them."""

from typing import Any

from django.conf import settings
from psycopg.conninfo import make_conninfo

_NAMES = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


def conninfo(**changed: Any) -> str:
    """`changed`: other values than the settings' own; None leaves one out."""
    database: dict[str, Any] = settings.DATABASES["default"]
    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    fields = {name: database[key] for name, key in _NAMES.items() if database[key]}
    return make_conninfo(**{name: value for name, value in {**fields, **options, **changed}.items() if value is not None})
