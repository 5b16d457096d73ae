"""The rules by which an answer is right or wrong."""

from dataclasses import replace

import pytest

from apps.insights.judging import How, Reply, Verdict, holds, judge
from apps.insights.questions import End, Expected

SHIPPING = "Shipping"
CANADA = Expected(End.ANSWER, points=(("6–10", "6 to 10"), ("$19",)), never=("^No", "$7"), articles=(SHIPPING,))
UNKNOWN = Expected(End.REFUSE)


def said(text: str, *sources: str) -> Reply:
    return Reply(How.SAID, text, sources)


@pytest.mark.parametrize(
    ("reply", "verdict", "reason"),
    [
        (said("Yes, it takes **6-10** business days and costs a flat $19."), Verdict.RIGHT, "holds every point"),
        (said("It takes 6 to 10 days and costs $19."), Verdict.RIGHT, "holds every point"),
        (said("It takes 6–10 business days."), Verdict.PARTLY, "lacks “$19”"),
        (said("We ship by truck.", SHIPPING), Verdict.PARTLY, "lacks “6–10”, “$19”"),
        (said("We ship by truck.", "Other"), Verdict.WRONG, "lacks “6–10”, “$19”"),
        (said("No. It takes 6–10 days and costs $19."), Verdict.PARTLY, "holds every point, opens with “No”"),
        (said("No. It takes 6–10 days."), Verdict.WRONG, "lacks “$19”"),
        (said("It takes 6–10 days and costs $19 or $7.", SHIPPING), Verdict.WRONG, "says “$7”"),
        (Reply(How.REFUSED), Verdict.REFUSED, "handed over"),
        (Reply(How.PERSON), Verdict.REFUSED, "handed over"),
        (Reply(How.POLITE, "Hello."), Verdict.REFUSED, "told nothing of what was asked"),
        (Reply(How.ABOVE, "6–10 days, $19"), Verdict.RIGHT, "holds every point"),
        (Reply(How.ABOVE, "Sunday 11 a.m."), Verdict.WRONG, "lacks “6–10”, “$19”"),
        (Reply(How.CHOICE, choices=(("Hours", "11"), (SHIPPING, "x"))), Verdict.OFFERED, f"offered “{SHIPPING}”"),
        (Reply(How.CHOICE, choices=(("Q", "6–10 days, $19"),)), Verdict.OFFERED, "showed “Q”"),
        (Reply(How.CHOICE, choices=(("Hours", "11"),)), Verdict.REFUSED, "offered others, not the right one"),
    ],
)
def test_what_is_known(reply: Reply, verdict: Verdict, reason: str) -> None:
    judged = judge(CANADA, reply)
    assert (judged.verdict, judged.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (said("Dogs are welcome."), Verdict.ANSWERED),
        (Reply(How.REFUSED), Verdict.RIGHTLY_REFUSED),
        (Reply(How.PERSON), Verdict.RIGHTLY_REFUSED),
        (Reply(How.POLITE), Verdict.RIGHTLY_REFUSED),
        (Reply(How.ABOVE, "Dogs are welcome."), Verdict.RIGHTLY_REFUSED),
        (Reply(How.CHOICE, choices=(("Dogs", "welcome"),)), Verdict.OFFERED),
    ],
)
def test_what_is_not_known(reply: Reply, verdict: Verdict) -> None:
    assert judge(UNKNOWN, reply).verdict == verdict


def test_of_what_is_offered_it_is_told_whether_the_right_one_was_shown() -> None:
    hours, right = ("Hours", "11"), ("Q", "6–10 days, $19")
    assert judge(CANADA, Reply(How.CHOICE, choices=(right, hours))).shown
    assert not judge(CANADA, Reply(How.CHOICE, choices=(hours, right))).shown


def test_courtesies_and_wishes_for_a_person() -> None:
    every = [Reply(how) for how in How]
    polite = [reply.how for reply in every if judge(Expected(End.COURTESY), reply).verdict == Verdict.RIGHT]
    person = [reply.how for reply in every if judge(Expected(End.PERSON), reply).verdict == Verdict.RIGHT]
    assert (polite, person) == ([How.POLITE], [How.PERSON])


def test_an_article_without_points_is_met_by_citing_it() -> None:
    cited = replace(CANADA, points=())
    assert judge(cited, said("It depends.", SHIPPING)).verdict == Verdict.RIGHT
    assert judge(cited, said("It depends.", "Hours")).verdict == Verdict.WRONG


def test_one_row_of_a_table_is_an_answer_and_the_whole_table_is_searching() -> None:
    rows = ["| Where | Cost |", "|---|---|", "| Canada | $19 |", "| Utah | $6 |", "| Ohio | $6 |", "| Iowa | $6 |"]
    one, several = Expected(End.ANSWER, points=(("$19",),)), Expected(End.ANSWER, points=(("$19",), ("$6",)))
    assert judge(one, said("\n".join(rows[:5]))).verdict == Verdict.RIGHT
    judged = judge(one, said("\n".join(rows)))
    assert (judged.verdict, judged.reason) == (Verdict.PARTLY, "holds every point, among 4 rows of a table")
    assert judge(several, said("\n".join(rows))).verdict == Verdict.RIGHT, "who asks for much reads much"


def test_another_language_is_partly_right_unless_it_is_introduced() -> None:
    wanted = replace(CANADA, language="zh-hans")
    foreign = "It takes 6–10 business days and costs $19."
    assert judge(wanted, said(foreign)).verdict == Verdict.PARTLY
    assert judge(wanted, said(f"只有英文的说明：\n\n{foreign}")).verdict == Verdict.RIGHT
    assert judge(wanted, Reply(How.SAID, foreign, introduced=True)).verdict == Verdict.RIGHT
    assert judge(wanted, said("需要 6–10 个工作日，运费 $19。")).verdict == Verdict.RIGHT


@pytest.mark.parametrize(
    ("text", "point", "met"),
    [
        ("within 15 days", "5 days", False),
        ("3–5 days", "5 days", False),
        ("3—5 DAYS", "3-5 days", True),
        ("it is $14.95.", "$14.95", True),
        ("it is $14.95", "$14", False),
        ("orders over $5,000", "$5", False),
        ("IPX7, and IP68", "ipx7", True),
        ("we don’t match", "don't match", True),
        ("Repairs cost", "repair", True),
        ("a disrepair", "repair", False),
        ("Not now", "No", False),
        ("**No.** Never", "^No", True),
        ("You can. No.", "^No", False),
        ("运费 １５ 元", "15元", True),
        ("运费 115 元", "15 元", False),
        ("| 平板 | 400–1100 元 |", "平板 400–1100 元", True),
        ("Press **Start a return**.", "start a return", True),
        ("anything", "^", False),
    ],
)  # fmt: skip
def test_a_point_is_found_whatever_its_dress_and_never_in_another_number(text: str, point: str, met: bool) -> None:
    assert holds(text, point) is met
