"""The admin's test of a model endpoint as it stands in the form, saved or not. A worker asks it (`apps.tenants.trials`)."""

import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.llm import chat
from apps.llm.models import ModelEndpoint

FIELDS = ("name", "tier", "base_url", "model", "api_key", "seconds", "max_tokens")


def described(endpoint: ModelEndpoint) -> dict[str, Any]:
    """Everything needed to ask an endpoint, even one that has no row yet."""
    return {"pk": endpoint.pk or 0, **{name: getattr(endpoint, name) for name in FIELDS}}


def ask(asked: dict[str, Any]) -> dict[str, Any]:
    """→ `said`, `ms`, `first_ms`; or `problem`, a sentence of what to do."""
    endpoint = ModelEndpoint(**asked)
    if not (endpoint.base_url or settings.MODEL_URL):
        return {"problem": _("No local model runs here. Give an address, or start the product with its local model.")}
    began, first, said = time.perf_counter(), None, ""
    try:
        for piece in chat.of_endpoint(endpoint).stream([{"role": "user", "content": "Say hello in one short sentence."}]):
            if piece and first is None:
                first = time.perf_counter() - began
            said += piece
    except chat.ModelFailed as failed:
        return {"problem": _sentence(failed.code, endpoint), "detail": str(failed)}
    if not said.strip():
        return {"problem": _("It answered, but with nothing. Is this a chat model?")}
    return {"said": said.strip()[:400], "ms": (time.perf_counter() - began) * 1000, "first_ms": (first or 0) * 1000}


def _sentence(code: str, endpoint: ModelEndpoint) -> str:
    return {
        "slow": _("No complete answer within %d seconds. Give it more patience, or use a faster model.") % endpoint.seconds,
        "down": _("The address cannot be reached. Check it, and whether the server is running."),
        "refused": _("The endpoint refused the request. Check the API key and the model's name."),
        "limited": _("The endpoint is limiting your rate at the moment. Try again in a minute."),
    }.get(code, _("What came back is not a chat completion. Does the address end in /v1?"))
