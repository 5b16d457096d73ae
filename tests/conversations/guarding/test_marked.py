"""Rules that mark customers' words find them when they are said, once, whoever has the conversation."""

import uuid
from typing import Any

import pytest
from django.db import connection

from apps.conversations.bot import trace
from apps.conversations.bot.stages.screening import Screening
from apps.conversations.guarding import judging
from apps.conversations.models import Conversation, Hit, Unjudged
from apps.conversations.sweeping import unjudged
from apps.conversations.worker.shift import answer
from apps.filters.models import Filter
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, visit
from tests.conversations.guarding.rules import in_force
from tests.conversations.guarding.test_heard import tell

pytestmark = pytest.mark.usefixtures("sockets")

ABUSE = "这帮外地人都是没素质的垃圾，滚回老家去"
OFFENCE: dict[str, Any] = {"kind": "classifier", "settings": {"threshold": 0.8}}


@pytest.fixture
def marking(committed: Cast) -> Cast:
    in_force(committed.acme, "rude", "from_customer", action="flag", words="stupid")
    return committed


def hits() -> list[tuple[Any, ...]]:
    return list(Hit.objects.order_by("pk").values_list("name", "action", "event__seq", "turn", "start", "end"))


async def with_a_person(cast: Cast) -> Customer:
    """Vera, whose conversation is no longer the bot's."""
    vera = await visit(cast.acme, ACME_HOST)
    await vera.say("Hello")
    await vera.send({"type": "person", "reason": ""})
    await vera.next("owner")
    await tell(cast.acme, lambda: Conversation.objects.update(owner="human"))
    return vera


async def test_words_are_marked_while_a_person_has_the_conversation(marking: Cast) -> None:
    vera = await with_a_person(marking)
    own = str(uuid.uuid4())
    first = await vera.say("You are stupid", own)
    await vera.say("You are stupid", own)
    assert await tell(marking.acme, hits) == [("rude", "flag", first["seq"], None, 8, 14)]
    text = await tell(marking.acme, lambda: Hit.objects.get().text)
    assert text == "stupid"
    assert await tell(marking.globex, hits) == []
    await vera.leave()


async def test_the_bots_turn_does_not_mark_them_again(marking: Cast) -> None:
    await in_thread(in_force)(marking.acme, "silly", "from_customer", action="block", words="silly", say="Please.")
    vera = await visit(marking.acme, ACME_HOST)
    await vera.say("You are stupid")
    await vera.say("and silly too")

    def turned() -> tuple[list[tuple[Any, ...]], list[str]]:
        row = Conversation.objects.get()
        answer(row.pk)
        steps = [step for step in trace.read(row.turns.get().trace) if isinstance(step, Screening)]
        return hits(), [hit.name for step in steps for hit in step.hits]

    found, traced = await tell(marking.acme, turned)
    assert [(name, action, seq, bool(turn)) for name, action, seq, turn, *_place in found] == [
        ("rude", "flag", 1, False),
        ("silly", "block", None, True),
    ]
    assert traced == ["rude", "silly"], "the turn's trace tells of both"
    await vera.leave()


async def test_a_rule_for_some_flows_is_found_in_the_turn(committed: Cast) -> None:
    await in_thread(in_force)(committed.acme, "rude", "from_customer", action="flag", words="stupid", flows=["returns"])
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("You are stupid")
    assert await tell(committed.acme, hits) == []
    await vera.leave()


async def test_what_only_workers_judge_is_marked_by_one_while_a_person_has_it(committed: Cast) -> None:
    await in_thread(in_force)(committed.acme, "offence", "from_customer", action="flag", **OFFENCE)
    vera = await with_a_person(committed)
    own = str(uuid.uuid4())
    said = await vera.say(ABUSE, own)
    await vera.say("转账失败怎么办")

    def waits() -> tuple[int, bool]:
        return Unjudged.objects.count(), unjudged() is not None

    def judged() -> tuple[list[tuple[Any, ...]], int, object]:
        judging.judge()
        judging.judge()
        return hits(), Unjudged.objects.count(), unjudged()

    assert await tell(committed.globex, lambda: Unjudged.objects.count()) == 0
    assert await tell(committed.acme, waits) == (2, True)
    assert await tell(committed.acme, judged) == ([("offence", "flag", said["seq"], None, 0, len(ABUSE))], 0, None)
    await vera.say(ABUSE, own)
    assert (await tell(committed.acme, judged))[0][1:] == []
    await vera.leave()


async def test_where_nobody_attends_the_bots_turn_and_the_worker_mark_it_once(committed: Cast) -> None:
    """A queue without agents leaves the customer to the bot; either may be the first to look."""
    await in_thread(in_force)(committed.acme, "offence", "from_customer", action="flag", **OFFENCE)
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("Hello")
    await vera.send({"type": "person", "reason": ""})
    await vera.next("owner")

    def both(*work: Any) -> list[tuple[str, bool]]:
        Hit.objects.all().delete()
        for each in work:
            each()
        return [(name, bool(turn)) for name, _action, _seq, turn, *_place in hits()]

    def turn() -> None:
        Conversation.objects.update(owner="bot")
        answer(Conversation.objects.get().pk)

    await tell(committed.acme, lambda: Conversation.objects.update(owner="queue"))
    await vera.say(ABUSE)
    assert await tell(committed.acme, lambda: both(turn, judging.judge)) == [("offence", True)]
    await tell(committed.acme, lambda: Conversation.objects.update(owner="queue"))
    await vera.say(ABUSE)
    assert await tell(committed.acme, lambda: both(judging.judge, turn)) == [("offence", False)]
    assert await tell(committed.acme, Unjudged.objects.count) == 0
    await vera.leave()


async def test_the_bots_own_conversations_wait_for_no_judge(committed: Cast) -> None:
    await in_thread(in_force)(committed.acme, "offence", "from_customer", action="flag", **OFFENCE)
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say(ABUSE)

    def turned() -> tuple[int, list[bool]]:
        waiting = Unjudged.objects.count()
        answer(Conversation.objects.get().pk)
        return waiting, [bool(turn) for _name, _action, _seq, turn, *_place in hits()]

    assert await tell(committed.acme, turned) == (0, [True])
    await vera.leave()


async def test_masked_words_are_judged_as_they_were_written(committed: Cast) -> None:
    await in_thread(in_force)(committed.acme, "numbers", "from_customer", action="mask")
    await in_thread(in_force)(committed.acme, "offence", "from_customer", action="flag", order=200, **OFFENCE)
    vera = await with_a_person(committed)
    await vera.say(f"{ABUSE}。我的电话13812345678")

    def judged() -> tuple[list[tuple[Any, ...]], str]:
        judging.judge()
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM conversations_hit UNION ALL SELECT body::text FROM conversations_event")
            return [row[:2] for row in hits()], str(cursor.fetchall())

    found, rows = await tell(committed.acme, judged)
    assert found == [("numbers", "mask"), ("offence", "flag")]
    assert "13812345678" not in rows
    await vera.leave()


async def test_no_rule_costs_no_row(committed: Cast) -> None:
    """Globex has rules for its bot alone."""
    with context.inside(committed.globex):
        await in_thread(_bots_rule)()
    customer = await visit(committed.globex, GLOBEX_HOST)
    await customer.say("You are stupid")
    assert await tell(committed.globex, lambda: (Hit.objects.count(), Unjudged.objects.count())) == (0, 0)
    await customer.leave()


def _bots_rule() -> None:
    Filter.objects.create(name="bot", kind="words", settings={"words": ["stupid"]}, directions=["from_bot"], enabled=True)
    publish()
