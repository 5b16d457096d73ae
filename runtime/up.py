"""`manage.py up`: the whole product on one machine, in the foreground, until Ctrl-C or SIGTERM.

It loads no Django: servers start while the rest of the product is still being imported in its own processes.
"""

import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from runtime import environment, welcome
from runtime.errors import CannotStart
from runtime.folder import PRIVATE
from runtime.programs import PYTHON
from runtime.screen import Screen, complain
from runtime.services import leftovers, postgres
from runtime.services.service import Service, port_is_free
from runtime.services.stack import ROOT, Options, Stack
from runtime.services.supervisor import State, Supervisor
from runtime.watching import pulse

ROOM_FIRST = 600  # megabytes a first start needs: the database, its log, the demo
ROOM_LATER = 100
START_SECONDS = 120
PATIENCE = 4  # looks, a second apart, at a service that does not stay up when the product starts
STOP_SECONDS = 75
ERROR = re.compile(r"FATAL|PANIC|Error|ERROR|error:|# Fatal")


class Stop(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def main() -> int:
    """Run until told to stop; 0 after an orderly end, 1 with one sentence when the product cannot run."""
    os.umask(PRIVATE)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        Product(Options.read()).run()
    except Stop:
        return 0
    except CannotStart as problem:
        complain(str(problem))
        return 1
    except OSError as problem:
        complain(f"The product cannot run: {problem.strerror}{f' ({problem.filename})' if problem.filename else ''}.")
        return 1
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Stop


class Product:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.folder = options.folder
        self.screen = Screen()
        self.seen: dict[str, int] = {}
        self.failures: dict[str, int] = {}

    def run(self) -> None:
        _raise_file_limit()
        self.folder.prepare()
        with self.folder.locked():
            self._check_machine()
            leftovers.sweep(str(self.folder.path))
            self.folder.fresh_metrics()
            stack = Stack(self.options)
            if stack.embeds_database:
                self._ensure_cluster()
            supervisor = Supervisor(self.folder, {"stores": stack.stores, "app": stack.app}, stack.environment)
            try:
                self._start(stack, supervisor)
                self._watch(stack, supervisor)
            finally:
                self._stop(stack, supervisor)

    def _check_port(self) -> None:
        if not port_is_free(self.options.port, self.options.bind):
            other = self.options.port + 1
            raise CannotStart(
                f"Port {self.options.port} is taken on this machine: choose another, as in PORT={other} make run."
            )

    def _check_machine(self) -> None:
        self._check_port()
        needed = ROOM_LATER if self.folder.postgres.exists() else ROOM_FIRST
        free = shutil.disk_usage(self.folder.path).free // 1024**2
        if free < needed:
            raise CannotStart(f"The disk of {self.folder.path} has {free} MB left and the product needs {needed} MB.")

    def _ensure_cluster(self) -> None:
        if not self.folder.postgres.exists():
            self.screen.say(f"First start: making the database in {self.folder.path}")
        with self.screen.working(lambda: "making the database"):
            postgres.ensure_cluster(self.folder)

    def _start(self, stack: Stack, supervisor: Supervisor) -> None:
        self.screen.say(f"Starting Yingda on port {self.options.port}, data in {self.folder.path}")
        with self._reading_settings(stack):
            supervisor.start(ROOT)
            needed = [service for service in stack.stores if service.name != "model"]
            self._wait(supervisor, needed)
        if stack.embeds_database:
            postgres.prepare(self.folder, self.folder.port("postgres"))
        pulse.forget(stack.environment["VALKEY_URL"], *pulse.NAMES, *map(pulse.of_node, stack.workers))
        environment.keep(self.folder, stack.environment)
        self._prepare(stack)
        self._check_port()  # once more: what shares a port is not told that another product took it meanwhile
        supervisor.start_group("app")
        self._wait(supervisor, [*stack.app, *(service for service in stack.stores if service not in needed)])
        self.screen.say(f"Ready in {self.screen.elapsed():.1f} s. Ctrl-C stops everything.\n")
        for line in welcome.lines(self.folder, self.options.port):
            self.screen.say(line)

    @contextlib.contextmanager
    def _reading_settings(self, stack: Stack) -> Iterator[None]:
        """Reads the settings in a process of their own meanwhile: so a wrong environment is told here once, not by each
        service."""
        argv = (PYTHON, "-c", "import config.settings")
        environment = {**os.environ, **stack.environment}
        reading = subprocess.Popen(argv, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
        try:
            yield
            told = reading.communicate()[1].strip().splitlines()
        finally:
            if reading.poll() is None:
                reading.kill()
                reading.wait()
        if reading.returncode:
            lines = [line.removeprefix("yingda: ") for line in told[-8:]]
            raise CannotStart(" ".join(lines) or "The settings can't be read.")

    def _prepare(self, stack: Stack) -> None:
        """Migrations and demo, in a process of their own, unless the database says they were done for this very code."""
        state = stack.state()
        if postgres.prepared_for(stack.environment["DATABASE_URL"]) == state:
            return
        self.screen.say("Preparing the database for this version")
        demo = ("--demo",) if self.options.demo else ()
        began = time.monotonic()
        with self.screen.working(lambda: "preparing"):
            prepare = subprocess.Popen(
                (PYTHON, "manage.py", "prepare", "--state", state, *demo),
                cwd=ROOT,
                env={**os.environ, **stack.environment},
                stdout=subprocess.PIPE,
                stderr=(self.folder.logs / "prepare.log").open("wb"),
                text=True,
                start_new_session=True,
            )
            try:
                for line in prepare.stdout or ():
                    self.screen.say(f"  {line.rstrip()}")
                prepare.wait()
            finally:
                if prepare.poll() is None:
                    prepare.terminate()
                    prepare.wait()
        if prepare.returncode:
            raise CannotStart(f"The database could not be prepared: {_last_error(self.folder.logs / 'prepare.log')}")
        self.screen.say(f"  prepared in {time.monotonic() - began:.1f} s")

    def _wait(self, supervisor: Supervisor, services: Sequence[Service]) -> None:
        """Until all are ready, telling each as it comes; a service that keeps dying ends the wait."""
        waiting = {service.name: service for service in services}
        deadline = time.monotonic() + START_SECONDS
        looked = 0.0
        with self.screen.working(lambda: "waiting for " + ", ".join(list(waiting))):
            while waiting:
                for name in [name for name, service in waiting.items() if service.ready()]:
                    del waiting[name]
                    self.screen.service(name, "ready", f"{self.screen.elapsed():.1f} s")
                if time.monotonic() - looked > 1:
                    looked = time.monotonic()
                    self._check(supervisor, waiting)
                if time.monotonic() > deadline:
                    raise CannotStart(f"Not ready after {START_SECONDS} s: {', '.join(waiting)}; logs in {self.folder.logs}.")
                time.sleep(0.03)

    def _check(self, supervisor: Supervisor, waiting: dict[str, Service]) -> None:
        if not supervisor.alive:
            raise CannotStart(f"The process manager ended; its log is {self.folder.logs / 'supervisord.log'}.")
        for state in supervisor.states().values():
            if state.name in waiting and state.failing:
                self.failures[state.name] = self.failures.get(state.name, 0) + 1
                if self.failures[state.name] >= PATIENCE:
                    raise CannotStart(f"{state.name} cannot be started: {self._last_words(state.name)}")

    def _last_words(self, name: str) -> str:
        log = self.folder.logs / f"{name}.log"
        return f"{_last_error(log)} (its log: {log})"

    def _watch(self, stack: Stack, supervisor: Supervisor) -> None:
        """Tell what dies and what comes back; supervisord does the restarting."""
        services = {service.name: service for service in (*stack.stores, *stack.app)}
        self.seen = {name: state.pid for name, state in supervisor.states().items()}
        coming: dict[str, float] = {}
        while True:
            time.sleep(1)
            if not supervisor.alive:
                raise CannotStart(f"The process manager was ended; its log is {self.folder.logs / 'supervisord.log'}.")
            for state in supervisor.states().values():
                self._compare(stack, state, coming)
            for name in [name for name in coming if services[name].ready()]:
                self.screen.service(name, "ready", f"again, after {time.monotonic() - coming.pop(name):.1f} s")

    def _compare(self, stack: Stack, state: State, coming: dict[str, float]) -> None:
        if state.given_up:
            raise CannotStart(f"{state.name} keeps dying and was given up: {self._last_words(state.name)}")
        if state.pid == self.seen.get(state.name):
            return
        self.seen[state.name] = state.pid
        if state.name not in coming:
            self.screen.service(state.name, "died", f"and is started again; its log: {self.folder.logs / state.name}.log")
            coming[state.name] = time.monotonic()
        pulses = stack.pulses_of(state.name)
        if pulses:
            with contextlib.suppress(CannotStart):  # the broker itself may be what died
                pulse.forget(stack.environment["VALKEY_URL"], *pulses)

    def _stop(self, stack: Stack, supervisor: Supervisor) -> None:
        """The app first, then the stores; a second Ctrl-C ends the wait for work in progress."""
        self.screen.say("\nStopping …")
        environment.forget(self.folder)
        try:
            with self.screen.working(lambda: "waiting for work in progress"):
                supervisor.stop(STOP_SECONDS)
        except Stop:
            pass
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        supervisor.kill()
        leftovers.sweep(str(self.folder.path))
        self.screen.say("Stopped.")


def _raise_file_limit() -> None:
    """Each open chat is a file to the kernel; the usual soft limit of 1,024 is a thousand chats."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536, hard))


def _last_error(log: Path) -> str:
    """The latest line of a log that names an error, else its latest line."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8000))
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    except OSError:
        return "it left no log"
    errors = [line for line in lines if ERROR.search(line)]
    return (errors or lines or ["it said nothing"])[-1].removeprefix("CommandError: ")[:300]


if __name__ == "__main__":
    sys.exit(main())
