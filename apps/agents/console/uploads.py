"""`POST /api/v1/console/attachments`: an agent's file, by the session's cookie and from a page of this host alone."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from apps.agents.console import entry
from apps.conversations.customer import uploads
from apps.conversations.files import links
from apps.tenants.refusal import Refusal


@csrf_exempt
def agents(request: HttpRequest) -> HttpResponse:
    """Instead of a form's secret the browser's own word on whose page asks, as at the agents' socket."""
    me = entry.agent_of(request)
    if request.method == "GET":
        return uploads.rules()
    if not entry.is_own_page(request.headers.get("Origin", ""), request.get_host()):
        raise Refusal("origin_not_allowed", _("Files can only be sent from the console."))
    return uploads.receive(request, links.MEMBER, me.pk)
