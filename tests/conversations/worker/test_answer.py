"""The shell around a turn, with real rows, real search and models that really stream (or fail) over HTTP."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, connection
from django.utils import timezone

from apps.agents.casework import learning
from apps.conversations import sweeping
from apps.conversations.bot import trace
from apps.conversations.bot.stages.composing import Composed, Prepared
from apps.conversations.bot.story import Said
from apps.conversations.customer import verbs
from apps.conversations.customer.arrivals import Door
from apps.conversations.ledger import pages
from apps.conversations.live import backlog, progress
from apps.conversations.models import Cause, Conversation, Event, Handover, Owner, Turn, Visitor
from apps.conversations.wire.frames import Rate
from apps.conversations.worker import claim, retelling, shutdown
from apps.conversations.worker.answer import begun
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.shift import answer
from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article, Kind, Status
from apps.llm import chat
from apps.llm.models import ModelEndpoint
from apps.releases.models import Release
from apps.releases.publishing import active, publish
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Site
from tests.cast import Cast
from tests.faulty_model import faulty_model
from tests.waiting import wait_for

T = TypeVar("T")
RETURNS = "You can return unused items within 30 days of delivery. The refund takes 5 working days."


@pytest.fixture
def shop(committed: Cast, settings: Any) -> Iterator[Cast]:
    """Acme knows how to return things."""
    settings.MODEL_FIRST_WORDS_SECONDS = 60.0  # these models write slowly
    with context.inside(committed.acme):
        teach("How do I return an item?", RETURNS)
        yield committed
        ModelEndpoint.objects.update(base_url="", seconds=15, answers=False)
        Site.objects.update(sure=0.65, floor=0.2)
        connection.close()


def teach(question: str, text: str) -> Article:
    article = Article(kind=Kind.QA, title=question, body=text, language="en", status=Status.PUBLISHED)
    publishing.save(article)
    ingestion.ingest(article.pk)
    return article


def ask(text: str, visitor: Visitor, conversation: Conversation | None = None) -> Conversation:
    row = conversation or Conversation.objects.create(visitor=visitor, release=active().number)
    with pages.page(row.pk) as page:
        page.conversation.epoch += 1
        page.conversation.wait(page.now)
        page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"author": {"kind": "visitor", "name": ""}, "text": text})
    row.refresh_from_db()
    return row


def said(row: Conversation) -> list[Any]:
    return [event.body["text"] for event in row.events.filter(author=Event.Author.BOT, kind=Event.Kind.MESSAGE)]


def steps(turn: Turn, kind: type[T]) -> list[T]:
    return [step for step in trace.read(turn.trace) if isinstance(step, kind)]


def compose_with(url: str, seconds: int = 5) -> None:
    """Nothing is sure enough to be quoted, so the model is asked."""
    ModelEndpoint.objects.update(base_url=url, seconds=seconds, answers=True)
    Site.objects.update(sure=1.0, floor=0.05)
    cache.clear()
    publish()


def test_a_question_is_answered_from_the_knowledge_with_its_source(shop: Cast) -> None:
    row = ask("How do I return an item?", shop.vera)
    answer(row.pk)
    row.refresh_from_db()
    assert said(row) == [RETURNS]
    event = row.events.get(author=Event.Author.BOT)
    assert event.body["sources"][0]["title"] == "How do I return an item?"
    assert row.waiting_since is None
    turn = row.turns.get()
    assert (turn.state, turn.tier, turn.release) == (Turn.State.DONE, 1, row.release)
    assert [step.kind for step in trace.read(turn.trace)] == ["cache", "search", "quote"]


def test_the_same_question_again_comes_from_the_cache_until_the_next_release(shop: Cast) -> None:
    for question in ("How do I return an item?", "how do i return an item"):
        row = ask(question, Visitor.objects.create())
        answer(row.pk)
    assert row.turns.get().tier == 0
    assert said(row) == [RETURNS]
    changed = Article.objects.get()
    changed.body = "You have 60 days."
    publishing.save(changed)
    ingestion.ingest(changed.pk)
    row = ask("How do I return an item?", Visitor.objects.create())
    answer(row.pk)
    assert said(row) == ["You have 60 days."]


def test_an_answer_says_its_language_and_what_is_no_answer_says_so(shop: Cast) -> None:
    """A client shows itself in the customer's language, and thumbs only under what could be wrong."""
    for text, courtesy in [
        ("How do I return an item?", None),
        ("hello", True),
        ("What is the capital of Peru?", True),
        ("I want to talk to a person", True),
    ]:
        row = ask(text, Visitor.objects.create())
        answer(row.pk)
        body = row.events.filter(author=Event.Author.BOT).earliest("seq").body
        assert (body["language"], body.get("courtesy")) == ("en", courtesy), text


def by_vera(row: Conversation, seq: int) -> None:
    door = Door(row.visitor_id, "", row.pk, row.release, "en", tenant_per_minute=600)
    verbs.rate(door, Rate(seq, -1, ""))


def by_bob(row: Conversation, seq: int) -> None:
    learning.mark_wrong(row.pk, Member.objects.earliest("pk"), seq)


@pytest.mark.parametrize("mark", [by_vera, by_bob])
def test_an_answer_that_was_marked_as_wrong_is_not_repeated_to_the_next(shop: Cast, mark: Callable[..., None]) -> None:
    """Also where several messages in a row were one question."""
    for tier in (1, 0, 1):
        row = ask("How do I return an item?", Visitor.objects.create())
        row = ask("After 20 days?", row.visitor, row)
        answer(row.pk)
        assert row.turns.get().tier == tier, said(row)
        if tier == 0:
            mark(row, row.events.get(author=Event.Author.BOT).seq)


def test_nobody_of_another_tenant_marks_an_answer_as_wrong(shop: Cast) -> None:
    row = ask("How do I return an item?", shop.vera)
    answer(row.pk)
    seq = row.events.get(author=Event.Author.BOT).seq
    with context.inside(shop.globex):
        with pytest.raises(Refusal):
            by_vera(row, seq)
        with pytest.raises(Refusal):
            by_bob(row, seq)
        connection.close()
    assert row.turns.get().cause == ""


def test_a_stored_turn_can_be_told_again_as_it_was(shop: Cast) -> None:
    """Whatever has become of the conversation, the site and the knowledge since."""
    asked = ask("How do I return an item?", shop.vera)
    row = ask("After 20 days?", shop.vera, asked)
    (claimed,) = claim.take([row.pk])
    story = begun(claimed).story
    claim.give_back([claimed])
    Turn.objects.update(lease_until=timezone.now() - timedelta(seconds=60))
    answer(row.pk)
    Site.objects.update(name="Acme & Sons", sure=1.0, floor=0.9)
    changed = Article.objects.get()
    changed.body = "You have 60 days."
    publishing.save(changed)
    ingestion.ingest(changed.pk)
    then = ask("And shoes?", shop.vera, row)
    (claimed,) = claim.take([then.pk])
    assert [line.about for line in begun(claimed).story.transcript if line.author == "bot"] == [Article.objects.get().title]
    claim.give_back([claimed])
    Turn.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=60))
    answer(then.pk)
    first = row.turns.order_by("epoch")[0]
    assert (story.question, len(story.transcript)) == ("How do I return an item?\nAfter 20 days?", 2)
    assert retelling.story_of(first) == story
    again = retell(first)
    assert again is not None
    assert isinstance(again.end, Said)
    assert again.end.text == said(row)[0]
    assert [step.kind for step in again.steps] == [step.kind for step in trace.read(first.trace)]
    Turn.objects.update(story=None)
    assert retell(row.turns.order_by("epoch")[0]) is None, "of a turn before stories were kept"
    Site.objects.update(name="Acme")


def test_a_conversation_keeps_the_release_it_began_with(shop: Cast) -> None:
    row = ask("hello", shop.vera)
    changed = Article.objects.get()
    changed.body = "You have 60 days."
    publishing.save(changed)
    ingestion.ingest(changed.pk)
    row = ask("How do I return an item?", shop.vera, row)
    answer(row.pk)
    assert said(row) == [RETURNS]


def test_an_unknown_question_goes_to_the_queue_and_the_customer_is_told(shop: Cast) -> None:
    row = ask("Quantum chromodynamics of the early universe", shop.vera)
    answer(row.pk)
    row.refresh_from_db()
    assert row.owner == Owner.QUEUE
    assert Handover.objects.get().reason == Cause.NO_PASSAGE
    assert "look here for our answer" in said(row)[0]
    assert row.turns.get().cause == "no_passage"


def test_a_model_streams_an_answer_with_its_sources(shop: Cast) -> None:
    text = "You can return unused items within 30 days of delivery. The refund takes 5 working days."
    with faulty_model(text=text) as url:
        compose_with(url)
        row = ask("how do returns work", shop.vera)
        answer(row.pk)
    assert said(row)[0].strip() == text
    assert row.turns.get().tier == 2
    assert row.turns.get().tokens == 70


@pytest.mark.parametrize("how", ["429", "500", "nonsense", "stall", "cut", "flood", "packed"])
def test_a_model_that_misbehaves_costs_no_answer(shop: Cast, how: str) -> None:
    with faulty_model(how, text="We will gladly send elephants to the moon for you today and tomorrow.") as url:
        compose_with(url, seconds=1)
        row = ask("how do returns work", shop.vera)
        answer(row.pk)  # the stalling model never ends by itself
    assert RETURNS in said(row)[0]
    (model,) = steps(row.turns.get(), Composed)
    assert model.failed or model.dropped


def test_the_quote_is_said_when_no_supported_words_came_in_time(shop: Cast, settings: Any) -> None:
    settings.MODEL_FIRST_WORDS_SECONDS = 0.3
    with faulty_model("stall", text="You can return unused items.") as url:
        compose_with(url, seconds=15)
        row = ask("how do returns work", shop.vera)
        answer(row.pk)
    assert RETURNS in said(row)[0]
    (turn,) = row.turns.all()
    (step,) = steps(turn, Composed)
    assert step.failed == "patience"
    assert (turn.ms or 0) < 5_000, "not the endpoint's fifteen seconds"


def test_the_platforms_own_model_answers_only_where_somebody_says_so(shop: Cast) -> None:
    with faulty_model(text=RETURNS) as url:
        compose_with(url)
        ModelEndpoint.objects.update(answers=False)
        publish()
        row = ask("how do returns work", shop.vera)
        answer(row.pk)
        assert not steps(row.turns.get(), Prepared)
        Release.objects.filter(active=True).update(frozen=active().frozen | {"models": [_old(active().frozen["models"][0])]})
        older = active().frozen["models"]
        assert not chat.models(older, {"en"}, answering=True), "as the endpoint says now"
        assert chat.models(older, {"en"}), "colleagues are helped all the same"


def _old(route: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in route.items() if name != "answers"}


def test_three_failures_in_a_row_open_the_breaker(shop: Cast) -> None:
    with faulty_model("500") as url:
        compose_with(url)
        for number in range(4):
            row = ask(f"how do returns work {number}", Visitor.objects.create())
            answer(row.pk)
    assert not steps(row.turns.get(), Composed)
    assert RETURNS in said(row)[0]


def test_a_newer_question_cancels_the_answer_that_is_being_written(shop: Cast) -> None:
    with faulty_model(text="You can return unused items within 30 days of delivery. " * 20, pause=0.05) as url:
        compose_with(url, seconds=15)
        row = ask("how do returns work", shop.vera)
        worker = threading.Thread(target=inside, args=(shop, lambda: answer(row.pk)))
        worker.start()
        wait_for(lambda: Turn.objects.filter(conversation=row).exists())
        newer = ask("never mind, how long is the refund?", shop.vera, row)
        progress.supersede_now(row.pk, newer.epoch)
        worker.join(10)
        assert not worker.is_alive()
    assert row.turns.get().state == Turn.State.CANCELLED
    assert said(row) == []


def test_stop_keeps_what_was_written(shop: Cast) -> None:
    with faulty_model(text=(RETURNS + " ") * 40, pause=0.05) as url:
        compose_with(url, seconds=15)
        row = ask("how do returns work", shop.vera)
        worker = threading.Thread(target=inside, args=(shop, lambda: answer(row.pk)))
        worker.start()
        wait_for(lambda: bool(_partial(row)))
        asyncio.run(progress.stop(row.pk))
        worker.join(10)
        assert not worker.is_alive()
    event = row.events.get(author=Event.Author.BOT)
    assert event.body["stopped"] is True
    assert event.body["text"].startswith("You can return")
    row.refresh_from_db()
    assert row.waiting_since is None


def test_an_answer_of_an_old_epoch_cannot_be_stored(shop: Cast) -> None:
    """Valkey says nothing of the newer epoch here: the ledger's own check must hold."""
    with faulty_model(text=RETURNS, pause=0.1) as url:
        compose_with(url)
        row = ask("how do returns work", shop.vera)
        worker = threading.Thread(target=inside, args=(shop, lambda: answer(row.pk)))
        worker.start()
        wait_for(lambda: Turn.objects.filter(conversation=row).exists())
        ask("something else", shop.vera, row)
        worker.join(10)
    assert said(row) == []
    assert row.turns.get().state == Turn.State.CANCELLED


def test_twenty_workers_answer_one_question_once(shop: Cast) -> None:
    row = ask("How do I return an item?", shop.vera)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: inside(shop, lambda: answer(row.pk)), range(20)))
    assert said(row) == [RETURNS]
    assert row.turns.count() == 1
    assert list(row.events.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_a_turn_whose_worker_died_is_taken_over_by_the_sweeper(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ask("How do I return an item?", shop.vera)
    past = timezone.now() - timedelta(seconds=60)
    Turn.objects.create(conversation=row, epoch=row.epoch, question=1, release=row.release, lease_until=past)
    Conversation.objects.filter(pk=row.pk).update(waiting_since=past)
    woken: list[tuple[str, str]] = []
    monkeypatch.setattr(backlog, "send", lambda name, schema, kwargs: woken.append((name, schema)))
    for times in (1, 2):
        assert sweeping.wake_forgotten() == 1
        assert woken == [("conversations.take_turns", "acme")] * times, "also when it stood in the backlog already"
    assert backlog.take(2) == [row.pk]
    answer(row.pk)
    assert said(row) == [RETURNS]
    assert row.turns.get().attempt == 2
    assert sweeping.wake_forgotten() == 0


def test_a_worker_that_is_told_to_stop_hands_a_long_answer_to_another_one(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_model(text="You can return unused items within 30 days of delivery.", pause=0.05) as url:
        compose_with(url)
        row = ask("How do I send something back?", shop.vera)
        monkeypatch.setattr(shutdown, "GRACE_SECONDS", -1)
        monkeypatch.setattr(shutdown, "_told_at", time.monotonic())
        answer(row.pk)
        assert said(row) == []
        turn = Turn.objects.get(conversation=row)
        assert (turn.state, turn.lease_until <= timezone.now()) == ("running", True)
        monkeypatch.setattr(shutdown, "_told_at", None)
        answer(row.pk)
    turn.refresh_from_db()
    assert (turn.state, turn.attempt) == ("done", 2)
    assert [text.strip() for text in said(row)] == ["You can return unused items within 30 days of delivery."]


def test_a_turn_that_never_ends_goes_to_a_person(shop: Cast) -> None:
    row = ask("How do I return an item?", shop.vera)
    past = timezone.now() - timedelta(seconds=60)
    Turn.objects.create(conversation=row, epoch=row.epoch, question=1, release=row.release, lease_until=past, attempt=3)
    answer(row.pk)
    row.refresh_from_db()
    assert row.owner == Owner.QUEUE
    assert Handover.objects.get().reason == Cause.FAILED


def test_another_tenants_conversation_is_nobodys(shop: Cast) -> None:
    row = ask("How do I return an item?", shop.vera)
    with context.inside(shop.globex):
        answer(row.pk)
        assert not Turn.objects.exists()
        with pytest.raises(Conversation.DoesNotExist), pages.page(row.pk):
            pass
        connection.close()
    assert said(row) == []


def test_the_same_client_id_twice_is_one_event(shop: Cast) -> None:
    row = ask("hi", shop.vera)
    own = uuid.uuid4()
    for _ in range(2):
        with pages.page(row.pk) as page:
            page.append(Event.Kind.MESSAGE, Event.Author.AGENT, {"text": "once"}, client_id=own)
    assert row.events.filter(client_id=own).count() == 1


def inside(cast: Cast, work: Any) -> None:
    with context.inside(cast.acme):
        try:
            work()
        finally:
            connection.close()


def _partial(row: Conversation) -> str:
    found = asyncio.run(progress.partial(row.pk))
    return str(found["text"]) if found else ""


def test_a_question_whose_release_cannot_be_read_goes_to_a_person(shop: Cast) -> None:
    row = ask("How do I return an item?", shop.vera)
    # Of another moment, because the process remembers what it has read.
    Release.objects.filter(number=row.release).update(frozen={"site": "torn"}, created_at=timezone.now())
    answer(row.pk)
    turn = row.turns.get()
    assert (turn.state, turn.attempt) == (Turn.State.FAILED, 1)
    assert row.handovers.get().reason == Cause.FAILED


def test_in_a_queue_that_nobody_attends_the_bot_answers_what_it_is_sure_of(shop: Cast) -> None:
    row = ask("I want to talk to a person", shop.vera)
    answer(row.pk)
    row.refresh_from_db()
    assert row.owner == Owner.QUEUE
    row = ask("How do I return an item?", shop.vera, row)
    answer(row.pk)
    row = ask("Quantum chromodynamics of the early universe", shop.vera, row)
    answer(row.pk)
    assert said(row)[1:] == [RETURNS, "I've added this to your message for the team."]
    assert Handover.objects.filter(done_at=None).count() == 1
    assert list(row.events.order_by("seq").values_list("seq", flat=True)) == list(range(1, row.events.count() + 1))


def test_asking_for_a_person_three_times_reaches_the_queue_three_times(shop: Cast) -> None:
    row = None
    for wish in ("我要转人工", "agent please", "I want to talk to a human"):
        row = ask(wish, shop.vera, row)
        answer(row.pk)
        row.refresh_from_db()
        assert row.owner == Owner.QUEUE
    assert Handover.objects.filter(done_at=None).count() == 1


def test_a_turn_that_breaks_ends_at_a_person_at_once(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ProgrammingError("a mistake in a query")

    monkeypatch.setattr("apps.conversations.bot.reach.search", broken)
    row = ask("how do returns work", shop.vera)
    answer(row.pk)
    row.refresh_from_db()
    assert row.owner == Owner.QUEUE
    assert row.turns.get().state == Turn.State.FAILED
    assert "our side" in said(row)[0]
