"""How well a wish for a person is heard, measured: `pytest tests/conversations/bot/test_wishes.py -s` prints the figures.

wishes_*.txt are the wordings the rules were written with, wishes_*_held.txt were written before and kept aside,
nearly_wishes.txt are questions about people. Whatever is in YINGDA_DATA stays there.
"""

import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from apps.conversations.bot import wish

HERE = Path(__file__).parent
DATA = Path(os.environ.get("YINGDA_DATA", HERE.parents[3] / "shared" / "data"))


def wordings(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text().splitlines() if line and not line.startswith("#")]


def rows(name: str) -> list[dict[str, str]]:
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is not here; set YINGDA_DATA to the folder of the data sets")
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]


def tell(figures: str) -> None:
    sys.stdout.write(f"\n{figures}\n")


def share(texts: Sequence[str], heard: Callable[[str], bool]) -> float:
    return sum(map(heard, texts)) / len(texts)


def insisted(text: str) -> bool:
    return wish.wish(text, [text] * 3) is not None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_wishes_are_heard(language: str) -> None:
    for name, single, thrice in ((f"wishes_{language}.txt", 0.95, 1.0), (f"wishes_{language}_held.txt", 0.9, 0.97)):
        said = wordings(name)
        dice = random.Random(1)  # noqa: S311
        threes = [dice.sample(said, 3) for _ in range(300)]
        in_a_row = sum(any(map(wish.is_wanted, each)) or bool(wish.wish(each[-1], each)) for each in threes) / 300
        once, same = share(said, wish.is_wanted), share(said, insisted)
        tell(f"{name}: {len(said)}, once {once:.3f}, the same three times {same:.3f}, three of them {in_a_row:.3f}")
        assert once >= single
        assert same >= thrice
        assert in_a_row == 1


def test_wishes_are_heard_in_ten_languages_more_and_where_two_are_mixed() -> None:
    """es, fr, de, pt, it, nl, ru, ar, ja, ko; and Chinese with English in it, or the other way round."""
    assert not [text for text in wordings("wishes_others.txt") if not wish.is_wanted(text)]
    held = wordings("wishes_others_held.txt")
    tell(f"wishes_others_held.txt: {len(held)}, once {share(held, wish.is_wanted):.3f}")
    assert share(held, wish.is_wanted) >= 0.85


def test_one_word_of_another_language_swallows_no_wish() -> None:
    """Each wish with a word of the other language before it, after it, and as a line of its own."""
    for name, others in (("wishes_en.txt", ("谢谢", "你好", "😡 请")), ("wishes_zh.txt", ("please", "hello", "thx 🙏"))):
        heard = [text for text in wordings(name) if wish.is_wanted(text)]
        for other in others:
            missed = [text for text in heard if not wish.is_wanted(f"{text}\n{other}")]
            missed += [text for text in heard if not wish.is_wanted(f"{text} {other}")]
            missed += [text for text in heard if not wish.is_wanted(f"{other} {text}")]
            assert len(missed) <= 0.02 * 3 * len(heard), missed


def test_questions_about_people_are_none() -> None:
    for name in ("nearly_wishes.txt", "nearly_wishes_others.txt"):
        assert not [text for text in wordings(name) if wish.is_wanted(text)]


SETS = [
    ("banking77/test.jsonl", "text", "intent", 0.002),
    ("covidfaq_en/queries.jsonl", "query", "", 0.002),
    ("atec_customer_questions/faq_banks_dev_queries.jsonl", "query", "bank", 0.002),
    ("smp2017_ecdt/dev.jsonl", "text", "intent", 0.002),
    ("hint3/sofmattress_test.jsonl", "text", "", 0.03),  # a live shop's: “Call me”, “Connect to agent” are wishes indeed
]


@pytest.mark.parametrize(("name", "key", "topic", "most"), SETS, ids=[each[0].partition("/")[0] for each in SETS])
def test_real_questions_are_none(name: str, key: str, topic: str, most: float) -> None:
    """Singly, and three in a row of one topic, as one customer asks them."""
    found = rows(name)
    wrong = [row[key] for row in found if wish.is_wanted(row[key])]
    topics: dict[str, list[str]] = defaultdict(list)
    for row in found:
        topics[str(row.get(topic, ""))].append(row[key])
    groups, dice = [group for group in topics.values() if len(group) > 2], random.Random(1)  # noqa: S311
    threes = [dice.sample(dice.choice(groups), 3) for _ in range(150)]
    quiet = [each for each in threes if not any(map(wish.is_wanted, each))]
    taken = [each for each in quiet if wish.wish(each[-1], each)]
    tell(f"{name}: {len(found)}, taken for a wish {len(wrong)}; of {len(quiet)} threes {len(taken)}; {wrong[:4]} {taken[:2]}")
    assert len(wrong) <= most * len(found)
    assert len(taken) <= 0.02 * len(quiet)


def test_requests_of_a_shops_customers() -> None:
    """Synthetic ones with slips of every kind: who wants a human agent, and who wants something else."""
    found = rows("bitext_support_synthetic/all.jsonl")
    wishes = [row["instruction"] for row in found if row["intent"] == "contact_human_agent"]
    others = [row["instruction"] for row in found if not row["intent"].startswith("contact_")]
    once, wrong = share(wishes, wish.is_wanted), share(others, wish.is_wanted)
    tell(f"bitext: {len(wishes)} wishes heard {once:.3f}, of {len(others)} others {wrong:.4f}")
    assert once >= 0.9
    assert wrong <= 0.001
