"""One message, one language: the customer's. A code is in none, and then the conversation goes on in the one it is in."""

import re

import pytest
from django.utils import translation

from apps.conversations import handover
from apps.conversations.bot import courtesy, recall
from apps.conversations.bot.recall import Line
from apps.conversations.bot.story import Said, Story
from apps.conversations.bot.turn import take_turn
from apps.conversations.models import Cause, Conversation, Handover, Owner
from apps.conversations.worker.rehearsal import converse, told
from apps.conversations.worker.shift import answer
from apps.llm.languages import found
from apps.tenants import context
from tests.cast import Cast
from tests.conversations.bot.test_turn import Reach, hit
from tests.conversations.worker.test_answer import ask, said, teach

HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"(?<![\w.@-])[A-Za-z]{3,}(?![\w@-])")


def only_in(language: str, text: str) -> bool:
    text = text.replace("Acme", "").replace("Globex", "")
    return not HAN.search(text) if language == "en" else bool(HAN.search(text)) and not WORD.search(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("E0471", None), ("USB", None), ("USB?", None), ("ＵＳＢ", None), ("SKU 12345", None), ("PayPal?", None),
        ("GX-1000", None),
        ("Wi-Fi 6", None), ("e 0471", None), ("👍", None), ("", None), ("123", None), ("https://a.b/c?d=e", None),
        ("a@b.co", None),
        ("error E-0471", "en"), ("code 0471", "en"), ("refund", "en"), ("WHERE IS MY ORDER", "en"), ("Fjell 3", "en"),
        ("I want to talk to a human 谢谢", "en"), ("what does 保修期 mean", "en"), ("テントは何人用ですか", "en"),
        ("my 听澜2 can't connect to iphone，怎么reset", "en"),
        ("错误E0471", "zh-hans"), ("退", "zh-hans"), ("GX-1000 还有 USB 线吗", "zh-hans"),
        ("iPhone15 Pro Max 可以吗", "zh-hans"),
        ("我想return一个tent，怎么操作", "zh-hans"), ("你们支持PayPal吗", "zh-hans"), ("hi 你好", "zh-hans"),
    ],
)  # fmt: skip
def test_a_text_is_in_the_language_of_its_words(text: str, language: str | None) -> None:
    assert found(text) == language


def test_a_conversation_goes_on_in_the_language_it_is_in() -> None:
    lines = [Line("visitor", "怎么退货"), Line("bot", "In English, whyever."), Line("visitor", "E0471")]
    assert recall.language(lines, default="en") == "zh-hans"
    assert recall.language([*lines, Line("visitor", "and in English?")], default="zh-hans") == "en"
    assert recall.language(lines[2:], default="zh-hans") == "zh-hans"


QUESTIONS = (
    "E0471",
    "USB",
    "E-0471?",
    "helicopter",
    "直升机多少钱",
    "👍",
    "agent please",
    "转人工",
    "好的",
    "thx bye",
    "??",
    "quiero un humano",
)


@pytest.mark.parametrize("shop", ["acme", "globex"])
def test_no_message_holds_two_languages_of_our_own(cast: Cast, shop: str) -> None:
    """Alone, and after a sentence in either language, in an English and in a Chinese shop."""
    tenant, own = (cast.acme, "en") if shop == "acme" else (cast.globex, "zh-hans")
    with context.inside(tenant), translation.override("en"):
        for before in ((), ("How are you?",), ("你好吗",)):
            for question in QUESTIONS:
                *_rest, last = converse([*before, question])
                spoken = found(question) or (found(before[0]) if before else None) or own
                assert last.language == spoken, (before, question)
                assert only_in(spoken, told(last)), told(last)


@pytest.mark.parametrize(
    ("shop", "question", "language"), [("acme", "你们卖直升机吗", "zh-hans"), ("globex", "helicopters?", "en")]
)
def test_a_handover_speaks_the_customers_language_also_later(committed: Cast, shop: str, question: str, language: str) -> None:
    with context.inside(committed.acme if shop == "acme" else committed.globex):
        visitor = committed.vera if shop == "acme" else type(committed.vera).objects.create(name="Vic")
        row = ask(question, visitor)
        answer(row.pk)
        assert all(only_in(language, text) for text in said(row)), said(row)
        assert Conversation.objects.get(pk=row.pk).language == language
        ask("E0471", visitor, Conversation.objects.get(pk=row.pk))
        answer(row.pk)
        handover.leave_contact(row.pk, "v@vera.test", "Vera")
        told_by_us = [event.body["text"] for event in row.events.filter(kind="message").exclude(author="visitor")]
        assert len(told_by_us) == 3
        assert all(only_in(language, text.replace("v@vera.test", "")) for text in told_by_us), told_by_us


def test_a_code_in_a_chinese_shop_is_answered_in_chinese(committed: Cast) -> None:
    with context.inside(committed.globex):
        visitor = type(committed.vera).objects.create(name="Vic")
        row = ask("E0471", visitor)
        answer(row.pk)
        (text,) = said(row)
        assert only_in("zh-hans", text)
        assert Conversation.objects.get(pk=row.pk).owner == Owner.QUEUE
        assert Handover.objects.get().reason == Cause.NO_PASSAGE


@pytest.mark.parametrize("score", [0.5, 0.9])
@pytest.mark.parametrize(("language", "other"), [("en", "zh-hans"), ("zh-hans", "en")])
def test_a_passage_in_the_other_language_is_shown_as_what_it_is(score: float, language: str, other: str) -> None:
    passage = {"en": "Within thirty days.", "zh-hans": "三十天之内。"}[other]
    reach = Reach({"return?": [hit(score, text=passage, language=other)]})
    *_steps, end = take_turn(Story("return?", language, [Line("visitor", "return?")], "Acme", 0.75, 0.35), reach)
    assert isinstance(end, Said)
    frame, *asked, quoted, below = (end.text if score < 0.75 else f"{end.text}\n\n").split("\n\n")
    assert quoted == passage
    assert only_in(language, frame)
    assert frame == courtesy.foreign(language)
    assert (asked, below) == ((["**Returns**"], courtesy.doubt(language)) if score < 0.75 else ([], ""))
    assert recall.is_same_answer(passage, recall.last_answer([Line("visitor", "return?"), Line("bot", end.text)]))


def test_a_code_finds_the_passages_of_its_conversations_language(acme: Cast) -> None:
    teach("What does E-0471 mean?", "The door is open.")
    (tried,) = converse(["E-0471"])
    assert isinstance(tried.end, Said)
    assert "The door is open." in tried.end.text
