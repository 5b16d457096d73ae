"""The product's own processes and their command lines: the same under `manage.py up` and in containers.

`python -m runtime.programs web|turns|ingest|tickets|housekeeping|beat` becomes that process.
"""

import os
import sys

from runtime.errors import CannotStart
from runtime.folder import PRIVATE

PYTHON = sys.executable

# One process a class of waiting: answers never queue behind an import, nor a waiting customer's offer behind somebody's slow
# webhook. Threads, because they wait for models, disks and other people's servers.
# Those of tickets are apps.agents.tickets.ways_out.WAYS and four for what waits for nobody.
WORKERS = {"turns": ("turns", 400), "ingest": ("ingest", 2), "tickets": ("tickets", 32), "housekeeping": ("housekeeping", 4)}
# Told to each process, so that it knows its kind of work (config.settings, DB_SECONDS).
WORK = "YINGDA_WORK"
# Numerical libraries start a thread a core and let them spin; here many texts run side by side instead.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
SERVERS = ("daphne", "uvicorn")
MOST_UNASKED, MOST_ASKED = 4, 8  # of web and of turns; 8 to 12 connections each, and PostgreSQL here takes 200
# The web's, besides Django's pool: the ledger's one, a look at readiness two, and pg_dump one while a tenant is made.
BESIDES_THE_POOL = 4


def web(server: str, bind: str, port: int) -> tuple[str, ...]:
    if server == "daphne":
        # A spike makes newcomers wait; shut out after the usual five seconds, they would come again and make it worse.
        polite = ("-v", "0", "--application-close-timeout", "20", "--websocket_connect_timeout", "30")
        return (PYTHON, "-m", "runtime.web.serving", "-b", bind, "-p", str(port), *polite, "config.asgi:application")
    return (PYTHON, "-m", "runtime.web.serving_uvicorn", bind, str(port), "config.asgi:application")


def worker(name: str, node: str = "") -> tuple[str, ...]:
    """`node`: its name among several of a kind on one machine."""
    queues, threads = WORKERS[name]
    options = ("-P", "threads", "-c", str(threads), "-Q", queues, "-n", f"{node or name}@%h", "-l", "INFO")
    quick = ("--without-gossip", "--without-mingle")  # nobody here listens to other workers
    return (PYTHON, "-m", "celery", "-A", "config", "worker", *options, *quick)


def beat() -> tuple[str, ...]:
    """It keeps nothing on disk: entries are seconds apart, and a file torn by a kill would keep it from ever starting again."""
    options = ("-S", "celery.beat:Scheduler", "--pidfile=", "-l", "WARNING", "--max-interval", "5")
    return (PYTHON, "-m", "celery", "-A", "runtime.clock", "beat", *options)


def connections(name: str, pool: int) -> int:
    """The most PostgreSQL connections one process of this kind may hold with YINGDA_DB_POOL; a thread holds one at a time."""
    if name == "web":
        return pool + BESIDES_THE_POOL
    return min(pool, WORKERS[name][1] + 1) if name in WORKERS else 0  # beat asks Valkey or RabbitMQ alone


def web_wanted() -> int:
    """The number of web processes on this machine's port: half as many as cores, since the workers want their share too, but at
    least two where there are two cores. A single process would be full before the machine is, and take all lines with it."""
    return _wanted("YINGDA_WEB_PROCESSES", min(_cores(), max(2, _cores() // 2)))


def turns_wanted() -> int:
    """The number of workers that answer questions: one a core, because one process runs one thread's Python at a time."""
    return _wanted("YINGDA_TURNS_WORKERS", _cores())


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _wanted(setting: str, unasked: int) -> int:
    wanted = os.environ.get(setting, "").strip()
    if not wanted:
        return max(1, min(unasked, MOST_UNASKED))
    if not wanted.isdecimal() or not 1 <= int(wanted) <= MOST_ASKED:
        raise CannotStart(f"{setting} is {wanted[:20]!r}: set it to a number from 1 to {MOST_ASKED}.")
    return int(wanted)


def server_wanted() -> str:
    server = os.environ.get("ASGI_SERVER", "").strip() or "daphne"
    if server not in SERVERS:
        raise CannotStart(f"ASGI_SERVER is {server[:20]!r}: set it to daphne or uvicorn.")
    return server


def port_wanted() -> int:
    port = os.environ.get("PORT", "").strip() or "8000"
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise CannotStart(f"PORT is {port[:20]!r}: set it to a number from 1 to 65535.")
    return int(port)


def main(name: str) -> None:
    if name == "web":
        argv = web(server_wanted(), os.environ.get("YINGDA_BIND", "").strip() or "0.0.0.0", port_wanted())  # noqa: S104
    elif name == "beat":
        argv = beat()
    elif name in WORKERS:
        argv = worker(name)
    else:
        raise CannotStart(f"There is no program {name!r}: choose web, beat, {', '.join(WORKERS)}.")
    os.umask(PRIVATE)
    os.environ[WORK] = name if name != "beat" else "command"
    os.execv(argv[0], argv)  # noqa: S606


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except CannotStart as problem:
        sys.exit(f"yingda: {problem}")
