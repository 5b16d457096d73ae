"""The reach of a turn, bound to the tenant of the moment and to one release."""

import hashlib
import re
import time
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from django.core.cache import cache

from apps.conversations import metrics
from apps.conversations.bot.story import CACHE, Choice, Model, Said, Source
from apps.knowledge.search.search import Hit, search
from apps.llm import release as routes
from apps.llm.chat import models
from apps.releases.models import Release

REMEMBERED_SECONDS = 24 * 3600
_SPACE = re.compile(r"[\s?!.,\u3002\uff1f\uff01\uff0c~]+")


class TenantReach:
    def __init__(self, release: Release, language: str) -> None:
        self.release, self.language = release, language

    def clock(self) -> float:
        return time.perf_counter()

    def computed(self) -> float:
        """Processor seconds of this thread."""
        return time.thread_time()

    def search(self, question: str) -> Sequence[Hit]:
        with metrics.SEARCH_SECONDS.time():
            return search(question, revision=self.release.knowledge_revision, language=self.language)

    def models(self, languages: Collection[str]) -> Sequence[Model]:
        return models(routes.of(self.release), languages, answering=True)

    def answered_before(self, question: str) -> Said | None:
        kept: dict[str, Any] | None = cache.get(self._key(question))
        if kept is None:
            return None
        choices = [Choice(label, say) for label, say in kept.get("choices", [])]
        return Said(kept["text"], CACHE, [Source(**source) for source in kept["sources"]], choices=choices)

    def remember(self, question: str, said: Said) -> None:
        """Keep an answer that follows from the question alone, for this release only: the next one knows other things."""
        if said.alone and said.tier and said.sources:
            kept = {
                "text": said.text,
                "sources": [asdict(source) for source in said.sources],
                "choices": [(choice.label, choice.say) for choice in said.choices],
            }
            cache.set(self._key(question), kept, REMEMBERED_SECONDS)

    def forget(self, question: str) -> None:
        """An answer that a customer marked as wrong is not repeated unasked."""
        cache.delete(self._key(question))

    def _key(self, question: str) -> str:
        plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", question).casefold()).strip()
        digest = hashlib.sha256(plain.encode()).hexdigest()[:32]
        return f"answer.{self.release.number}.{self.language}.{digest}"
