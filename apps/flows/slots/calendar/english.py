"""Days in English: next Friday, tomorrow, in two days, the 5th, 5 December, Christmas Eve."""

import re
from datetime import date, datetime

from apps.flows.slots import numerals
from apps.flows.slots.calendar.days import Day, dated, last_of_month, moved, moved_month, week, weekday_of
from apps.flows.slots.calendar.rules import Rules

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: at for at, name in enumerate(_MONTH_NAMES.split(), 1)}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\b\.?"
)
_WEEKDAYS = {name: at for at, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday|ensday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b\.?"
)
_FIRST_TO_LAST = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = _FIRST_TO_LAST.split()
_ORDINAL = rf"(?:\d{{1,2}} ?(?:st|nd|rd|th)|(?:(?:twenty|thirty)[- ])?(?:{'|'.join(_ORDINALS)})|thirtieth)\b"
_YEAR = r"(?:,?[ -](?P<year>(?:19|20)\d\d)\b(?!:))?"
_COUNT = r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|thirty|a couple of)"
_UNIT = r"(?P<unit>days?|weeks?|months?|years?|fortnights?)"
# What a number with -st, -nd or -th counts when it is no day: the second one, the 3rd floor.
_OTHER = (
    r"(?! (?:one|time|option|choice|item|order|floor|party|person|address|reason|ave\b|avenue|street|st\b"
    r"|class|attempt|thing|half"
    r"|of (?!this|next|the month|last)))"
)
_FEASTS = {
    "new year's eve": (12, 31), "new years eve": (12, 31), "new year's day": (1, 1), "new years day": (1, 1),
    "valentine's day": (2, 14), "valentines day": (2, 14), "christmas eve": (12, 24), "christmas day": (12, 25),
    "boxing day": (12, 26), "christmas": (12, 25), "halloween": (10, 31), "singles' day": (11, 11), "singles day": (11, 11),
}  # fmt: skip
_NEAR = {"today": 0, "tonight": 0, "tonite": 0, "yesterday": -1, "overmorrow": 2}
_NEAR |= {"day after tomorrow": 2, "day before yesterday": -2}
days: Rules[Day] = Rules()


@days.rule(rf"\b(?:{_WEEKDAY},? )?(?:the )?(?P<day>{_ORDINAL}|\d{{1,2}})(?: of)?[ -]?(?P<month>{_MONTH}){_YEAR}")
@days.rule(rf"\b(?:{_WEEKDAY},? )?(?P<month>{_MONTH})[ -](?:the )?(?P<day>{_ORDINAL}|\d{{1,2}}\b(?!:|\d| ?[ap]\.?m\b)){_YEAR}")
def _of_month(match: re.Match[str], now: datetime) -> Day | None:
    month, day = _MONTHS[match["month"][:3]], _ordinal(match["day"])
    if not 1 <= day <= 31 or not dated(2024, month, day):
        return None
    return Day(*match.span(), year=int(match["year"]) if match["year"] else None, month=month, day=day)


@days.rule(
    rf"\b(?:{_WEEKDAY},? )?(?:on )?the (?P<day>{_ORDINAL}){_OTHER}(?: of (?P<which>this month|next month"
    rf"|the month|last month))?"
)
@days.rule(
    rf"\b(?:{_WEEKDAY},? )?(?P<day>\d{{1,2}}(?:st|nd|rd|th))\b{_OTHER}(?: of (?P<which>this month|next month|last month))?"
)
def _of_some_month(match: re.Match[str], now: datetime) -> Day | None:
    day = _ordinal(match["day"])
    if not 1 <= day <= 31:
        return None
    if not match["which"]:
        return Day(*match.span(), day=day)
    year, month = moved_month(now.year, now.month, {"next": 1, "last": -1}.get(match["which"].split()[0], 0))
    on = dated(year, month, day)
    return Day(*match.span(), on=on) if on else None


@days.rule(r"\b(?:the )?(?P<near>day after tomorrow|day before yesterday|today|tonight|tonite|yesterday|overmorrow)\b(?:'s\b)?")
@days.rule(r"\b(?P<near>tomorrow|tommorr?ow|tomorow|tmrw?|tmr|tmmr?w?|2moro)\b(?:'s\b)?")
def _near(match: re.Match[str], now: datetime) -> Day | None:
    on = moved(now.date(), days=_NEAR.get(match["near"], 1))
    return Day(*match.span(), on=on, part="evening" if match["near"].startswith("toni") else "")


@days.rule(rf"\b(?:on )?(?P<which>next|this|this coming|coming|last|the following) (?P<weekday>{_WEEKDAY})(?! week)")
@days.rule(rf"\b(?P<weekday>{_WEEKDAY}) (?:of )?(?P<which>next|this|last|the following) week\b")
@days.rule(rf"\b(?P<which>next|this|last|the following) week,?(?: on)? (?P<weekday>{_WEEKDAY})")
def _weekday_of_week(match: re.Match[str], now: datetime) -> Day | None:
    weekday, which = _WEEKDAYS[match["weekday"][:3]], match["which"]
    weeks = {"next": 1, "the following": 1, "last": -1}.get(which, 0)
    if which == "last" and "week" not in match[0]:  # the last one that there was
        weeks = 0 if weekday < now.weekday() else -1
    if which.endswith("coming"):
        return Day(*match.span(), weekday=weekday)
    on = weekday_of(now.date(), weekday, weeks)
    return Day(*match.span(), on=on) if on else None


@days.rule(rf"\b(?P<weekday>{_WEEKDAY})(?P<later> week)?(?!s\b)")
def _weekday(match: re.Match[str], now: datetime) -> Day | None:
    weekday = _WEEKDAYS[match["weekday"][:3]]
    if len(match["weekday"]) < 4 and match["weekday"] in ("sat", "sun", "wed", "mon") and not _day_like(match):
        return None
    if match["later"]:
        on = moved(now.date(), days=(weekday - now.weekday()) % 7 + 7)
        return Day(*match.span(), on=on)
    return Day(*match.span(), weekday=weekday)


def _day_like(match: re.Match[str]) -> bool:
    """“sat” is a day after on, next, … or alone; not in “we sat” or “in the sun”."""
    before = match.string[max(0, match.start() - 12) : match.start()].split()
    return not before or before[-1].strip(",.") in ("on", "by", "for", "or", "and", "until", "til", "till", "to", "from", "at")


@days.rule(r"\b(?:the )?(?P<which>next|this|last|the following)? ?(?P<period>weekend)\b")
@days.rule(r"\b(?P<which>next|this|last|the following) (?P<period>week|month)\b")
def _period(match: re.Match[str], now: datetime) -> Day | None:
    by = {"next": 1, "the following": 1, "last": -1}.get(match["which"] or "", 0)
    if match["period"] == "weekend":
        on = weekday_of(now.date(), 5, by)
        return Day(*match.span(), on=on) if on else None
    if match["period"] == "week":
        return Day(*match.span(), vague=week(now.date(), by))
    year, month = moved_month(now.year, now.month, by)
    return Day(*match.span(), vague=f"{year}-{month:02d}")


@days.rule(rf"\b(?:in|after|within) {_COUNT} {_UNIT}(?:'? time)?\b")
@days.rule(rf"\b{_COUNT} {_UNIT} (?P<way>ago|from now|from today|later|from tomorrow|from yesterday)\b")
def _counted(match: re.Match[str], now: datetime) -> Day | None:
    way = match.groupdict().get("way") or ""
    number = {"a": 1, "an": 1, "a couple of": 2}.get(match["count"]) or numerals.number(match["count"])
    if not number:
        return None
    count = int(number) * (-1 if way == "ago" else 1)
    extra = {"from tomorrow": 1, "from yesterday": -1}.get(way, 0)
    by = {"d": (1, 0), "w": (7, 0), "f": (14, 0), "m": (0, 1), "y": (0, 12)}[match["unit"][0]]
    on = moved(now.date(), days=by[0] * count + extra, months=by[1] * count)
    return Day(*match.span(), on=on) if on else None


@days.rule(
    rf"\b(?P<place>first|second|third|fourth|last) (?P<weekday>{_WEEKDAY})"
    r" (?:of|in) (?P<which>the month|this month|next month)\b"
)
def _weekday_of_month(match: re.Match[str], now: datetime) -> Day | None:
    year, month = moved_month(now.year, now.month, int(match["which"].startswith("next")))
    weekday = _WEEKDAYS[match["weekday"][:3]]
    fitting = [on for day in range(1, 32) if (on := dated(year, month, day)) and on.weekday() == weekday]
    return Day(*match.span(), on=fitting[-1 if match["place"] == "last" else _ORDINALS.index(match["place"])])


@days.rule(r"\b(?:the )?(?P<edge>end|beginning|start) of (?P<which>the|this|next) month\b")
def _edge(match: re.Match[str], now: datetime) -> Day | None:
    year, month = moved_month(now.year, now.month, int(match["which"] == "next"))
    return Day(*match.span(), on=last_of_month(year, month) if match["edge"] == "end" else date(year, month, 1))


@days.rule(rf"\b(?P<feast>{'|'.join(_FEASTS)})\b")
def _feast(match: re.Match[str], now: datetime) -> Day | None:
    month, day = _FEASTS[match["feast"]]
    return Day(*match.span(), month=month, day=day)


@days.rule(
    r"\b(?:in |early |late |mid )?(?P<month>jan(?:uary)?|feb(?:ruary)?|april|june|july|aug(?:ust)?|sept(?:ember)?|oct(?:ober)?"
    rf"|nov(?:ember)?|dec(?:ember)?)\b{_YEAR}"
)
def _month_alone(match: re.Match[str], now: datetime) -> Day | None:
    month = _MONTHS[match["month"][:3]]
    year = int(match["year"]) if match["year"] else now.year + (month < now.month)
    return Day(*match.span(), vague=f"{year}-{month:02d}")


def _ordinal(word: str) -> int:
    if digits := re.match(r"\d+", word):
        return int(digits[0])
    ten, _gap, last = word.replace("-", " ").rpartition(" ")
    if last == "thirtieth":
        return 30
    return {"twenty": 20, "thirty": 30}.get(ten, 0) + _ORDINALS.index(last) + 1
