"""`make bench`: what the product does on this machine, and beside each figure what bare means do in the same run.

ARGS="--only messages,search --seconds 10 --json out.json --markdown --quick --strict". Exits with 1 when a row could not be
measured, with --strict also when a budget is missed.
"""

import argparse
import contextlib
import json
import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from bench import profile
from bench.arena import say
from bench.row import Row, markdown, missing, text
from bench.rows import (
    fairness,
    filters,
    flows,
    idle,
    messages,
    platform_time,
    search,
    soak,
    sockets,
    starts,
    streams,
    tenants,
    turns,
    widget,
)
from bench.trial import Trial
from runtime import programs

# In this order: the starts before anything else runs; what leaves a backlog, a large tenant or a thousand behind at the end.
ROWS: dict[str, Callable[[Trial], Iterator[Row]]] = {
    "starts": starts.rows,
    "widget": widget.rows,
    "messages": messages.rows,
    "turns": turns.rows,
    "profile": profile.rows,
    "platform": platform_time.rows,
    "flows": flows.rows,
    "filters": filters.rows,
    "streams": streams.rows,
    "tenants": tenants.rows,
    "fairness": fairness.rows,
    "soak": soak.rows,
    "sockets": sockets.rows,
    "search": search.rows,
    "idle": idle.rows,
}


def measure(trial: Trial, names: list[str]) -> list[Row]:
    """One group that fails takes no other with it."""
    found: list[Row] = []
    for name in names:
        began = time.monotonic()
        try:
            for row in ROWS[name](trial):
                found.append(row)
                say(text([row]))
        except Exception as error:
            traceback.print_exc()
            found.append(missing(name, f"{type(error).__name__}: {error}"))
        say(f"— {name}: {time.monotonic() - began:.0f} s\n")
    return found


def machine(trial: Trial) -> dict[str, Any]:
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": psutil.cpu_count(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "processor": _processor(),
        "python": platform.python_version(),
        "server": trial.server,
        "seconds": trial.seconds,
        "quick": trial.quick,
        "load_before": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(ROWS), metavar="A,B", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--seconds", type=float, help="how long a load lasts (20; 4 with --quick)")
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that every row works, in about three minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")
    parser.add_argument("--markdown", action="store_true", help="print the table as docs/performance.md has it")
    parser.add_argument("--strict", action="store_true", help="a missed budget fails")
    options = parser.parse_args(argv)
    options.only = [name.strip() for name in options.only.split(",") if name.strip()]
    unknown = [name for name in options.only if name not in ROWS]
    if unknown:
        parser.error(f"There is no group {', '.join(unknown)}. Choose from {', '.join(ROWS)}.")
    return options


def main(argv: list[str]) -> int:
    options = arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started here is stopped
    trial = Trial(options.seconds or (4.0 if options.quick else 20.0), options.quick, programs.server_wanted())
    told = machine(trial)
    with trial.ends:
        rows = measure(trial, [name for name in ROWS if name in options.only])
    say(f"{told['cores']} cores, {told['processor']}, {told['server']}; client and server share them.\n")
    say(markdown(rows) if options.markdown else text(rows))
    if options.json:
        options.json.write_text(json.dumps({"machine": told, "rows": [row.to_json() for row in rows]}, indent=1) + "\n")
    unmeasured = any(row.figure is None for row in rows)
    return 1 if unmeasured or (options.strict and any(row.met is False for row in rows)) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
