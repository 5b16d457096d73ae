"""A customer's verbs in their own conversation, for any door. Finding is authorising; all of them raise Refusal."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from apps.conversations import defeat, handover
from apps.conversations.customer import arrivals, forms, session, visitors
from apps.conversations.customer.arrivals import Door
from apps.conversations.files import attachments
from apps.conversations.guarding import words as guarded
from apps.conversations.guarding.words import Words
from apps.conversations.ledger import group_commit, limits, pages
from apps.conversations.ledger.batch import Saying, Written
from apps.conversations.ledger.kept import Kept
from apps.conversations.live import publish
from apps.conversations.models import Cause, Conversation, Event, Feedback, Visitor
from apps.conversations.wire import about, events, frames
from apps.filters import live
from apps.filters.rule import Direction
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.refusal import Refusal


async def may_enter(origin: str, host: str) -> bool:
    """About a page of the tenant's own host no database need be asked."""
    if context.schema() == context.PUBLIC_SCHEMA:
        return False
    return session.is_own(origin, host) or session.is_allowed(origin, host, await arrivals.site())


async def say(door: Door, words: frames.Say, *, confided: bool = False) -> tuple[Door, Written]:
    """Returns after the commit, with the door in whose name it was said. Raises Refusal; then nothing was written.

    The row, under its lock, says whether a flow asks for something sensitive. Then it is said again, `confided`."""
    files = []
    if words.attachments:
        of = attachments.Message(door.conversation, words.client_id)
        files = await in_thread(attachments.claim)(words.attachments, of, visitor=door.visitor)
    said = await _heard(door, words.text)
    if confided:
        said = await in_thread(guarded.confided)(words.text, said)
    author = events.author("visitor", door.name)
    body = events.message_body(author, said.text, reply_to=words.reply_to, attachments=files, **said.body)
    try:
        return door, await _write(door, words.client_id, body, said.kept, sealed=confided)
    except group_commit.Confidential:
        return await say(door, words, confided=True)
    except group_commit.ConversationClosed:
        into = await in_thread(renamed)(door)
        if into is None:
            raise
    return await say(into, words, confided=confided)  # the word of it is still on its way to this door, or was lost


async def _heard(door: Door, text: str) -> Words:
    """The words as they are kept. Only where there is something to be kept with them a thread and the database are asked."""
    rules = await live.aof(Direction.FROM_CUSTOMER)
    if rules is None or guarded.is_quiet(rules, text, door.language):
        return Words(text, {})
    return await in_thread(guarded.heard)(rules, text, door.language)


async def typed(door: Door, draft: str) -> str:
    """Words that are not sent yet, as the team may see them: none where the customer was not told that it does, nothing of
    what a flow asks for in confidence."""
    if not door.drafts or not draft:
        return ""
    if await in_thread(Conversation.objects.filter(pk=door.conversation).confidential().exists)():
        return ""
    rules = await live.aof(Direction.FROM_CUSTOMER)
    return await in_thread(guarded.so_far)(rules, draft, door.language) if rules and rules.changes else draft


async def submit(door: Door, sent: frames.Submit) -> tuple[Door, Written]:
    """Answers the form that stands open, by the same way as what is said. Raises Refusal; then no message was written."""
    answer = await in_thread(forms.answer)(door, sent)
    try:
        return door, await _write(door, sent.client_id, answer.body, answer.kept, answers=answer.to, sealed=True)
    except group_commit.ConversationClosed:
        into = await in_thread(renamed)(door)
        if into is None:
            await in_thread(forms.answer)(door, sent)  # says so where it was the form that closed meanwhile
            raise
    return await submit(into, sent)


async def _write(
    door: Door, client_id: UUID, body: dict[str, Any], kept: Kept | None, *, sealed: bool, answers: int | None = None
) -> Written:
    saying = Saying(
        schema=context.schema(),
        conversation=door.conversation,
        visitor=door.visitor,
        client_id=client_id,
        body=body,
        release=door.release,
        language=door.language,
        tenant_per_minute=door.tenant_per_minute,
        written=asyncio.get_running_loop().create_future(),
        answers=answers,
        kept=kept,
        sealed=sealed,
    )
    return await group_commit.ledger().say(saying)


def renamed(door: Door) -> Door | None:
    """The door in the name of whom this visitor was merged into since it was opened; None when they were not."""
    row = Visitor.objects.filter(pk=door.visitor).select_related("merged_into").first()
    if row is None:
        return None
    visitors.refuse_blocked(row.merged_into or row)
    return replace(door, visitor=row.merged_into_id) if row.merged_into_id else None


def tell(door: Door, frame: frames.Page | frames.Attributes) -> None:
    """Keeps where the visitor is now, or what the page's script says of them, and tells the team."""
    _act(door)
    visitor = visitors.find(door.visitor)
    if visitor is None:
        return
    page, claims = (frame.page, None) if isinstance(frame, frames.Page) else ({}, frame.attributes)
    if about.keep(visitor, page=page, claims=claims):
        publish.send(
            door.conversation, {"type": "whereabouts", "visitor": str(visitor.pk), **about.told(visitor)}, audience=publish.TEAM
        )


def read(door: Door, seq: int) -> None:
    if Conversation(pk=door.conversation).read_by_visitor(seq):
        publish.send(door.conversation, events.read("visitor", seq), audience=publish.TEAM)


def person(door: Door, frame: frames.Person) -> None:
    """A person is wanted. In a conversation without a word yet, this is its first event."""
    _act(door)
    _ensure(door)
    handover.ask_for_person(door.conversation, guarded.beside(door.conversation, frame.reason, door.language))


def rate(door: Door, frame: frames.Rate) -> None:
    """Rate one answer (`seq`) or the whole conversation. Something that is not there to be rated is a bad frame."""
    _act(door)
    conversation = Conversation.objects.filter(pk=door.conversation).first()
    answer = None
    if conversation and frame.seq is not None:
        answer = conversation.events.filter(seq=frame.seq, kind=Event.Kind.MESSAGE).first()
    if conversation is None or (frame.seq is not None and (answer is None or answer.author == Event.Author.VISITOR)):
        raise Refusal("bad_frame", frames.NOTHING_TO_RATE)
    comment = guarded.beside(door.conversation, frame.comment, door.language)
    body = {"of": frame.seq, "score": frame.score, "reason": frame.reason, "comment": comment}
    with pages.page(door.conversation) as page:
        event = page.append(Event.Kind.RATED, Event.Author.VISITOR, {key: value for key, value in body.items() if value})
        Feedback.rate(door.conversation, frame.seq, score=frame.score, reason=frame.reason, comment=comment, at=event.at)
        if answer and answer.turn_id and frame.score == -1:
            defeat.note(answer.turn_id, Cause.THUMBS_DOWN)


def contact(door: Door, frame: frames.Contact) -> None:
    _act(door)
    _ensure(door)
    handover.leave_contact(door.conversation, frame.email, frame.name, phone=frame.phone)


def _act(door: Door) -> None:
    """The row is asked, not what this line was once told."""
    limits.check_visitor(door.visitor, "act")
    renamed(door)


def _ensure(door: Door) -> None:
    Conversation.objects.get_or_create(
        pk=door.conversation,
        defaults={"visitor_id": door.visitor, "release": door.release, "language": door.language},
    )
