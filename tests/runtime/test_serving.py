"""Web processes of the real kind: any number of them serve one conversation, and each one ends in good order."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.test import Client
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from apps.agents import presence
from apps.tenants import context
from bench.wire import Frame, Line
from runtime import programs
from runtime.services.service import LOOPBACK, Running, Service, accepts_http, free_port
from tests.cast import ACME_HOST, Cast
from tests.conversations.client import open_session
from tests.crew import own_database
from tests.runtime import flood
from tests.waiting import wait_for

RESTARTING, TRY_AGAIN_LATER = 1012, 1013


def start(argv: tuple[str, ...], port: int, folder: Path, path: str = "/healthz") -> Running:
    service = Service("web", argv, ready=lambda: accepts_http(port, path), environment={"DATABASE_URL": own_database()})
    running = Running(service, folder / f"web-{port}.log")
    running.wait_until_ready(60)
    return running


@pytest.fixture
def webs(committed: Cast, tmp_path: Path) -> Iterator[dict[int, Running]]:
    """Two web processes on the tests' database and Valkey, by their ports."""
    ports = free_port(), free_port()
    found = {port: start(programs.web("daphne", LOOPBACK, port), port, tmp_path) for port in ports}
    yield found
    for running in found.values():
        running.stop()


def serving(port: int, application: str) -> tuple[str, ...]:
    options = ("-b", LOOPBACK, "-p", str(port), "-v", "0")
    return (sys.executable, "-m", "runtime.web.serving", *options, application)


def told(port: int) -> str:
    with urlopen(f"http://{LOOPBACK}:{port}/", timeout=30) as page:
        return str(page.read().decode())


def cookie_of_bob(cast: Cast) -> str:
    with context.inside(cast.acme):
        presence.choose(cast.bob, "online")
        client = Client()
        client.force_login(cast.bob)
        return client.cookies[settings.SESSION_COOKIE_NAME].value


async def heard(line: Line, *kinds: str) -> Frame:
    async with asyncio.timeout(30):
        return await line.next(*kinds)


@pytest.mark.timeout(180)
def test_customer_and_agent_on_two_web_processes_and_one_that_stops(committed: Cast, webs: dict[int, Running]) -> None:
    here, there = webs
    token, cookie = open_session(committed.acme, ACME_HOST)["token"], cookie_of_bob(committed)

    async def talk() -> None:
        vera, bob = await Line.customer(here, ACME_HOST, token), await Line.agent(there, ACME_HOST, cookie)
        conversation = (await heard(vera, "welcome"))["conversation"]
        await heard(bob, "welcome")
        own = await vera.say("Is anybody there?")
        assert (await heard(vera, "ack"))["client_id"] == own
        await bob.send("claim", conversation=conversation)
        assert (await heard(bob, "claimed"))["conversation"] == conversation
        await bob.send("open", conversation=conversation, after=0)
        await heard(bob, "opened")
        await bob.say("Bob here, on the other process.", conversation=conversation)
        said = await heard(vera, "message")
        while said["author"]["kind"] != "agent":
            said = await heard(vera, "message")
        await vera.say("And I see you.")
        seen = await heard(bob, "message")
        while seen["text"] != "And I see you.":
            seen = await heard(bob, "message")
        webs[here].process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            async for _frame in vera:
                pass
        assert vera.code == RESTARTING
        again = await Line.customer(there, ACME_HOST, token, conversation, after=said["seq"])
        assert (await heard(again, "welcome"))["seq"] == seen["seq"]
        assert (await heard(again, "message"))["text"] == "And I see you."
        await again.close()
        await bob.close()

    asyncio.run(talk())
    assert webs[here].process.wait(20) == 0


@pytest.mark.timeout(120)
def test_a_client_that_does_not_read_is_let_go_instead_of_filling_the_memory(committed: Cast, tmp_path: Path) -> None:
    port = free_port()
    running = start(serving(port, "tests.runtime.flood:application"), port, tmp_path, "/")

    async def read_late() -> tuple[int, int]:
        async with connect(f"ws://{LOOPBACK}:{port}/", max_queue=1, compression=None, proxy=None, ping_interval=None) as line:
            await asyncio.to_thread(wait_for, lambda: told(port) == "over")  # it has sent and sent
            count = 0
            with contextlib.suppress(ConnectionClosed):
                async with asyncio.timeout(60):
                    async for _piece in line:
                        count += 1
            return count, line.close_code or 1006

    try:
        count, code = asyncio.run(read_late())
    finally:
        running.stop()
    assert count < flood.MOST / 2
    assert code in (TRY_AGAIN_LATER, 1006), "it could read the goodbye only if it read in time"


@pytest.mark.timeout(120)
def test_what_a_client_sends_before_it_is_taken_stays_on_its_own_side(tmp_path: Path) -> None:
    """A process that waits, for its database perhaps, does not keep what a stranger sends meanwhile."""
    port, piece, most = free_port(), "x" * 900_000, 100
    running = start(serving(port, "tests.runtime.flood:application"), port, tmp_path, "/")

    async def send() -> tuple[int, int]:
        async with connect(f"ws://{LOOPBACK}:{port}/busy", ping_interval=None) as line:
            went = 0
            with contextlib.suppress(TimeoutError):
                while went < most:
                    async with asyncio.timeout(1):
                        await line.send(piece)
                    went += 1
            answers = [len(piece) for _ in range(went) if int(await line.recv()) == len(piece)]
            return went, len(answers)

    try:
        went, answered = asyncio.run(send())
    finally:
        running.stop()
    assert went < most / 2
    assert answered == went, "all is taken in the end"


@pytest.mark.timeout(120)
def test_frames_of_every_size_arrive_whole_and_in_order_also_at_a_slow_reader(committed: Cast, tmp_path: Path) -> None:
    port = free_port()
    running = start(serving(port, "tests.runtime.parrot:application"), port, tmp_path, "/")
    lengths = [1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 150_000]
    texts = [letter * length for letter in ("x", "\u7b54") for length in lengths]

    async def talk() -> None:
        async with connect(f"ws://{LOOPBACK}:{port}/", max_queue=1, compression=None, proxy=None, ping_interval=None) as line:
            for sent in texts:
                await line.send(sent)
                assert await line.recv() == sent
            await line.send(b"\x00\xff")
            assert await line.recv() == b"\x00\xff"
            for sent in texts:
                await line.send(sent)
            await asyncio.sleep(1)  # what it sends back fills the line
            assert [await line.recv() for _ in texts] == texts

    try:
        asyncio.run(talk())
    finally:
        running.stop()
