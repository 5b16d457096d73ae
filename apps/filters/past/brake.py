"""The brake: a rule that would change or end many messages is put in force by a second decision only."""

import time
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.filters import part
from apps.filters.past import messages
from apps.filters.rule import Rule
from apps.filters.screening.screen import Screen
from apps.releases import publishing

MUCH, FEWEST, LATEST = 0.30, 20, 1_000
SPAN = timedelta(days=28)
SECONDS = 2.0  # in a page that somebody waits for


@dataclass(frozen=True)
class Sample:
    """`hit`: how many of the latest messages that the rule looks at it would change or end; `looked`: how many these were."""

    hit: int
    looked: int

    @property
    def is_much(self) -> bool:
        return self.looked >= FEWEST and self.hit > MUCH * self.looked


def is_needed(rule: Rule) -> bool:
    """Whether it does more than mark, and is not live as it is."""
    plain = replace(rule, name="")
    return _is_strong(rule) and not any(replace(each, name="") == plain for each in part.rules(publishing.active()))


def sample(rule: Rule, *, seconds: float = SECONDS) -> Sample:
    """Holds it against the latest messages, as many as it can in so many seconds. Raises `embeddings.NotHere` as
    `checking.failures` does."""
    screen, until = Screen([rule]), time.monotonic() + seconds
    hit = looked = 0
    for message in messages.newest(rule.directions, timezone.now() - SPAN, until):
        places = [each for each in message.directions if rule.applies(message.where(each))]
        if places:
            looked += 1
            hit += any(
                _is_strong(found.rule) for each in places for found in screen.hits(message.read_by(each), message.where(each))
            )
        if looked == LATEST:
            break
    return Sample(hit, looked)


def sentence(rule: Rule, found: Sample) -> str:
    """Tells the person who decides how much it would do."""
    facts = {"share": round(100 * found.hit / found.looked), "n": number_format(found.looked, force_grouping=True)}
    if rule.action.changes:
        return _("It would change %(share)d %% of the last %(n)s messages that it looks at.") % facts
    return _("It would stop %(share)d %% of the last %(n)s messages that it looks at.") % facts


def _is_strong(rule: Rule) -> bool:
    return rule.action.changes or rule.action.ends or rule.cut_off.action.ends
