"""How a message hangs together with what was said before, told by its form alone."""

import re

from apps.conversations.bot import wording

SHORT, SHORT_ZH = 3, 5  # words, or Chinese characters, of a question that hardly says what it is about
LONGEST = 400  # characters; more is a story of its own
FEWEST = 2  # characters that something said after an opening has
_LEANS = re.compile(
    r"^(?:and|but|or|ok(?:ay)? (?:and|so)|what about|how about)\b|\b(?:it|its|they|them|their|those|these)\b"
    r"|\bthe (?:\S+ ){1,4}ones?\W*$|.\bthen\W*$"
    r"|\b(?:that|this)(?= (?:be|take|cost|work|appl|includ|cover|mean|count|happen|go|come|too|also|for|way)|\W*$)"
)
_LEANS_ZH = re.compile("^那|^还有|^如果|^要是|它|呢[?？]?$|这个|那个")
_VALUE = re.compile(r"(?:and|or|what about|how about)\s+(?P<value>[^?]{2,60}?)\s*\?*$", re.IGNORECASE)
_VALUE_ZH = re.compile("(?:那么?|还有|如果是)?(?P<value>[^?？，。]{1,20}?)呢[?？]?$")
_NO_VERB = r"(?<!how )(?<!want )(?<!like )(?<!need )(?<!have )(?<!able )"  # what “to” stands before a verb after
_IT = re.compile(r"\b(?:it|them|that one|this one)\b|它们?|这个|那个", re.IGNORECASE)
# Openings that leave a topic, and that take back what the bot understood. (What may repeat gives nothing back.)
_MARKS = r"[\s,，.。;；:：!！…—-]"
_HESITATES = rf"(?:(?:no|nope|ok|okay|oh|ah|well|wait|hmm|sorry|actually)\b{_MARKS}*+)*+"
_LEAVES = re.compile(
    rf"{_HESITATES}(?:(?:never ?mind(?: (?:about )?(?:it|that))?|forget (?:about )?(?:it|that)|nvm|by the way|btw)\b{_MARKS}*+"
    r"|(?:(?:(?:i have|i've got) )?(?:(?:an?|one) )?(?:different|another|other|next|new|more) (?:question|thing|topic)"
    rf"|something else)\s*+[,.;:!-]{_MARKS}*+)"
)
_LEAVES_ZH = re.compile(
    "那?(?:算了吧?|不[说管]这个了?|换一?个(?:问题|话题)|对了|顺便再?问(?:一下|一句|个问题)?"
    rf"|(?:再|另外|还)想?再?问(?:一下|一?个)?(?:别的|其他的?)?(?:问题)?){_MARKS}*+"
)
_NOT = r"(?:(?:that'?s|that is|it's|this is) )?not (?:what|the one) i (?:meant?|asked(?: for| about)?|wanted)\b"
_MEANT = r"(?:what )?i (?:meant?|(?:was|am) asking)(?: about| for| to (?:say|ask))?(?: is| was)?\b"
_TAKES_BACK = re.compile(rf"{_HESITATES}(?:{_NOT}{_MARKS}*+(?:{_MEANT}{_MARKS}*+)?|{_MEANT}{_MARKS}*+)")
_TAKES_BACK_ZH = re.compile(
    rf"(?:不是(?:的|这个意思|[问说]?这个|这样)?|不对|错了|我?[打说问]错了){_MARKS}++(?:我(?:的意思)?是(?:想?[问说]|指)?)?"
    rf"|我(?:的意思是|想?问的是|是(?:想|在)?问|说的是|指的是){_MARKS}*+"
)


def leans(question: str) -> bool:
    """Whether a question may be about what was talked of before: it is short, or refers to that."""
    said = wording.simple(question[:LONGEST]).strip()
    short = len(wording.compact(said)) <= SHORT_ZH if wording.is_chinese(said) else len(said.split()) <= SHORT
    return short or refers(question)


def refers(question: str) -> bool:
    """Whether it begins with “and”, or says “it”."""
    said = wording.simple(question[:LONGEST]).strip()
    return bool((_LEANS_ZH if wording.is_chinese(said) else _LEANS).search(said))


def together(earlier: str, question: str) -> str:
    """A question with what it hangs on: “and my tent?” stands in the place of “it” (“how do I wash it”), or, with a word like
    “to”, of what stood there after that word; else one behind the other."""
    value = _VALUE.match(question.strip()) or _VALUE_ZH.match(question.strip())
    if value:
        said = value["value"].strip()
        put = _IT.sub(said, earlier, count=1)
        word = re.match(r"(?:to|in|for|on|from|with|by)\b", said, re.IGNORECASE)
        if put == earlier and word:
            put = re.sub(rf"{_NO_VERB}\b{word[0]}\b.*", said, earlier, count=1, flags=re.IGNORECASE)
        if put != earlier:
            return put
    return f"{earlier} {question}"


def leaves(question: str) -> bool:
    """Whether it begins by leaving what was talked of (“never mind, …”, “换个问题，…”)."""
    return bool(_opening(question, _LEAVES, _LEAVES_ZH))


def takes_back(question: str) -> bool:
    """Whether it begins by telling the bot that it understood something else (“no, I meant …”, “不是这个意思，…”)."""
    return bool(_opening(question, _TAKES_BACK, _TAKES_BACK_ZH))


def own(question: str) -> str:
    """The words after such an opening; the question itself when it has none, or nothing stands after it."""
    opening = _opening(question, _LEAVES, _LEAVES_ZH, _TAKES_BACK, _TAKES_BACK_ZH)
    rest = question.strip()[opening:]
    return rest if len(rest) >= FEWEST else question


def _opening(question: str, *forms: "re.Pattern[str]") -> int:
    """How many characters of it are of one of these forms."""
    said = question.strip()[:LONGEST]
    spelt = wording.simple(said)
    if len(spelt) != len(said):  # what was found would stand elsewhere
        return 0
    return max(found.end() if (found := form.match(spelt)) else 0 for form in forms)
