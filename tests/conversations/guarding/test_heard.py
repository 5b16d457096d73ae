"""What customers say, masked when it is said: in the ledger, on every screen and in every search; the original is sealed."""

import uuid
from typing import Any

import pytest
from django.db import connection

from apps.agents.console import message_search
from apps.conversations.models import Conversation, Event, Handover, Hit, Original
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.shift import answer
from apps.filters import checking
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from tests.agents.client import sit_down
from tests.agents.reading import read_along
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, visit
from tests.conversations.guarding.rules import in_force

pytestmark = pytest.mark.usefixtures("sockets")

NUMBER, MASKED = "13812345678", "138****5678"
SAID = f"Call me on {NUMBER}, please"


async def tell(tenant: Tenant, work: Any) -> Any:
    def inside() -> Any:
        with context.inside(tenant):
            try:
                return work()
            finally:
                connection.close()

    return await in_thread(inside)()


@pytest.fixture
def masking(committed: Cast) -> Cast:
    in_force(committed.acme, "numbers", "from_customer", action="mask")
    return committed


def everything() -> str:
    """All that stands in the tables of conversations, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in ("event", "original", "hit", "turn", "conversation"):
            cursor.execute(f"SELECT * FROM conversations_{table}")  # noqa: S608  our names
            found += cursor.fetchall()
    return str(found)


async def test_a_number_is_masked_before_it_is_written_and_shown(masking: Cast) -> None:
    bob = await sit_down(masking.acme, ACME_HOST, masking.bob)
    vera = await visit(masking.acme, ACME_HOST)
    await vera.say("Hello")
    await bob.send("open", conversation=vera.conversation, after=0)
    await bob.next("opened")
    await vera.say(SAID)
    told = await bob.next("message", seq=2)
    assert told["text"] == f"Call me on {MASKED}, please"
    assert told["masked"] == [{"start": 11, "end": 22, "rule": "numbers", "what": "mobile"}]
    assert "original" not in told
    assert NUMBER not in str(bob.seen)
    rows = await tell(masking.acme, everything)
    assert MASKED in rows
    assert NUMBER not in rows
    await vera.leave()
    await bob.leave()


async def test_the_customer_hears_nothing_of_rules(masking: Cast) -> None:
    vera = await visit(masking.acme, ACME_HOST)
    await vera.say(SAID)
    again = Customer(ACME_HOST)
    await again.connect()
    await again.hello(vera.token)
    shown = await again.next("message")
    assert (shown["text"], "masked" in shown, "original" in shown) == (f"Call me on {MASKED}, please", False, False)
    await vera.leave()
    await again.leave()


async def test_the_original_is_sealed_and_audited_once_however_often_it_is_sent(masking: Cast) -> None:
    vera = await visit(masking.acme, ACME_HOST)
    own = str(uuid.uuid4())
    first, again = await vera.say(SAID, own), await vera.say(SAID, own)
    assert (first["seq"], first["at"]) == (again["seq"], again["at"])

    def look() -> tuple[list[str], list[Any]]:
        hits = Hit.objects.values_list("name", "direction", "action", "what", "start", "end", "event__seq", "turn")
        return [row.text for row in Original.objects.all()], [*hits, *(hit.text for hit in Hit.objects.all())]

    texts, hits = await tell(masking.acme, look)
    assert texts == [SAID]
    assert hits == [("numbers", "from_customer", "mask", "mobile", 11, 22, 1, None), NUMBER]
    await vera.leave()


async def test_an_erased_conversation_leaves_neither_original_nor_hit(masking: Cast) -> None:
    vera = await visit(masking.acme, ACME_HOST)
    await vera.say(SAID)

    def erase() -> tuple[int, int]:
        Conversation.objects.all().delete()
        return Original.objects.count(), Hit.objects.count()

    assert await tell(masking.acme, erase) == (0, 0)
    await vera.leave()


async def test_another_tenants_customers_are_not_masked(masking: Cast) -> None:
    ming = await visit(masking.globex, GLOBEX_HOST)
    await ming.say(SAID)
    assert await tell(masking.globex, lambda: Event.objects.get().body["text"]) == SAID
    assert await tell(masking.globex, Original.objects.count) == 0
    await ming.leave()


async def test_nothing_that_would_be_masked_is_seen_while_it_is_typed(masking: Cast) -> None:
    await tell(masking.acme, read_along)
    bob = await sit_down(masking.acme, ACME_HOST, masking.bob)
    vera = await visit(masking.acme, ACME_HOST)
    await vera.say("Hello")
    await bob.send("open", conversation=vera.conversation, after=0)
    await bob.next("opened")
    for typed in range(1, len(SAID) + 1):
        await vera.send({"type": "typing", "on": True, "draft": SAID[:typed]})
        draft = (await bob.next("typing")).get("draft", "")
        assert not set("1234567") & set(draft.replace("138****5678", "")), draft
    assert draft.startswith(f"Call me on {MASKED}")
    await vera.leave()
    await bob.leave()


async def test_a_rule_of_another_language_does_not_apply(committed: Cast) -> None:
    await in_thread(in_force)(committed.acme, "numbers", "from_customer", action="mask", languages=["zh-hans"])
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say(SAID)
    await vera.say(f"请打{NUMBER}给我")
    texts = await tell(committed.acme, lambda: [row.body["text"] for row in Event.objects.order_by("seq")])
    assert texts[0] == SAID
    assert texts[-1] == f"请打{MASKED}给我"
    await vera.leave()


async def test_search_finds_the_masked_words_alone(masking: Cast) -> None:
    vera = await visit(masking.acme, ACME_HOST)
    await vera.say(SAID)

    def found() -> list[int]:
        rows = Conversation.objects.all()
        return [message_search.conversations(query, rows).count() for query in ("please", NUMBER)]

    assert await tell(masking.acme, found) == [1, 0]
    await vera.leave()


async def test_what_a_rule_marks_is_found_in_the_words_as_they_were_written(masking: Cast) -> None:
    await in_thread(in_force)(masking.acme, "a number was given", "from_customer", action="flag", order=200)
    vera = await visit(masking.acme, ACME_HOST)
    await vera.say(f"Where is my order? My number is {NUMBER}.")

    def turned() -> tuple[list[tuple[Any, ...]], bool, str]:
        row = Conversation.objects.get()
        answer(row.pk)
        turn = row.turns.get()
        told = retell(turn)
        hits = [(hit.name, hit.action, hit.turn_id is None) for hit in Hit.objects.order_by("pk")]
        return hits, bool(told), everything()

    hits, retold, rows = await tell(masking.acme, turned)
    assert hits == [("numbers", "mask", True), ("a number was given", "flag", True)]
    assert retold
    assert NUMBER not in rows
    await vera.leave()


async def test_a_comment_and_a_reason_are_masked_too(masking: Cast) -> None:
    vera = await visit(masking.acme, ACME_HOST)
    await vera.say("Hello")
    await vera.send({"type": "rate", "score": 5, "comment": SAID})
    assert (await vera.next("rated"))["comment"] == f"Call me on {MASKED}, please"
    await vera.send({"type": "person", "reason": f"I am {NUMBER}"})
    await vera.next("owner", "message")

    def look() -> tuple[list[str], str]:
        return [hit.text for hit in Hit.objects.all()], str(Handover.objects.get().summary["asked"])

    assert await tell(masking.acme, look) == ([NUMBER, NUMBER], f"I am {MASKED}")
    await vera.leave()


def test_a_rule_that_weighs_may_mark_what_customers_write_but_not_mask_it(acme: Cast) -> None:
    from apps.filters.rule import Action, Direction, Rule

    said = {"threshold": 0.8}
    rule = Rule("1", "abuse", "classifier", said, frozenset([Direction.FROM_CUSTOMER]), Action.FLAG)
    assert not checking.problems(rule)
    assert "take too long" in str(checking.problems(Rule(**{**vars(rule), "action": Action.MASK})))
    in_flow = Rule("1", "w", "words", {"words": ["a"]}, rule.directions, Action.MASK, flows=frozenset(["returns"]))
    assert "Leave the flows out" in str(checking.problems(in_flow))
