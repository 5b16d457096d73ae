"""`manage.py ask`: the very turn, from the command line, and nothing of it is kept."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.conversations.bot.story import Said
from apps.conversations.models import Conversation, Event, Handover, Turn
from apps.conversations.worker.rehearsal import rehearse
from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article, Kind, Status
from apps.tenants import context
from tests.cast import Cast

QUESTION = "How many days do I have to return an item?"
ANSWER = "You have 30 days from delivery to return an item."


@pytest.fixture
def taught(cast: Cast) -> Cast:
    with context.inside(cast.acme):
        article = Article(kind=Kind.QA, title=QUESTION, body=ANSWER, language="en", status=Status.PUBLISHED)
        publishing.save(article)
        ingestion.ingest(article.pk)
    return cast


class Asked:
    """The command's output, and the sentences on standard error."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, lines: bytes, tenant: str = "acme", **options: Any) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
        out, self.failed = io.StringIO(), ""
        told = io.StringIO()
        with context.inside(context.PUBLIC):
            try:
                call_command("ask", tenant, stdout=out, stderr=told, **{"json": True, **options})
            except CommandError as error:
                self.failed = str(error)
        self.printed, self.told = out.getvalue(), told.getvalue().splitlines()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.printed.splitlines()]


def test_a_question_a_line_is_answered_as_a_customer_would_be(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch, f"\ufeff{QUESTION}\n\nagent please\r\n".encode())
    first, second = asked.rows
    with context.inside(taught.acme):
        end = rehearse(QUESTION).end
    assert isinstance(end, Said)
    assert {name: first[name] for name in ("line", "turn", "question", "text", "tier", "sources", "cause")} == {
        "line": 1, "turn": 1, "question": QUESTION, "text": end.text, "tier": 1, "sources": [QUESTION], "cause": "",
    }  # fmt: skip
    assert first["ms"] > 0
    assert (second["line"], second["tier"], second["cause"]) == (3, None, "asked_for_person")
    assert "No one is online right now." in second["text"]
    assert not asked.failed


def test_a_dialogue_is_told_turn_by_turn_each_after_those_before(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = "i would rather have somebody on the phone"
    lines = f"{wish}\n" + json.dumps({"say": [wish, "is there someone", wish, "hello"]}) + "\n"
    asked = Asked(monkeypatch, lines.encode())
    assert [(row["line"], row["turn"]) for row in asked.rows] == [(1, 1), (2, 1), (2, 2), (2, 3), (2, 4)]
    assert asked.rows[3]["cause"] == "asked_for_person", "the third wish in a row counts, so the first two were remembered"


def test_nothing_is_kept(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(monkeypatch, f"{QUESTION}\nagent please\nhow do helicopters fly".encode())
    with context.inside(taught.acme):
        assert not any(model.objects.exists() for model in (Conversation, Event, Turn, Handover))


def test_mallorys_bot_knows_nothing_of_acmes(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = Asked(monkeypatch, QUESTION.encode(), tenant="globex").rows
    assert (row["sources"], row["cause"]) == ([], "no_passage")
    assert ANSWER not in row["text"]
    assert "nobody" in Asked(monkeypatch, QUESTION.encode(), tenant="nobody").failed


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{x", "It is not JSON."),
        (b"{" + b'"a":[' * 20_000, "It is not JSON."),
        (b'{"say": "hello"}', "Write a dialogue"),
        (b'{"say": []}', "Write a dialogue"),
        (b'{"say": ["a", 1]}', "Write a dialogue"),
        (b'{"ask": ["a"]}', "Write a dialogue"),
        (b'{"say": ["hello", " \\u200b "]}', "A message of it is empty."),
        ("\u200b".encode(), "A message of it is empty."),
        (b"\xff\xfe?", "It is not UTF-8."),
        (b"x" * 10_001, "A message of it has more than 10,000 characters."),
    ],
)
def test_a_bad_line_gets_one_sentence_and_the_others_are_asked(
    taught: Cast, monkeypatch: pytest.MonkeyPatch, line: bytes, sentence: str
) -> None:
    asked = Asked(monkeypatch, b"hello\n" + line + b"\nhello")
    assert [row["line"] for row in asked.rows] == [1, 3]
    assert len(asked.told) == 1
    assert asked.told[0].startswith(f"line 2: {sentence}")
    assert asked.failed == "Lines left out: 1."


def test_people_read_it_without_json(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = Asked(monkeypatch, QUESTION.encode(), json=False).printed
    assert f"> {QUESTION}\n{ANSWER}\n  (tier 1, {QUESTION}, " in printed
