"""A reranker in a turn: asked in doubt alone, its order taken, its failures passed over."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from apps.conversations.bot.stages.reranking import Reranked
from apps.conversations.bot.steps import read, stored
from apps.conversations.bot.story import HandedOver, Said
from apps.conversations.worker.rehearsal import rehearse
from apps.filters.rule import Action, Direction, Rule
from apps.filters.screening.screen import Screen
from apps.knowledge.search.search import Hit
from apps.llm.chat import ModelFailed
from apps.llm.models import Reranker
from apps.releases import publishing
from apps.tenants import context
from tests.cast import Cast
from tests.conversations.bot.test_turn import Reach, end_of, hit, tell
from tests.knowledge.conftest import know
from tests.reranker import preferring, reranker

ASKED = "how do I send a parcel back"
ONE, TWO = (str(uuid.UUID(int=number)) for number in (1, 2))


@dataclass
class Scripted:
    """A judge that says what a test wrote, or fails."""

    found: Sequence[float | None] = ()
    sure: float | None = None
    fails: str = ""
    name: str = "rank-1"
    asked: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def scores(self, question: str, texts: Sequence[str], patience: float) -> Sequence[float | None]:
        self.asked.append((question, texts))
        if self.fails:
            raise ModelFailed(self.fails, "as told")
        return list(self.found)


def some(*scores: float) -> list[Hit]:
    return [
        hit(score, title=f"Title {place}", text=f"Text {place}.", passage=place, article=str(uuid.UUID(int=place)))
        for place, score in enumerate(scores)
    ]


def told(judge: Scripted, hits: list[Hit], question: str = ASKED) -> tuple[Said | HandedOver, Reranked | None]:
    outcomes = tell(question, Reach({question: hits}, judging=judge))
    return end_of(outcomes), next((step for step in outcomes if isinstance(step, Reranked)), None)


def test_in_doubt_its_order_is_taken_and_the_doubt_stays() -> None:
    judge = Scripted([0.1, None, 0.8])
    end, step = told(judge, some(0.5, 0.45, 0.4))
    assert isinstance(end, Said)
    assert [source.text for source in end.sources] == ["Text 2."]
    assert [choice.say for choice in end.choices][:2] == ["Title 0", "Title 1"], "one without a score comes last"
    assert judge.asked == [(ASKED, ["Title 0\nText 0.", "Title 1\nText 1.", "Title 2\nText 2."])]
    assert step is not None
    assert [found.score for found in step.hits] == [0.5, 0.45, 0.4]
    assert read(stored([step])) == [step]


def test_what_it_is_sent_is_covered_by_the_rules_of_models() -> None:
    mails = Rule("1", "mail", "personal", {"data": ["mail"]}, frozenset([Direction.TO_MODEL]), Action.MASK)
    judge, question = Scripted([0.1, 0.8]), f"{ASKED} I am ben@example.com"
    hits = [replace(each, text="Write to ann@example.com.") for each in some(0.5, 0.4)]
    tell(question, Reach({question: hits}, judging=judge, rules=Screen([mails])))
    ((asked, texts),) = judge.asked
    assert asked.endswith("[MAIL A]")
    assert texts == ["Title 0\nWrite to [MAIL B].", "Title 1\nWrite to [MAIL B]."]


def test_from_its_own_threshold_on_the_best_is_told() -> None:
    end, step = told(Scripted([0.1, 0.9], sure=0.9), some(0.5, 0.4))
    assert end == Said("Text 1.", 1, end.sources) if isinstance(end, Said) else False
    assert step is not None
    assert step.lifted
    end, step = told(Scripted([0.1, 0.89], sure=0.9), some(0.5, 0.4))
    assert isinstance(end, Said)
    assert end.choices
    assert step is not None
    assert not step.lifted


def test_what_is_about_another_name_is_not_lifted() -> None:
    hits = [
        hit(
            0.5,
            title="Do you ship to Norway?",
            text="Yes, we ship to Norway in 5 days.",
            passage=1,
            article=str(uuid.UUID(int=1)),
        ),
        hit(0.4, title="Do you ship to Canada?", text="No, not to Canada.", passage=2, article=TWO),
    ]
    question = "when will you ship to Norway"
    assert not told(Scripted([0.1, 0.99], sure=0.9), hits, question)[1].lifted  # type: ignore[union-attr]
    assert told(Scripted([0.99, 0.1], sure=0.9), hits, question)[1].lifted  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["slow", "down", "nonsense", "resting"])
def test_its_failure_changes_nothing_but_the_trace(code: str) -> None:
    usual = end_of(tell(ASKED, Reach({ASKED: some(0.5, 0.4)})))
    end, step = told(Scripted(fails=code), some(0.5, 0.4))
    assert isinstance(end, Said)
    assert isinstance(usual, Said)
    assert (end.text, end.choices) == (usual.text, usual.choices)
    assert (usual.alone, end.alone) == (True, False), "it is not remembered"
    assert step is not None
    assert step.failed == code
    assert step.told.bad


@pytest.mark.parametrize(
    ("scores", "question"),
    [
        ((0.9, 0.4), ASKED),
        ((0.2, 0.1), ASKED),
        ((), ASKED),
        ((0.5, 0.4), "and what about boots?"),
        ((0.5, 0.4), "How do I return it? How long is the warranty?"),
    ],
)
def test_it_is_not_asked_where_there_is_no_doubt_or_no_one_question(scores: tuple[float, ...], question: str) -> None:
    judge = Scripted([0.9] * len(scores))
    assert told(judge, some(*scores), question)[1] is None
    assert not judge.asked


def test_by_http_and_for_one_tenant_alone(cast: Cast) -> None:
    """The whole way: the row, its release, a real server, the turn."""
    with reranker(answer=preferring("workshop")) as server:
        for tenant in (cast.acme, cast.globex):
            with context.inside(tenant):
                know("How do I wash a backpack?", "By hand, in lukewarm water.")
                know("Where do you mend backpacks?", "In our workshop in Denver.")
                publishing.publish()
        with context.inside(cast.globex):
            rehearse("my backpack is torn")
        assert server.asked == []
        with context.inside(cast.acme):
            Reranker.objects.create(url=server.url, sure=0.5, milliseconds=1500)
            publishing.publish()
            tried = rehearse("my backpack is torn")
            assert isinstance(tried.end, Said)
            assert tried.end.text == "In our workshop in Denver."
            assert server.asked[0]["query"] == "my backpack is torn"
            server.slow = True
            slow = rehearse("my backpack is torn")
            assert isinstance(slow.end, Said)
            assert slow.end.choices, "asked whether it was meant, as without a reranker"
        with context.inside(cast.globex):
            assert not any(isinstance(step, Reranked) for step in rehearse("my backpack is torn").steps)
        assert len(server.asked) == 2
