"""Where somebody is reached: phones, mail, machines on the net."""

import ipaddress

import phonenumbers
import re2
from phonenumbers import NumberParseException

from apps.filters.personal.detector import Detector, Looks, cue

_says_phone = cue(
    r"电话|手机|致电|打给|拨打|\b(?:phone|call (?:me|us|him|her)|cell|mobile|tel|fax|dial|registered|messages? (?:to|at))\b"
)
_DATE = re2.compile(r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.][0-3]?\d|^[0-3]?\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d")
_says_version = cue(r"版本|固件|version|firmware|\bv$|release|build|section|chapter|章节")
REGIONS = ("US", "GB")  # whose numbers are known without a country's code


def is_mobile(looks: Looks) -> bool:
    return looks.stands_alone and not looks.before.endswith(("-", "+")) and not looks.is_business


def is_landline(looks: Looks) -> bool:
    return looks.stands_alone and not looks.before.endswith("-") and not looks.is_business


def is_phone(looks: Looks) -> bool:
    """Told to be one, or one by Google's rules of every country. Ten digits in a row are one only where they are told to be: an
    order's may look like a number that can be called."""
    if not looks.stands_alone or looks.is_business or _DATE.search(looks.text):
        return False
    if _says_phone(looks):
        return True
    dialled = looks.text.replace("(0)", "")
    return not looks.text.isdigit() and any(_is_valid(dialled, region) for region in _regions(dialled))


def _regions(dialled: str) -> tuple[str | None, ...]:
    return (None,) if dialled.startswith("+") else REGIONS


def _is_valid(text: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) if region is None else phonenumbers.is_valid_number(number)


def is_mail(looks: Looks) -> bool:
    return ".." not in looks.text


def is_net_address(looks: Looks) -> bool:
    if not looks.stands_alone or looks.before.endswith(".") or _says_version(looks):
        return False
    try:
        ipaddress.ip_address(looks.text)
    except ValueError:
        return False
    return True


MOBILE = Detector("mobile", r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}", is_mobile, first=3, last=4)
LANDLINE = Detector("landline", r"(?:0\d{2,3}-|[(（]0\d{2,3}[)）] ?)\d{3,4}[- ]?\d{4}", is_landline, last=2)
PHONE = Detector("phone", r"[+(]{0,2}\d(?:[() ./-]{0,2}\d){6,14}(?: ?(?:ext|x)\.? ?\d{1,5})?", is_phone, last=2)
MAIL = Detector("mail", r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}", is_mail, first=1)
NET_ADDRESS = Detector("net_address", r"(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}", is_net_address)
