"""Questions that customers' own choices suggest: the bot asked “Was it this?”, and the customer pressed a button or said yes.

They are read from the conversations each time; only what a person decided about one is kept. Nothing enters a set by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.conversations.bot import choosing
from apps.conversations.bot.recall import Line
from apps.conversations.models import Event, Turn
from apps.insights import sets
from apps.insights.models import Decision, EvaluationSet, Item
from apps.insights.questions import End, Expected, Question, Row
from apps.knowledge.models import Article
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

KIND = "chosen"
DAYS = 30
MOST_LOOKED_AT, MOST_SHOWN = 2_000, 10


@dataclass(frozen=True)
class Suggestion:
    """`article`: the title of what the customer chose; `pressed`: by a button, else by a thumb up for what was shown."""

    turn: UUID
    conversation: UUID
    question: str
    article: str
    pressed: bool
    at: datetime


def suggestions(limit: int = MOST_SHOWN) -> list[Suggestion]:
    """The newest that nobody has decided about."""
    found: list[Suggestion] = []
    for turn in _doubted():
        if suggestion := _of(turn):
            found.append(suggestion)
        if len(found) == limit:
            break
    return found


def accept(turn: UUID, chosen: EvaluationSet, *, by: Member) -> Item:
    """The suggestion becomes a question of the set. Raises Refusal for one that is not, or not any more."""
    suggestion = _found(turn)
    expected = Expected(End.ANSWER, articles=(suggestion.article,))
    label = sets.new_label()
    row = Row(label, KIND, (Question(label, KIND, suggestion.question, expected),))
    item = sets.save(chosen, row, origin=Item.Origin.CHOSEN, conversation=suggestion.conversation, by=by)
    Decision.objects.create(turn=turn, accepted=True, created_by=by)
    return item


def dismiss(turn: UUID, *, by: Member) -> None:
    """It is not suggested again. Raises Refusal as `accept` does."""
    _found(turn)
    Decision.objects.create(turn=turn, accepted=False, created_by=by)


def _found(turn: UUID) -> Suggestion:
    row = Turn.objects.filter(pk=turn).exclude(pk__in=Decision.objects.values("turn")).first()
    suggestion = _of(row) if row else None
    if suggestion is None:
        raise Refusal("not_found", _("Somebody has decided about this suggestion already."))
    return suggestion


def _doubted() -> Iterator[Turn]:
    """Turns of the last days that ended with “Was it this?”, the newest first; of a busy tenant the newest are looked at.

    Their buttons tell it, not their traces: the trace of a repeated answer says only that it was remembered.
    """
    since = timezone.now() - timedelta(days=DAYS)
    newest = Turn.objects.filter(started_at__gte=since, state=Turn.State.DONE, cause="").order_by("-started_at")
    turns = dict(newest.values_list("pk", "conversation")[:MOST_LOOKED_AT])
    said = Event.objects.filter(conversation__in=set(turns.values()), kind=Event.Kind.MESSAGE, author=Event.Author.BOT)
    asking = said.filter(turn__in=list(turns), body__has_key="buttons").values("turn")
    undecided = Turn.objects.filter(pk__in=asking).exclude(pk__in=Decision.objects.values("turn"))
    return undecided.order_by("-started_at").iterator(100)


def _of(turn: Turn) -> Suggestion | None:
    """None where the customer said something else, or nothing."""
    events = Event.objects.filter(conversation=turn.conversation_id)
    shown = events.filter(turn=turn, kind=Event.Kind.MESSAGE, author=Event.Author.BOT).first()
    asked = events.filter(seq=turn.question).first()
    if shown is None or asked is None:
        return None
    title, pressed = _pressed(shown), True
    if not title:
        title, pressed = _praised(shown), False
    text = "" if "form" in asked.body else str(asked.body.get("text", "")).strip()
    return Suggestion(turn.pk, turn.conversation_id, text, title, pressed, asked.at) if title and text else None


def _pressed(shown: Event) -> str:
    """The title of the article on the button that the customer pressed; "" for none, and for a person."""
    following = Event.objects.filter(conversation=shown.conversation_id, seq__gt=shown.seq, kind=Event.Kind.MESSAGE)
    reply = following.order_by("seq").first()
    if reply is None or reply.author != Event.Author.VISITOR:
        return ""
    said = str(reply.body.get("text", ""))
    said = choosing.chosen(said, Line.of(shown.author, shown.body)) or said
    if said not in {str(button.get("say", "")) for button in shown.body.get("buttons", ())}:
        return ""
    titles = [said, said.partition(" › ")[0]]  # of a section the button says the headings above it too
    known = set(Article.objects.filter(title__in=titles).values_list("title", flat=True))
    return next((title for title in titles if title in known), "")


def _praised(shown: Event) -> str:
    """The title of what was shown, if the customer's thumb went up for it."""
    rated = Event.objects.filter(conversation=shown.conversation_id, kind=Event.Kind.RATED, body__of=shown.seq)
    last = rated.order_by("-seq").first()
    sources: Sequence[dict[str, Any]] = shown.body.get("sources", ())
    return str(sources[0]["title"]) if last and last.body.get("score") == 1 and sources else ""
