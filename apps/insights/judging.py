"""Judging an answer by rule, so that the same answer gets the same verdict whoever looks.

What the knowledge holds (`points`, `articles`) is

- `right` when the answer holds every point (or, without points, cites one of the articles) and nothing it must not say;
- `partly` when it holds some of the points; or none, but cites one of the articles; or every point, but after an opening that
  it must not have (“Yes. …” to a wrong premise), or in another language than the wanted one without a word about it, or in a
  table of more than `ROWS` rows for each point, where the customer has to search;
- `refused` when the customer is handed over or told nothing;
- `offered` when the bot asks “Was it this?” and what would be right is among what it shows;
- `wrong` otherwise, above all when it says what it must not say.

What the knowledge does not hold (`refuse`) is `rightly_refused` when nothing is told, `offered` when the bot asks whether it
was one of these, `answered` otherwise. Of courtesies and wishes for a person there are only `right` and `wrong`.

Of what is offered it is counted beside the verdict whether the right answer is the one that is shown, or stands on a button. An
answer that only points to the one before (“My last answer is all I know about this”) is judged by that one, and tells nothing
where nothing is known.

A string stands in an answer whatever its letters' case and width, its dashes, spaces and Markdown. A number is met whole, never
as a part of another or of a range: `5 days` is not in `15 days`, nor in `3–5 days`. A word is met from its beginning on, so
`repair` is in `repairs`; one of up to three letters whole. After `^` it must open the answer: `^No`.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from apps.insights.questions import End, Expected
from apps.llm import languages

ROWS = 3  # of a table that a customer reads at a glance, its head left out


class How(StrEnum):
    """The kinds of thing the bot can do."""

    SAID = "said"
    POLITE = "polite"
    ABOVE = "above"  # it pointed to its last answer
    CHOICE = "choice"
    REFUSED = "refused"
    PERSON = "person"


class Verdict(StrEnum):
    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    REFUSED = "refused"
    RIGHTLY_REFUSED = "rightly_refused"
    ANSWERED = "answered"
    OFFERED = "offered"


@dataclass(frozen=True)
class Reply:
    """`text` is the answer without what stands before and below it; of `ABOVE` the one that is pointed to. `introduced`: a
    sentence before it says that only another language knows it. `choices`: each by its title and text, the shown one first."""

    how: How
    text: str = ""
    sources: tuple[str, ...] = ()
    introduced: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Judged:
    """`shown`: of what is offered, the right answer is the one that is shown."""

    verdict: Verdict
    reason: str
    shown: bool = False


def judge(expected: Expected, reply: Reply) -> Judged:
    if expected.end == End.COURTESY:
        return _either(reply.how == How.POLITE, "answered politely", "a courtesy was taken for more")
    if expected.end == End.PERSON:
        return _either(reply.how == How.PERSON, "handed over as wished", "the wish for a person was not met")
    if expected.end == End.REFUSE:
        return _unknown(reply)
    if reply.how in (How.REFUSED, How.PERSON):
        return Judged(Verdict.REFUSED, "handed over")
    if reply.how == How.POLITE:
        return Judged(Verdict.REFUSED, "told nothing of what was asked")
    if reply.how == How.CHOICE:
        return _offered(expected, reply)
    return _known(expected, reply)


def _either(met: bool, yes: str, no: str) -> Judged:
    return Judged(Verdict.RIGHT, yes) if met else Judged(Verdict.WRONG, no)


def _unknown(reply: Reply) -> Judged:
    if reply.how == How.CHOICE:
        return Judged(Verdict.OFFERED, "asked whether it was one of these")
    if reply.how == How.SAID:
        return Judged(Verdict.ANSWERED, "told something else")
    return Judged(Verdict.RIGHTLY_REFUSED, "handed over" if reply.how in (How.REFUSED, How.PERSON) else "told nothing")


def _offered(expected: Expected, reply: Reply) -> Judged:
    for place, (title, text) in enumerate(reply.choices):
        said = replace(reply, how=How.SAID, text=text, sources=(title,))
        if title in expected.articles or (expected.points and _known(expected, said).verdict == Verdict.RIGHT):
            return Judged(Verdict.OFFERED, f"{'offered' if place else 'showed'} “{title}”", shown=not place)
    return Judged(Verdict.REFUSED, "offered others, not the right one")


def _known(expected: Expected, reply: Reply) -> Judged:
    text = reply.text
    forbidden = [each for each in expected.never if holds(text, each)]
    said = next((each for each in forbidden if not each.startswith("^")), None)
    if said is not None:
        return Judged(Verdict.WRONG, f"says “{said}”")
    cited = next((title for title in expected.articles if title in reply.sources), None)
    missing = [point for point in expected.points if not any(holds(text, each) for each in point)]
    if missing or (not expected.points and cited is None):
        lacking = "lacks " + ", ".join(f"“{point[0]}”" for point in missing) if missing else "cites another article"
        some = len(missing) < len(expected.points) or (cited is not None)
        return Judged(Verdict.PARTLY if some and not forbidden else Verdict.WRONG, lacking)
    flaw = f"opens with “{forbidden[0].removeprefix('^')}”" if forbidden else _flaw(expected, reply)
    met = "holds every point" if expected.points else f"cites “{cited}”"
    return Judged(Verdict.PARTLY, f"{met}, {flaw}") if flaw else Judged(Verdict.RIGHT, met)


def _flaw(expected: Expected, reply: Reply) -> str:
    """Why an answer that holds all is not as it should be."""
    spoken = {languages.of(part) for part in reply.text.split("\n\n")}
    if expected.language and expected.language not in spoken and not reply.introduced:
        return "in another language"
    rows = sum(1 for line in reply.text.splitlines() if line.strip().startswith("|") and set(line) - set("|-: ")) - 1
    return f"among {rows} rows of a table" if rows > ROWS * max(1, len(expected.points)) else ""


def holds(text: str, point: str) -> bool:
    opens = point.startswith("^")
    wanted = plain(point.removeprefix("^"))
    if not wanted:
        return False
    if opens:
        before = r"\A[\W_]*"
    elif wanted[0].isdigit():
        before = r"(?<!\d)(?<!\d[.,-])"
    else:
        before = r"(?<![a-z])" if wanted[0].isascii() and wanted[0].isalpha() else ""
    after = r"(?!\d|[.,-]\d)" if wanted[-1].isdigit() else ""
    if re.fullmatch("[a-z]{1,3}", wanted):
        after = "(?![a-z])"
    return re.search(before + re.escape(wanted) + after, plain(text)) is not None


_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212~\uff5e]\s*")
_QUOTES = str.maketrans("‘’“”", "''\"\"", "*_`#|>")
_BESIDE_HAN = re.compile(r"(?<=[\u3000-\u9fff])\s+|\s+(?=[\u3000-\u9fff])")


def plain(text: str) -> str:
    """Lower case of usual width, hyphens for dashes, no Markdown, one space between words and none beside Chinese."""
    said = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    return _BESIDE_HAN.sub("", " ".join(_DASHES.sub("-", said).split()))
