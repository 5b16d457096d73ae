"""Asking the bot of the tenant of the moment what is expected of it, and counting how it did."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.conversations.bot import courtesy
from apps.conversations.bot.stages.searching import Searched
from apps.conversations.bot.story import Said
from apps.conversations.models import Cause
from apps.conversations.worker import rehearsal
from apps.conversations.worker.rehearsal import Rehearsal
from apps.insights.judging import How, Judged, Reply, Verdict, judge
from apps.insights.questions import End, Question, Row
from apps.llm import languages

KNOWN = (Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG, Verdict.REFUSED, Verdict.OFFERED)
UNKNOWN = (Verdict.RIGHTLY_REFUSED, Verdict.ANSWERED, Verdict.OFFERED)
SOCIAL = (Verdict.RIGHT, Verdict.WRONG)
BEST = 3  # passages that a row tells, with their scores


@dataclass(frozen=True)
class Result:
    question: Question
    in_dialogue: bool
    tried: Rehearsal
    reply: Reply
    judged: Judged


def ask(row: Row) -> Iterator[Result]:
    """Turn by turn, each after what was said before, by the path of `manage.py ask`."""
    before = Reply(How.REFUSED)
    for question, tried in zip(row.turns, rehearsal.converse([turn.text for turn in row.turns]), strict=True):
        reply = reply_of(tried, before)
        if reply.how in (How.SAID, How.CHOICE):
            before = reply
        yield Result(question, row.is_dialogue, tried, reply, judge(question.expected, reply))


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
    if not end.choices:
        return Reply(How.SAID, text, sources, introduced)
    others = [(choice.source.title, choice.source.text) for choice in end.choices if choice.source]
    return Reply(How.CHOICE, text, sources, introduced, choices=((sources[0], text), *others))


def as_json(result: Result) -> str:
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
    """The best passages of the search that decided, each with its title and score."""
    searches = [step.hits for step in tried.steps if isinstance(step, Searched)]
    return [{"title": hit.title, "score": hit.score} for hit in (searches[-1] if searches else [])[:BEST]]


def totals(results: Iterable[Result]) -> dict[str, Any]:
    """Verdicts counted: of what is known, of what is not, of courtesies and wishes, of turns in dialogues, and by kind."""
    every = list(results)
    answerable = [each for each in every if each.question.expected.end == End.ANSWER]
    unknown = [each for each in every if each.question.expected.end == End.REFUSE]
    social = [each for each in every if each.question.expected.end in (End.COURTESY, End.PERSON)]
    kinds = sorted({each.question.kind for each in every})
    return {
        "asked": len(every),
        "known": _counted(answerable, KNOWN),
        "unknown": _counted(unknown, UNKNOWN),
        "courtesy_or_person": _counted(social, SOCIAL),
        "dialogue_turns": _counted([each for each in every if each.in_dialogue], tuple(Verdict)),
        "kinds": {kind: _counted([each for each in every if each.question.kind == kind], tuple(Verdict)) for kind in kinds},
    }


def _counted(results: Sequence[Result], verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """`shown`: of the offered ones, those of which the right one was shown, and the others stood on buttons."""
    counts = Counter(each.judged.verdict for each in results)
    return {
        "asked": len(results),
        **{verdict.value: counts[verdict] for verdict in verdicts},
        "shown": sum(each.judged.shown for each in results),
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
