"""Asking the bot of the tenant of the moment what is expected of it, and counting how it did."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from apps.conversations.bot import courtesy
from apps.conversations.bot.stages.searching import Found, Searched
from apps.conversations.bot.story import Said
from apps.conversations.models import Cause
from apps.conversations.worker import rehearsal
from apps.conversations.worker.rehearsal import Rehearsal
from apps.insights.judging import How, Judged, Reply, Verdict, holds, judge
from apps.insights.questions import End, Expected, Question, Row
from apps.knowledge.models import Kind, Passage
from apps.llm import languages
from apps.releases.models import Release

KNOWN = (Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG, Verdict.REFUSED, Verdict.OFFERED)
UNKNOWN = (Verdict.RIGHTLY_REFUSED, Verdict.ANSWERED, Verdict.OFFERED)
SOCIAL = (Verdict.RIGHT, Verdict.WRONG)
BEST = 5  # passages that are looked at, and told with their scores


class Counted(Protocol):
    """The facts of one judged answer that totals are made of. `place`: of the right passage among the BEST, 1 is the first;
    `hit`: the search found something above the release's floor."""

    @property
    def kind(self) -> str: ...
    @property
    def end(self) -> str: ...
    @property
    def in_dialogue(self) -> bool: ...
    @property
    def verdict(self) -> str: ...
    @property
    def shown(self) -> bool: ...
    @property
    def place(self) -> int | None: ...
    @property
    def hit(self) -> bool: ...


@dataclass(frozen=True)
class Asked:
    """A question with the bot's turn, and how it is judged."""

    question: Question
    in_dialogue: bool
    tried: Rehearsal
    reply: Reply
    judged: Judged
    place: int | None

    @property
    def kind(self) -> str:
        return self.question.kind

    @property
    def end(self) -> str:
        return self.question.expected.end

    @property
    def verdict(self) -> str:
        return self.judged.verdict

    @property
    def shown(self) -> bool:
        return self.judged.shown

    @property
    def hit(self) -> bool:
        return any(each.score >= self.tried.floor for each in passages(self.tried))


def ask(row: Row, *, release: Release | None = None) -> Iterator[Asked]:
    """Turn by turn, each after what was said before, by the path of `manage.py ask`; `release`: the live one by default."""
    before = Reply(How.REFUSED)
    said = rehearsal.converse([turn.text for turn in row.turns], release=release)
    for question, tried in zip(row.turns, said, strict=True):
        reply = reply_of(tried, before)
        if reply.how in (How.SAID, How.CHOICE):
            before = reply
        right = place(question.expected, passages(tried))
        yield Asked(question, row.is_dialogue, tried, reply, judge(question.expected, reply), right)


def reply_of(tried: Rehearsal, before: Reply) -> Reply:
    """The bot's action, as the judge reads it. A turn that ends in a choice is a How.CHOICE."""
    end = tried.end
    if not isinstance(end, Said):
        return Reply(How.PERSON if end.cause == Cause.ASKED else How.REFUSED, end.said)
    sources = tuple(source.title for source in end.sources)
    if end.text in {courtesy.added(language) for language in languages.ALL}:
        return Reply(How.REFUSED, end.text)
    if end.text in {courtesy.above(language) for language in languages.ALL}:
        return Reply(How.ABOVE, before.text, before.sources)
    if end.tier is None:
        return Reply(How.POLITE, end.text)
    introduced = any(end.text.startswith(courtesy.foreign(language)) for language in languages.ALL)
    text = end.text
    for language in languages.ALL:
        text = text.removeprefix(courtesy.foreign(language)).removesuffix(courtesy.doubt(language)).strip()
    if not end.choices or courtesy.is_sure(end.text):  # a flow may be offered below an answer
        return Reply(How.SAID, text, sources, introduced)
    others = [(choice.source.title, choice.source.text) for choice in end.choices if choice.source]
    return Reply(How.CHOICE, text, sources, introduced, choices=((sources[0], text), *others))


def as_json(result: Asked) -> str:
    tried, end = result.tried, result.tried.end
    row = {
        "id": result.question.id,
        "kind": result.question.kind,
        "question": result.question.text,
        "verdict": result.judged.verdict,
        "reason": result.judged.reason,
        "shown": result.judged.shown,
        "text": rehearsal.told(tried),
        "tier": end.tier if isinstance(end, Said) else None,
        "cause": "" if isinstance(end, Said) else str(end.cause),
        "sources": [source.title for source in end.sources] if isinstance(end, Said) else [],
        "found": found(tried),
        "ms": round(tried.ms, 1),
    }
    return json.dumps(row, ensure_ascii=False)


def found(tried: Rehearsal) -> list[dict[str, Any]]:
    """The best passages of the search that decided, each with its title, scores and ranks."""
    return [dict(vars(hit)) for hit in passages(tried)]


def passages(tried: Rehearsal) -> Sequence[Found]:
    searches = [step.hits for step in tried.steps if isinstance(step, Searched)]
    return searches[-1][:BEST] if searches else ()


def place(expected: Expected, hits: Sequence[Found]) -> int | None:
    """The place of the right passage: the first of an expected article, or, where none is named, the first that holds all that
    must be said. 1 is the best; None when it is not among these, or nothing is expected of the knowledge."""
    if expected.end != End.ANSWER:
        return None
    if expected.articles:
        return next((number for number, hit in enumerate(hits, 1) if hit.title in expected.articles), None)
    texts = _texts(hits)
    holding = (number for number, hit in enumerate(hits, 1) if _holds_all(texts.get(hit.passage, ""), expected))
    return next(holding, None)


def _holds_all(text: str, expected: Expected) -> bool:
    return all(any(holds(text, each.removeprefix("^")) for each in one_of) for one_of in expected.points)


def _texts(hits: Sequence[Found]) -> dict[int, str]:
    """The text that each passage would tell: a Q&A its answer, a section itself."""
    rows = Passage.objects.filter(pk__in=[hit.passage for hit in hits]).values_list(
        "pk", "text", "revision__kind", "revision__body"
    )
    return {pk: body if kind == Kind.QA else text for pk, text, kind, body in rows}


def totals(results: Iterable[Counted]) -> dict[str, Any]:
    """Verdicts counted: of what is known, of what is not, of courtesies and wishes, of turns in dialogues, and by kind. Of what
    is known also `top1` and `recall5`, the right passage found first and among the first five, and `hit`, anything found."""
    every = list(results)
    answerable = [each for each in every if each.end == End.ANSWER]
    unknown = [each for each in every if each.end == End.REFUSE]
    social = [each for each in every if each.end in (End.COURTESY, End.PERSON)]
    kinds = sorted({each.kind for each in every})
    return {
        "asked": len(every),
        "known": _counted(answerable, KNOWN) | _placed(answerable),
        "unknown": _counted(unknown, UNKNOWN),
        "courtesy_or_person": _counted(social, SOCIAL),
        "dialogue_turns": _counted([each for each in every if each.in_dialogue], tuple(Verdict)),
        "kinds": {kind: _counted([each for each in every if each.kind == kind], tuple(Verdict)) for kind in kinds},
    }


def _counted(results: Sequence[Counted], verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """`shown`: of the offered ones, those of which the right one was shown, and the others stood on buttons; `well`: those that
    are as they should be, or were shown, or offered where the knowledge holds nothing."""
    counts = Counter(str(each.verdict) for each in results)
    return {
        "asked": len(results),
        **{verdict.value: counts[verdict] for verdict in verdicts},
        "shown": sum(each.shown for each in results),
        "well": sum(_is_well(each) for each in results),
    }


def _is_well(each: Counted) -> bool:
    offered = each.verdict == Verdict.OFFERED and (each.shown or each.end == End.REFUSE)
    return offered or each.verdict in (Verdict.RIGHT, Verdict.RIGHTLY_REFUSED)


def _placed(results: Sequence[Counted]) -> dict[str, int]:
    return {
        "top1": sum(each.place == 1 for each in results),
        "recall5": sum(each.place is not None for each in results),
        "hit": sum(each.hit for each in results),
    }


def table(sums: dict[str, Any]) -> Iterator[str]:
    """The totals for people to read."""
    for name, label in (
        ("known", "in the knowledge"),
        ("unknown", "not in the knowledge"),
        ("courtesy_or_person", "courtesies, wishes for a person"),
        ("dialogue_turns", "turns of dialogues, of all these"),
    ):
        part = sums[name]
        if part["asked"]:
            yield f"{label}: {part['asked']} asked; " + ", ".join(_shares(part))
    columns = list(Verdict)
    heads = [verdict.replace("_", " ") for verdict in columns]
    yield ""
    yield f"{'kind':<18} asked  " + "  ".join(heads)
    for kind, part in sums["kinds"].items():
        cells = (f"{part[verdict] or '·':>{len(head)}}" for verdict, head in zip(columns, heads, strict=True))
        yield f"{kind:<18} {part['asked']:>5}  " + "  ".join(cells)


def _shares(part: dict[str, Any]) -> Iterator[str]:
    for verdict in Verdict:
        count = part.get(verdict, 0)
        if count:
            shown = f", {part['shown']} with the right one shown" if verdict == Verdict.OFFERED and part["shown"] else ""
            yield f"{verdict.replace('_', ' ')} {count} ({count / part['asked']:.0%}{shown})"
