"""The reach of a turn, bound to the tenant of the moment and to one release."""

import hashlib
import re
import time
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache

from apps.conversations import metrics
from apps.conversations.bot.story import CACHE, Choice, Judge, Model, Said, Source
from apps.filters import part as filters_part
from apps.filters.screening.screen import Screen
from apps.flows import calls
from apps.flows import part as flows_part
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Request
from apps.flows.understanding.understood import Understood
from apps.knowledge import search_part
from apps.knowledge.passages import synonyms, tokens
from apps.knowledge.passages.synonyms import Meant
from apps.knowledge.search import postings
from apps.knowledge.search.asked import Asked
from apps.knowledge.search.search import LONGEST_QUESTION, Hit, search
from apps.knowledge.search.weighing import Weighing
from apps.knowledge.spelling import reading
from apps.llm import release as routes
from apps.llm import reranking
from apps.llm.chat import models
from apps.llm.embeddings import Vectors, embedder
from apps.releases.models import Release
from apps.tenants.workspace.models import Site

REMEMBERED_SECONDS = 24 * 3600
_SPACE = re.compile(r"[\s?!.,\u3002\uff1f\uff01\uff0c~]+")


class TenantReach:
    def __init__(self, release: Release, language: str) -> None:
        self.release, self.language = release, language
        self._asked = Asked()
        self._screens: list[Screen | None] = []  # the one, once it was asked for

    def clock(self) -> float:
        return time.perf_counter()

    def computed(self) -> float:
        """Processor seconds of this thread."""
        return time.thread_time()

    def search(self, question: str) -> Sequence[Hit]:
        """Searches by the question's words and, for less, by those that mean the same."""
        others = [word for meant in self.synonyms(question) for word in meant.words]
        tuning = search_part.of(self.release)
        by = Weighing(tuning.weights, tuning.newer_first)
        with metrics.SEARCH_SECONDS.time():
            revision, asked = self.release.knowledge_revision, self._asked
            return search(question, revision=revision, language=self.language, others=others, by=by, asked=asked)

    def synonyms(self, question: str) -> Sequence[Meant]:
        """The words of the question for which the release has others."""
        words = search_part.of(self.release).synonyms
        return synonyms.vocabulary(words).found(question[:LONGEST_QUESTION]) if words else []

    def reworded(self, question: str) -> str:
        """The question in the shop's own words: each word that has others gives way to the one that most passages hold;
        "" where no passage holds any."""
        question = question[:LONGEST_QUESTION]
        chosen = [(meant, word) for meant in self.synonyms(question) if (word := _shops_own(meant))]
        return synonyms.reworded(question, chosen) if chosen else ""

    def read_as(self, question: str) -> str:
        meant = [word.written for word in self.synonyms(question)]
        return reading.read_as(question, self.release.knowledge_revision, meant)

    def models(self, languages: Collection[str]) -> Sequence[Model]:
        return models(routes.of(self.release), languages, answering=True)

    def judge(self) -> Judge | None:
        return reranking.of(self.release)

    def screen(self) -> Screen | None:
        """The same for the whole turn: what was shown of an answer is what its end is held to."""
        if not self._screens:
            self._screens = [filters_part.in_force(self.release)]
        return self._screens[0]

    def flows(self) -> Flows:
        return flows_part.of(self.release)

    def understood(
        self, place: Place | None, text: str, at: float, given: Mapping[str, Value] | None, before: str = ""
    ) -> Understood:
        from apps.flows.understanding import known, understand  # its readers of dates are heavy, and the web needs none

        others = known.questions(self.release.knowledge_revision)
        now = datetime.fromtimestamp(at, ZoneInfo(Site.load().timezone))
        return understand.understand(
            self.flows(),
            place,
            text,
            language=self.language,
            now=now,
            others=others,
            given=given,
            vector=self._vector,
            before=before,
        )

    def _vector(self, text: str) -> Vectors:
        return self._asked.vector(text, embedder())

    def call(self, request: Request) -> Returned:
        return calls.make(request)

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


def _shops_own(meant: Meant) -> str:
    """The one of the other words that most passages hold, if any does; in the same script, where there is one."""
    alike = [word for word in meant.words if tokens.language_of(word) == tokens.language_of(meant.written)]
    return (postings.most_held(alike) if alike else "") or postings.most_held(meant.words)
