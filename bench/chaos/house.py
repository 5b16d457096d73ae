"""The whole product twice over: `manage.py up`, a second web process and a second `turns` worker with a clock of their own."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import psutil
import redis

from bench.arena import Arena
from runtime import environment, programs
from runtime.folder import Folder
from runtime.services.service import LOOPBACK, Running, Service, accepts_http, free_port


class House:
    """Processes by name: `web`, `turns` and the others of `manage.py up`, and `web2`, `turns2` of the second machine.

    supervisord restarts the first ones when they die, `mend` the second ones.
    """

    def __init__(self, arena: Arena) -> None:
        self.folder = Folder(arena.product.folder)
        self.product = arena.product
        self.clock = self.folder.run / "second-clock"
        self.set_clock(0)
        self.ports = [arena.port, free_port()]
        # Both keep visitors' buckets in one Valkey: told other limits, each would refuse by what the other has let in.
        shared = {**arena.chosen, **environment.of_running(self.folder), "YINGDA_DATA_DIR": str(self.folder.path)}
        web = self._skewed(programs.web("daphne", LOOPBACK, self.ports[1]))
        turns = self._skewed(programs.worker("turns", "turns2"))
        self.second = {
            "web2": Service("web2", web, ready=self._answers, environment={**shared, programs.WORK: "web"}),
            "turns2": Service("turns2", turns, ready=lambda: True, environment={**shared, programs.WORK: "turns"}),
        }
        self.running = {name: self._start(service) for name, service in self.second.items()}

    async def wait_until_ready(self) -> None:
        await asyncio.to_thread(self.running["web2"].wait_until_ready, 60)

    async def mend(self) -> None:
        """Restarts what has ended, as supervisord does for the others, until cancelled."""
        while True:
            for name, running in self.running.items():
                if running.process.poll() is not None:
                    self.running[name] = self._start(self.second[name])
            await asyncio.sleep(0.5)

    def stop(self) -> None:
        for running in self.running.values():
            running.stop()

    def kill(self, name: str) -> bool:
        """SIGKILL, without manners. False when it is down already."""
        return self.signal(name, signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> bool:
        process = self.process(name)
        if process is None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        return True

    def process(self, name: str) -> psutil.Process | None:
        if name in self.running:
            running = self.running[name]
            return psutil.Process(running.process.pid) if running.process.poll() is None else None
        words = {
            "web": "runtime.web.serving",
            "beat": "runtime.clock",
            "postgres": "bin/postgres",
            "valkey": "valkey",
            "model": "runtime.model",
        }
        found = [each for each in self.product.processes() if self._is(each, words.get(name, f"-Q {name}"))]
        # PostgreSQL's postmaster is the parent of the others.
        return min(found, key=lambda each: each.create_time(), default=None)

    def forget_everything(self) -> None:
        """Valkey is emptied, its file on disk too, and dies: it starts again with nothing."""
        with contextlib.suppress(redis.RedisError):
            redis.Redis.from_url(os.environ["VALKEY_URL"]).flushall()
        self.kill("valkey")

    def set_clock(self, seconds: int) -> None:
        """Sets how far the second machine's clock is from the first one's."""
        self.clock.write_text(f"{seconds:+d}")

    def fill_disk(self, name: str, full: bool) -> None:
        """No file that this process writes may grow beyond 64 KB: writing ends with EFBIG, as it does with ENOSPC."""
        process = self.process(name)
        if process:
            with contextlib.suppress(psutil.Error, OSError):
                process.rlimit(psutil.RLIMIT_FSIZE, (64 * 1024 if full else psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))

    def _is(self, process: psutil.Process, words: str) -> bool:
        with contextlib.suppress(psutil.Error):
            line = process.cmdline()
            return words in " ".join(line) and Path(line[0]).name != "setpriv" and "supervisor" not in " ".join(line)
        return False

    def _skewed(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        python, _dash_m, *module = argv
        return (python, "-m", "bench.chaos.skewed", str(self.clock), *module)

    def _answers(self) -> bool:
        return accepts_http(self.ports[1], "/healthz")

    def _start(self, service: Service) -> Running:
        return Running(service, self.folder.logs / f"{service.name}.log")
