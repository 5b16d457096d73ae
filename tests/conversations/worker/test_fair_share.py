"""Fair share in a worker: tenants in rotation, no thread that only waits holds what the others need, nothing is forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from apps.conversations.models import Conversation
from apps.conversations.worker.seats import REHEARSALS, THREADS_OF_A_TENANT, Seat, Seats, Share
from apps.tenants import context
from runtime import programs
from tests.cast import Cast
from tests.waiting import wait_for


def waiting(seats: Seats) -> int:
    return sum(map(len, seats._waiting.values()))


def test_tenants_are_let_in_by_rotation_however_many_of_one_wait() -> None:
    seats, served = Seats(1), list[str]()
    seats.take("somebody")

    def turn(tenant: str) -> None:
        with Seat(seats, tenant):
            served.append(tenant)

    with ThreadPoolExecutor(8) as threads:
        for number, tenant in enumerate(["noisy"] * 5 + ["quiet"], 1):
            threads.submit(turn, tenant)
            wait_for(lambda number=number: waiting(seats) == number)  # type: ignore[misc]
        seats.give_back("somebody")
    assert served.index("quiet") == 1
    assert served == ["noisy", "quiet", *["noisy"] * 4]


def test_whoever_asks_much_leaves_a_place_for_who_asks_little() -> None:
    seats = Seats(2)
    with ThreadPoolExecutor(2) as threads, Seat(seats, "noisy") as first:
        second = threads.submit(seats.take, "noisy")
        wait_for(lambda: waiting(seats) == 1)
        with Seat(seats, "quiet"):
            assert not second.done()
        assert not seats.are_wanted_by_others()
        assert seats.are_awaited_by("noisy")
        first.leave()
        second.result(timeout=10)
        seats.give_back("noisy")


def test_a_seat_left_while_a_model_writes_is_anothers_meanwhile() -> None:
    seats, heard = Seats(1), threading.Event()

    def other() -> None:
        with Seat(seats, "other"):
            heard.set()

    with ThreadPoolExecutor(1) as threads, Seat(seats, "one") as seat:
        threads.submit(other)
        assert not heard.wait(0.1)
        seat.leave()
        assert heard.wait(10)
        seat.take()
    assert not seats._seated


def test_a_connection_that_cannot_be_given_back_takes_no_seat_along(monkeypatch: pytest.MonkeyPatch) -> None:
    seats = Seats(1)
    with pytest.raises(OperationalError), Seat(seats, "acme"):
        monkeypatch.setattr("apps.conversations.worker.seats._let_go", Mock(side_effect=OperationalError("gone")))
    assert not seats._seated


def test_one_tenant_cannot_fill_a_worker() -> None:
    assert programs.WORKERS["turns"][1] > THREADS_OF_A_TENANT


def test_who_waits_for_a_seat_keeps_no_connection_from_who_has_one(committed: Cast) -> None:
    options: Any = settings.DATABASES["default"]["OPTIONS"]
    seats, many = Seats(1), options["pool"]["max_size"] + 4

    def turn() -> int:
        with context.inside(committed.acme):
            Conversation.objects.count()  # as a task does before its turn
            with Seat(seats, "acme"):
                found = Conversation.objects.count()
        connection.close()
        return found

    with ThreadPoolExecutor(many) as threads:
        with Seat(seats, "acme"):
            turns = [threads.submit(turn) for _ in range(many)]
            wait_for(lambda: waiting(seats) == many)
        assert [each.result(timeout=8) for each in turns]


def test_a_tenant_gets_so_many_threads_and_no_more() -> None:
    share = Share(1)
    with share.thread("acme") as first, share.thread("acme") as second, share.thread("other") as others:
        assert (first, second, others) == (True, False, True)
    with share.thread("acme") as again:
        assert again


def test_rehearsals_come_after_all_customers_and_one_at_a_time() -> None:
    seats, served = Seats(2), list[str]()
    seats.take("busy")
    seats.take("other")

    def turn(tenant: str) -> None:
        with Seat(seats, tenant):
            served.append(tenant)

    with ThreadPoolExecutor(8) as threads:
        for number, tenant in enumerate([REHEARSALS, REHEARSALS, "busy", "quiet"], 1):
            threads.submit(turn, tenant)
            wait_for(lambda number=number: waiting(seats) == number)  # type: ignore[misc]
        seats.give_back("busy")
        wait_for(lambda: len(served) == 4)
        seats.give_back("other")
    assert served == ["quiet", "busy", REHEARSALS, REHEARSALS]
    assert not seats._seated


def test_a_rehearsal_lets_a_customer_in_between_two_steps() -> None:
    seats, served = Seats(1), threading.Event()

    def turn() -> None:
        with Seat(seats, "acme") as customer:
            served.set()
            wait_for(lambda: waiting(seats) == 1)
            assert not seats.are_wanted_by_others(), "a customer leaves for no rehearsal"
            customer.let_others()

    with ThreadPoolExecutor(1) as threads, Seat(seats, REHEARSALS) as seat:
        turned = threads.submit(turn)
        wait_for(lambda: waiting(seats) == 1)
        seat.let_others()
        assert served.is_set()
        turned.result(timeout=10)
    assert not seats._seated
