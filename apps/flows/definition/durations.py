"""Lengths of time as people write them in a flow: `30 minutes`, `45s`, `1 hour 30 minutes`, or seconds; and moments."""

import re
from datetime import datetime

_UNITS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "秒": 1, "秒钟": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "分": 60, "分钟": 60,
    "h": 3600, "hour": 3600, "hours": 3600, "小时": 3600, "个小时": 3600,
    "d": 86_400, "day": 86_400, "days": 86_400, "天": 86_400,
}  # fmt: skip
_PART = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([^\W\d_]+)\s*(?:and\b|,)?")
_SECONDS = re.compile(r"\s*[0-9]{1,9}(?:\.[0-9]{1,3})?\s*")


def seconds(written: str | float) -> float:
    """Raises ValueError where it is no length of time, or not more than none at all."""
    found = float(written) if not isinstance(written, str) or _SECONDS.fullmatch(written) else _summed(written)
    if not 0 < found <= 366 * 86_400:
        raise ValueError(written)
    return found


def _summed(text: str) -> float:
    total, at = 0.0, 0
    while at < len(text.rstrip()):
        part = _PART.match(text, at)
        if not part or part[2].lower() not in _UNITS:
            raise ValueError(text)
        total += float(part[1]) * _UNITS[part[2].lower()]
        at = part.end()
    return total


def is_moment(written: str) -> bool:
    """Whether it is a day, or a day and a time, as in ISO 8601."""
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True
