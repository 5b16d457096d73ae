"""Files of customers and agents: taken, claimed by a message, handed to the two sides, swept when nobody said them."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

import structlog
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.conversations import metrics
from apps.conversations.files import kinds, links, pictures
from apps.conversations.models import Attachment, Event, Visitor
from apps.tenants import due
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.roles import may_answer

log = structlog.get_logger(__name__)

SENT_UP = "conversations.file"  # what its sweeper listens to
KEPT = timedelta(days=1)  # what nobody has said
MOST_WAITING = 30  # of one sender, not yet said
A_DAY = 20  # files of the largest size that one visitor may send in a day


@dataclass(frozen=True)
class Message:
    """The message that says the files."""

    conversation: uuid.UUID
    client_id: uuid.UUID


def take(
    file: BinaryIO, size: int, name: str, *, visitor: uuid.UUID | None = None, member: uuid.UUID | None = None
) -> Attachment:
    """Keep a file of one of the two sides. Raises Refusal with one sentence; then nothing of it is left.

    The row stands before the file: should the process end between the two, the sweeper finds both.
    """
    if not size:
        raise Refusal("bad_file", _("This file is empty."), 400)
    if size > settings.LARGEST_ATTACHMENT:
        raise too_large()
    _check_quota(visitor, member)
    kind = kinds.of(file, name)
    _let_go()
    drawn = pictures.redraw(file, kind) if kind.picture else None
    content: Any = drawn.file if drawn else file
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = content.seek(0, 2)
    content.seek(0)
    own = uuid.uuid4()
    row = Attachment(
        id=own,
        visitor_id=visitor,
        member_id=member,
        name=kinds.clean(name, kind),
        type=kind.type,
        size=size,
        width=drawn.width if drawn else None,
        height=drawn.height if drawn else None,
        digest=digest,
        path=f"attachments/{own.hex[:2]}/{own.hex}{kind.suffix}",
        touched_at=timezone.now(),
    )
    with transaction.atomic():
        row.save(force_insert=True)
        due.tell(SENT_UP, KEPT)
    _let_go()
    try:
        default_storage.save(row.path, File(content))
    except OSError as error:
        log.error("attachment_not_stored", error=str(error), size=size)
        _forget(row)
        raise Refusal("unavailable", _("We can't take files right now. Try again in a moment.")) from error
    return row


def too_large() -> Refusal:
    megabytes = settings.LARGEST_ATTACHMENT // 1024**2
    return Refusal("too_long", _("This file is too large. It can have at most %d MB.") % megabytes)


def body(row: Attachment) -> dict[str, Any]:
    """A file as an event keeps it."""
    fields: dict[str, Any] = {"id": str(row.pk), "name": row.name, "type": row.type, "size": row.size}
    return fields | ({"width": row.width, "height": row.height} if row.width else {})


def claim(
    ids: Sequence[uuid.UUID], by: Message, *, visitor: uuid.UUID | None = None, member: uuid.UUID | None = None
) -> list[dict[str, Any]]:
    """The sender's own files for a message's body, in order; the same message may claim them again. Raises Refusal."""
    if not ids:
        return []
    free = Q(client_id=None) | Q(client_id=by.client_id)
    own = Attachment.objects.filter(free, pk__in=ids, visitor=visitor, member=member)
    with transaction.atomic():
        own.update(conversation=by.conversation, client_id=by.client_id, touched_at=timezone.now())
        rows = own.in_bulk()
        if len(rows) < len(ids):
            raise Refusal("not_found", _("One of the files is no longer here. Attach it again."))
    return [body(rows[pk]) for pk in ids]


def readable(link: links.Link, user: object) -> Attachment | None:
    """The file, if the link's reader may read it now: a visitor their own and what was said to them, an agent any.

    A member's link opens nothing by itself: `user`, who is logged in where it is used, has to be the one it names.
    """
    found = Attachment.objects.filter(pk=link.attachment)
    if link.kind == links.MEMBER:
        return found.first() if may_answer(user) and getattr(user, "pk", None) == link.reader else None
    if not Visitor.objects.filter(pk=link.reader, blocked_at=None).exists():
        return None
    return found.filter(Q(visitor=link.reader) | Q(conversation__visitor=link.reader)).first()


def sweep(limit: int = 500) -> int:
    """Forget what nobody has said for a day, the file first; → how many."""
    swept = 0
    for pk in list(unsaid().filter(touched_at__lt=timezone.now() - KEPT).values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            row = unsaid().filter(pk=pk, touched_at__lt=timezone.now() - KEPT).select_for_update(of=("self",)).first()
            swept += bool(row and _forget(row))
    return swept


def unsaid() -> QuerySet[Attachment]:
    """The files that no message holds, yet or any more."""
    said = Event.objects.filter(conversation=OuterRef("conversation"), client_id=OuterRef("client_id"))
    return Attachment.objects.filter(~Exists(said))


def _forget(row: Attachment) -> bool:
    """A file that cannot be removed now keeps its row, so that the sweeper comes again."""
    try:
        default_storage.delete(row.path)
    except OSError as error:
        log.error("attachment_not_removed", error=str(error))
        return False
    row.delete()
    return True


def _let_go() -> None:
    """Gives the database connection back while this waits for another process or for object storage."""
    if not connection.in_atomic_block:
        connection.close()


def _check_quota(visitor: uuid.UUID | None, member: uuid.UUID | None) -> None:
    own = Attachment.objects.filter(visitor=visitor, member=member)
    if own.filter(client_id=None).count() >= MOST_WAITING:
        metrics.LIMITED.labels("files_waiting").inc()
        sentence = _("Too many files are waiting to be sent. Send some of them first.")
        raise Refusal("too_fast", sentence, retry_after=60)
    if visitor:
        today = own.filter(touched_at__gt=timezone.now() - timedelta(days=1)).aggregate(sum=Sum("size"))["sum"] or 0
        if today > A_DAY * settings.LARGEST_ATTACHMENT:
            metrics.LIMITED.labels("files_of_a_visitor").inc()
            sentence = _("You have sent a lot of files today. Send more tomorrow.")
            raise Refusal("too_fast", sentence, retry_after=3600)
