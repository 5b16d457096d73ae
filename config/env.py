"""Typed readers of the environment. A wrong value is remembered; with one, nothing starts (`refuse`), and `manage.py check`
tells it with a hint."""

import base64
import difflib
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

DATABASE = "postgresql://postgres@127.0.0.1:5432/yingda"
problems: list[tuple[str, str]] = []
OURS = "YINGDA_"
# Read by others than the settings: `manage.py up`, the tests, Compose.
OTHERS = {
    *("YINGDA_DEMO", "YINGDA_BIND", "YINGDA_WEB_PROCESSES", "YINGDA_TURNS_WORKERS", "YINGDA_SHARED_PORT", "YINGDA_RUN"),
    *("YINGDA_TEST_DIR", "YINGDA_DATA", "YINGDA_SCREENSHOTS", "YINGDA_VERSION", "YINGDA_DATABASE_PASSWORD", "YINGDA_BODY_MIB"),
    *("YINGDA_PROXIES", "YINGDA_PROXY_PORT", "YINGDA_WEB_HOST", "YINGDA_WEB_PORT", "YINGDA_EXAMPLES"),
}
_read: set[str] = set()


def refuse() -> None:
    """Called when all is read: with a wrong value the process ends, in a sentence for each."""
    _look_for_misspelt()
    if problems and sys.argv[1:2] != ["check"]:
        sys.exit("\n".join(f"yingda: {problem} {hint}" for problem, hint in problems))


def _look_for_misspelt() -> None:
    known = _read | OTHERS
    for name in sorted(name for name in os.environ if name.startswith(OURS) and name not in known):
        for near in difflib.get_close_matches(name, known, 1, 0.85):
            problems.append((f"{name} is not a setting of the product.", f"Did you mean {near}?"))


def text(name: str, default: str = "") -> str:
    _read.add(name)
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


SHORTEST_SECRET, LEAST_LETTERS = 50, 10
NO_SECRETS = ("missing", "development-only", "django-insecure", "changeme", "set it to", "change me")


def secret(name: str, default: str) -> str:
    """`default`: for development; empty where one has to be given. There a guessable one is refused."""
    value = text(name, default)
    guessable = len(value) < SHORTEST_SECRET or len(set(value)) < LEAST_LETTERS or value.lower().startswith(NO_SECRETS)
    if not default and guessable:
        what = "is empty" if not value else "can be guessed"
        problems.append((f"{name} {what}.", f"Set it to {SHORTEST_SECRET} or more random characters and keep it."))
    return value or "missing"  # nothing starts with it


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


# What may stand behind the ? of an address. libpq's own names; redis-py's and Kombu's, which read the same ones.
OF_DATABASE = {
    *("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "sslnegotiation", "sslsni"),
    *("ssl_min_protocol_version", "ssl_max_protocol_version", "channel_binding", "require_auth", "gssencmode"),
    *("connect_timeout", "application_name", "target_session_attrs", "keepalives", "keepalives_idle", "keepalives_interval"),
    *("keepalives_count", "tcp_user_timeout"),
}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OF_VALKEY = {"ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"}
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


def database(name: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?sslmode=verify-full&sslrootcert=/file` → Django's DATABASES fields; the
    parameters, of libpq, stand in OPTIONS."""
    address = text(name, DATABASE)
    try:
        parts = urlsplit(address)
        port, good = parts.port, parts.scheme in ("postgresql", "postgres")
    except ValueError:
        parts, port, good = urlsplit(DATABASE), None, False
    if not good:
        problems.append((f"{name} is not a PostgreSQL address.", "Use postgresql://user:password@host:5432/database."))
    query = _parameters(name, parts.query, OF_DATABASE)
    mode = query.get("sslmode", "")
    if mode and mode not in SSL_MODES:
        problems.append((f"{name} has sslmode={mode!r}.", f"Set it to one of: {', '.join(SSL_MODES)}."))
    if "sslrootcert" in query and mode not in SSL_MODES[-2:]:
        problems.append((f"{name} names an sslrootcert that its sslmode does not use.", "Add sslmode=verify-full."))
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "yingda",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "127.0.0.1",
        "PORT": query.pop("port", "") or str(port or ""),
        "OPTIONS": query,
    }


def _parameters(name: str, query: str, allowed: set[str]) -> dict[str, str]:
    """Refuses unknown parameters instead of dropping them: somebody who mistypes sslmod=verify-full wants it to count."""
    try:
        found = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        problems.append((f"{name} has something behind its ? that can't be read.", "Write it as name=value&name=value."))
        return {}
    for parameter, value in found:
        if parameter not in allowed:
            near = difflib.get_close_matches(parameter, allowed, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(allowed)) or 'none'}."
            problems.append((f"{name} has the parameter {parameter[:60]!r}, which is unknown.", hint))
        elif parameter in FILES and value != "system" and not Path(value).is_file():
            problems.append((f"{name} names the file {value[:200]!r} as {parameter}, which is not there.", "Give its path."))
    return {parameter: value for parameter, value in found if parameter in allowed}


def valkey(name: str, default: str) -> str:
    """`redis://:password@host:6379/0`, `rediss://…?ssl_ca_certs=/file` for TLS, `unix:///run/valkey.sock`."""
    address = text(name, default)
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) or parts.scheme == "unix"
        good = parts.scheme in ("redis", "rediss", "unix") and whole and parts.port != 0
    except ValueError:
        good = False
    if not good:
        problems.append((f"{name} is not a Valkey address.", "Use redis://:password@host:6379/0, or rediss:// for TLS."))
        return default
    _parameters(name, parts.query, OF_VALKEY if parts.scheme == "rediss" else set())
    return address


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
            (f"{name} is not a mail server's address.", "Use smtp+starttls://user:password@host:587, smtps://… or smtp://…")
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
        for each in address.split(";"):
            parts = urlsplit(each.strip())
            _parameters(name, parts.query, OF_VALKEY if parts.scheme == "rediss" else set())
        return Broker(address, kinds.pop())
    problems.append(
        (f"{name} is not a broker's address.", "Use redis://:password@host:6379/1 or amqp://user:password@host:5672/vhost.")
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
        problems.append((f"{name}: number {number} of the list is not a master key.", hint))
    elif len({key.name for key in found}) != len(found):
        problems.append((f"{name} has two keys of one name.", "Give each a name of its own, such as the month it was made."))
    elif required and not found:
        problems.append((f"{name} is empty.", f"{hint} Keep it apart from the backups: without it they stay closed."))
    else:
        return tuple(found)
    return ()
