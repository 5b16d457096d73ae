"""Whether a rule may be in force: its settings can be used, and it does to its own examples what it must."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.filters.kinds import KINDS
from apps.filters.rule import Action, Direction, Rule, Where
from apps.filters.screening.screen import Hit, Screen
from apps.tenants.refusal import Refusal

LONGEST_EXAMPLE, MOST_EXAMPLES = 2_000, 200
# What can be done where. A form offers this much, and docs/filters.md explains it.
ALLOWED: dict[Direction, frozenset[Action]] = {
    Direction.FROM_CUSTOMER: frozenset(Action),
    Direction.FROM_BOT: frozenset(Action),
    Direction.FROM_AGENT: frozenset(Action) - {Action.HAND_OVER},
    Direction.TO_MODEL: frozenset(Action),
    Direction.TO_LOGS: frozenset([Action.MASK, Action.REPLACE]),
}
TYPED = frozenset([Direction.FROM_AGENT, Direction.TO_LOGS])  # looked at where no encoder is
TOO_SLOW = gettext_lazy("Offence, topics and code of one's own can look at customers, the bot and language models only.")
TOO_SLOW_TO_MASK = gettext_lazy(
    "Offence, topics and code of one's own take too long to mask what customers write. Mark it, or hand it over."
)
NOT = {
    Direction.FROM_AGENT: gettext_lazy("An agent is a person already: what they write can't be handed over."),
    Direction.TO_LOGS: gettext_lazy("What goes into logs and exports can be masked or get other words, and nothing else."),
}


def problems(rule: Rule) -> list[str]:
    """Sentences about what is wrong with the rule as it is written."""
    kind = KINDS.get(rule.kind)
    if kind is None:
        return [_("“%(kind)s” is no kind of filter.") % {"kind": rule.kind}]
    found = []
    try:
        kind.check(rule.settings)
    except Refusal as refusal:
        found.append(str(refusal))
    if not rule.directions:
        found.append(_("Choose what it looks at."))
    if (rule.action.says or rule.cut_off.action.ends) and not rule.say.strip():
        found.append(_("Say which words are used instead."))
    return [*found, *_out_of_place(rule)]


def _out_of_place(rule: Rule) -> Iterator[str]:
    """Sentences about a thing that the rule would do where it can't be done."""
    yield from (str(NOT[each]) for each in Direction if each in rule.directions and rule.action not in ALLOWED[each])
    if Direction.FROM_CUSTOMER in rule.directions and rule.action.changes:
        if KINDS[rule.kind].weighs:
            yield str(TOO_SLOW_TO_MASK)
        if rule.flows:
            yield _("Customers' words are masked before anybody knows in which flow they are said. Leave the flows out.")
    elif KINDS[rule.kind].weighs and rule.directions & TYPED:
        yield str(TOO_SLOW)


def failures(rule: Rule, must_catch: Sequence[str], must_pass: Sequence[str]) -> list[str]:
    """The examples that the rule fails, in sentences. Raises `embeddings.NotHere` for kinds that weigh, in a web process."""
    return [*_failures(Screen([everywhere(rule)]), must_catch, must_pass)]


def everywhere(rule: Rule) -> Rule:
    """The rule as if it applied wherever something is said."""
    return replace(rule, directions=frozenset(Direction), channels=frozenset(), flows=frozenset(), languages=frozenset())


def fault(hits: Sequence[Hit]) -> str:
    """In words, how the rule's code was cut off first; "" where it was not."""
    return next((hit.span.why for hit in hits if hit.span.is_fault), "")


def _failures(screen: Screen, must_catch: Sequence[str], must_pass: Sequence[str]) -> Iterator[str]:
    where = Where(Direction.FROM_BOT)
    for text in (*must_catch, *must_pass):
        if why := fault(screen.hits(text, where)):
            yield _("Its code was cut off at “%(text)s”: %(why)s") % {"text": text, "why": why}
    for text in must_catch:
        if not screen.hits(text, where):
            yield _("It does not catch “%(text)s”.") % {"text": text}
    for text in must_pass:
        if hits := [hit for hit in screen.hits(text, where) if not hit.span.is_fault]:
            caught = text[hits[0].span.start : hits[0].span.end]
            yield _("It catches “%(caught)s” in “%(text)s”, which must pass.") % {"caught": caught, "text": text}
