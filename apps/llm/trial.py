"""The admin's test of a model endpoint or a reranker as it stands in the form, saved or not. A worker asks it
(`apps.tenants.trials`)."""

import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.llm import chat, reranking
from apps.llm.models import ModelEndpoint, Reranker

FIELDS = ("name", "tier", "base_url", "model", "api_key", "seconds", "max_tokens")
RANKING = ("url", "model", "api_key", "milliseconds")
QUESTION = "How long may I take to send something back? 多久之内可以退货？"
TEXTS = (
    "You may return unused goods within 30 days of delivery. 签收后 30 天内，未使用的商品可以退货。",
    "Our shops are open from Monday to Saturday. 门店周一至周六营业。",
)


def described(endpoint: ModelEndpoint | Reranker) -> dict[str, Any]:
    """Everything needed to ask an endpoint, even one that has no row yet."""
    names = RANKING if isinstance(endpoint, Reranker) else FIELDS
    return {"pk": endpoint.pk or 0, **{name: getattr(endpoint, name) for name in names}}


def patience(endpoint: ModelEndpoint | Reranker) -> float:
    """Seconds that the endpoint may take."""
    return endpoint.milliseconds / 1000 if isinstance(endpoint, Reranker) else endpoint.seconds


def rank(asked: dict[str, Any]) -> dict[str, Any]:
    """→ `texts`, pairs of a text and its score, and `ms`; or `problem`, a sentence of what to do."""
    row = Reranker(**asked)
    began = time.perf_counter()
    try:
        judge = reranking.Judge(0, row.url, row.model, row.api_key, row.milliseconds / 1000)
        scores = judge.scores(QUESTION, TEXTS)
    except chat.ModelFailed as failed:
        return {"problem": _unranked(failed.code, row.milliseconds), "detail": str(failed)}
    texts = [(text, "–" if score is None else f"{score:.3f}") for text, score in zip(TEXTS, scores, strict=True)]
    return {"question": QUESTION, "texts": texts, "ms": (time.perf_counter() - began) * 1000}


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


def _unranked(code: str, milliseconds: int) -> str:
    if code == "slow":
        return _("No answer within %d ms. Customers would get the usual order.") % milliseconds
    told = {
        "down": _("The address cannot be reached. Check it, and whether the server is running."),
        "refused": _("The endpoint refused the request. Check the API key and the model's name."),
        "limited": _("The endpoint is limiting your rate at the moment. Try again in a minute."),
        "resting": _("It failed several times in a row. Try again in half a minute."),
    }
    return told.get(code, _("What came back is no ranking. Does the address end in /rerank?"))
