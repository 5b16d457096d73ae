"""First drafts of what is expected, from what the bot did in a conversation: a person corrects them and saves."""

from typing import Any

from apps.conversations.models import Cause, Conversation, Event, Turn
from apps.insights.questions import MOST_TURNS, End


def of_turn(turn: Turn) -> list[dict[str, Any]]:
    """The one question that this turn answered."""
    return _drafts(turn.conversation, [turn])


def of_conversation(row: Conversation) -> list[dict[str, Any]]:
    """The customer's questions, one after the other, as a dialogue."""
    newest = row.turns.exclude(state__in=[Turn.State.CANCELLED, Turn.State.RUNNING]).order_by("-epoch")[:MOST_TURNS]
    return _drafts(row, list(newest)[::-1])


def _drafts(row: Conversation, turns: list[Turn]) -> list[dict[str, Any]]:
    asked = dict(row.events.filter(seq__in=[turn.question for turn in turns]).values_list("seq", "body__text"))
    told = {event.turn_id: event.body for event in Event.objects.filter(turn__in=turns, author=Event.Author.BOT)}
    drafts = [_draft(str(asked.get(turn.question) or ""), turn, told.get(turn.pk, {})) for turn in turns]
    return [draft for draft in drafts if draft["question"].strip()]


def _draft(question: str, turn: Turn, body: dict[str, Any]) -> dict[str, Any]:
    if turn.cause:
        return {"question": question, "end": End.PERSON if turn.cause == Cause.ASKED else End.REFUSE}
    titles = [str(source["title"]) for source in body.get("sources", ())]
    if not titles:
        return {"question": question, "end": End.COURTESY if turn.tier is None else End.ANSWER}
    return {"question": question, "end": End.ANSWER, "articles": titles}
