"""Values that a flow asks for, where a rule masks them: the flow has them, and people, models and tickets see them masked."""

import uuid

import pytest
from django.db import connection

from apps.agents.casework import flow_card
from apps.conversations.customer import verbs
from apps.conversations.models import Conversation, Event, Filing, FormSecrets, Original
from apps.conversations.wire import frames
from apps.conversations.wire.form import Field, Form
from apps.conversations.worker.claim import take
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.shift import answer
from apps.flows.models import Flow
from apps.releases.publishing import publish
from apps.tenants import context
from tests.agents.client import sit_down
from tests.cast import ACME_HOST, Cast
from tests.conversations.client import visit
from tests.conversations.customer.test_forms import asked, within
from tests.conversations.guarding.rules import in_force
from tests.conversations.guarding.test_heard import MASKED, NUMBER, everything, tell

pytestmark = pytest.mark.usefixtures("sockets")

CALL = """
name: call
title: Book a fitting
triggers:
  buttons: [I want to book a fitting]
slots:
  phone: {type: phone, region: CN, prompt: Which number?}
  why: {prompt: What about?}
states:
  - name: who
    actions:
      - {type: ask, params: {slots: [phone]}}
      - {type: ask, params: {slots: [why]}}
      - {type: ticket, params: {subject: 'Ring {{ phone }}', body: '{{ phone }}: {{ why }}'}}
      - {type: end, params: {text: 'We ring {{ phone }} about {{ why }}.'}}
"""


@pytest.fixture
def ringing(committed: Cast) -> Cast:
    in_force(committed.acme, "numbers", "from_customer", action="mask")
    with context.inside(committed.acme):
        Flow.objects.create(name="call", text=CALL, enabled=True)
        publish()
        connection.close()
    return committed


async def test_a_flow_that_asks_for_a_number_gets_it_and_shows_it_masked(ringing: Cast) -> None:
    vera = await visit(ringing.acme, ACME_HOST)

    def answered() -> str:
        answer(Conversation.objects.get().pk)
        return str(Event.objects.latest("seq").body["text"])

    await vera.say("I want to book a fitting")
    assert await tell(ringing.acme, answered) == "Which number?"
    await vera.say(NUMBER)
    assert await tell(ringing.acme, answered) == "What about?"

    def stands() -> tuple[str, list[dict[str, object]]]:
        row = Conversation.objects.get()
        return row.flow["slots"]["phone"], flow_card.card(row)["at"]["slots"]

    value, slots = await tell(ringing.acme, stands)
    assert value.endswith(NUMBER)
    assert NUMBER not in str(slots).replace(" ", "")
    assert (slots[0]["sensitive"], slots[0]["typed"]) == (True, "")
    await vera.say(f"My order, and {NUMBER} is busy at noon")
    last = await tell(ringing.acme, answered)
    assert last.startswith("We ring ")
    assert NUMBER not in last.replace(" ", "")

    def kept() -> tuple[str, str]:
        assert retell(Conversation.objects.get().turns.latest("epoch"))
        filing = Filing.objects.get()
        return everything(), f"{filing.subject} {filing.body}"

    rows, filed = await tell(ringing.acme, kept)
    assert NUMBER not in rows.replace(" ", "")
    assert NUMBER not in filed.replace(" ", "")
    await vera.leave()


async def test_who_has_the_conversation_may_see_the_value(ringing: Cast) -> None:
    bob, vera = await sit_down(ringing.acme, ACME_HOST, ringing.bob), await visit(ringing.acme, ACME_HOST)
    await vera.say("I want to book a fitting")
    await tell(ringing.acme, lambda: answer(Conversation.objects.get().pk))
    await vera.say(NUMBER)
    await tell(ringing.acme, lambda: answer(Conversation.objects.get().pk))
    await bob.send("reveal", conversation=vera.conversation, slot="phone")
    assert (await bob.next("error"))["code"] == "not_yours"
    await bob.send("claim", conversation=vera.conversation)
    await bob.next("claimed")
    await bob.send("reveal", conversation=vera.conversation, slot="phone")
    assert (await bob.next("revealed"))["shown"].replace(" ", "").endswith(NUMBER)
    await bob.leave()
    await vera.leave()


async def test_a_value_of_a_form_is_sealed_where_it_would_be_masked(ringing: Cast) -> None:
    form = Form("call-1", [Field("phone", "Number", "phone"), Field("why", "What about")])
    door = await asked(ringing.acme, ringing.vera, form)
    sent = frames.Submit(uuid.uuid4(), "call-1", {"phone": NUMBER, "why": "boots"})
    with context.inside(ringing.acme):
        await verbs.submit(door, sent)
        await verbs.submit(door, sent)

    def look() -> tuple[object, ...]:
        event = Event.objects.get(client_id=sent.client_id)
        (claim,) = take([door.conversation])
        return (
            event.body["text"],
            event.body["values"],
            FormSecrets.objects.get().values,
            Original.objects.get().text,
            claim.spoken[0],
        )

    text, values, secrets, original, spoken = await within(ringing.acme, look)
    assert text == f"Number: {MASKED} · What about: boots"
    assert (values, secrets) == ({"why": "boots"}, {"phone": NUMBER})
    assert original == f"Number: {NUMBER} · What about: boots"
    assert NUMBER not in str(spoken)
    assert NUMBER not in await within(ringing.acme, everything)
