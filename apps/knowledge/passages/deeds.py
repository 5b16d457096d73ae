"""Deeds: what a Chinese question asks whether it may be done (能退吗, 可以上门修么), as one character.

“碎屏保买了能退吗” is all but “碎屏保怎么买” to every encoder. An entry that never speaks of giving back does not answer it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from apps.llm import characters

LONGEST = 40  # characters of a question; in a longer one several things are done
# What a text that speaks of the deed holds.
_HELD = {
    "退": "退",
    "修": "修(?!改)",
    "换": "换",
    "装": "装",
    "拆": "拆",
    "租": "[租借]",
    "借": "[租借]",
    "寄": "[寄邮送]|发货|发往|快递|配送|物流",
    "送": "[送寄邮]|配送",
    "改": "改|变更",
    "洗": "洗|清洁",
    "卖": "[卖售]",
    "转": "转",
}  # fmt: skip
_ASKED = re.compile(
    "(?:能不能|可不可以|可以|能否|能|支持|给|帮|管)"
    f"[^，。,.!！?？]{{0,6}}?(?P<deed>[{''.join(_HELD)}])(?:一下|货|款|掉|回|机|理)?(?:吗|么|嘛|不|吧|呢|[?？]|$)"
)


def asked(question: str) -> str:
    """The deed that a question asks about; "" where its form leaves it open."""
    if len(question) > LONGEST:
        return ""
    found = _ASKED.search(characters.like(question.strip()))
    return found["deed"] if found else ""


def are_told(deed: str, texts: Iterable[str]) -> bool:
    """Whether some of these texts speaks of the deed."""
    return any(_speaks(text, deed) for text in texts)


@lru_cache(maxsize=20_000)
def _speaks(text: str, deed: str) -> bool:
    return re.search(_HELD[deed], characters.like(text)) is not None
