"""`python -m runtime.backup make|restore FILE`: everything worth keeping of a data folder, in one file.

The file is a tar of pg_dump's output, the secrets that sign and connect, and the media. The master keys are not in it, so
somebody who finds a backup reads nothing that is encrypted; to restore one elsewhere, bring them along. Making one may go on
beside the running product; restoring wants it stopped, and keeps the old database under another name.
"""

import contextlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from config import env
from runtime import environment
from runtime.bootstrap import say
from runtime.errors import CannotStart
from runtime.folder import PRIVATE, Folder
from runtime.screen import complain
from runtime.services import postgres
from runtime.services.service import Running
from runtime.services.stack import Options

NOTED = "last_backup.json"
DUMP, KEPT, CREDENTIALS, MEDIA = "database.dump", "kept.json", "credentials.json", "media"
MASTER_KEY = "master.key"
KEEP = "The master keys are not in it: keep {where} as well, in another place. Without them what is encrypted stays closed."
CLOSED = (
    "All is restored, but what is encrypted stays closed: the master keys {names} are not here, and no backup holds them. "
    "Give them by YINGDA_MASTER_KEYS, or bring {own} of the folder that the backup was made of."
)
# Made by the superuser when the database is; the product's own role may not touch them.
NOT_OURS = ("--exclude-schema=extensions", "--exclude-extension=*", "--no-owner", "--no-privileges")


def make(folder: Folder, file: Path) -> None:
    """Write the backup whole or not at all; readable by its owner alone, since it holds secrets."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup") as place:
        dump, fresh = Path(place) / DUMP, Path(place) / "backup.tar"
        with _database(folder) as url:
            _run("pg_dump", url, "--format=custom", f"--file={dump}", *NOT_OURS)
        fresh.touch(0o600)
        with tarfile.open(fresh, "w") as tar:
            tar.add(dump, DUMP)
            for name in (KEPT, CREDENTIALS, MEDIA):
                if (folder.path / name).exists():
                    tar.add(folder.path / name, name)
        fresh.replace(file)
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "bytes": file.stat().st_size}
    (folder.path / NOTED).write_text(json.dumps(told))  # the platform's first page says so


def restore(folder: Folder, file: Path) -> set[str]:
    """Put a backup's database, secret key and media in the place of what the folder holds; → the names of the master keys that
    it needs and that are not here: what they lock stays closed until they are."""
    if environment.of_running(folder):
        raise CannotStart("The product runs on this data folder: stop it first.")
    folder.prepare()
    with tempfile.TemporaryDirectory(dir=folder.path, prefix=".restore") as place:
        try:
            with tarfile.open(file) as tar:
                tar.extractall(place, filter="data")
        except (OSError, tarfile.TarError) as problem:
            raise CannotStart(f"{file} is not a backup that can be read: {problem}") from problem
        unpacked = Path(place)
        if not (unpacked / DUMP).exists():
            raise CannotStart(f"{file} is not a backup: it holds no {DUMP}.")
        with _database(folder) as url:
            _replace_database(folder, url, unpacked / DUMP)
            needed = masters(url)
        _replace_files(folder, unpacked)
    return needed - _present(folder)


def masters(url: str) -> set[str]:
    """The names of the master keys that wrap what this database's keys lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        schemas = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'workspace_datakey'").fetchall()
        found: set[str] = set()
        for (schema,) in schemas:
            table = sql.Identifier(schema, "workspace_datakey")
            found |= {name for (name,) in connection.execute(sql.SQL("SELECT DISTINCT master FROM {}").format(table))}
    return found


def _present(folder: Folder) -> set[str]:
    given = env.master_keys("YINGDA_MASTER_KEYS", required=False)
    own = folder.path / MASTER_KEY
    kept = env.master_key(own.read_text()) if own.exists() else None
    return {key.name for key in (*given, *([kept] if kept else []))}


def _replace_database(folder: Folder, url: str, dump: Path) -> None:
    """Fill a new database first; the old one is set aside only when that went well."""
    fresh, aside = "yingda_restored", f"yingda_{_until()}"
    server = psycopg.conninfo.make_conninfo(url, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(fresh)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(fresh)))
        _run("pg_restore", url, "--no-owner", "--exit-on-error", str(dump), database=fresh)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(postgres.DATABASE), sql.Identifier(aside)))
        connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(postgres.DATABASE)))


def _until() -> str:
    """Until when it was in use, as a part of its name. Two restores may come in one second."""
    return f"until_{datetime.now():%Y%m%d_%H%M%S_%f}"


def _replace_files(folder: Folder, unpacked: Path) -> None:
    """The secret key comes with the data it encrypted; this folder's own ports and service passwords stay."""
    kept = json.loads((unpacked / KEPT).read_text()) if (unpacked / KEPT).exists() else {}
    if "secret_key" in kept:
        folder.set_secret("secret_key", str(kept["secret_key"]))
    for name in (CREDENTIALS, MEDIA):
        if (unpacked / name).exists():
            if (folder.path / name).exists():
                (folder.path / name).rename(folder.path / f"{name}.{_until()}")
            (unpacked / name).rename(folder.path / name)


@contextlib.contextmanager
def _database(folder: Folder) -> Iterator[str]:
    """The running product's database, or the folder's own, started for this."""
    running = environment.of_running(folder)
    if running:
        yield running["DATABASE_URL"]
        return
    folder.prepare()
    with folder.locked():
        port = folder.port("postgres")
        postgres.ensure_cluster(folder)
        server = Running(postgres.service(folder, port), folder.logs / "postgres.log")
        try:
            server.wait_until_ready()
            postgres.prepare(folder, port)
            yield postgres.url(folder, port)
        finally:
            server.stop()


def _run(tool: str, url: str, *arguments: str, database: str = "") -> None:
    fields = psycopg.conninfo.conninfo_to_dict(url)
    told = {"PGPASSWORD": str(fields.pop("password", ""))}  # not among the arguments, which every process may read
    if database:
        fields["dbname"] = database
    target = psycopg.conninfo.make_conninfo(**{name: str(value) for name, value in fields.items()})
    argv = (str(postgres.binaries() / tool), f"--dbname={target}", *arguments)
    done = subprocess.run(argv, env={**os.environ, **told}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotStart(f"{tool} failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[0]}")


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in ("make", "restore") or not arguments[1]:
        complain("make backup FILE=… or make restore FILE=…")
        return 2
    os.umask(PRIVATE)
    try:
        if "DATABASE_URL" in os.environ:
            raise CannotStart("DATABASE_URL is set: use that server's own pg_dump and pg_restore.")
        folder, file = Options.read().folder, Path(arguments[1]).absolute()
        if arguments[0] == "make":
            make(folder, file)
            own = folder.path / MASTER_KEY
            say(KEEP.format(where=own if own.exists() else "YINGDA_MASTER_KEYS"))
        elif missing := restore(folder, file):
            complain(CLOSED.format(names=", ".join(sorted(missing)), own=folder.path / MASTER_KEY))
    except CannotStart as problem:
        complain(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
