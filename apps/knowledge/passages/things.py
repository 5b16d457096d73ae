"""Things: goods that a Chinese question names by a word of the dictionary (洗碗机, 烤箱), and that a shop may not know.

“洗碗机保修几年” is all but “保修几年” to every encoder, whether or not there are dishwashers. In English the words of a
question that no text holds are as often ones like “entire” or a slip of the pen, so nothing follows from them there.
"""

from collections.abc import Collection

import rjieba

from apps.knowledge.passages import tokens

_NOUNS = frozenset({"n", "nz", "nr", "ns", "nt"})
_GOODS = frozenset("机器炉箱煲锅灯柜车床椅桌扇调壶仪笔鞋衣裤包帽伞镜杯琴表屏盒膜鼠标键盘")  # how names of goods end
LONGEST = 30  # characters of a question; in a longer one things are named that it is not about


def absent(question: str, unheld: Collection[str]) -> tuple[str, ...]:
    """The goods of a question of which `unheld`, terms that no text holds, leave nothing."""
    if len(question) > LONGEST or not unheld:
        return ()
    found = (word for word, kind in rjieba.tag(question) if kind in _NOUNS and word[-1] in _GOODS and len(word) > 1)
    return tuple(word for word in found if rjieba.has_word(word) and all(pair in unheld for pair in _pairs(word)))


def _pairs(word: str) -> list[str]:
    return [term for term in tokens.terms(word) if len(term) == 2]
