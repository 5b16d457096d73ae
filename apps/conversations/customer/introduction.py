"""`POST /api/v1/widget/introduction`: what the tenant asks before the first message, by the visitor's token."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from apps.conversations.customer import session
from apps.conversations.ledger import limits
from apps.conversations.models import Introduction, Visitor
from apps.conversations.wire import frames
from apps.tenants.network import address
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site


@csrf_exempt
def introduce(request: HttpRequest) -> HttpResponse:
    """`{name?, email?, phone?, consent?: the sentence that was shown}` → 200. All or nothing is kept. Raises Refusal."""
    site = Site.load()
    translation.activate(site.language)
    session.check_page(request, site)
    if request.method != "POST":
        raise Refusal("bad_frame", _("Use POST."), 405)
    visitor = session.visitor_of(request)
    limits.check_address(address(request), "contacts")
    keep(site, visitor, session.fields_of(request))
    answer = JsonResponse({"given": site.ask_first})
    answer["Cache-Control"] = "no-store"
    return answer


def keep(site: Site, visitor: Visitor, fields: dict[str, Any]) -> None:
    """The contact of the visitor, except what was signed; and what they agreed to, as it was shown to them."""
    given = {name: _READ[name](fields) for name in site.ask_first}
    if site.consent and fields.get("consent") != site.consent:
        raise Refusal("bad_frame", _("Please agree first, so that we may answer you."))
    told = [name for name in given if name not in visitor.vouched]
    with transaction.atomic():
        for name in told:
            setattr(visitor, name, given[name])
        visitor.save(update_fields=told)
        Introduction.objects.create(
            visitor=visitor, given=list(given), consent=site.consent, link=site.consent_link if site.consent else ""
        )


def _name(fields: dict[str, Any]) -> str:
    name = frames.text_of(fields, "name", 100)
    if frames.is_blank(name):
        raise Refusal("bad_frame", _("Please give us your name."))
    return name


_READ = {"name": _name, "email": frames.email_of, "phone": frames.phone_of}
