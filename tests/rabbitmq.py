"""A RabbitMQ of the tests' own, where one is installed: on loopback, with its folder, ports and port mapper to itself."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from amqp.exceptions import AMQPError
from kombu import Connection

from runtime.services.service import LOOPBACK, Running, Service, free_port
from tests.waiting import wait_for

# The package's own wrappers insist on the system's user and folders; what they wrap does not.
PROGRAMS = Path("/usr/lib/rabbitmq/bin")
ABSENT = "RabbitMQ is not installed here: apt-get install rabbitmq-server brings this test to life."


def installed() -> bool:
    return (PROGRAMS / "rabbitmq-server").exists() and shutil.which("erl") is not None


class RabbitMQ:
    """Keeps its folder and ports over `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.port, self._mapper = free_port(), str(free_port())
        self.url = f"amqp://guest:guest@{LOOPBACK}:{self.port}//"
        self._log = folder / "rabbitmq.log"
        self._environment = {
            "HOME": str(folder),  # Erlang's cookie
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": self._mapper,
            "RABBITMQ_NODENAME": f"yingda{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        }
        self.start()

    def start(self) -> None:
        argv = (str(PROGRAMS / "rabbitmq-server"),)
        self._server = Running(Service("rabbitmq", argv, self._answers, self._environment), self._log)
        self._server.wait_until_ready(90)

    def kill(self) -> None:
        os.killpg(self._server.process.pid, signal.SIGKILL)
        self._server.process.wait()

    def stop(self) -> None:
        self.kill()
        wait_for(self._mapper_is_gone)

    def _mapper_is_gone(self) -> bool:
        """Erlang's port mapper outlives its node, and ends only once it has noticed that; this one serves nobody else."""
        argv = ("epmd", "-port", self._mapper)
        subprocess.run((*argv, "-kill"), capture_output=True, check=False)
        return subprocess.run((*argv, "-names"), capture_output=True, check=False).returncode != 0

    def queues(self) -> dict[str, str]:
        """Each queue's type, as RabbitMQ itself tells."""
        argv = (str(PROGRAMS / "rabbitmqctl"), "--quiet", "--node", self._environment["RABBITMQ_NODENAME"])
        told = subprocess.run(
            (*argv, "list_queues", "name", "type", "--no-table-headers"),
            env={**os.environ, **self._environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return dict(line.split("\t") for line in told.splitlines())

    def _answers(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=1) as line:
                line.connect()
        except (OSError, AMQPError):
            return False
        return True
