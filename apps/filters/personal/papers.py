"""Numbers of papers: identity cards, passports, social security, plates of cars."""

from datetime import date

from apps.filters.personal.detector import Detector, Looks, cue

_PROVINCES = frozenset(
    map(
        str,
        (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91),
    )
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MARKS = "10X98765432"
_says_identity = cue("身份证|证件号|identity card|id card")
_says_passport = cue("护照|passport")
_says_security = cue(r"\bssn\b|social security|\bsocial\b")
_LETTERS = "A-HJ-NP-Z"
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def is_identity_card(looks: Looks) -> bool:
    """GB 11643-1999: eighteen characters, the last one by ISO 7064 MOD 11-2; fifteen before that, without a check."""
    number = looks.text.replace(" ", "").upper()
    if not looks.stands_alone or number[:2] not in _PROVINCES:
        return False
    if len(number) == 15:
        return _is_day("19" + number[6:12]) and _says_identity(looks)
    checked = _MARKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False)) % 11] == number[17]
    return checked and _is_day(number[6:14])


def _is_day(written: str) -> bool:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:])) <= date.today()
    except ValueError:
        return False


def is_passport(looks: Looks) -> bool:
    return looks.stands_alone and _says_passport(looks)


def is_social_security(looks: Looks) -> bool:
    """Area, group and serial as the Social Security Administration gives them out; in a row only where it is told."""
    area, group, serial = looks.digits[:3], looks.digits[3:5], looks.digits[5:]
    given = area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
    return given and looks.stands_alone and not looks.is_business and (not looks.text.isdigit() or _says_security(looks))


def is_insurance(looks: Looks) -> bool:
    """The United Kingdom's national insurance number; some first letters are never given."""
    return looks.stands_alone and looks.text[:2].upper() not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def is_plate(looks: Looks) -> bool:
    """GA 36: a province, an office's letter, five characters, or six for new energy; one of them at least is a digit."""
    return not (looks.after.isascii() and looks.after.isalnum()) and any(map(str.isdigit, looks.text[2:]))


IDENTITY_CARD = Detector("identity_card", r"[1-9]\d{5} ?(?:\d{4} ?\d{4} ?\d{3}[\dXx]|\d{9})", is_identity_card, first=3, last=2)
PASSPORT = Detector("passport", r"(?:[A-Za-z]{1,2}\d{7,8}|\d{9})", is_passport, last=2)
SOCIAL_SECURITY = Detector("social_security", r"\d{3}(?:-\d{2}-|\.\d{2}\.| \d{2} |\d{2})\d{4}", is_social_security, last=4)
INSURANCE = Detector("national_insurance", r"(?i)[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]", is_insurance, last=1)
PLATE = Detector(
    "plate", rf"[{_PLACES}][{_LETTERS}][ ·•.-]?[{_LETTERS}0-9]{{4,5}}[{_LETTERS}0-9挂学警港澳]", is_plate, first=2, last=1
)
