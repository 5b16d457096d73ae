"""An agent's verbs on a conversation: claim, say, note, transfer, resolve … Each verb is one ledger page.

The speaker is checked on the page, under the lock that raises the epoch: so the bot, the former agent and the new one never
speak in one epoch. Finding is authorising: ids of another tenant are nobody's here.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.agents import metrics, notices, presence
from apps.agents.casework import calling, holding, places, speaking
from apps.agents.models import Call, Case
from apps.agents.queue import queue
from apps.conversations import replies
from apps.conversations.files import attachments
from apps.conversations.ledger import pages
from apps.conversations.live import backlog, progress
from apps.conversations.metrics import MESSAGES
from apps.conversations.models import Conversation, Event, Handover, Owner
from apps.conversations.wire import events
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member


def find(conversation: UUID) -> Conversation:
    row = Conversation.objects.select_related("visitor").filter(pk=conversation).first()
    if row is None:
        raise Refusal("not_found", _("We can't find this conversation."))
    return row


def claim(handover: UUID, me: Member) -> Conversation:
    """Take a waiting customer. Of any number of agents who try at once exactly one wins; the others get `taken`."""
    found = Handover.objects.filter(pk=handover).first()
    if found is None:
        raise Refusal("not_found", _("We can't find this request."))
    with pages.page(found.conversation_id) as page:
        mine = Handover.objects.filter(pk=handover).claimable()
        won = page.conversation.is_open and bool(mine.accept(me, page.now))
        metrics.CLAIMS.labels(str(won).lower()).inc()
        if not won:
            raise Refusal("taken", _("A colleague was faster."))
        queue.withdraw(page, keep=me)
        _assign(page, me, found)
    return page.conversation


def take_over(conversation: UUID, me: Member) -> Conversation:
    """Takes a conversation from the queue or the bot; from a colleague only when they are not there or `me` supervises."""
    find(conversation)
    waiting = Handover.objects.filter(conversation=conversation).claimable().first()
    if waiting:
        return claim(waiting.pk, me)
    with pages.page(conversation) as page:
        holding.refuse_closed(page)
        holder = holding.refuse_held(page, me)
        if holder == me:
            return page.conversation
        page.conversation.handovers.accept(me, page.now)
        _assign(page, me, None, former=holder)
    return page.conversation


def decline(handover: UUID, me: Member) -> None:
    found = Handover.objects.filter(pk=handover).first()
    if found is None:
        raise Refusal("not_found", _("We can't find this request."))
    queue.decline(found, me)


def say(
    conversation: UUID, me: Member, client_id: UUID, text: str, files: Sequence[UUID] = (), *, confirmed: bool = False
) -> Event:
    """A message to the customer, by the agent who has the conversation. The same `client_id` again is the same event. Raises
    `speaking.Stopped`, and `Warned` unless it is `confirmed`."""
    spoken = speaking.screened(find(conversation), text)
    with pages.page(conversation) as page:
        known = said_before(page, client_id, me)
        if known:
            return known
        holding.refuse_closed(page)
        holding.refuse_not_theirs(page, me, _("Take this conversation over before you answer."))
        said = speaking.sent(spoken, text, conversation, me, confirmed=confirmed)
        claimed = _claim_files(page, files, client_id, me)
        body = events.message_body(events.author("agent", str(me)), said.text, attachments=claimed, **said.body)
        event = page.append(Event.Kind.MESSAGE, Event.Author.AGENT, body, member=me, client_id=client_id)
        page.keep(event, said.kept)
        replies.said(page, event)
        page.conversation.settle()
        Case.objects.filter(pk=conversation).update(snoozed_until=None)
    MESSAGES.labels("agent").inc()
    return event


def note(conversation: UUID, me: Member, client_id: UUID, text: str, files: Sequence[UUID] = ()) -> Event:
    """Words for the team alone; @name tells that colleague."""
    find(conversation)
    with pages.page(conversation) as page:
        known = said_before(page, client_id, me)
        return known or _note(page, me, text, client_id, _claim_files(page, files, client_id, me))


def transfer(conversation: UUID, me: Member, to: dict[str, Any], text: str = "") -> None:
    """Passes a conversation on to an agent who is there, to a team's queue, or back to the bot; `text` is left as a note.

    Out of a colleague's hands it needs the right to take it from them, wherever it goes: a team of one, or the bot from
    which one then takes it, would be ways around that.
    """
    find(conversation)
    agent, team = holding.agent(to.get("agent"), me), holding.team(to.get("team"))
    with pages.page(conversation) as page:
        holding.refuse_closed(page)
        holder = holding.refuse_held(page, me)
        note = _note(page, me, text, None) if text else None
        if agent and agent == holder:
            return  # it is theirs already
        if agent:
            queue.withdraw(page, keep=agent)
            page.conversation.handovers.accept(agent, page.now)
            _assign(page, agent, None, former=None if holder == me else holder)
        elif team:
            queue.put_back(page, Handover.Reason.TRANSFERRED, team=team)
        else:
            to_bot(page)
        called = [agent] if agent else list(team.members.all()) if team else []
        others = [member for member in called if member != me]
        calling.call(page, others, Call.Kind.TRANSFER, note.seq if note else page.conversation.last_seq)
        _supersede(page)


def resolve(conversation: UUID, me: Member, reason: str = "") -> None:
    """The end: the customer is told and asked for a rating, and their next message opens a new conversation.

    A colleague's conversation is ended only by who may take it: else resolving and reopening it would be a way to.
    """
    if not find(conversation).is_open:
        return
    with pages.page(conversation) as page:
        if not page.conversation.is_open:
            return
        holding.refuse_held(page, me)
        queue.withdraw(page)
        page.conversation.handovers.finish(page.now)
        Case.objects.update_or_create(conversation=page.conversation, defaults={"snoozed_until": None})
        page.conversation.close(page.now)
        page.append(Event.Kind.CLOSED, Event.Author.SYSTEM, {"reason": reason or "resolved"}, member=me)
        enqueue("agents.dispatch")  # the agent has room again
        _supersede(page)


def reopen(conversation: UUID, me: Member) -> None:
    row = find(conversation)
    if Conversation.objects.open().filter(visitor=row.visitor).exclude(pk=conversation).exists():
        raise Refusal("closed", _("The customer has begun a new conversation; go on there."))
    with pages.page(conversation) as page:
        if not page.conversation.is_open:
            page.conversation.reopen()
            _assign(page, me, None)


def file(conversation: UUID, **fields: Any) -> None:
    """Changes what is named of the case: its tags or priority, or until when it is out of sight."""
    find(conversation)
    with pages.page(conversation) as page:
        Case.objects.update_or_create(conversation=page.conversation, defaults=fields)


def _assign(page: pages.Page, member: Member, handover: Handover | None, former: Member | None = None) -> None:
    Case.objects.update_or_create(conversation=page.conversation, defaults={"assignee": member, "snoozed_until": None})
    page.pass_to(Owner.HUMAN, online=True, agent=member)
    calling.take(page, member)
    notices.to_desk(notices.claimed(handover, page.conversation.pk, member, former))
    _supersede(page)


def _supersede(page: pages.Page) -> None:
    """The running answer of the bot, if any, is cut off once this is committed."""
    conversation, epoch = page.conversation.pk, page.conversation.epoch
    transaction.on_commit(lambda: progress.supersede_now(conversation, epoch))


def to_bot(page: pages.Page) -> None:
    """The bot has it again. In the middle of a flow it speaks first; else it answers what is unanswered."""
    queue.withdraw(page)
    conversation = page.conversation
    conversation.handovers.finish(page.now)
    Case.objects.update_or_create(conversation=conversation, defaults={"assignee": None, "team": None})
    page.pass_to(Owner.BOT, online=True)
    newest = conversation.events.filter(kind=Event.Kind.MESSAGE).last()
    if places.hand_on(page) or (newest and newest.author == Event.Author.VISITOR):
        conversation.wait(page.now)
        waiting = [conversation.pk]
        transaction.on_commit(lambda: backlog.put(waiting))
    else:
        conversation.settle()
    enqueue("agents.dispatch")


def _claim_files(page: pages.Page, files: Sequence[UUID], client_id: UUID, me: Member) -> list[events.Frame]:
    return attachments.claim(files, attachments.Message(page.conversation.pk, client_id), member=me.pk)


def _note(page: pages.Page, me: Member, text: str, client_id: UUID | None, files: Sequence[events.Frame] = ()) -> Event:
    names = {name.lower() for name in re.findall(r"@([\w.\-]+)", text)}
    mentioned = [m for m in presence.entitled() if names & {m.username.lower(), str(m).lower().replace(" ", "")}]
    body = {"author": events.author("agent", str(me)), "text": text, "mentions": [notices.person(m) for m in mentioned]}
    body |= {"attachments": list(files)} if files else {}
    event = page.append(Event.Kind.NOTE, Event.Author.AGENT, body, member=me, client_id=client_id)
    calling.call(page, [member for member in mentioned if member != me], Call.Kind.MENTION, event.seq)
    for member in mentioned:
        notices.after_commit(member.pk, notices.mention(page.conversation.pk, me, text))
    return event


def said_before(page: pages.Page, client_id: UUID, me: Member) -> Event | None:
    known = page.conversation.events.filter(client_id=client_id).first()
    if known and known.member_id != me.pk:
        raise Refusal("bad_frame", _("This client_id is taken. Use a new UUID."))
    return known
