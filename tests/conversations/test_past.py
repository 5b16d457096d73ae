"""Messages of the past as a rule would have met them: with their language and flow, and before other rules changed them."""

import json
import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.conversations import past
from apps.conversations.models import Conversation, Event, Hit, Original, Turn
from apps.filters.models import Filter
from apps.filters.past import dry_runs, messages
from apps.filters.past.showing import examples
from apps.filters.past.tally import Tally
from apps.filters.rule import Action, Direction, Rule
from apps.releases.publishing import publish
from apps.tenants.vault import sealing
from tests.agents.asking import ask, say
from tests.cast import Cast

MONTH = timedelta(days=28)


def texts(*directions: Direction) -> list[str]:
    return [message.text for message in messages.newest(directions, timezone.now() - MONTH)]


def turn(row: Conversation, question: int, language: str, flow: str = "") -> Turn:
    made = Turn(conversation=row, epoch=question, question=question, release=row.release, lease_until=timezone.now())
    place = sealing.Place("conversations_turn", "story", str(made.pk))
    made.story = {"language": language, "place": sealing.seal(json.dumps({"flow": flow}), place) if flow else ""}
    made.save()
    return made


def answer(row: Conversation, said: str, of: Turn) -> Event:
    number = row.events.count() + 1
    told = {"kind": "message", "author": "bot", "epoch": 1, "at": timezone.now()}
    return Event.objects.create(conversation=row, seq=number, body={"text": said}, turn=of, **told)


def test_the_newest_come_first_over_all_pages(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "WINDOW", 2)
    row = ask("one")
    for text in ("two", " ", "three", "four"):
        say(row, text)
    assert texts(Direction.FROM_CUSTOMER) == ["four", "three", "two", "one"]
    assert texts(Direction.FROM_BOT) == []
    assert past.count([Direction.FROM_CUSTOMER], timezone.now() - MONTH, 3) == 3


def test_without_more_time_no_further_page_is_read(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "WINDOW", 2)
    row = ask("one")
    for text in ("two", "three", "four"):
        say(row, text)
    reader = messages.reader()
    read: list[int | None] = []

    def counted(directions: Collection[Direction], since: datetime, below: int | None) -> messages.Page:
        read.append(below)
        return past.page(directions, since, below)

    monkeypatch.setattr(messages, "reader", lambda: replace(reader, page=counted))
    since = timezone.now() - MONTH
    assert [message.text for message in messages.newest([Direction.FROM_CUSTOMER], since, until=0)] == ["four"]
    assert list(messages.newest([Direction.FROM_AGENT], since, until=0)) == []
    assert read == [None, None]


def test_a_message_has_the_language_and_flow_of_the_turn_that_answered_it(acme: Cast) -> None:
    row = ask("I want to return it")
    say(row, "退货")
    say(row, "not answered")
    first, _second = turn(row, 1, "en"), turn(row, 2, "zh-hans", "returns")
    answer(row, "Which order?", first)
    found = {message.text: message for message in messages.newest(list(Direction), timezone.now() - MONTH)}
    told = {text: (message.language, message.flow) for text, message in found.items()}
    assert told == {
        "I want to return it": ("en", ""),
        "退货": ("zh-hans", "returns"),
        "not answered": ("en", ""),
        "Which order?": ("en", ""),
    }


@pytest.mark.parametrize(
    ("said", "hits", "was"),
    [
        ("It has *****, really", [("mask", 7, "vents")], "It has vents, really"),
        ("call ***-1 or we help", [("mask", 5, "030-1"), ("replace", 14, "I help")], "call 030-1 or I help"),
        ("we help you, we help", [("replace", 0, "I"), ("replace", 7, "you do")], "I you, you do"),
        ("It was told otherwise", [("mask", 7, "vents")], "It was told otherwise"),
        ("short", [("mask", 90, "vents")], "short"),
        ("All of it", [("flag", 0, "All")], "All of it"),
    ],
)
def test_what_rules_changed_is_put_back(acme: Cast, said: str, hits: list[tuple[str, int, str]], was: str) -> None:
    rule: dict[str, Any] = {"kind": "words", "settings": {"words": ["x"]}, "directions": ["from_bot"], "enabled": True}
    made = Filter.objects.create(name="helps", action="replace", say="we help", **rule)
    release = publish()
    row = ask("anything")
    of = turn(row, 1, "en")
    answer(row, said, of)
    for action, start, text in hits:
        facts = {"release": release.number, "rule": str(made.pk), "name": "helps", "direction": "from_bot"}
        Hit.objects.create(conversation=row, turn=of, action=action, start=start, end=start + len(text), text=text, **facts)
    (message,) = messages.newest([Direction.FROM_BOT], timezone.now() - MONTH)
    assert (message.read_by(Direction.FROM_BOT), message.read_by(Direction.TO_LOGS), message.text) == (was, said, said)


def test_a_masked_message_is_judged_as_it_was_typed_and_shown_as_it_is_kept(acme: Cast) -> None:
    kept = uuid.uuid4()
    row = ask("My parcel is lost")
    event = row.events.get()
    Event.objects.filter(pk=event.pk).update(body=event.body | {"text": "My ****** is lost", "original": str(kept)})
    Original.objects.create(id=kept, event=event, text="My parcel is lost")
    for direction, hit in ((Direction.FROM_CUSTOMER, 1), (Direction.TO_MODEL, 0), (Direction.TO_LOGS, 0)):
        rule = Rule("1", "parcels", "words", {"words": ["parcel"]}, frozenset([direction]), Action.MASK)
        run = dry_runs.begin([rule], 7, by=None)
        dry_runs.advance(str(run.pk))
        run.refresh_from_db()
        tally = Tally.read(run.found)
        assert (tally.looked, tally.hit) == (1, hit)
        assert ["".join(part.text for part in each.parts) for each in examples(run, tally)] == ["My ****** is lost"] * hit
