"""Places that a tenant's own code finds (docs/wasm-filters.md), a sentence at a time, in the sandbox.

The engine is imported when a rule of this kind is first looked for, so no process that has none holds it in memory.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from apps.filters import sentences
from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.models.modules import Module
from apps.filters.span import FAULT, Span
from apps.tenants.refusal import Refusal

if TYPE_CHECKING:
    from apps.filters.sandbox.code import Code

PASS, BLOCK = "pass", "block"
STEPS = 50_000_000  # of a rule's code in one text: five calls that use up all that one may
KEPT = 1_000  # sentences of which is known what the code finds
KEPT_FAULT = 60.0  # seconds: code that took too long may be quick again, but not within one answer
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Seen(NamedTuple):
    """One sentence, as the code saw it: places in it, and the fault by which the code was cut off, with what was to be said."""

    places: Sequence[tuple[int, int]] = ()
    steps: int = 0
    fault: str = ""
    why: str = ""
    at: float = 0.0


SPENT = Seen((), 0, "time", "All the steps for one text are used up.")


class Wasm(Kind):
    """Settings: `module`, the digest of a module of the tenant; `on_fault`, what becomes of a message at which the code was cut
    off: pass (recorded) or block."""

    name = "wasm"
    weighs = fails = True

    def check(self, settings: Settings) -> None:
        if not _DIGEST.fullmatch(str(settings.get("module", ""))):
            raise Refusal("bad_frame", _("Choose the file of a module."))
        if settings.get("on_fault", PASS) not in (PASS, BLOCK):
            raise Refusal("bad_frame", _("Choose what becomes of a message when the code fails."))

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Codes([Reader(str(settings["module"]), settings.get("on_fault") == BLOCK) for settings in rules])


class Codes(Finder):
    def __init__(self, readers: Sequence["Reader"]) -> None:
        self._readers = readers

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        said = sentences.sentences(text)
        for number, reader in enumerate(self._readers):
            yield from ((number, span) for span in reader.spans(text, said))

    def settled(self, text: str) -> int:
        return sentences.unfinished(text)


class Reader:
    """A rule's code, reading text after text. `blocks`: a sentence that it did not read to its end is one that may not pass."""

    def __init__(self, module: str, blocks: bool) -> None:
        self._module, self._blocks = module, blocks
        self._code: Code | None = None
        self._known: OrderedDict[str, Seen] = OrderedDict()
        self._lock = threading.Lock()

    def spans(self, text: str, said: Sequence[Span]) -> Iterator[Span]:
        """Its finds and faults in their order. They hang on what stands before them alone, so that a stream gives the same."""
        left = STEPS
        for sentence in said:
            seen = self._seen(text[sentence.start : sentence.end]) if left > 0 else SPENT
            left -= seen.steps
            for start, end in seen.places:
                yield Span(sentence.start + start, sentence.start + end)
            if seen.fault:
                yield Span(sentence.start, sentence.end, FAULT + seen.fault, seen.why)
            if seen is SPENT and not self._blocks:
                return  # told once; the rest passes

    def _seen(self, sentence: str) -> Seen:
        """Looked at once: a stream shows the same sentences again and again."""
        with self._lock:
            known = self._known.get(sentence)
        if known and not (known.fault and known.at + KEPT_FAULT < time.monotonic()):
            return known
        seen = self._read(sentence)
        with self._lock:
            self._known[sentence] = seen
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return seen

    def _read(self, sentence: str) -> Seen:
        try:
            from apps.filters.sandbox import call, engine
        except (ImportError, OSError) as error:  # no engine for this machine: its rules fail, and no turn does
            return _faulty("trap", f"There is no engine: {error}")
        try:
            places, steps = call.places(self._ready(), sentence)
        except call.Fault as fault:
            return _faulty(fault.kind, fault.why, engine.FUEL)
        except Refusal as refusal:
            return _faulty("trap", str(refusal))
        return Seen(places, steps)

    def _ready(self) -> "Code":
        """Raises Refusal where the tenant has no such module, or an engine newer than the module does not take it."""
        from apps.filters.sandbox import code

        if self._code is None:
            content = Module.objects.filter(digest=self._module).values_list("content", flat=True).first()
            if content is None:
                raise Refusal("not_found", _("The module is not here."))
            self._code = code.compiled(bytes(content))
        return self._code


def _faulty(kind: str, why: str, steps: int = 0) -> Seen:
    return Seen((), steps, kind, why or kind, time.monotonic())
