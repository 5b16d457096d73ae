"""The classes of faults: where on the way from a question to its answer something went wrong, so that somebody can mend it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.insights.evaluation import Asked, passages
from apps.insights.judging import How, Verdict, holds
from apps.insights.questions import Expected


class Fault(models.TextChoices):
    NOT_FOUND = "not_found", _("the right passage was not found")
    OTHER_FIRST = "other_first", _("another passage was put before the right one")
    UNSURE = "unsure", _("found, but not sure enough to be told")
    LACKS = "lacks", _("a part of the answer is missing")
    FORBIDDEN = "forbidden", _("says what it must not say")
    FORM = "form", _("right, but not told as it should be")
    BUTTON = "button", _("the right one stood only on a button")
    ANSWERED = "answered", _("answers what the knowledge does not hold")
    COURTESY = "courtesy", _("a courtesy was taken for more")
    PERSON = "person", _("the wish for a person was not met")


def of(asked: Asked) -> tuple[str, list[str]]:
    """The fault ("" when all is well), and the strings it is about: what is missing, or what must not be said."""
    expected, verdict, place = asked.question.expected, asked.judged.verdict, asked.place
    match verdict:
        case Verdict.RIGHT | Verdict.RIGHTLY_REFUSED:
            return "", []
        case Verdict.OFFERED:
            known = expected.end == "answer"
            return (Fault.BUTTON if known and not asked.shown else ""), []
        case Verdict.ANSWERED:
            return Fault.ANSWERED, []
        case Verdict.REFUSED:
            return _unfound(place) or (Fault.OTHER_FIRST if asked.reply.how == How.CHOICE else Fault.UNSURE), []
    if expected.end != "answer":
        return (Fault.COURTESY if expected.end == "courtesy" else Fault.PERSON), []
    return _told(expected, asked.reply.text, verdict, place)


def _told(expected: Expected, text: str, verdict: Verdict, place: int | None) -> tuple[str, list[str]]:
    """The fault of an answer that is wrong, or partly right."""
    forbidden = [each for each in expected.never if not each.startswith("^") and holds(text, each)]
    if forbidden:
        return Fault.FORBIDDEN, forbidden
    lacking = [one_of[0] for one_of in expected.points if not any(holds(text, each) for each in one_of)]
    if verdict == Verdict.PARTLY:
        return (Fault.LACKS, lacking) if lacking else (Fault.FORM, [])
    return _unfound(place) or (Fault.LACKS if place == 1 else Fault.OTHER_FIRST), lacking


def _unfound(place: int | None) -> str:
    return Fault.NOT_FOUND if place is None else ""


def article_of(asked: Asked) -> str:
    """The id of the article where the fault is mended: the right one, else the one that was told; "" when there is none."""
    hits = passages(asked.tried)
    if asked.place is not None:
        return hits[asked.place - 1].article
    told = set(asked.reply.sources)
    return next((hit.article for hit in hits if hit.title in told), "") if asked.verdict == Verdict.ANSWERED else ""
