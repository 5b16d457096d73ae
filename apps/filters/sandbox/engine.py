"""The engine that runs tenants' own code: how much of everything one call may use, and the clock that cuts it off."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from wasmtime import Config, Engine

MEMORY = 16 * 1024 * 1024  # bytes of a call's memory
STACK = 256 * 1024
TABLE = 10_000  # entries of its tables
FUEL = 10_000_000  # steps of a call, some 2 to 3 ms; the same code on the same sentence always takes as many
DEADLINE = 0.005  # seconds of a call, for what takes long in few steps
TICK = 0.001
LINGERS = 50  # ticks after the last call: waking up costs more than a few of them


@cache
def engine() -> Engine:
    """One a process. Its language is without what makes results depend on the machine, or takes memory that no limit counts."""
    config = Config()
    config.consume_fuel = True
    config.epoch_interruption = True
    config.max_wasm_stack = STACK
    config.cranelift_nan_canonicalization = True
    config.parallel_compilation = False  # a save of one tenant takes no more than one core
    config.memory_reservation = MEMORY
    config.memory_guard_size = 64 * 1024
    config.memory_may_move = False
    for proposal in (
        *("threads", "memory64", "multi_memory", "relaxed_simd", "gc", "exceptions", "function_references"),
        *("stack_switching", "component_model", "custom_page_sizes"),
    ):
        setattr(config, f"wasm_{proposal}", False)
    return Engine(config)


class Clock:
    """Moves the engine's time on while code runs; asleep otherwise."""

    def __init__(self) -> None:
        self._calls = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._changed:
            self._calls += 1
            if self._thread is None or not self._thread.is_alive():  # a process that was forked has none
                self._thread = threading.Thread(target=self._tick, name="filters-clock", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._calls -= 1

    def _tick(self) -> None:
        idle = 0
        while True:
            with self._changed:
                idle = 0 if self._calls else idle + 1
                if idle > LINGERS:
                    self._changed.wait_for(lambda: self._calls)
            time.sleep(TICK)
            engine().increment_epoch()


clock = Clock()
