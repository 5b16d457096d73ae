"""Patterns of tenants, by RE2: linear in the text, whatever was written."""

from collections.abc import Iterator, Sequence

import re2
from django.utils.translation import gettext as _

from apps.filters.patterns import beginnings
from apps.filters.span import Span
from apps.tenants.refusal import Refusal

LONGEST = 2_000
MEMORY = 8 << 20  # bytes of one program and what is kept of its states
TOGETHER = 64 << 20  # the same of all patterns of a screen


def options(memory: int = MEMORY, *, ignore_case: bool = False) -> re2.Options:
    chosen = re2.Options()
    chosen.log_errors, chosen.max_mem, chosen.case_sensitive = False, memory, not ignore_case
    return chosen


def check(pattern: str, *, ignore_case: bool = False) -> None:
    """Raises Refusal."""
    if not pattern:
        raise Refusal("bad_frame", _("The pattern is empty."))
    if len(pattern) > LONGEST:
        raise Refusal("bad_frame", _("The pattern is longer than %(most)d characters.") % {"most": LONGEST})
    try:
        made = re2.compile(pattern, options(ignore_case=ignore_case))
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else error
        raise Refusal("bad_frame", _("The pattern can't be used: %(reason)s.") % {"reason": reason}) from error
    if made.fullmatch(""):
        raise Refusal("bad_frame", _("The pattern matches nothing at all, so it would hit everywhere."))


class Patterns:
    """Several patterns that are looked for together: one pass tells which of them are in a text at all. Thread-safe."""

    def __init__(self, patterns: Sequence[str], *, ignore_case: bool = False) -> None:
        """Each of them has passed `check`."""
        own, shared = options(ignore_case=ignore_case), options(TOGETHER, ignore_case=ignore_case)
        self._each = [re2.compile(pattern, own) for pattern in patterns]
        self._all = re2.Set.SearchSet(shared)
        for pattern in patterns:
            self._all.Add(pattern)
        self._all.Compile()
        self._begun = _begun(patterns, shared)

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        """Places in the text, each with the number of its pattern; those of one pattern in order, none over another."""
        for number in sorted(self._all.Match(text.encode()) or ()):
            for match in self._each[number].finditer(text):
                if match.end() > match.start():
                    yield number, Span(match.start(), match.end())

    def settled(self, text: str) -> int:
        """The place before which no match can begin any more that is not found yet, whatever is said further."""
        if self._begun is None:
            return 0
        match = self._begun.search(text)
        return match.start() if match else len(text)


def _begun(patterns: Sequence[str], shared: re2.Options) -> "re2._Regexp | None":
    """A pattern for the beginnings of any of them at the end of a text; None where one is of no known form, or all are too
    much."""
    try:
        return re2.compile(rf"(?:{'|'.join(f'(?:{beginnings.of(each)})' for each in patterns)})\z", shared)
    except (beginnings.Unreadable, re2.error):
        return None
