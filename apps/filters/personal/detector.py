"""A detector of one sort of personal data: how it looks, and whether what looks so is it."""

from collections.abc import Callable
from dataclasses import dataclass

import re2

# Words after which a number is one of business: it is nobody's own.
_BUSINESS = re2.compile(
    r"(?i)(?:订单|单号|运单|快递|物流|流水|工单|编号|票号|发票|序列号|型号|案号|批号|货号|税号|取件码|验证码|版本"
    r"|\border|\btracking|\binvoice|\bticket|\breference|\bref\b|\bconfirmation|\bserial|\bsku\b|\bmodel|\bcase\b|\bwaybill|\bparcel"
    r"|\bversion|\bv$|\bpart (?:no|number)|\bcode\b|\btransaction)[^\n,，。;；!！?？]{0,14}$"
)
# Nearer to the number than those, they say whose it is after all: “the last transaction of my card …”.
_OWN = re2.compile(r"(?i)(?:卡|电话|手机|\bcard|\bphone|\bmobile|\bcell|\bcall|\btel)[^\n,，。;；!！?？]{0,14}$")
BEFORE = 32  # characters before a place that tell what it is


@dataclass(frozen=True)
class Looks:
    """Something that looks like it: its characters, those before it in the text, and the one after it."""

    text: str
    before: str
    after: str

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.text))

    @property
    def stands_alone(self) -> bool:
        """Whether it is no piece of a longer number or word of Latin letters."""
        return not (_sticks(self.before[-1:]) or _sticks(self.after))

    @property
    def is_business(self) -> bool:
        business, own = _BUSINESS.search(self.before), _OWN.search(self.before)
        return business is not None and (own is None or own.start() < business.start())


@dataclass(frozen=True)
class Detector:
    """`what`: a name of the thing; `pattern`: by RE2, for text with digits and letters of usual width; `first` and `last`: how
    many of its letters and digits are left to be seen when it is masked."""

    what: str
    pattern: str
    is_it: Callable[[Looks], bool]
    first: int = 0
    last: int = 0

    def masked(self, text: str) -> str:
        shown = [at for at, char in enumerate(text) if char.isalnum()]
        hidden = set(shown[self.first : len(shown) - self.last])
        return "".join("*" if at in hidden else char for at, char in enumerate(text))


def cue(words: str) -> Callable[[Looks], bool]:
    """Whether one of these words (by RE2) stands shortly before."""
    said = re2.compile(rf"(?i)(?:{words})[^\n,，。;；!！?？]{{0,16}}$")
    return lambda looks: said.search(looks.before) is not None


def _sticks(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")
