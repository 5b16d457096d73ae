"""Tickets to the tenant's own system: a signed POST of JSON for each new ticket and each change, at least once.

What is sent and how the other side checks it is told in docs/tickets.md.
"""

import json
import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from apps.agents.models import DeskSettings, Ticket
from apps.agents.tickets import errands
from apps.conversations.guarding import outward
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.web import outgoing, signing
from apps.tenants.workspace.models import Site, new_secret

CREATED, UPDATED, TEST = "ticket.created", "ticket.updated", "test"
TEXTS = ("subject", "body")  # what people said in it goes by the filters of exports
WATCHED = ("status", "assignee", "priority", "subject", "due_at")  # a change of these is told


def announce(ticket: Ticket, event: str, changed: Iterable[str] = ()) -> None:
    """Owe the tenant's system this event, if it wants any. The ticket goes as it is now; a later try tells the same."""
    if DeskSettings.load().ticket_webhook:
        which = "created" if event == CREATED else uuid.uuid4()
        payload = {"event": event, "ticket": ticket.pk, "at": timezone.now().isoformat(), "state": _state(ticket)}
        errands.send("webhook", f"ticket:{ticket.pk}:{which}", payload | {"changed": sorted(changed)})


@errands.doer("webhook", outside=True)
def deliver(payload: dict[str, Any], key: str) -> None:
    desk = DeskSettings.objects.get(pk=1)
    if not desk.ticket_webhook:
        return  # switched off meanwhile: nobody wants it any more
    ticket = Ticket.objects.select_related("conversation").get(pk=payload["ticket"])
    whole = {"number": ticket.pk, **payload["state"], **_lasting(ticket)}
    whole |= {name: outward.leaving(whole[name], ticket.conversation_id) for name in TEXTS}
    body = {"event": payload["event"], "at": payload["at"], "tenant": context.current().slug, "ticket": whole}
    if payload["event"] == UPDATED:
        body["changed"] = payload["changed"]
    with translation.override(Site.load().language):  # a failure is kept in words for the tenant's people
        errands.let_go()
        problem, _answer = post(desk.ticket_webhook, desk.webhook_secret, body, key)
        if problem:
            raise Refusal("unavailable", problem)


def test(url: str, secret: str) -> tuple[str, outgoing.Answer | None]:
    """Send one event that concerns no ticket → a sentence if it failed, and what was answered."""
    body = {"event": TEST, "at": timezone.now().isoformat(), "tenant": context.current().slug}
    return post(url, secret, body, f"test:{uuid.uuid4()}")


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """The admin's test, in a worker: → `status`, `text`, `ms`; or `problem`, a sentence."""
    problem, answer = test(asked["url"], asked["secret"])
    if problem or not answer:
        return {"problem": problem}
    return {"status": answer.status, "text": answer.text, "ms": answer.ms}


def rotate() -> str:
    """A new secret, valid from the next delivery on."""
    secret = new_secret()
    row = DeskSettings.load()
    row.webhook_secret = secret
    row.save(update_fields=["webhook_secret"])
    return secret


def post(url: str, secret: str, content: dict[str, Any], key: str) -> tuple[str, outgoing.Answer | None]:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Yingda",
        "X-Yingda-Event": content["event"],
        "X-Yingda-Delivery": key,
        "X-Yingda-Timestamp": stamp,
    }
    try:
        headers["X-Yingda-Signature"] = signing.sign(secret, stamp, "POST", outgoing.target(url), body)
        answer = outgoing.post(url, body, headers, settings.WEBHOOK_SECONDS)
    except (outgoing.OutOfReach, outgoing.Unanswered) as failure:
        return signing.unreached(failure, settings.WEBHOOK_SECONDS), None
    return signing.refusal(answer), answer


def _state(ticket: Ticket) -> dict[str, Any]:
    """The fields of a ticket that may change."""
    return {
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "assignee": {"name": str(ticket.assignee), "email": ticket.assignee.email} if ticket.assignee else None,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
    }


def _lasting(ticket: Ticket) -> dict[str, Any]:
    """The fields that stay as they were made; not copied into each errand, because they may be long."""
    row = ticket.conversation
    return {
        "reference": ticket.reference,
        "body": ticket.body,
        "contact": encryption.shown(ticket, "contact"),
        "created_at": ticket.created_at.isoformat(),
        "conversation": str(row.pk) if row else None,
    }
