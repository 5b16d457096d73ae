"""Measures: what a question wants to be told (a price, how long, how heavy, which street), and whether a text tells such.

A text without any sum of money does not say what a thing costs, however near it is to the question. That it holds one does not
yet make it the answer. Only questions whose form leaves no choice count: “when” may be answered by “as soon as it ships”.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 160  # characters of a question; more is a story, and what it asks for stands somewhere in it

_NUMBER = r"(?:\d[\d.,]{0,11}|one|two|three|four|five|six|seven|eight|nine|ten|an?|half|[一二两三四五六七八九十百千半几])[ -]?"
_TIME = r"(?:(?:business |working )?(?:second|minute|min|hour|hr|day|night|week|weekend|month|season|year)s?\b)"
_TIME_ZH = "个?(?:工作日|小时|分钟|秒|天|周|星期|礼拜|月|年|季|日|晚)"
_SOON = r"\b(?:at once|immediately|instantly|on the spot|right away|same day|overnight|next day|never|forever|until|by)\b"
_SOON_ZH = "次日|当天|当场|立即|立刻|马上|即时|随时|永久|终身|一直|长期|截止|之前"
_LONG = rf"{_NUMBER}(?:mm|cm|m|km|in|inch|inches|ft|feet|foot|yards?|miles?|meters?|metres?)\b|\d ?[\"”″']"
_LONG_ZH = r"\d ?(?:英寸|寸|吋|厘米|毫米|米|公分|公里|尺)"
_COLOUR = r"\b(?:black|white|red|green|blue|brown|gr[ea]y|yellow|orange|purple|pink|silver|gold|tan|beige|navy|olive)\b"
_TOLD_OF_ITSELF = (
    r"(?:with|and|or|per|each|in|of|for|to|at|on|when|including|without|is|as|if|plus|but)\b"  # not: 230 g canister
)


@dataclass(frozen=True)
class Measure:
    """`asked`: how a question asks for it; `held`: what a text that tells it has somewhere. Both in lower case."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]


def _measure(name: str, asked: tuple[str, ...], held: tuple[str, ...]) -> Measure:
    return Measure(name, re.compile("|".join(asked)), re.compile("|".join(held)))


_MONEY = _measure(
    "money",
    (
        r"\bhow much\b[^?]{0,80}\b(?:costs?|charged?|pay|fee|price|set (?:me|us) back)\b",
        r"\bhow much (?:is|are|for|to)\b|\bhow much\W*$|^(?:price|cost)s? (?:of|for|to)\b",
        r"\b(?:what|whats|what's)\b[^?]{0,60}\b(?:price|costs?|fees?)\b",
        "多少钱|几块钱|多少元|什么价|价格(?:是)?多少|费(?:用)?(?:是)?多少",
    ),
    (
        r"[$€£¥] ?\d|\d ?(?:dollars?|cents?|usd|eur|%|[百千万亿]{0,2}(?:元|块|角|美元|欧元))",
        r"\bfree\b|\bno (?:extra )?(?:charge|costs?|fees?)\b|免费|包邮|不收|免息|报价|估价",
    ),
)
# The first one that a question asks for counts.
_MEASURES = (
    _measure(
        "rate",
        (
            r"\b(?:lit(?:er|re)s?|gallons?|quarts?|ml|l) (?:an?|per|each|every) (?:minute|hour|second|day)\b|\bflow rate\b",
            "每(?:分钟|小时|秒)(?:多少|几)(?:升|毫升|立方)",
        ),
        (r"(?:per|an?|each|/) ?(?:minute|min|hour|h|second|s|day)\b", "[每/](?:分钟|小时|秒)"),
    ),
    _measure(
        "weight",
        (
            r"\bhow (?:heavy|much (?:does|do|did|will|would) [^?]{1,60} weigh)\b|\bwhat (?:does|do|is|'s) [^?]{1,60} weigh",
            r"\bhow many (?:pounds|lbs?|kilos?|kgs?|grams?|ounces|oz)\b|\bweight of\b",
            "多重|多沉|(?:多少|几)(?:斤|公斤|千克|克)|重量",
        ),
        (
            r"\d ?(?:lbs?|oz|kg|g|grams?|pounds?|ounces?|kilos?|kilograms?)"
            rf"(?:\b *(?:$|[^\w ]|{_TOLD_OF_ITSELF})|[\u3400-\u9fff])",
            r"\d ?(?:克|千克|公斤|斤|吨)",
        ),
    ),
    _measure(
        "temperature",
        (r"\bhow (?:warm|hot|cold)\b|\bwhat temp(?:erature)?\b|\bhow many degrees\b", "温度(?:是)?多少|多少摄氏度"),
        (r"\d ?°|\d ?degrees|\d ?(?:摄氏)?度|\d ?[cf]\b",),
    ),
    _measure(
        "colour",
        (r"\b(?:what|which|how many) colou?rs?\b", "(?:几|多少)种颜色|(?:什么|哪些|哪几种|有几个)颜色"),
        (_COLOUR, "[红白黑蓝绿黄紫粉灰银金青橙棕]色"),
    ),
    _measure(
        "material",
        (
            r"\bmade (?:out )?(?:of|from)\b|\b(?:what|which) (?:material|fabric|cloth)s?\b",
            "什么(?:材料|材质|料子|面料|布料|做的)|材质(?:是|怎么样)|(?:面料|布料)是",
        ),
        (
            r"\b(?:cotton|wool|merino|nylon|polyester|leather|suede|gore-?tex|fleece|silk|linen|canvas|denim|spandex|rubber|foam"
            r"|silicone|plastic|steel|alumini?um|titanium|carbon|brass|copper|iron|bamboo|wood(?:en)?|glass|ceramic"
            r"|(?:goose|duck|\d+[- ]fill) ?down|down[- ](?:fill|insulat)|synthetic)",
            "棉|羊毛|羊绒|尼龙|聚酯|涤纶|真皮|牛皮|皮革|羽绒|丝绸|亚麻|帆布|橡胶|硅胶|塑料|不锈钢|铝合?金?|钛|碳纤维|铜|竹|实木|玻璃|陶瓷",
        ),
    ),
    _measure(
        "street",
        (r"\b(?:what|which) (?:street|road|avenue|address)\b|\baddress of\b", "哪条(?:街|路)|什么(?:街|路)"),
        (r"\b(?:street|st|road|rd|avenue|ave|blvd|boulevard|drive|lane)\b", r"[路街巷道]\d|\d ?号"),
    ),
    _measure("floor", ("[在是](?:几|多少)(?:楼|层)",), (r"[\d一二三四五六七八九十] ?(?:楼|层)",)),
    _measure(
        "telephone",
        (r"\b(?:phone|telephone) number\b", "电话(?:号码)?(?:是)?(?:多少|什么|几号)"),
        (r"\d{3}\)?[- ]?\d{3,4}",),
    ),
    _measure(
        "time of day",
        (r"\b(?:what time|what hour|how late|how early)\b", "几点"),
        (r"\d ?(?:a\.?m|p\.?m)|\d:\d\d|\b(?:noon|midnight)\b", r"\d ?点|24 ?(?:小时|hours)"),
    ),
    _measure(
        "time ahead",
        (r"\bhow (?:far|long|much) (?:ahead|in advance|before)\b",),
        (f"{_NUMBER}{_TIME}|{_SOON}", f"{_NUMBER}{_TIME_ZH}"),
    ),
    _measure(
        "length",
        (
            r"\bhow (?:tall|wide|thick|deep|high|far)\b|\bdimensions?\b|\bdiameter\b",
            r"多(?:高|宽|厚|远|深)(?:\W|$|[啊呀呢的吗了])|(?:多少|几)(?:英寸|寸|厘米|米|公里|毫米)|直径",
        ),
        (_LONG, _LONG_ZH),
    ),
    _measure(
        "area",
        (r"\bhow many square\b", "多大面积|(?:多少|几)(?:平米|平方|平)"),
        (r"\bsquare\b|\d ?sq|平米|平方|m2",),
    ),
    _measure("charge held", (r"\bm ?ah\b", "多少毫安|电池容量(?:是)?多"), (r"\d ?m ?ah|\d ?毫安",)),
    _measure("pixels", (r"\bmegapixels?\b", "(?:多少|几)万?像素"), (r"像素|\d ?mp\b|megapixel",)),
    _measure(
        "noise",
        (r"\bhow (?:loud|noisy)\b|\bdecibels?\b", "多少分贝|噪音(?:是)?多"),
        (r"\d ?db\b|\bdecibels?\b|\b(?:quiet|silent|loud)\b|分贝|静音",),
    ),
    _measure(
        "power",
        (r"\bhow many watts\b|\bwattage\b", r"(?:多少|几)(?:瓦|w\b)|功率(?:是)?多|(?:多少|几)度电"),
        (r"\d ?w\b|\d ?瓦|\bwatts?\b|度电",),
    ),
    _measure("frequency", (r"\brefresh rate\b", "刷新率"), (r"\d ?hz|赫兹|刷新率",)),
    _MONEY,
    _measure(
        "time",
        (
            r"\bhow (?:long|soon|fast|quick(?:ly)?|old)\b",
            r"\bhow many (?:minutes|hours|(?:business |working )?days|weeks|months|years)\b",
            "多久|多长时间|(?:几|多少)个?(?:工作日|小时|分钟|天|周|星期|月|年)",
        ),
        (
            rf"{_NUMBER}{_TIME}|{_SOON}|\d:\d\d|\d ?[ap]\.m|\d ?(?:lit(?:er|re)s?|gallons?|times|uses|cycles|charges)|{_LONG}",
            rf"\b(?:how long|as long as|amount of time|(?:few|several|many|couple of) {_TIME})|多久|多长时间",
            rf"{_NUMBER}{_TIME_ZH}|{_SOON_ZH}|\d ?[次升]|{_LONG_ZH}",
        ),
    ),
    _measure("share", (r"\bwhat percent(?:age)?\b", "百分之几|几折"), (r"\d ?%|percent|[\d一二三四五六七八九] ?折",)),
)
# What is paid for something around a thing, and not for the thing.
_SERVICE = re.compile(
    r"\b(?:ship|deliver|postage|freight|surcharge|mail|send|return|refund|exchange|repair|fix|mend|resol|rent|hire|deposit|fitt"
    r"|install|express|overnight|oversize|duties|tax|claim|warrant|insur|fees?\b|charge|discount|off\b|weekend|points?\b"
    r"|orders?\b|spend)"
    "|[邮送搬装退修租满券抵减赔]|运费|配送|快递|上楼|上门|取件|检测|押金|手续费|定金|积分|转账|单笔"
)
_CLAUSE = re.compile(r"[\n。！？；，;:：]|[.!?,] ")
_HOW_MANY_ZH = re.compile(r"(?:几|多少)([张台次期件倍级条支双颗层排档路核代位口块部盒箱瓶])")


def asked(question: str) -> Measure | None:
    """The kind of thing that a question wants to be told, where its form leaves no choice."""
    said = _plain(question)
    if len(said) > LONGEST:
        return None
    return next((measure for measure in _MEASURES if measure.asked.search(said)), None) or _counted(said)


@lru_cache(maxsize=20_000)
def tells(text: str, measure: Measure) -> bool:
    return measure.held.search(_plain(text)) is not None


def asks_plain_price(question: str) -> bool:
    """Whether a question asks what a thing costs, and not what is paid for a service around it."""
    return asked(question) is _MONEY and not _SERVICE.search(_plain(question))


@lru_cache(maxsize=20_000)
def tells_plain_price(text: str) -> bool:
    """Whether some clause or row names money that is not paid for a service."""
    return any(_MONEY.held.search(clause) and not _SERVICE.search(clause) for clause in _CLAUSE.split(_plain(text)))


def _counted(said: str) -> Measure | None:
    """How many of a thing, by its Chinese measure word. (“how many” in English names things in words of its own.)"""
    found = _HOW_MANY_ZH.search(said)
    return Measure("count", _HOW_MANY_ZH, _number_of(found[1])) if found else None


@lru_cache(maxsize=100)
def _number_of(classifier: str) -> re.Pattern[str]:
    return re.compile(rf"[\d一二两三四五六七八九十百半] ?{classifier}")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100].lower().replace("’", "'").replace("*", "")
