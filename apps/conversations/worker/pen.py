"""The answer on its way to the customer's screen, and whether they still want it."""

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from apps.conversations import metrics
from apps.conversations.live import progress, publish
from apps.conversations.models import Turn
from apps.conversations.wire import events
from apps.conversations.worker.answer import Answer
from apps.conversations.worker.claim import LEASE

RENEW_SECONDS = 5.0
FLUSH_SECONDS = 0.05
LOOK_SECONDS = 0.2  # whether the answer is still wanted: hundreds are written at once, each a word at a time


class Superseded(Exception):
    """The customer spoke again or somebody else took over: this answer is no longer wanted."""


class Stopped(Exception):
    """The customer pressed stop."""


class Pen:
    """Publishes the text in pieces at least FLUSH_SECONDS apart, and looks up whether the answer is still wanted."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.sent = 0
        self.flushed = 0.0
        self.began = self.renewed = time.monotonic()
        self.looked = 0.0

    def write(self, text: str) -> None:
        answer = self.answer
        if not answer.text:
            answer.first_words_ms = round((time.perf_counter() - answer.started) * 1000)
            metrics.FIRST_WORDS_SECONDS.observe(answer.first_words_ms / 1000)
            publish.send(answer.conversation, events.turn_state(answer.turn.pk, "writing"))
        answer.text += text
        if time.monotonic() - self.flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        answer = self.answer
        if len(answer.text) > self.sent:
            frame = events.delta(answer.turn.pk, self.sent, answer.text[self.sent :])
            progress.write(answer.conversation, answer.turn.pk, answer.text)
            publish.send(answer.conversation, frame)
            self.sent, self.flushed = len(answer.text), time.monotonic()
        self.look()

    def end(self) -> None:
        """Flushes, unless the answer was over before anybody could have pressed stop; its epoch is checked all the same."""
        if self.answer.text or time.monotonic() - self.began >= FLUSH_SECONDS:
            self.looked = 0.0
            self.flush()

    def look(self) -> None:
        """Raises Superseded or Stopped; renews the lease now and then."""
        now = time.monotonic()
        if now - self.looked < LOOK_SECONDS:
            return
        self.looked = now
        turn = self.answer.turn
        signal = progress.signal(turn.conversation_id, turn.pk, turn.epoch)
        if signal.superseded:
            raise Superseded
        if signal.stopped:
            raise Stopped
        if now - self.renewed >= RENEW_SECONDS:
            self._renew(LEASE)

    def hold(self, seconds: float) -> None:
        """Looks once more before something is done that has an effect, and keeps the turn while nobody can look: another
        worker would do it too. Raises as `look` does."""
        self.looked = 0.0
        self.look()
        self._renew(max(LEASE, timedelta(seconds=seconds + RENEW_SECONDS)))

    def _renew(self, lease: timedelta) -> None:
        turn = self.answer.turn
        mine = Turn.objects.filter(pk=turn.pk, attempt=turn.attempt)
        if not mine.update(lease_until=timezone.now() + lease):
            raise Superseded
        connection.close()
        self.renewed = time.monotonic()
