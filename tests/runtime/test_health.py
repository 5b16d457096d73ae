"""The machine's doors answer whatever the Host, name each dependency, and tell nothing to those without the token."""

import asyncio
import http.client
import json
import socket
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

import apps.conversations.metrics  # noqa: F401 — the room whose numbers are asked for
from runtime.watching import metrics, pulse
from runtime.watching.health import HealthApp, Message, Receive, Scope, Send


async def the_product(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"the product itself"})


async def ask(path: str, method: str = "GET", door: HealthApp | None = None, **headers: str) -> tuple[int, bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    named = [(name.encode(), value.encode()) for name, value in {"host": "stranger.example", **headers}.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named}
    await (door or HealthApp(the_product))(scope, receive, send)
    return int(sent[0]["status"]), bytes(sent[1]["body"])


async def report() -> tuple[int, dict[str, Any]]:
    status, body = await ask("/readyz")
    return status, json.loads(body)


async def test_alive_whatever_the_host() -> None:
    assert await ask("/healthz") == (200, b'{"status": "alive"}')


async def test_other_paths_are_the_products() -> None:
    assert await ask("/") == (418, b"the product itself")


async def test_only_get() -> None:
    assert (await ask("/healthz", method="POST"))[0] == 405
    assert await ask("/healthz", method="HEAD") == (200, b"")


async def test_every_dependency_is_named_with_its_state() -> None:
    _status, told = await report()
    assert {"database", "migrations", "valkey", "worker turns", "worker ingest", "beat", "model", "disk"} <= set(told["checks"])
    assert told["checks"]["database"]["state"] == "ok"
    assert told["checks"]["valkey"]["state"] == "ok"


@pytest.mark.parametrize("address", ["amqp://guest:guest@127.0.0.1:1//", "redis://127.0.0.1:1/1"])
async def test_a_broker_that_is_away_is_named_and_its_password_is_not(settings: Any, address: str) -> None:
    _status, told = await report()
    assert told["checks"]["broker"] == {"state": "ok", "ms": told["checks"]["broker"]["ms"]}
    settings.CELERY_BROKER_URL = address
    status, told = await report()
    assert status == 503
    assert told["checks"]["broker"]["state"] == "down"
    assert "guest" not in json.dumps(told)
    assert "127.0.0.1" not in json.dumps(told["checks"]["broker"])


async def test_a_worker_that_is_not_heard_makes_the_product_unready(settings: Any) -> None:
    pulse.forget(settings.VALKEY_URL, *pulse.NAMES)
    status, told = await report()
    assert status == 503
    assert told["checks"]["worker turns"]["state"] == "down"
    pulse.Pulse(settings.VALKEY_URL, ["turns"]).beat()
    assert (await report())[1]["checks"]["worker turns"]["state"] == "ok"
    pulse.forget(settings.VALKEY_URL, *pulse.NAMES)


def test_a_containers_check_hears_its_own_process_and_no_other(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "another")
    pulse.Pulse(settings.VALKEY_URL, ["turns"]).beat()
    monkeypatch.setattr(socket, "gethostname", lambda: "this-one")
    assert not pulse.beats_here(settings.VALKEY_URL, "turns")
    pulse.Pulse(settings.VALKEY_URL, ["turns"]).beat()
    assert pulse.beats_here(settings.VALKEY_URL, "turns")
    pulse.forget(settings.VALKEY_URL, "turns", "turns@another", "turns@this-one")


@override_settings(MODEL_URL="http://127.0.0.1:1/v1")
async def test_a_missing_model_degrades_and_is_not_fatal() -> None:
    _status, told = await report()
    assert told["checks"]["model"]["state"] == "degraded"


async def test_a_broker_that_is_away_is_told_without_its_address(settings: Any) -> None:
    settings.VALKEY_URL = "redis://:hunter2@127.0.0.1:1/0"
    status, body = await ask("/readyz")
    assert status == 503
    assert json.loads(body)["checks"]["valkey"]["state"] == "down"
    assert b"hunter2" not in body


async def test_metrics_tell_queues_and_what_the_rooms_count() -> None:
    status, body = await ask("/metrics")
    assert status == 200
    assert b'yingda_queue_length{queue="turns"}' in body
    assert b"# TYPE yingda_turns_total counter" in body


@override_settings(METRICS_TOKEN="let-me-in")
async def test_metrics_can_be_kept_behind_a_token() -> None:
    assert (await ask("/metrics"))[0] == 401
    assert (await ask("/metrics", authorization="Bearer let-me-out"))[0] == 401
    assert (await ask("/metrics", authorization="Bearer let-me-in"))[0] == 200


@override_settings(PRODUCTION=True, METRICS_TOKEN="let-me-in", MODEL_URL="http://127.0.0.1:1/v1")
async def test_in_production_a_stranger_learns_whether_it_is_ready_and_no_more() -> None:
    pulse.forget(settings.VALKEY_URL, *pulse.NAMES)
    for token in ("", "Bearer let-me-out"):
        status, body = await ask("/readyz", authorization=token)
        assert (status, json.loads(body)) == (503, {"status": "down"})
    status, body = await ask("/readyz", authorization="Bearer let-me-in")
    assert (status, json.loads(body)["checks"]["worker turns"]["state"]) == (503, "down")


@override_settings(PRODUCTION=True, METRICS_TOKEN="")
async def test_in_production_metrics_are_closed_until_there_is_a_token() -> None:
    assert (await ask("/metrics"))[0] == 401
    assert (await ask("/metrics", authorization="Bearer "))[0] == 401
    assert (await ask("/metrics", authorization="Bearer None"))[0] == 401


async def test_metrics_are_made_once_for_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    async def exposition() -> bytes:
        made.append(1)
        await asyncio.sleep(0.05)
        return b"numbers"

    monkeypatch.setattr(metrics, "exposition", exposition)
    door = HealthApp(the_product)
    answers = await asyncio.gather(*(ask("/metrics", door=door) for _ in range(50)))
    assert {answer[1] for answer in answers} == {b"numbers"}
    await ask("/metrics", door=door)
    assert len(made) == 1


@override_settings(PRODUCTION=True, METRICS_TOKEN="let-me-in")
def test_a_workers_own_numbers_want_the_token_too() -> None:
    server = metrics.serve(0)
    try:
        line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        told = []
        for token in ("", "Bearer let-me-out", "Bearer \xe9", "Bearer let-me-in"):
            line.request("GET", "/metrics", headers={"Authorization": token})
            answer = line.getresponse()
            told.append((answer.status, b"yingda_" in answer.read()))
        assert told == [(401, False), (401, False), (401, False), (200, True)]
    finally:
        server.shutdown()
        server.server_close()
