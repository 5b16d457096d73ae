"""A wish for a person in English (and in pinyin), read from plain words with single spaces.

The patterns nest repeated words in repeated words, which alone would take a time that grows with the square of a message's
length. So they see a message through windows of WIDE words, half of which the next window sees again: a wish is shorter.
"""

import re
from collections.abc import Iterator, Sequence

WIDE = 40  # words
BREAK = "|"  # stands where something else than English was said; no pattern goes across

_ADJ = (
    r"(?:(?:real|live|actual|human|true|proper|breathing|customer|support|service|care|sales|senior|qualified|bloody|(?:god)?damn"
    r"|f\S*ing)\s)*"
)
_DET = r"(?:(?:a|an|the|your|ur|some|any|one|of|actual|another|other|different|such|member|members)\s)*"
_SURE = (
    r"(?:humans?(?:\sbeings?)?|agents?|representatives?|reps?|operators?|advisors?|advisers?|specialists?|experts?|managers?"
    r"|supervisors?|boss|colleagues?|staff|assistants?|attendants?)"
)
_ANY = (
    rf"(?:{_SURE}|persons?|people|someone|somebody|anyone|anybody|team|sales|support|customer\s(?:service|support|care)"
    r"|whoever(?:'s|\sis)\sin\scharge|(?:help|service)\sdesk|grown\sup|humanity)"
)
_WHO = rf"{_DET}{_ADJ}{_ANY}\b"
_TO = r"(?:(?:over|back|on|through|thru|up|straight|directly|now|please|just)\s)*(?:(?:to|with|by|onto)\s)?"
_WISH = re.compile(
    rf"\b(?:talk|speak|chat|cat)(?:t?ing|k|king)?\s(?:(?:to|with|at|on)\s)?(?:the\sphone\s(?:to|with)\s)?{_WHO}"
    rf"|\b(?:reach|contact|contacting|reaching|get\s(?:a\s)?hold\sof|get\sin\stouch\swith|get\sthrough\sto|get\sto|phone)\s{_WHO}"
    rf"|\b(?:connect|put|pass|hand|switch|transfer|take|bring|escalate|forward|direct|get|give|send|find)\s"
    rf"(?:me|us|this|it|my\scase)\s{_TO}{_WHO}"
    rf"|\b(?:connected|transferred|passed|handed|switched|escalated|forwarded|put)\s{_TO}{_DET}{_ADJ}{_SURE}\b"
    rf"|\b(?:transfer|connect|escalate|switch|connection)\s(?:to|with)\s{_DET}{_ADJ}(?:{_SURE}|support|person)\b"
    rf"|\b(?:want|need|prefer|demand|get|give\sme|get\sme|require|request|asked?\sfor|rather\shave|like)\s(?:to\shave\s)?{_DET}"
    rf"{_ADJ}(?:{_SURE}|person)\b(?!\s(?:discount|account|card|name|address|number|bag|hair))"
    rf"|\b(?:help|answers?|reply|support|assistance|response)\sfrom\s{_DET}{_ADJ}(?:{_SURE}|person|people)\b"
    rf"|\b(?:real|live|actual)\s(?:human|person|people|agent|rep|representative|operator|someone|somebody)\b(?!\shair)"
    rf"|\bsomeone\s(?:real|human|else\splease|who\sunderstands|in\scharge)\b|\bsomebody\s(?:real|human)\b"
    rf"|\b(?:let|have|can|could|may|would|get|put|is|are|let's)\s(?:there\s)?(?:(?:a|an|any|some|your|one|of)\s)*{_ADJ}"
    rf"(?:{_SURE}|person|people)\s(?:to\s)?(?:look|deal|handle|answer|help|call|reply|respond|take|on\b|contact|there|here|in\shere"
    r"|working|available|i\scan|talk|speak|out\sthere)"
    rf"|\b(?:have|get|is\sthere|can)\s(?:someone|somebody|anyone|anybody)\s(?:from\s\S+\s\S+\s(?:to\s)?\S+|(?:to\s)?(?:call|contact"
    r"|phone|ring|talk\sto|speak\s(?:to|with)|answer|reply\sto)\b(?:\s(?:me|back|us))*)(?!\s(?:my|for)\b)"
    r"|\bwho\s(?:can|do|should|could)\si\s(?:talk|speak|chat)\s(?:to|with)\b"
    rf"|\b(?:word|conversation|call|chat)\swith\s{_DET}{_ADJ}(?:{_SURE}|person|someone|somebody)\b"
    rf"|\b(?:complain|complaint)\s(?:to|with)\s{_DET}{_ADJ}{_SURE}\b|\bescalate\sthis\b"
    r"|\b(?:need|want|arrange|request|give\sme|get|schedule)\s(?:a|me\sa)\s(?:phone\s)?call(?:\s?back)?\b"
    r"(?!\s(?:when|before|plan))|\bget\sthrough\sto\s(?:anyone|anybody|someone|somebody)\b"
    # away from the bot
    r"|\b(?:no\smore|not|stop|skip|off|hate|refuse\sto\s\S+\sto|tired\sof|sick\sof|fed\sup\swith|don't\s(?:want|like)|dont\swant"
    r"|not\stalking\sto|instead\sof|enough\sof|rather\sthan)\s(?:(?:to|talk|talking|speak|chat|with|the|this|these|your|a|an|any"
    r"|stupid|dumb)\s)*(?:robots?|bots?|chatbots?|machines?|automated|automatic|auto|software|ai)\b"
    r"|\b(?:this|the|your|ur|stupid|dumb|useless|damn)\s(?:stupid\s|dumb\s)?(?:chat\s?)?bot\s(?:is\s(?:\w+\s)?(?:useless|stupid|dumb"
    r"|terrible|awful|bad|no\shelp|not\s|driving|rubbish|crap|hopeless|a\sjoke)|doesn't|does\snot|can't|cannot|sucks|won't|isn't)"
    r"|\b(?:useless|stupid|dumb)\s(?:chat\s?)?bot\b|\bnot\s(?:being\s)?help(?:ing|ful)\s(?:transfer|connect)\b|\btransfer\sme$"
)
_CALL = re.compile(
    r"(?:(?:please|pls|plz|just|can|could|will|would|you|u|someone|somebody|anyone|anybody|have|i|want|need|to|hi|hello)\s)*"
    r"(?:call|phone|ring)\sme(?:\s(?:back|please|pls|now|asap|up|today|on|my|mobile|phone|cell|number|immediately|thanks))*"
)
_BARE = re.compile(
    r"humans?|persons?|people|agents?|representatives?|reps?|operator|someone|somebody|anyone|anybody|manager|supervisor|staff"
    r"|advis[eo]r|specialist"
)
_FILL = re.compile(
    r"a|an|the|please|pls|plz|now|hello|hi|hey|ok|okay|no|not|you|me|real|live|actual|human|customer|service|support|asap"
    r"|immediately|right|yes|i|want|need|chat|with|to|talk|speak|thanks|thank|just|only|and|or|give|get|at|once|ffs|urgent"
    r"|being|care|sales|enough|again|kindly|sir|madam|dear|quick|quickly|fast|from|of|your|is|this|bot|there|here"
)
_PROCEDURE = re.compile(
    r"\b(?:do|must|should|would)\s(?:i|we|you|people|customers)\s(?:need|have|has)?\s?to\s(?:talk|speak|contact|call)\b"
)

_PINYIN = re.compile(
    r"\b(?:zhuan|zhuan jie|jie|zhao|yao)?\s?ren\s?gong\b(?!\s?(?:zhi|fei|cheng))"
    r"|\bzhen\s?ren\b|\b(?:zhuan|zhao)\s?ke\s?fu\b"
)


def is_wish(said: str) -> bool:
    """Whether words, as of `wording.words`, hold a wish for a person."""
    spoken = _once(said.split())
    tokens = set(spoken)
    bare = {token for token in tokens if _BARE.fullmatch(token)}
    if bare and all(_FILL.fullmatch(token) for token in tokens - bare) and not {"is", "this", "bot"} <= tokens:
        return True
    if len(spoken) <= WIDE and _CALL.fullmatch(" ".join(spoken)):
        return True
    return any(_PINYIN.search(window) or _WISH.search(_PROCEDURE.sub(BREAK, window)) for window in _windows(spoken))


def _once(words: Sequence[str]) -> list[str]:
    """A word that is said again and again counts twice."""
    return [word for place, word in enumerate(words) if place < 2 or not word == words[place - 1] == words[place - 2]]


def _windows(words: Sequence[str]) -> Iterator[str]:
    half = WIDE // 2
    for start in range(0, max(len(words) - half, 1), half):
        rest = [BREAK] if start + WIDE < len(words) else []
        yield " ".join([*words[start : start + WIDE], *rest])
