"""Typed readers of the environment. A wrong value is remembered and told by `manage.py check` with a hint."""

import base64
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

problems: list[tuple[str, str]] = []


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def choice(name: str, options: Sequence[str], default: str) -> str:
    value = text(name, default)
    if value not in options:
        problems.append((f"{name} is {value!r}.", f"Set it to one of: {', '.join(options)}."))
        return default
    return value


def integer(name: str, default: int, *, low: int = 0, high: int = 1_000_000) -> int:
    value = text(name, str(default))
    if not value.isdigit() or not low <= int(value) <= high:
        problems.append((f"{name} is {value!r}.", f"Set it to a whole number from {low} to {high}."))
        return default
    return int(value)


def flag(name: str, default: bool = False) -> bool:
    return choice(name, ("0", "1"), "1" if default else "0") == "1"


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def database(name: str) -> dict[str, object]:
    """`postgresql://user:password@host:port/name?host=/socket/folder` → Django's DATABASES fields."""
    parts = urlsplit(text(name, "postgresql://postgres@127.0.0.1:5432/yingda"))
    if parts.scheme not in ("postgresql", "postgres"):
        problems.append((f"{name} is not a PostgreSQL address.", "Use postgresql://user:password@host:5432/database."))
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "NAME": parts.path.lstrip("/") or "yingda",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "")) or parts.hostname or "127.0.0.1",
        "PORT": str(parts.port or query.get("port", "")),
    }


@dataclass(frozen=True)
class MailServer:
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False


MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def mail(name: str) -> MailServer:
    """`smtp+starttls://user:password@host:587`, `smtps://…` (TLS from the start) or `smtp://…` (plain); empty: no server."""
    value = text(name)
    if not value:
        return MailServer()
    try:
        parts = urlsplit(value)
        host, port, scheme = parts.hostname or "", parts.port, parts.scheme
    except ValueError:
        host, port, scheme = "", None, ""
    if scheme not in MAIL_PORTS or not host:
        problems.append(
            (f"{name} is no mail server's address.", "Use smtp+starttls://user:password@host:587, smtps://… or smtp://…")
        )
        return MailServer()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host, port or MAIL_PORTS[scheme], user, password, scheme == "smtps", scheme == "smtp+starttls")


BROKERS = {"redis": "valkey", "rediss": "valkey", "redis+socket": "valkey", "amqp": "rabbitmq", "amqps": "rabbitmq"}


@dataclass(frozen=True)
class Broker:
    """Celery's broker: its address, or several of one cluster's with `;` between them."""

    address: str
    kind: str  # valkey (Redis too) or rabbitmq


def broker(name: str, default: str) -> Broker:
    """`redis://:password@host:6379/1` or `amqp://user:password@host:5672/vhost`; both with an s for TLS."""
    address = text(name, default)
    kinds = {_kind_of_broker(each) for each in address.split(";")}
    if len(kinds) == 1 and "" not in kinds:
        return Broker(address, kinds.pop())
    problems.append(
        (f"{name} is no broker's address.", "Use redis://:password@host:6379/1 or amqp://user:password@host:5672/vhost.")
    )
    return Broker(default, _kind_of_broker(default) or "valkey")


def _kind_of_broker(address: str) -> str:
    """Empty when the address is none."""
    try:
        parts = urlsplit(address.strip())
        whole = bool(parts.hostname) or (parts.scheme == "redis+socket" and bool(parts.path))
        return BROKERS.get(parts.scheme, "") if whole and parts.port != 0 else ""
    except ValueError:
        return ""


@dataclass(frozen=True)
class MasterKey:
    """One of the keys that wrap all others. `key`: 32 bytes; it stands in no message and no `repr`."""

    name: str
    key: bytes = field(repr=False)


_MASTER_KEY = re.compile(r"([a-z0-9][a-z0-9_-]{0,31}):([A-Za-z0-9+/_-]{43}=?)\Z")


def master_key(value: str) -> MasterKey | None:
    """`NAME:KEY`, the key being 32 bytes in base64 of either alphabet; None for anything else."""
    found = _MASTER_KEY.match(value.strip())
    if not found:
        return None
    key = base64.urlsafe_b64decode(found[2].replace("+", "-").replace("/", "_").rstrip("=") + "=")
    return MasterKey(found[1], key) if len(set(key)) > 8 else None  # a repeated byte is a placeholder, not a key


def master_keys(name: str, *, required: bool) -> tuple[MasterKey, ...]:
    """Several with commas between; the first wraps, all of them open. None at all for a list with a mistake in it."""
    values = words(name)
    found = [key for value in values if (key := master_key(value))]
    hint = "Write NAME:KEY, the key being 32 random bytes in base64 (openssl rand -base64 32); commas between several."
    if len(found) != len(values):
        number = next(place for place, value in enumerate(values, 1) if not master_key(value))
        problems.append((f"{name}: number {number} of the list is no master key.", hint))
    elif len({key.name for key in found}) != len(found):
        problems.append((f"{name} has two keys of one name.", "Give each a name of its own, such as the month it was made."))
    elif required and not found:
        problems.append((f"{name} is empty.", f"{hint} Keep it apart from the backups: without it they stay closed."))
    else:
        return tuple(found)
    return ()
