"""Asking a reranker how well each of a few passages answers a question, by the protocol that Cohere, Jina, TEI and more speak:
`POST {"query", "documents", "model"}` → `{"results": [{"index", "relevance_score"}]}`.

It has a moment, once: whatever is late, wrong or broken is a ModelFailed, and the caller goes on without it.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection

from apps.llm import breaker
from apps.llm import release as routes
from apps.llm.chat import ModelFailed
from apps.llm.models import Reranker
from apps.releases.models import Release
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.web import outgoing

log = structlog.get_logger(__name__)

MOST_TEXTS, LONGEST_TEXT, LONGEST_QUESTION = 10, 1200, 400  # what is sent, in texts and characters
MOST_BYTES = 256 * 1024  # of an answer: some repeat the texts
REFUSED = {429: "limited"}


@dataclass(frozen=True)
class Judge:
    """A reranker as a release knows it. `sure`: the score from which on its best passage is told; None: it only orders."""

    endpoint: int
    url: str
    model: str
    api_key: str
    seconds: float
    sure: float | None = None

    @property
    def name(self) -> str:
        return self.model or outgoing.host(self.url)

    def scores(self, question: str, texts: Sequence[str], patience: float = math.inf) -> list[float | None]:
        """A score for each text, the higher the better; None for one that it leaves out. Raises ModelFailed; `resting` where
        it failed several times in a row. `patience`: seconds, if that is less than its own."""
        key = f"reranker.{self.endpoint}"
        if breaker.is_open(key):
            raise ModelFailed("resting", "it failed several times and is left alone for a while")
        try:
            found = self._asked(question, texts, min(self.seconds, patience))
        except ModelFailed as error:
            breaker.note_failure(key)
            log.warning("reranker_failed", model=self.name, code=error.code, error=str(error))
            raise
        breaker.note_success(key)
        return found

    def _asked(self, question: str, texts: Sequence[str], seconds: float) -> list[float | None]:
        sent = [text[:LONGEST_TEXT] for text in texts[:MOST_TEXTS]]
        asked: dict[str, Any] = {"query": question[:LONGEST_QUESTION], "documents": sent}
        asked |= {"model": self.model} if self.model else {"texts": sent}  # TEI, which has one model, calls them so
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        body = json.dumps(asked, ensure_ascii=False).encode(errors="replace")
        if not connection.in_atomic_block:
            connection.close()  # others may have it meanwhile
        try:
            answer = outgoing.post(self.url, body, headers, seconds, MOST_BYTES)
        except outgoing.OutOfReach as error:
            raise ModelFailed("down", "the endpoint is where nobody may ask (OutOfReach)") from error
        except outgoing.Unanswered as error:
            raise ModelFailed("slow" if error.code == "slow" else "down", f"no answer ({error.code})") from error
        if answer.status != 200:
            raise ModelFailed(REFUSED.get(answer.status, "refused"), f"the endpoint answered {answer.status}")
        return read(answer.text, len(sent))


def of(release: Release) -> Judge | None:
    """The reranker of a release, where it has one that still is."""
    order = routes.order_of(release)
    row = Reranker.objects.filter(pk=order["endpoint"]).first() if order else None
    if order is None or row is None:
        return None
    try:
        return Judge(row.pk, row.url, order["model"], row.api_key, order["milliseconds"] / 1000, order["sure"])
    except CannotDecrypt as error:  # the turn goes on without it
        log.error("reranker_locked", error=str(error))
        return None


def read(text: str, count: int) -> list[float | None]:
    """The scores of `count` texts from an answer. Raises ModelFailed for anything that is not one."""
    try:
        told = json.loads(text)
        rows = told if isinstance(told, list) else told.get("results") or told["data"]
        found: dict[int, float] = {}
        for row in rows:
            score = row["relevance_score"] if "relevance_score" in row else row["score"]
            place = row["index"]
            if type(place) is not int or place in found or not 0 <= place < count or not _is_number(score):
                raise ValueError(f"no place or score: {place!r:.40} {score!r:.40}")
            found[place] = float(score)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise ModelFailed("nonsense", f"the endpoint sent something that is no ranking ({type(error).__name__})") from error
    if not found:
        raise ModelFailed("nonsense", "the endpoint ranked nothing")
    return [found.get(place) for place in range(count)]


def _is_number(score: object) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)
