"""A whole conversation as a mail to its customer, when they wish it: the door, the errand that owes it, and its sending."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from apps.agents.channels.mail import letter, mailings, server
from apps.agents.models import MailAccount
from apps.agents.tickets import errands
from apps.conversations.customer import session
from apps.conversations.ledger import limits
from apps.conversations.models import Conversation, Visitor
from apps.conversations.wire import frames
from apps.tenants.network import address
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site

KIND = "transcript"


@csrf_exempt
def wanted(request: HttpRequest) -> HttpResponse:
    """`POST /api/v1/widget/transcript {conversation, email?}` by the visitor's token → `{to}`, the address it goes to."""
    site = Site.load()
    translation.activate(site.language)
    session.check_page(request, site)
    if request.method != "POST":
        raise Refusal("bad_frame", _("Use POST."), 405)
    visitor = session.visitor_of(request)
    limits.check_visitor(visitor.pk, "act")
    limits.check_address(address(request), "contacts")
    answer = JsonResponse({"to": owe(visitor, session.fields_of(request))})
    answer["Cache-Control"] = "no-store"
    return answer


def owe(visitor: Visitor, fields: dict[str, Any]) -> str:
    """Writes the errand down; the same part of a conversation goes once. → the address. Raises Refusal."""
    if not MailAccount.objects.exists():
        raise Refusal("nothing_to_do", _("Mail is not set up here."))
    row = _theirs(visitor, fields.get("conversation"))
    to = mailings.address_of(row)
    if not to and fields.get("email"):
        visitor.email = to = frames.email_of(fields)
        visitor.save(update_fields=["email"])
    if not to:
        raise Refusal("not_found", _("We do not know your e-mail address yet."))
    errands.send(KIND, f"transcript:{row.pk.hex}:{row.last_seq}", {"conversation": str(row.pk), "seq": row.last_seq})
    return to


def _theirs(visitor: Visitor, raw: object) -> Conversation:
    try:
        row = Conversation.objects.filter(visitor=visitor, pk=UUID(str(raw)), last_seq__gt=0).first()
    except ValueError:
        row = None
    if row is None:
        raise Refusal("not_found", _("We can't find this conversation."))
    return row


@errands.doer(KIND, outside=True)
def deliver(payload: dict[str, Any], key: str) -> None:
    """Delivers once; a worker that is killed after the server took it sends it again, with the same Message-ID."""
    row = Conversation.objects.select_related("visitor").filter(pk=payload["conversation"]).first()
    to = mailings.address_of(row) if row and not row.visitor.blocked_at else ""
    if row is None or not to:  # erased or blocked meanwhile
        return
    with translation.override(Site.load().language):  # a failure is kept in words for the tenant's people
        account = MailAccount.objects.first()
        if account is None:
            raise Refusal("unavailable", _("Mail is no longer set up."))
        message = letter.transcript(account, row, to, int(payload["seq"]))
        errands.let_go()
        server.send(account, message, to)
