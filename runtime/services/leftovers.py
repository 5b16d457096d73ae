"""Processes of an earlier run on the same data folder that outlived it, found by the mark in their environment."""

import contextlib
import os
from collections.abc import Callable

import psutil

MARK = "YINGDA_RUN"


def sweep(folder: str, patience: float = 10) -> int:
    """End what was left behind; returns how many there were. Call it only with the data folder locked."""
    found = [process for process in psutil.process_iter() if _is_marked(process, folder)]
    for process in found:
        _quietly(process.terminate)
    _gone, alive = psutil.wait_procs(found, timeout=patience)
    for process in alive:
        _quietly(process.kill)
    psutil.wait_procs(alive, timeout=5)
    return len(found)


def _is_marked(process: psutil.Process, folder: str) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return process.environ().get(MARK) == folder
    except (psutil.Error, OSError):
        return False  # gone, or somebody else's


def _quietly(act: Callable[[], None]) -> None:
    with contextlib.suppress(psutil.Error):
        act()
