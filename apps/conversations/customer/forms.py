"""A customer's answer to the form that stands open: found, read by its fields, made into a message's body."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.conversations.customer.arrivals import Door
from apps.conversations.files import attachments
from apps.conversations.guarding import words
from apps.conversations.ledger.kept import Kept
from apps.conversations.models import Conversation, Event, FormSecrets
from apps.conversations.wire import events, frames
from apps.conversations.wire.form import Form, Value
from apps.filters import live
from apps.filters.rule import Direction
from apps.tenants.refusal import Refusal


@dataclass(frozen=True)
class Answer:
    """`to`: the seq of the form's message; None where this very answer is written already."""

    to: int | None
    body: dict[str, Any] = field(default_factory=dict)
    kept: Kept | None = None


def answer(door: Door, sent: frames.Submit) -> Answer:
    """Seals what is sensitive, or masked by the filters, and claims the files. Raises Refusal with one sentence."""
    row = Conversation.objects.filter(pk=door.conversation).first()
    if row is None:
        raise _unknown()
    if row.events.filter(client_id=sent.client_id).exists():
        return Answer(None)
    asking = _open(row, sent.form)
    form = Form.read(asking.body["form"])
    values = form.fitting(sent.values)
    files = _files(form, values, door, sent.client_id)
    with translation.override(row.language or door.language):
        text = form.told(values, {file["id"]: file["name"] for file in files})
    rules = live.of(Direction.FROM_CUSTOMER)
    said = words.heard(rules, text, door.language)
    hidden = {each.name for each in form.fields if each.sensitive}
    hidden |= {name for name, value in values.items() if rules and words.hides(rules, value, door.language)}
    sealed = {name: value for name, value in values.items() if name in hidden}
    body = events.message_body(events.author("visitor", door.name), said.text, attachments=files, **said.body)
    body |= {"form": {"id": form.id}, "values": {name: value for name, value in values.items() if name not in sealed}}
    if sealed:
        body["secrets"] = _sealed(row, sent.client_id, sealed)
    return Answer(asking.seq, body, said.kept)


def _open(row: Conversation, form: str) -> Event:
    """The message that shows this form, while it is the newest thing that was said to the customer and nobody answered it."""
    said = row.events.filter(kind=Event.Kind.MESSAGE)
    asking = said.filter(author=Event.Author.BOT, body__form__id=form).order_by("seq").last()
    if asking is None:
        raise _unknown()
    later = said.filter(seq__gt=asking.seq)
    if later.filter(author=Event.Author.VISITOR, body__form__id=form).exists():
        raise Refusal("not_found", _("This form has been sent already."))
    if not row.is_open or later.filter(author__in=(Event.Author.BOT, Event.Author.AGENT)).exists():
        raise Refusal("not_found", _("This form is no longer open, because the conversation has gone on."))
    return asking


def _unknown() -> Refusal:
    return Refusal("not_found", _("There is no such form here."))


def _files(form: Form, values: dict[str, Value], door: Door, client_id: UUID) -> Sequence[dict[str, Any]]:
    ids = [UUID(str(values[each.name])) for each in form.fields if each.type == "file" and each.name in values]
    of = attachments.Message(door.conversation, client_id)
    return attachments.claim(list(dict.fromkeys(ids)), of, visitor=door.visitor)


def _sealed(row: Conversation, client_id: UUID, values: dict[str, Value]) -> str:
    """→ the id of the row that keeps them; the same message has the same one."""
    kept = FormSecrets.objects.get_or_create(conversation=row, client_id=client_id)[0]
    kept.values = values
    kept.save()
    return str(kept.pk)
