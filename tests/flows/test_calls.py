"""A flow's call to its tenant's system, the demo's real order system with and without faults."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from apps.flows import calls
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Request
from apps.flows.models import Call, System
from apps.tenants import context
from apps.tenants.web import outgoing
from tests.cast import Cast
from tests.ordering import OrderSystem, order_system

RETURN = {"order": "AC-20418", "reason": "too small"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE", 0.01)


@pytest.fixture
def orders(acme: Cast) -> Iterator[OrderSystem]:
    """Acme's order system, as Acme has entered it."""
    with order_system(acme="", changfeng="") as found:
        system = System.objects.create(name="shop", base_url=f"{found.url}/acme")
        found.secrets["acme"] = system.secret
        yield found


def wanted(key: str = "run:0", **more: Any) -> Request:
    """A return of Acme's, unless it is told otherwise."""
    result = {"number": "return.number", "refund": "return.refund"}
    usual: dict[str, Any] = {"url": "/returns", "method": "POST", "body": RETURN, "result": result, "name": "return"}
    return Request(key, system="shop", **{"timeout": 2.0, "retries": 2, **usual, **more})


def order(number: str = "AC-20841", **result: str) -> Request:
    return wanted(method="GET", url=f"/orders/{number}", body={}, result=result)


def test_values_of_the_answer_fill_slots(orders: OrderSystem) -> None:
    returned = calls.make(
        order(
            status="order.status",
            first="order.items.0.name",
            total="order.total",
            open="order.returnable",
            on="order.delivered_on",
        )
    )
    assert returned == Returned({"status": "on_its_way", "first": "Ridgeline 2", "total": 378.0, "open": False, "on": None})
    call = Call.objects.get()
    assert (call.state, call.status, call.tries, call.run, call.name) == ("done", 200, 1, "run", "return")


def test_what_a_get_is_given_stands_in_its_query(orders: OrderSystem) -> None:
    asked = wanted(
        method="GET", url="/orders", body={"number": "# ac 20796 "}, result={"found": "found", "state": "order.status"}
    )
    assert calls.make(asked).slots == {"found": True, "state": "ready"}


def test_a_key_has_one_effect_and_is_retold_without_asking(orders: OrderSystem) -> None:
    first = calls.make(wanted())
    assert first.slots["refund"] == 179.0
    assert str(first.slots["number"]).startswith("R")
    assert calls.make(wanted()) == first
    assert (orders.asked, len(orders.records)) == ({"run:0": 1}, 1)
    assert calls.make(wanted("run:1")).slots["number"] != first.slots["number"], "another wish is another return"


def test_a_key_is_of_one_request(orders: OrderSystem) -> None:
    calls.make(wanted())
    assert calls.make(wanted(body={**RETURN, "reason": "too big"})).error == "This call was made before with other words."
    assert len(orders.records) == 1


@pytest.mark.parametrize("how", ["fail", "busy", "cut", "lost", "late", "stall"])
def test_trouble_that_passes_is_tried_again_with_one_effect(orders: OrderSystem, how: str) -> None:
    orders.next(how, seconds=1.0)
    assert calls.make(wanted(timeout=0.4)).slots["refund"] == 179.0
    assert len(orders.records) == 1
    assert Call.objects.get().tries == 2


def test_two_answers_are_one(orders: OrderSystem) -> None:
    orders.next("twice", "twice")
    assert not calls.make(wanted()).error
    assert not calls.make(order(status="order.status")).error or len(orders.records) == 1


@pytest.mark.parametrize(
    ("how", "sentence", "status"),
    [
        ("refuse", 'The address answered 400 Bad Request. {"error": "It was told to."}', 400),
        (
            "redirect",
            "The address answered 302 Found: it sends us elsewhere, which we do not follow. Enter the final address.",
            302,
        ),
        ("nonsense", "The answer is no JSON.", 200),
        ("huge", "The answer is longer than 256 KB.", 200),
    ],
)
def test_what_is_final_is_asked_once_and_retold(orders: OrderSystem, how: str, sentence: str, status: int) -> None:
    orders.next(how)
    assert calls.make(wanted()) == calls.make(wanted()) == Returned(error=sentence)
    call = Call.objects.get()
    assert (call.state, call.status, call.tries) == ("failed", status, 1)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("order.colour", "The answer has no “order.colour”."),
        ("order.items.7.name", "The answer has no “order.items.7.name”."),
        ("order.status.text", "The answer has no “order.status.text”."),
        ("order.items", "“order.items” of the answer is no single value."),
    ],
)
def test_a_value_that_is_not_there_is_told(orders: OrderSystem, path: str, sentence: str) -> None:
    assert calls.make(order(slot=path)) == Returned(error=sentence)


def test_an_answer_that_nobody_wants_may_be_anything(orders: OrderSystem) -> None:
    orders.next("nonsense")
    assert calls.make(wanted(result={})) == Returned()


def test_who_never_answers_is_left_after_the_tries(orders: OrderSystem) -> None:
    orders.next("fail", "fail", "fail", "fail")
    returned = calls.make(wanted())
    assert returned.error.startswith("The address answered 500 Internal Server Error.")
    call = Call.objects.get()
    assert (call.state, call.status, call.tries, call.error) == ("begun", 500, 3, returned.error)
    assert not calls.make(wanted(retries=1)).error, "nobody knew what came of it, so it is asked again"
    assert orders.asked == {"run:0": 1}


def test_all_tries_together_have_an_end(orders: OrderSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LONGEST_CALL", 0.5)
    orders.next(*["stall"] * 6, seconds=5.0)
    assert calls.make(wanted(timeout=5.0, retries=5)).error == "No complete answer within 0 seconds."
    assert Call.objects.get().tries == 1


def test_where_nobody_listens_is_told(orders: OrderSystem) -> None:
    System.objects.update(base_url="http://127.0.0.1:9")
    assert calls.make(wanted()).error == "Nothing is listening at this address. Check it, and whether your server is running."
    assert Call.objects.get().tries == 3


def test_a_private_address_is_the_operators_choice(orders: OrderSystem) -> None:
    with override_settings(PRIVATE_NETWORKS=False):
        assert calls.make(wanted()).error == "The address is in a network where nothing may be sent."
    assert (Call.objects.get().tries, orders.asked) == (1, {})


def test_another_secret_does_not_verify(orders: OrderSystem) -> None:
    System.objects.get().rotate()
    assert calls.make(wanted()).error.startswith("The address answered 401 Unauthorized.")
    assert not orders.records


def test_a_whole_address_is_not_signed(orders: OrderSystem) -> None:
    asked = Request("run:0", url=f"{orders.url}/acme/orders/AC-20841", method="GET", system="", timeout=2.0, retries=0)
    assert calls.make(asked).error.startswith("The address answered 401 Unauthorized.")


@pytest.mark.parametrize(
    "path", ["/../changfeng/orders/CF25080731", "/a/%2e%2e/x", "http://evil.example/", "//evil.example/", "x", "/a\\b"]
)
def test_a_path_stays_below_its_system(orders: OrderSystem, path: str) -> None:
    assert calls.make(wanted(url=path)).error
    assert not orders.asked


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "store"}, "There is no system “shop”."),
        ({"enabled": False}, "The system “shop” is switched off."),
    ],
)
def test_a_system_that_is_not_there_is_told(orders: OrderSystem, change: dict[str, Any], sentence: str) -> None:
    System.objects.update(**change)
    assert calls.make(wanted()) == Returned(error=sentence)


def test_a_secret_that_does_not_open_is_told(orders: OrderSystem) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE flows_system SET secret = 'v2.0000000000000000.AAAA'")
    assert calls.make(wanted()).error == "The secret of “shop” does not open. Make a new one."


class Killed(BaseException):
    pass


def test_a_worker_killed_before_it_wrote_the_end_asks_again_with_the_same_key(
    orders: OrderSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Call, "end", killed)
        with pytest.raises(Killed):
            calls.make(wanted())
    assert Call.objects.get().state == "begun"
    assert calls.make(wanted()).slots["refund"] == 179.0
    assert (orders.asked, len(orders.records)) == ({"run:0": 2}, 1)


@pytest.mark.parametrize("hows", [("lost", "fail", "fail"), ("torn", "torn", "fail"), ("huge",), ("nonsense",)])
def test_a_flow_that_tries_once_more_has_one_effect(orders: OrderSystem, hows: tuple[str, ...]) -> None:
    """Nobody knows what came of the first call, so the second tells the system that it is the same."""
    orders.next(*hows)
    assert calls.make(wanted("run:0")).error
    second = calls.make(wanted("run:3"))
    assert second.slots["refund"] == 179.0
    assert (set(orders.asked), len(orders.records)) == ({"run:0"}, 1)
    assert calls.make(wanted("run:3")) == second
    assert calls.make(wanted("run:4")).slots != second.slots, "what is known now is another wish"
    assert calls.make(wanted("other:0")).slots != second.slots, "and so is another customer's"


def test_two_workers_at_once_tell_the_same(orders: OrderSystem) -> None:
    calls.make(wanted())
    call = Call.objects.get()
    assert call.end(200, {"number": "another"}).slots == call.slots


def test_what_came_back_is_sealed(orders: OrderSystem) -> None:
    number = str(calls.make(wanted()).slots["number"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT slots, digest, flows_call::text FROM flows_call")
        slots, digest, whole = cursor.fetchone()
    assert slots.startswith("v2.")
    assert len(digest) == 64
    assert number not in whole
    assert RETURN["reason"] not in whole


def test_a_question_in_other_words_under_the_same_key_is_asked_too(orders: OrderSystem) -> None:
    """A burst: the customer corrects the number while the first call is under way."""
    assert calls.make(order("AC-20841", found="order.number")) == Returned({"found": "AC-20841"})
    corrected = order("AC-20418", found="order.number")
    assert calls.make(corrected) == calls.make(corrected) == Returned({"found": "AC-20418"})
    assert sorted(Call.objects.values_list("run", "tries")) == [("run", 1), ("run", 1)]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400])
def test_a_number_that_has_no_end_anywhere_else_is_told(cast: Cast, number: str) -> None:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f'{{"total": {number}}}'.encode())

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server, context.inside(cast.acme):
        Thread(target=server.handle_request, daemon=True).start()
        System.objects.create(name="shop", base_url=f"http://127.0.0.1:{server.server_port}")
        assert calls.make(order(total="total")) == Returned(error="“total” of the answer is too large a number.")


def test_what_no_database_keeps_is_left_out_of_values(orders: OrderSystem) -> None:
    asked = wanted(body={"order": "AC-20418", "reason": "a\x00b"}, result={"why": "return.reason"})
    assert calls.make(asked) == Returned({"why": "ab"})


def test_globex_has_none_of_acmes_systems_and_calls(orders: OrderSystem, cast: Cast) -> None:
    mine = calls.make(wanted())
    with context.inside(cast.globex):
        assert calls.make(wanted()).error == "没有名为“shop”的系统。"
        theirs = System.objects.create(name="shop", base_url=f"{orders.url}/acme")
        assert "401" in calls.make(wanted()).error, "with their own secret Acme's orders stay shut"
        orders.secrets["changfeng"] = theirs.secret
        System.objects.update(base_url=f"{orders.url}/changfeng")
        found = calls.make(wanted("run:1", body={"order": "CF25071902"}))
        assert found.slots["refund"] == 799.0
        assert Call.objects.count() == 2
    assert calls.make(wanted()) == mine
    assert Call.objects.count() == 1
    assert [record["shop"] for record in orders.records] == ["acme", "changfeng"]


def test_the_row_is_written_before_the_first_byte_is_sent(committed: Cast) -> None:
    """And no connection to the database is held while the system takes its time."""
    with context.inside(committed.acme), order_system(acme="s") as orders:
        System.objects.create(name="shop", base_url=f"{orders.url}/acme", secret="s")
        seen: list[Any] = []
        whole = outgoing.send

        def watched(*args: Any) -> Any:
            seen.append(connection.connection)
            seen.append(Call.objects.get().tries)
            return whole(*args)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(outgoing, "send", watched)
            assert calls.make(wanted()).slots["refund"] == 179.0
        assert seen == [None, 1]
