"""The form of a sentence, apart from what it is about: what it asks for, whether it wishes, whether it speaks of one's own.

“How do returns work” and “I want to return this” are about the same and want different things. Which forms go with an intent
is learnt from its examples; this module only names them.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.flows.understanding.grams import plain

KINDS = 4, 2, 2  # how many values each of the three has
HOW = 0  # the first of the first

_HOW = re.compile(
    r"\bhow(?! (?:much|many|long|far|fast|soon|often|old|big|heavy)\b)|怎么(?!还|没|不|这么|回事)|怎样|如何|流程|步骤|咋"
)
_FACT = re.compile(
    r"\b(?:how|what|whats|which|when|where|who|whose|why)\b|多久|多少|多长|多大|多远|几[天点年次岁个]|什么|哪|谁|为何|怎么回事|怎么这么|何时"
)
_WHETHER = re.compile(
    r"^(?:and |so |but |hi |hello |hey )?(?:can|could|do|does|did|is|are|was|will|would|should|may|has|have|am)\b"
    r"|吗|么[?？]?$|能不能|可不可以|是不是|要不要|有没有|会不会|能否|是否|可否|还能|行不行|[?？]"
)
_WISH = re.compile(
    r"\b(?:i|we)(?:'d| would|’d)? (?:like|want|need|wish|love)\b|\bplease\b|\bpls\b|\b(?:can|could|would|will) you\b"
    r"|\b(?:can|could|may) i (?:get|have|book|see|speak|order|buy)\b|\blet me\b|\bhelp me\b|\bfor me\b"
    r"|我要|我想|想要|要求|帮我|帮忙|帮下|给我|替我|为我|麻烦|请(?!问)|申请|我得|需要|来[个一]|一下|吧$"
)
_ASKING = re.compile(r"\b(?:want|like|need) to (?:know|ask|understand|find out)\b|想(?:知道|问|了解|咨询|请教)")
_OWN = re.compile(r"\b(?:my|mine|me|this|these|i|i'm|i've|we|our)\b|我|这[个单件台部双款]|咱|0")


def form(text: str) -> tuple[int, int, int]:
    """The form of a sentence: what is asked (how, a fact, whether, nothing), whether it is wished for, whether it is about the
    speaker's own things."""
    said = plain(text).strip()
    asked = next((number for number, sign in enumerate((_HOW, _FACT, _WHETHER)) if sign.search(said)), 3)
    wished = bool(_WISH.search(said)) and not _ASKING.search(said)
    return asked, int(wished), int(bool(_OWN.search(said)))


def forms(texts: Sequence[str]) -> NDArray[np.int64]:
    """→ (n, 3)"""
    return np.array([form(text) for text in texts], np.int64).reshape(-1, len(KINDS))


class Habits:
    """How usual each form is for each intent, against sentences of no intent: logarithms of the ratio."""

    SMOOTH = 4.0  # sentences' worth of what is usual for all intents

    def __init__(self, counts: Sequence[NDArray[np.float64]]) -> None:
        """counts, for each of the three: (intents + 1, values); the last row is that of no intent."""
        self.counts = counts

    @classmethod
    def of(cls, seen: NDArray[np.int64], intents: NDArray[np.int64], size: int) -> "Habits":
        counts = [np.zeros((size + 1, kinds)) for kinds in KINDS]
        for which, table in enumerate(counts):
            np.add.at(table, (intents, seen[:, which]), 1.0)
        return cls(counts)

    def suit(
        self, seen: NDArray[np.int64], intents: NDArray[np.int64], own: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """How well forms suit an intent's examples → (n, 3). own: 1 where the sentence itself is one, and does not count."""
        taken = np.zeros(len(seen)) if own is None else own
        found = []
        for which, table in enumerate(self.counts):
            usual = (table[:-1].sum(axis=0) + 1) / (table[:-1].sum() + table.shape[1])
            none = (table[-1] + self.SMOOTH * usual) / (table[-1].sum() + self.SMOOTH)
            value = seen[:, which]
            alike = table[intents, value] - taken + self.SMOOTH * usual[value]
            found.append(np.log(alike / (table[intents].sum(axis=1) - taken + self.SMOOTH)) - np.log(none[value]))
        return np.column_stack(found)
