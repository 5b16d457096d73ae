"""Lessons that agents give the bot: a draft Q&A from their answer, a mark where it was wrong; and its own suggestion."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.agents.casework.casework import find
from apps.agents.models import Lesson
from apps.conversations import defeat
from apps.conversations.bot import trace, wish
from apps.conversations.bot.recall import Line
from apps.conversations.bot.story import Said
from apps.conversations.models import Cause, Event, Feedback
from apps.conversations.wire.events import Frame
from apps.conversations.worker import trial
from apps.knowledge.intake import publishing
from apps.knowledge.models import Article, Kind, Status
from apps.knowledge.passages.tokens import language_of
from apps.tenants import trials
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

LINES = 12
SUGGESTION_SECONDS = 120.0  # most that an agent waits, while a model writes


def teach(conversation: UUID, me: Member, question: str, answer: str) -> Article:
    """A draft that no search knows yet; an operator looks at it and publishes it."""
    row = find(conversation)
    article = Article(kind=Kind.QA, title=question, body=answer, language=language_of(question + answer), status=Status.DRAFT)
    try:
        publishing.save(article, by=me)
    except ValidationError as error:
        raise Refusal("bad_frame", " ".join(error.messages)) from error
    Lesson.objects.create(article=article, conversation=row, member=me)
    return article


def mark_wrong(conversation: UUID, me: Member, seq: int) -> None:
    """The bot's answer was wrong: operators read so, its turn counts as a defeat, and the cache forgets it."""
    find(conversation)
    event = Event.objects.filter(conversation=conversation, seq=seq, author=Event.Author.BOT, turn__isnull=False).first()
    if event is None or event.turn_id is None:
        raise Refusal("not_found", _("This is not one of the bot's answers."))
    Feedback.mark(conversation, seq, by=me)
    defeat.note(event.turn_id, Cause.AGENT_CORRECTION)


def suggest(conversation: UUID, me: Member) -> Frame:
    """The bot's answer to the customer's last question: the same turn, unsent, by a worker. Refuses when none takes it."""
    row = find(conversation)
    newest = list(row.events.filter(kind=Event.Kind.MESSAGE).order_by("-seq")[:LINES])
    asked = [event for event in newest if event.author == Event.Author.VISITOR and "form" not in event.body]
    wanted = next((event for event in asked if event.body["text"] and not wish.is_wanted(str(event.body["text"]))), None)
    frame: Frame = {"type": "suggestion", "conversation": str(conversation), "text": "", "sources": [], "tier": None}
    if wanted is None:
        return frame
    before = [Line.of(event.author, event.body) for event in reversed(newest) if event.seq < wanted.seq]
    key = trial.begin(
        str(wanted.body["text"]),
        by=me.pk,
        language=row.language or None,
        release=row.release,
        transcript=[line for line in before if not line.is_answer and not wish.is_wanted(line.text)],
    )
    found = trials.awaited(key, trial.TASK, by=me.pk, seconds=SUGGESTION_SECONDS) if key else None
    if found is None or "problem" in found:
        raise Refusal("unavailable", _("The bot is too busy to draft an answer. Try again in a moment."), retry_after=5)
    end = trial.rehearsed(found).end
    if isinstance(end, Said):
        frame |= {
            "text": end.text,
            "sources": [vars(source) for source in end.sources],
            "tier": trace.tier_name(end.tier) or None,
        }
    return frame
