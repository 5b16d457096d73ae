"""Where a rule may be limited to, besides languages: the flows and the channels that there are. Upper rooms register theirs, so
this room imports none of them."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

Choices = list[tuple[str, str]]  # names, and what people read

registry: dict[str, Callable[[], Choices]] = {}


def register(name: str, choices: Callable[[], Choices]) -> None:
    """`name`: the field of a rule, “flows” or “channels”; `choices`: those of the tenant of the moment."""
    registry[name] = choices


def offered(name: str, chosen: Sequence[str]) -> Choices:
    """All there are, and those that a rule was limited to and that are gone since."""
    known = registry[name]() if name in registry else []
    names = {value for value, _label in known}
    return known + [(each, _("%s (no longer there)") % each) for each in chosen if each not in names]
