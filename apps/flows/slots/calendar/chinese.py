"""Days and hours in Chinese: 明天下午三点半, 下周五, 12月5号, 三天后, 半小时以后, 月底."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from apps.flows.slots import numerals
from apps.flows.slots.calendar.days import Day, Hour, dated, last_of_month, moved, moved_month, week, weekday_of

_N = r"(?:\d{1,2}|[一二三四五六七八九十廿两]{1,3})"
_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十两几半]{1,3})"
_PART = {
    "凌晨": "dawn", "清晨": "dawn", "清早": "dawn", "一大早": "morning", "大清早": "dawn", "早上": "morning", "早晨": "morning",
    "上午": "morning", "中午": "noon", "正午": "noon", "午间": "noon", "下午": "afternoon", "午后": "afternoon",
    "傍晚": "evening",
    "晚上": "evening", "晚间": "evening", "夜里": "night", "夜晚": "night", "深夜": "night", "半夜": "night", "午夜": "night",
}  # fmt: skip
_SHORT = {"早": "morning", "晚": "evening"}
_SHIFT = {"大大后": 4, "大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "明": 1, "后": 2, "大后": 3}
_WEEKDAYS = {
    **{char: at for at, char in enumerate("一二三四五六")},
    **{str(at + 1): at for at in range(7)},
    "日": 6,
    "天": 6,
    "末": 5,
}
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_FEASTS = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "劳动节": (5, 1), "五一": (5, 1), "六一": (6, 1), "儿童节": (6, 1),
    "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12),
    "平安夜": (12, 24), "圣诞": (12, 25), "跨年夜": (12, 31), "六一八": (6, 18), "618": (6, 18),
}  # fmt: skip
_FEAST = (
    "双十一|双11|双十二|双12|元旦|情人节|妇女节|劳动节|五一(?=[劳假节当前后那])|六一(?=儿|节|那|当)|儿童节|国庆|平安夜|圣诞"
    "|跨年夜"
)
_YEAR = (
    r"(?:(?P<year>(?:19|20)\d\d|\d\d(?=年)|[一二][九〇零][〇零一二三四五六七八九]{2})年?[-/.]?"
    r"|(?P<aboutyear>大前年|前年|去年|今年|本年|明年|后年)的?)"
)
_DAY = re.compile(
    rf"(?:{_YEAR})?(?P<month>{_N})月份?(?:的?(?P<day>{_N})(?:[号日]|(?![\d号日个月点:]))|(?P<edge>底|末|初))?"
    rf"|(?P<aboutmonth>上上个?|上个?|这个?|本|当|下下个?|下个?)月份?的?(?:(?P<mday>{_N})[号日](?!线|楼)|(?P<medge>底|末|初))?"
    r"|(?P<edgeonly>月底|月末|月初)|年底"
    rf"|(?P<week>上上个?|上个?|这个?|本|下下个?|下个?)?(?P<weekword>周|星期|礼拜)(?P<weekday>[一二三四五六日天末]|[1-7](?![\d点:]))(?!个|年)"
    r"|(?P<wholeweek>上上个?|上个?|这个?|本|下下个?|下个?)(?:周|星期|礼拜)(?![一二三四五六日天末年])"
    rf"|(?P<count>{_COUNT})个?(?P<unit>天|日|周|星期|礼拜|月|年)(?:之|以)?(?P<way>后|前|内)(?!台|面|端|天)"
    rf"|过(?P<pass>{_COUNT})个?(?P<passunit>天|周|星期|礼拜|月)(?!就|了|期|前)"
    r"|(?P<shift>大大后|大前|大后|前|昨|今|当|明|后)(?P<shiftunit>[天日晚早]|儿个?)(?!气|台|报|使|期|市|班|安)"
    rf"|(?P<feast>{_FEAST})(?:节|当天|那天)?"
    rf"|(?<![\d一二三四五六七八九十第])(?P<only>\d{{1,2}}|[一二三四五六七八九十廿]{{1,3}})[号](?!线|楼|店|门|院|柜|链|码|机|单|电|下单)"
)
_HOUR = re.compile(
    rf"(?P<part>{'|'.join(sorted(_PART, key=len, reverse=True))}|(?<![今明昨后前当早])[早晚])?的?(?:大约|大概|约)?"
    rf"(?:(?P<hour>\d{{1,2}}|[零一二三四五六七八九十两]{{1,3}})(?:点钟?|时(?!候|间|段))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|过?(?P<minute>\d{{1,2}}|[零一二三四五六七八九十]{{1,4}})(?:分(?!钟|之)|(?![\d点月号日个件块元])))?(?:钟|整)?"
    r"|(?<![\d:])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?!折))"
    rf"|(?P<alone>凌晨|清晨|早上|早晨|上午|中午|正午|下午|午后|傍晚|晚上|晚间|夜里|半夜|午夜|深夜)"
    rf"|(?P<count>{_COUNT})(?P<unit>个半小时|个钟头|个小时|小时|分钟|刻钟)(?:之|以)?(?P<way>后|前)"
    r"|(?P<now>现在|马上|立刻|立即|此刻)"
)


def days(text: str, now: datetime) -> Iterator[Day]:
    """Dates in a text as of `letters.plain`."""
    for match in _DAY.finditer(text):
        if (found := _day(match, now)) is not None:
            yield found


def _day(match: re.Match[str], now: datetime) -> Day | None:
    today, (start, end) = now.date(), match.span()
    if match["month"]:
        return _of_month(match, now)
    if match["aboutmonth"]:
        return _of_that_month(match, now)
    if match["edgeonly"] or match[0] == "年底":
        month = 12 if match[0] == "年底" else today.month
        edge = dated(today.year, month, 1) if match["edgeonly"] == "月初" else last_of_month(today.year, month)
        return Day(start, end, on=edge)
    if match["weekday"]:
        weekday = _WEEKDAYS[match["weekday"]]
        if match["week"]:
            return Day(start, end, on=weekday_of(today, weekday, _which(match["week"])))
        return Day(start, end, weekday=weekday)
    if match["wholeweek"]:
        return Day(start, end, vague=week(today, _which(match["wholeweek"])))
    if match["count"] or match["pass"]:
        return _counted(match, now)
    if match["shift"]:
        part = {"晚": "evening", "早": "morning"}.get(match["shiftunit"], "")
        return Day(start, end, on=moved(today, days=_SHIFT[match["shift"]]), part=part)
    if match["feast"]:
        month, day = _FEASTS[match["feast"]]
        return Day(start, end, month=month, day=day)
    number = _count(match["only"])
    return Day(start, end, day=number) if number and 1 <= number <= 31 else None


def _of_month(match: re.Match[str], now: datetime) -> Day | None:
    month, day = _count(match["month"]), _count(match["day"]) if match["day"] else None
    if not month or month > 12 or (day is not None and not 1 <= day <= 31):
        return None
    year = _year(match, now)
    if match["edge"]:
        there = year or now.year
        return Day(*match.span(), on=dated(there, month, 1) if match["edge"] == "初" else last_of_month(there, month))
    if day is None:
        return Day(*match.span(), vague=f"{year or now.year + (month < now.month)}-{month:02d}")
    return Day(*match.span(), year=year, month=month, day=day)


def _year(match: re.Match[str], now: datetime) -> int | None:
    if match["aboutyear"]:
        return now.year + _YEARS[match["aboutyear"]]
    if not match["year"]:
        return None
    number = numerals.number(match["year"])
    year = int(number) if number is not None else now.year
    return year + 2000 if year < 100 else year


def _of_that_month(match: re.Match[str], now: datetime) -> Day | None:
    year, month = moved_month(now.year, now.month, _which(match["aboutmonth"]))
    if match["medge"]:
        return Day(*match.span(), on=dated(year, month, 1) if match["medge"] == "初" else last_of_month(year, month))
    if match["mday"]:
        on = dated(year, month, _count(match["mday"]) or 0)
        return Day(*match.span(), on=on) if on else None
    return Day(*match.span(), vague=f"{year}-{month:02d}")


def _which(word: str) -> int:
    word = word.removesuffix("个")
    return {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(word, 0)


def _counted(match: re.Match[str], now: datetime) -> Day | None:
    count, unit = match["count"] or match["pass"], match["unit"] or match["passunit"]
    number = 3 if count == "几" else numerals.number(count)
    if number is None or "几" in count or match["way"] == "内":
        return None
    sign = -1 if match["way"] == "前" else 1
    if unit in "月年":
        months = number * (12 if unit == "年" else 1)
        on = moved(now.date(), days=int(months % 1 * 30) * sign, months=int(months) * sign)
    else:
        on = moved(now.date(), days=int(number * (1 if unit in "天日" else 7)) * sign)
    return Day(*match.span(), on=on) if on else None


def hours(text: str, now: datetime) -> Iterator[Hour]:
    """Times of day in a text as of `letters.plain`."""
    for match in _HOUR.finditer(text):
        if (found := _hour(match, now)) is not None:
            yield found


def _hour(match: re.Match[str], now: datetime) -> Hour | None:
    start, end = match.span()
    if match["alone"]:
        return Hour(start, end, part=_PART[match["alone"]])
    if match["now"]:
        return Hour(start, end, at=now, loose=True)
    if match["count"]:
        number = numerals.number(match["count"])
        if number is None:
            return None
        minutes = number * {"分钟": 1, "刻钟": 15}.get(match["unit"], 60) + (30 if match["unit"] == "个半小时" else 0)
        return Hour(start, end, at=now + timedelta(minutes=minutes * (-1 if match["way"] == "前" else 1)))
    part = (_PART | _SHORT).get(match["part"] or "", "")
    if match["h"]:
        return Hour(
            start,
            end,
            int(match["h"]),
            int(match["m"]),
            part,
            exact=int(match["h"]) > 12 or (match["h"].startswith("0") and not part),
        )
    hour = _count(match["hour"])
    minute = 30 if match["half"] else {"一": 15, "三": 45}.get(match["quarter"] or "", 0)
    minute = (_count(match["minute"]) or 0) if match["minute"] else minute
    if hour is None or hour > 24 or minute > 59:
        return None
    return Hour(start, end, hour, minute, part, exact=hour > 12)


def _count(text: str) -> int | None:
    number = numerals.number(text)
    return int(number) if number is not None and number == int(number) else None
