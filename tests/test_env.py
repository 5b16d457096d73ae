"""The environment's variables: each address is read, and a wrong value is told and keeps everything from starting."""

import contextlib
import os
import re
import socketserver
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, ClassVar

import pytest
from psycopg.conninfo import conninfo_to_dict

from apps.tenants.db import address
from config import env
from config.env import Broker, MailServer
from tests.product import ROOT


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("", MailServer()),
        ("smtp://127.0.0.1:2525", MailServer("127.0.0.1", 2525)),
        ("smtps://desk:p%40ss@mail.example", MailServer("mail.example", 465, "desk", "p@ss", tls=True)),
        ("smtp+starttls://desk:x@mail.example", MailServer("mail.example", 587, "desk", "x", starttls=True)),
    ],
)
def test_a_mail_servers_address_is_read(address: str, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", address)
    assert env.mail("EMAIL_URL") == server


@pytest.mark.parametrize("wrong", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:port"])
def test_what_is_none_is_told(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", wrong)
    monkeypatch.setattr(env, "problems", [])
    assert env.mail("EMAIL_URL") == MailServer()
    assert env.problems[0][0] == "EMAIL_URL is not a mail server's address."


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("redis://:p@127.0.0.1:6379/1", "valkey"),
        ("rediss://valkey.example", "valkey"),
        ("redis+socket:///run/valkey.sock", "valkey"),
        ("amqp://desk:p@rabbit.example:5672/yingda", "rabbitmq"),
        ("amqps://one.example;amqps://two.example", "rabbitmq"),
    ],
)
def test_a_brokers_address_tells_its_kind(address: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", address)
    monkeypatch.setattr(env, "problems", [])
    assert env.broker("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0") == Broker(address, kind)
    assert env.problems == []


@pytest.mark.parametrize("wrong", ["rabbit.example", "http://rabbit.example", "amqp://", "amqp://a:x/", "amqp://a;redis://b"])
def test_what_is_no_brokers_address_is_told_in_a_sentence(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", wrong)
    monkeypatch.setattr(env, "problems", [])
    assert env.broker("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0") == Broker("redis://127.0.0.1:6379/0", "valkey")
    assert [problem for problem, _hint in env.problems] == ["CELERY_BROKER_URL is not a broker's address."]


SECRET = "k3Jx-9QwZ7vRt_2LmP0sYb8NcH5dFgUa1eXo4iTqWr6KjVzBnMl"
MASTER_KEYS = "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
PRODUCTION = {
    **{"YINGDA_ENV": "production", "SECRET_KEY": SECRET, "YINGDA_MASTER_KEYS": MASTER_KEYS},
    **{"YINGDA_BASE_DOMAIN": "yingda.test"},
}
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere", "VALKEY_URL": "redis://127.0.0.1:1/0"}


def started(*argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of the product with exactly this environment."""
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    environment = {**path, **NOWHERE, **environment}
    return subprocess.run((sys.executable, *argv), cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


READ = ("-c", "import config.settings")


def test_production_starts_with_all_that_it_needs() -> None:
    done = started(*READ, **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is empty. Set it to 50 or more random characters"),
        ({"SECRET_KEY": "missing"}, "SECRET_KEY can be guessed."),
        ({"SECRET_KEY": "x"}, "SECRET_KEY can be guessed."),
        ({"SECRET_KEY": "x" * 80}, "SECRET_KEY can be guessed."),
        ({"SECRET_KEY": SECRET[:49]}, "SECRET_KEY can be guessed."),
        ({"SECRET_KEY": "development-only-" + "0123456789" * 4}, "SECRET_KEY can be guessed."),
        ({"YINGDA_MASTER_KEYS": ""}, "YINGDA_MASTER_KEYS is empty."),
        ({"YINGDA_ENV": "prod"}, "YINGDA_ENV is 'prod'. Set it to one of: dev, production."),
        ({"YINGDA_ENV": "Production"}, "YINGDA_ENV is 'Production'."),
        ({"YINGDA_DBPOOL": "4"}, "YINGDA_DBPOOL is not a setting of the product. Did you mean YINGDA_DB_POOL?"),
        ({"YINGDA_SSL_REDIRCT": "0"}, "Did you mean YINGDA_SSL_REDIRECT?"),
        ({"YINGDA_DB_POOL": "many"}, "YINGDA_DB_POOL is 'many'."),
        ({"DATABASE_URL": "postgresql://a@b/c?sslmod=verify-full"}, "'sslmod', which is unknown. Did you mean sslmode?"),
        ({"DATABASE_URL": "postgresql://a@b/c?sslmode=full"}, "DATABASE_URL has sslmode='full'."),
        ({"DATABASE_URL": "postgresql://a@b/c?sslmode=verify-full&sslrootcert=/no/file"}, "which is not there"),
        ({"DATABASE_URL": "postgresql://a@b/c?sslrootcert=system"}, "Add sslmode=verify-full."),
        ({"DATABASE_URL": "postgresql://a@b/c?nonsense"}, "something behind its ? that can't be read"),
        ({"DATABASE_URL": "postgresql://a@b:port/c"}, "is not a PostgreSQL address"),
        ({"DATABASE_URL": "mysql://a@b/c"}, "is not a PostgreSQL address"),
        ({"VALKEY_URL": "rediss://b/0?ssl_ca_cert=/file"}, "'ssl_ca_cert', which is unknown. Did you mean ssl_ca_certs?"),
        ({"VALKEY_URL": "redis://b/0?ssl_cert_reqs=none"}, "'ssl_cert_reqs', which is unknown"),
        ({"VALKEY_URL": "valkey.example:6379"}, "VALKEY_URL is not a Valkey address."),
        ({"CELERY_BROKER_URL": "amqps://b/v?verify=1"}, "CELERY_BROKER_URL has the parameter 'verify', which is unknown."),
    ],
)
def test_what_is_wrong_keeps_it_from_starting_in_one_sentence(wrong: dict[str, str], told: str) -> None:
    done = started(*READ, **{**PRODUCTION, **wrong})
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.startswith("yingda: ")
    assert "Traceback" not in done.stderr


PROCESSES = {
    "web": ("-m", "runtime.programs", "web"),
    "worker": ("-m", "runtime.programs", "housekeeping"),
    "beat": ("-m", "runtime.programs", "beat"),
    "prepare": ("manage.py", "prepare"),
}


@pytest.mark.parametrize("argv", PROCESSES.values(), ids=PROCESSES)
def test_no_process_starts_without_a_secret(argv: tuple[str, ...]) -> None:
    done = started(*argv, **{**PRODUCTION, "SECRET_KEY": "missing", "PORT": "1"})
    assert done.returncode != 0
    assert "yingda: SECRET_KEY can be guessed." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_check_tells_all_that_is_wrong_at_once() -> None:
    done = started("manage.py", "check", **{**PRODUCTION, "SECRET_KEY": "x", "YINGDA_ENV": "production", "PORT": "eighty"})
    assert done.returncode == 1
    assert "SECRET_KEY can be guessed." in done.stderr
    assert "PORT is 'eighty'." in done.stderr


def test_every_variable_is_known() -> None:
    """So that none is taken for another one that is misspelt."""
    known = {*env.OTHERS, *env._read}
    files = (file for folder in ("config", "runtime", "docker", "docs") for file in (ROOT / folder).rglob("*.*"))
    texts = [file.read_text() for file in files if file.suffix in (".py", ".yml", ".md", ".sh")]
    used = {name for text in texts for name in re.findall(r"YINGDA_[A-Z0-9_]+[A-Z0-9]", text)}
    assert used <= known


def test_the_databases_parameters_reach_all_who_connect(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = tmp_path / "authority.pem"
    authority.write_text("")
    where = f"postgresql://desk:p%40ss@db.example:6432/desk%20one?sslmode=verify-full&sslrootcert={authority}&connect_timeout=3"
    monkeypatch.setenv("DATABASE_URL", where)
    monkeypatch.setattr(env, "problems", [])
    read = env.database("DATABASE_URL")
    assert env.problems == []
    settings.DATABASES = {"default": {**read, "OPTIONS": {**read["OPTIONS"], "pool": {}}}}
    told = conninfo_to_dict(address.conninfo())
    assert told == {
        **{"host": "db.example", "port": "6432", "user": "desk", "password": "p@ss", "dbname": "desk one"},
        **{"sslmode": "verify-full", "sslrootcert": str(authority), "connect_timeout": "3"},
    }
    assert "password" not in conninfo_to_dict(address.conninfo(password=None))


class Plain(socketserver.BaseRequestHandler):
    """A PostgreSQL that has no TLS, or somebody between who pretends so."""

    asked: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        self.asked.append(self.request.recv(8))
        self.request.sendall(b"N")
        with contextlib.suppress(OSError):
            self.asked.append(self.request.recv(1024))


def test_a_database_that_has_to_show_who_it_is_gets_no_word_without_it() -> None:
    """Django's own connections send nothing but the wish for TLS, no user and no password."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Plain) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"postgresql://desk:secret@127.0.0.1:{server.server_address[1]}/desk?sslmode=verify-full&sslrootcert=system"
        hasty = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.hasty"}
        done = started("manage.py", "prepare", **{**PRODUCTION, **hasty})
        server.shutdown()
    assert done.returncode != 0
    assert Plain.asked[0] == b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
    assert not any(b"desk" in said for said in Plain.asked)
