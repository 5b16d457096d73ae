"""Idle sockets: how many stand at once in a web process, and what each costs it in memory."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from bench.load import ROOT, Failed, name_of
from bench.row import Budget, Reference, Row
from bench.rows.references import echo_server
from bench.thin import LOOPBACK
from bench.trial import Trial

SPARE = 500  # files that a process needs besides its sockets


@dataclass(frozen=True)
class Standing:
    """The lines that stood after so many seconds, the servers' memory before and with them (KB), and the servers' share of a
    core while the lines were idle."""

    sockets: int
    seconds: float
    before: float
    after: float
    busy: float

    @property
    def a_second(self) -> float:
        return self.sockets / self.seconds

    @property
    def each(self) -> float:
        return (self.after - self.before) / max(self.sockets, 1)


def rows(trial: Trial) -> Iterator[Row]:
    """Customers' sockets that said hello, were welcomed and are quiet but for their ping every 25 s, up to 10,000 for each web
    process; KB of their resident memory for each. Beside it: as many sockets (at most 2,000) of a bare Channels
    echo. The lines come from several loopback addresses, should one not have ports enough."""
    webs = [process for process in trial.processes() if name_of(process) == "web"]
    wanted = 1_000 if trial.quick else 10_000
    most = min(wanted, _files() - SPARE) * len(webs)
    company = trial.arena.found("idle", agents=0)
    tokens = trial.arena.tokens(company, most)
    stood = _stand(webs, trial.arena.port, company.host, "/ws/chat/", tokens, trial.seconds)
    with echo_server(trial.server) as (port, process):
        bare = _stand([process], port, LOOPBACK, "/", [""] * min(most, 2_000), 1.0)
    limit = "" if most == wanted * len(webs) else f"This machine allows {_files()} open files a process. "
    note = f"{limit}{stood.sockets:,} in {len(webs)}, which use {stood.busy:.0%} of a core for their pings meanwhile."
    each, budget = stood.sockets // len(webs), Budget("figure", "≥", wanted)
    yield Row("idle sockets in a web process", each, "", budgets=(budget,), note=note)
    yield Row(
        "lines opened and welcomed, as after a restart",
        stood.a_second,
        "/s",
        None,
        (Reference("lines of the bare echo opened", bare.a_second),),
        note=f"Forty at a time, for each web process, come as fast as they are let in; all stood after {stood.seconds:.0f} s.",
    )
    reference = Reference("bare Channels echo", bare.each)
    memory = f"{stood.before / 1024:.0f} MB before, {stood.after / 1024:.0f} MB with them."
    yield Row("memory of an idle socket", stood.each, "KB", None, (reference,), (Budget("figure", "<", 40),), memory)


def _files() -> int:
    """Files that a process may open; raises the soft limit of this one and its children to the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else 2**20


def _stand(servers: list[psutil.Process], port: int, host: str, path: str, tokens: list[str], seconds: float) -> Standing:
    before = sum(map(_kilobytes, servers))
    plan = {"port": port, "host": host, "path": path}
    # A crowd for each server, as each may open so many files only.
    shares = [{**plan, "tokens": tokens[place :: len(servers)]} for place in range(len(servers))]
    crowds = [
        subprocess.Popen(
            (sys.executable, "-m", "bench.sitters"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in shares
    ]
    try:
        for crowd, share in zip(crowds, shares, strict=True):
            if crowd.stdin:
                crowd.stdin.write(json.dumps(share) + "\n")
                crowd.stdin.flush()
        lines = [crowd.stdout.readline() if crowd.stdout else "" for crowd in crowds]
        if not all(lines):
            raise Failed("The idle sockets could not be opened; the error stands above.")
        used, began = sum(map(_used, servers)), time.monotonic()
        time.sleep(seconds)
        busy = (sum(map(_used, servers)) - used) / (time.monotonic() - began)
        stood = [json.loads(line) for line in lines]
        standing, needed = sum(each["standing"] for each in stood), max(each["seconds"] for each in stood)
        return Standing(standing, needed, before, sum(map(_kilobytes, servers)), busy)
    finally:
        for crowd in crowds:
            crowd.kill()
            crowd.wait()


def _used(process: psutil.Process) -> float:
    """Seconds of CPU so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _kilobytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1024
