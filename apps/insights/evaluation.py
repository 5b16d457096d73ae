"""Asking the bot of the tenant of the moment what is expected of it, and counting how it did."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.conversations.bot import courtesy
from apps.conversations.bot.stages.knowledge import Searched
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
        if reply.how == How.SAID:
            before = reply
        yield Result(question, row.is_dialogue, tried, reply, judge(question.expected, reply))


def reply_of(tried: Rehearsal, before: Reply) -> Reply:
    """The bot's action, as the judge reads it. A turn that ends in a choice becomes How.CHOICE here; none does yet."""
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
    before_it = next((each for each in courtesy.cautions() if end.text.startswith(each)), "")
    doubts = {say(language) for say in (courtesy.closest, courtesy.closest_foreign) for language in languages.ALL}
    admits = {say(language) for say in (courtesy.foreign, courtesy.closest_foreign) for language in languages.ALL}
    text = end.text.removeprefix(before_it).strip()
    return Reply(How.SAID, text, sources, cautious=before_it in doubts, introduced=before_it in admits)


def as_json(result: Result) -> str:
    tried, end = result.tried, result.tried.end
    row = {
        "id": result.question.id,
        "kind": result.question.kind,
        "question": result.question.text,
        "verdict": result.judged.verdict,
        "reason": result.judged.reason,
        "cautious": result.reply.cautious,
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
    """`cautious`: of the right, wrong, … ones, those with a caution before them."""
    counts = Counter(each.judged.verdict for each in results)
    cautious = Counter(each.judged.verdict for each in results if each.reply.cautious)
    return {
        "asked": len(results),
        **{verdict.value: counts[verdict] for verdict in verdicts},
        "cautious": {verdict.value: count for verdict, count in cautious.items()},
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
            cautious = part["cautious"].get(verdict, 0)
            with_caution = f", {cautious} with a caution" if cautious else ""
            yield f"{verdict.replace('_', ' ')} {count} ({count / part['asked']:.0%}{with_caution})"
