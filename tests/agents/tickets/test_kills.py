"""Kill the worker or the broker at any moment: no ticket is lost and none is made twice. Real processes, killed by SIGKILL."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from apps.agents import presence
from apps.agents.models import DeadLetter, DeskSettings, Errand, Ticket
from apps.agents.tickets import webhook
from apps.conversations.handover import leave_contact
from config.celery import app
from runtime import programs
from runtime.folder import Folder
from runtime.services import valkey
from runtime.services.service import Running, Service, free_port
from tests.agents.asking import wait
from tests.agents.receiver import Receiver, receiver
from tests.cast import Cast
from tests.crew import own_database
from tests.mailbox import Mailbox, mailbox
from tests.waiting import wait_for

SEED, MESSAGES, BATCH = 20, 40, 5
SLOW = """
CREATE FUNCTION acme.dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.2); RETURN NEW; END $$;
CREATE TRIGGER dawdle BEFORE INSERT ON acme.agents_ticket FOR EACH ROW EXECUTE FUNCTION acme.dawdle();
"""
QUICK = "DROP TRIGGER dawdle ON acme.agents_ticket; DROP FUNCTION acme.dawdle();"


class Victims:
    """Workers, a clock and a broker of this test's own. The broker forgets everything when it dies."""

    def __init__(self, folder: Path, mail_port: int) -> None:
        self.folder, self.port = Folder(folder), free_port()
        self.folder.prepare()
        self.url = valkey.url(self.folder, self.port)
        self.environment = {
            "DATABASE_URL": own_database(),
            "VALKEY_URL": self.url,
            "CELERY_BROKER_URL": self.url,
            "YINGDA_ERRAND_SECONDS": "3",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        }
        self.broker, self.worker = self._broker(), self._start("tickets", programs.worker("tickets"))
        self.sweeper = self._start("housekeeping", programs.worker("housekeeping"))
        self.beat = self._start("beat", programs.beat())

    def kill_worker(self) -> None:
        _kill(self.worker)
        self.worker = self._start("tickets", programs.worker("tickets"))

    def mend(self) -> bool:
        """Restarts what died, as supervisord does: a worker may also give up when its broker dies in the wrong moment. True,
        always."""
        if self.worker.process.poll() is not None:
            self.worker = self._start("tickets", programs.worker("tickets"))
        if self.sweeper.process.poll() is not None:
            self.sweeper = self._start("housekeeping", programs.worker("housekeeping"))
        return True

    def kill_broker(self) -> None:
        _kill(self.broker)
        self.broker = self._broker()

    def stop(self) -> None:
        for each in (self.beat, self.sweeper, self.worker, self.broker):
            _kill(each)

    def _broker(self) -> Running:
        server = Running(valkey.service(self.folder, self.port, appendonly="no"), self.folder.logs / "valkey.log")
        server.wait_until_ready()
        return server

    def _start(self, name: str, argv: tuple[str, ...]) -> Running:
        return Running(Service(name, argv, ready=lambda: True, environment=self.environment), self.folder.logs / f"{name}.log")


def _kill(running: Running) -> None:
    running.process.kill()
    running.process.wait()


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver(pause=0.1) as found:
        yield found


@pytest.fixture
def mails() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def victims(desk: Cast, hook: Receiver, mails: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Victims]:
    presence.choose(desk.bob, "offline")
    hook.secret = webhook.rotate()
    DeskSettings.objects.update(ticket_webhook=hook.url, ticket_email="team@acme.example")
    with connection.cursor() as cursor:
        cursor.execute(SLOW)  # so that a kill finds the worker in the middle of a ticket
    found = Victims(tmp_path / "victims", mails.port)
    whole = app.send_task

    def send(name: str, **kwargs: Any) -> Any:
        with app.connection_for_write(found.url) as line:
            return whole(name, **{**kwargs, "connection": line})

    monkeypatch.setattr(app, "send_task", send)
    yield found
    found.stop()
    with connection.cursor() as cursor:
        cursor.execute(QUICK)


def in_the_middle() -> bool:
    return Errand.objects.filter(done_at=None, wake_at__gt=timezone.now(), error="").exists()


def leave_messages(count: int) -> None:
    for _ in range(count):
        handover = wait("Where is my parcel?")
        leave_contact(handover.conversation_id, "vera@example.org", "Vera")


@pytest.mark.timeout(240)
def test_no_kill_loses_a_ticket_or_makes_it_twice(victims: Victims, hook: Receiver, mails: Mailbox) -> None:
    dice = random.Random(SEED)  # noqa: S311
    for number in range(MESSAGES // BATCH):
        leave_messages(BATCH)
        time.sleep(dice.random())  # at any moment of the work,
        wait_for(lambda: victims.mend() and in_the_middle(), 60)  # but of the work
        victims.kill_worker() if number % 2 else victims.kill_broker()
        if dice.random() < 0.3:
            victims.kill_broker()
    wait_for(lambda: victims.mend() and Ticket.objects.count() >= MESSAGES, 120)
    wait_for(lambda: victims.mend() and Errand.objects.filter(done_at__isnull=False).count() >= 3 * MESSAGES, 120)
    assert Ticket.objects.count() == Ticket.objects.values("key").distinct().count() == MESSAGES
    assert Ticket.objects.values("conversation").distinct().count() == MESSAGES
    assert not Errand.objects.filter(done_at=None).exists()
    assert not DeadLetter.objects.exists()
    assert hook.forged == 0
    ids = {(told["ticket"]["number"], key) for told, key in zip(hook.taken, hook.keys, strict=True)}
    assert Counter(number for number, _key in ids) == dict.fromkeys(Ticket.objects.values_list("pk", flat=True), 1)
    letters = {(mail["Subject"], mail["Message-ID"]) for mail in mails.taken}
    assert Counter(subject for subject, _id in letters) == {str(ticket): 1 for ticket in Ticket.objects.all()}
    again = Errand.objects.filter(attempts__gt=F("failures") + 1).count()
    assert again, "no worker was killed at its work"
