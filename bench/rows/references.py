"""The same machine with bare means: an echo over Channels, rows written a hundred at a time, Python with Django."""

import contextlib
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import psutil

from bench import load
from bench.load import ROOT, Failed
from bench.plan import Plan
from bench.row import Reference
from bench.thin import LOOPBACK
from bench.trial import Trial
from runtime import programs
from runtime.services.service import free_port

A_COMMIT = 100
TEXT = "And one more thing that I wanted to ask about my order, which has not arrived yet."


@contextlib.contextmanager
def echo_server(server: str) -> Iterator[tuple[int, psutil.Process]]:
    """→ its port and process: the product's own command line, with bench.echo in the product's place."""
    port = free_port()
    argv = [part.replace("config.asgi", "bench.echo") for part in programs.web(server, LOOPBACK, port)]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def echo(trial: Trial, sockets: int) -> Reference:
    """Frames a second that a bare consumer sends back to so many sockets, each with one on its way."""
    with echo_server(trial.server) as (port, _process):
        plan = Plan("echo", port, LOOPBACK, sockets, [], [TEXT], min(trial.seconds, 8.0))
        outcome, _used = load.run(plan)
    return Reference("bare Channels echo", load.rate(outcome))


def inserts(trial: Trial) -> Reference:
    """Rows a second by psycopg on one connection, a hundred to a commit, in a table with the ledger's two unique indexes."""
    import psycopg
    from psycopg.types.json import Jsonb

    from apps.tenants.db import address

    body, conversation, rows = Jsonb({"text": TEXT}), uuid.uuid4(), 0
    with psycopg.connect(address.conninfo(), autocommit=True) as line:
        line.execute(
            "CREATE TABLE public.bench_event (id bigserial PRIMARY KEY, conversation uuid, seq int, client uuid, body jsonb,"
            " at timestamptz DEFAULT now(), UNIQUE (conversation, seq), UNIQUE (conversation, client))"
        )
        began = time.monotonic()
        try:
            while time.monotonic() - began < min(trial.seconds, 5.0):
                batch = ([conversation] * A_COMMIT, [*range(rows, rows + A_COMMIT)], [uuid.uuid4() for _ in range(A_COMMIT)])
                line.execute(
                    "INSERT INTO public.bench_event (conversation, seq, client, body)"
                    " SELECT * FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::jsonb[])",
                    (*batch, [body] * A_COMMIT),
                )
                rows += A_COMMIT
            seconds = time.monotonic() - began
        finally:
            line.execute("DROP TABLE public.bench_event")
    return Reference("bare batched insert", rows / seconds)


def django_alone() -> Reference:
    """Seconds until a bare Python has set Django up with the product's settings; the median of three."""
    times = []
    for _ in range(3):
        began = time.monotonic()
        code = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup()"
        subprocess.run((sys.executable, "-c", code), cwd=ROOT, check=True, capture_output=True)
        times.append(time.monotonic() - began)
    return Reference("Python and Django alone", statistics.median(times))


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection((LOOPBACK, port), timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Failed("The bare echo server did not start.")
