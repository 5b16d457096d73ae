"""`POST /api/v1/console/attachments`: an agent's file, by the session's cookie and from a page of this host alone."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from apps.agents import presence
from apps.agents.console import entry
from apps.conversations.customer import uploads
from apps.conversations.files import links
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member
from apps.tenants.workspace.roles import is_member


@csrf_exempt
def agents(request: HttpRequest) -> HttpResponse:
    """Instead of a form's secret the browser's own word on whose page asks, as at the agents' socket."""
    me = request.user
    if not isinstance(me, Member) or not is_member(me) or me.role not in presence.AGENTS:
        raise Refusal("unauthorized", _("Log in first."))
    translation.activate(me.language or "en")
    if request.method == "GET":
        return uploads.rules()
    if not entry.is_own_page(request.headers.get("Origin", ""), request.get_host()):
        raise Refusal("origin_not_allowed", _("Files can only be sent from the console."))
    return uploads.receive(request, links.MEMBER, me.pk)
