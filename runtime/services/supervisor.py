"""The process manager: supervisord, its configuration written from our services, asked over loopback XML-RPC."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.errors import CannotStart
from runtime.folder import PRIVATE, Folder, write_private
from runtime.services.service import LOOPBACK, Service

RESTARTS = 20  # with supervisord's growing pauses that is about four minutes of trying


@dataclass(frozen=True)
class State:
    """One process as supervisord knows it. `pid` is 0 when it is down."""

    name: str
    pid: int
    word: str

    @property
    def failing(self) -> bool:
        """It did not stay up and waits for its next try, or was given up."""
        return self.word in ("BACKOFF", "FATAL")

    @property
    def given_up(self) -> bool:
        return self.word == "FATAL"


class Supervisor:
    """`groups` are stopped in reverse order; the first starts with supervisord, the others when told to."""

    def __init__(self, folder: Folder, groups: Mapping[str, Sequence[Service]], environment: Mapping[str, str]) -> None:
        if re.search(r"%| ;| #", str(folder.path)):  # what supervisord's configuration cannot hold in a path
            raise CannotStart(f"The path of the data folder may not contain “%”, “ ;” or “ #”: {folder.path}")
        self.folder = folder
        self.first = next(iter(groups))
        self.environment = {**os.environ, **environment}
        self._password = folder.secret("supervisor_password")
        self._port = folder.port("supervisor")
        self._file = folder.run / "supervisord.conf"
        write_private(self._file, self._configuration(groups))
        self._server = xmlrpc.client.ServerProxy(f"http://yingda:{self._password}@{LOOPBACK}:{self._port}/RPC2")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, root: Path) -> None:
        argv = (sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(self._file))
        tied = Service(name="supervisord", argv=argv, ready=lambda: True).command
        with (self.folder.logs / "supervisord.log").open("ab") as log:
            self._process = subprocess.Popen(
                tied,
                cwd=root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C at the terminal is ours to pass on, in order
            )

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def states(self) -> dict[str, State]:
        """Empty while supervisord does not answer yet, or no more."""
        try:
            answer = self._server.supervisor.getAllProcessInfo()
        except (OSError, xmlrpc.client.Error):
            return {}
        found = {}
        for one in answer if isinstance(answer, list) else []:
            name, word = str(one["name"]), str(one["statename"])
            found[name] = State(name=name, pid=int(one["pid"]), word=word)
        return found

    def start_group(self, group: str) -> None:
        self._server.supervisor.startProcessGroup(group, False)

    def stop(self, seconds: float) -> None:
        """Ask for an orderly end: the app first, then what it stands on."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def kill(self) -> None:
        """The end without manners; the kernel then tells each service to stop."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _configuration(self, groups: Mapping[str, Sequence[Service]]) -> str:
        run, logs = self.folder.run, self.folder.logs
        lines = [
            "[supervisord]",
            f"logfile={logs}/supervisor.log",
            "logfile_maxbytes=5MB",
            "logfile_backups=1",
            "silent=true",
            f"umask={PRIVATE:03o}",
            f"pidfile={run}/supervisord.pid",
            f"childlogdir={logs}",
            *(["user=root"] if os.geteuid() == 0 else []),
            "[inet_http_server]",
            f"port={LOOPBACK}:{self._port}",
            "username=yingda",
            f"password={self._password}",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        ]
        for place, (name, services) in enumerate((name, services) for name, services in groups.items() if services):
            names = ",".join(service.name for service in services)
            # Groups are stopped from the highest priority down.
            lines += [f"[group:{name}]", f"programs={names}", f"priority={100 + place}"]
            for service in services:
                lines += self._program(service, logs, autostart=name == self.first)
        return "\n".join(lines) + "\n"

    def _program(self, service: Service, logs: Path, *, autostart: bool) -> list[str]:
        return [
            f"[program:{service.name}]",
            f"command={_escape(shlex.join(service.command))}",
            *([f"environment={_escape(told)}"] if (told := _environment(service)) else []),
            f"autostart={str(autostart).lower()}",
            "autorestart=true",
            "startsecs=10",  # ending sooner counts as a failed start: importing the product takes seconds
            f"startretries={RESTARTS}",
            f"stopsignal={service.stop_signal}",
            f"stopwaitsecs={service.stop_seconds}",
            "killasgroup=true",
            "redirect_stderr=true",
            f"stdout_logfile={logs}/{service.name}.log",
            "stdout_logfile_maxbytes=10MB",
            "stdout_logfile_backups=2",
        ]


def _environment(service: Service) -> str:
    return ",".join(f'{name}="{value}"' for name, value in service.environment.items())


def _escape(text: str) -> str:
    """Doubles % signs, because a lone one begins an expansion in supervisord's configuration."""
    return text.replace("%", "%%")
