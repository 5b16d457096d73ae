"""Whether a customer asks for a person, in Chinese or English, in any usual wording.

One message is judged by rules and not by a model: this wish is answered before everything else, must work when all else
fails, and must be explainable. Three messages in a row may be weaker: a word that such a wish hardly does without, or a
meaning near to one that is known. How well that works is measured by tests/conversations/test_wishes.py.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from apps.conversations import wording
from apps.llm.embeddings import Vectors, by_id, embedder

TIMES = 3
NEAR = 0.5  # cosine to a known wish from which a message sounds like one (test_wishes prints what it costs)
SAME = 0.9  # likeness of letters from which two messages are the same question

# --- English, on plain words with single spaces ---
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
_ENGLISH = re.compile(
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

# --- Chinese, on text without spaces and signs ---
_NOT_LABOUR = r"(?!费|智能|成本|草|革|皮|降|授|受孕|湖|合成|申请|审核|服务费|翻译|耳蜗|还款|操作费)"
_BOSS = r"(?:经理|领导|主管|负责人|老板|上级|上司|店长|管事的?人?|管理人?员?)"
_STAFF = rf"(?:人工|真人|活人|客服|工作人员|专员|专人|同事|人类|懂的人|坐席|座席|值班|业务员|{_BOSS})"
_YOURS = r"(?:你们?的?|您们?的?|贵公司的?|你们公司的?|你们那边的?)?"
_ONE = r"(?:一?[个下位名]|几个)?"
_MACHINE = r"(?:(?<![地窗草菜宝])机器人?|自动回复|智能客服|ai|人工智能客服|语音助手|程序)"
_CHINESE = re.compile(
    rf"(?:转|接|找|换|要|叫|联系|连线|求|让|用|到|需要|有|可以|能|帮我|给我|给|想|走|派|来){_ONE}人工{_NOT_LABOUR}(?!费)"
    rf"|人工(?:客服|服务(?!费)|坐席|座席|台|处理|回答|帮助|在|呢|吗|来|回复|接听|帮忙|支持|介入|解答|咨询|电话|通道|窗口)"
    rf"|(?:转|接|找|换|要|叫|跟|和|与|同|给我|有|让|派|来|请|求|能|喊){_ONE}(?:真人|活人|人类)(?!头发|秀|版|照)"
    r"|(?<!你是)(?<!您是)真人(?:客服|服务|来|回复|接|回答|说|讲|聊|呢|沟通|在线)|真正的人|换个活的|活的来"
    rf"|(?:跟|和|与|同|找){_YOURS}(?:人|{_STAFF})们?(?:来|直接)?(?:说|讲|聊|谈|沟通|对话|通话|交流|理论|反映)"
    rf"|(?:叫|找|让|喊|请|派|换|安排|转到?|转接|联系|接通?|对接|接入|需要|要求?|呼叫|介入|通知){_ONE}{_YOURS}{_ONE}{_STAFF}"
    r"(?!送|给我的|态度|承诺|说过|工资|证)"
    rf"|(?:叫|找|让|喊|请|派|换|来|安排|要){_ONE}{_YOURS}(?:其他|别的|靠谱的|懂行的|能解决问题的|会说人话的)?人"
    r"(?:来|出来|处理|回复|回答|跟我|帮我|接|说话|讲话|吧|呀|啊|行不|可以|$)"
    r"|(?:叫|找|换|来)个(?:会说人话|懂|明白|能解决|管事|靠谱)|换(?:个)?人(?:说|讲|聊|来|回|吧|$)|跟人(?:说|讲|聊|沟通)"
    rf"|你们?的?{_BOSS}(?:呢|在哪|在吗|人呢|出来)|有(?:没有)?(?:活|真)人|有没有人(?:啊|呀|在|能帮|帮|理|管|吗|$)|能(?:不能)?来个人"
    r"|(?<!员)(?<!傅)(?<!手)(?<!他)(?<!她)(?<!谁)给我(?:打|回|来)(?:一?个)?(?:电话|电)(?!的|是|为|但|没)"
    rf"|(?:不要|不想|别|不用|讨厌|拒绝|受够)(?:再|了|我|用|给|让|要|跟|和|与|同|拿|你们|这个|这种|这些)*{_MACHINE}"
    rf"|{_MACHINE}(?:太|真|就是|完全|根本|都|也|你|人)*(?:没用|笨|蠢|傻|滚|垃圾|解决不了|听不懂|不懂|敷衍|烦|不行|答非所问|智障|别)"
    r"|听不懂人话|说人话|转接?(?:客服|人)|客服(?:人员)?(?:介入|来|出来|联系我|回我|在吗|在不在|呢$)|帮(?:我|忙)?转(?:接|一?下)?$"
)
_WHOLE = re.compile(
    r"(?:我|想|要|找|转|接|叫|给|帮|请|麻烦|您|你们?|能不能|可不可以|能|可以|需要|个|下|位|一|有|没|的|到|吧|呀|啊|呢|吗|哦|嘛|了"
    r"|谢谢|快|马上|现在|立刻|好|行|人工|真人|活人|人员|小姐姐|代表|服务|专员|客服|快点|赶紧|不|就|跟|和|说话|聊)+"
)
_NAMED = re.compile(r"人工|真人|活人|专员|客服")
_SHORTEST = re.compile(r"(?:请|麻烦|帮我|给我|快)*转(?:一?下|接|吧|啊|呀|接吧)?(?:吧|啊|呀|呗|谢谢)*")
_CALL_ZH = re.compile(
    r"(?:请|麻烦|能不能|能|可以|可否|你们?|您|帮我|快|马上|现在|尽快|吗|叫人)*(?:打|回)(?:一?个)?电话给我(?:吧|啊|呀|吗|谢谢)*"
)
_PINYIN = re.compile(
    r"\b(?:zhuan|zhuan jie|jie|zhao|yao)?\s?ren\s?gong\b(?!\s?(?:zhi|fei|cheng))"
    r"|\bzhen\s?ren\b|\b(?:zhuan|zhao)\s?ke\s?fu\b"
)

# Words that a wish for a person, however worded, hardly does without. One alone proves nothing, three in a row do.
_HINT = re.compile(
    r"人工(?!费|智能|草|革)|真人|活人|客服|坐席|座席|人员|找[个位]人|有没有人|有人[吗在么啊]|机器人|人跟我|人来|人呢|经理|主管|领导|负责人|专员|人话"
    r"|打(?:个|一个)?电话给我|给我打|回个?电|转(?=一?下|$|吧|人|接|过去|客)"
    r"|\b(?:humans?|agents?|operators?|representatives?|reps?|staff|bot|robot|chatbot|manager|supervisor|boss|colleagues?|live\schat"
    r"|call\sme|support\s(?:team|person)|customer\s(?:service|care)|kefu|rengong|anyone|anybody)\b"
    r"|\b(?:a|real|to|with|any|some|actual|have|need|want|get|is\sthere|me)\s(?:real\s|actual\s|live\s)?(?:person|people|someone|somebody)\b"
)
# What such a wish means, for wordings that hold no such word.
_KNOWN = (
    "I want to talk to a human", "let me speak with a real person", "connect me to an agent", "can I get through to anyone",
    "get me your manager", "stop the automated replies", "this bot is useless", "please call me back", "is anybody there",
    "transfer me", "you don't understand me, get someone else", "I want a human to help me", "customer service please",
    "我要转人工", "我想和真人说话", "叫你们经理来", "有没有人", "不要机器人", "请给我打电话", "换个人来", "听不懂人话",
    "转一下", "找客服", "让负责人联系我",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Why a person is called: `how` is said, insisted or repeated; `scores` are the last messages' likeness to known wishes."""

    how: str
    scores: Sequence[float] = ()

    @property
    def facts(self) -> dict[str, Any]:
        return {"asked": True, "how": self.how, **({"scores": list(self.scores)} if self.scores else {})}


def wish(question: str, said: Sequence[str]) -> Wish | None:
    """The wish in `question`, or in what the customer has `said` of late, oldest first, the question's lines at the end."""
    if is_wanted(question):
        return Wish("said")
    last = [text for text in said if text.strip()][-TIMES:]
    if len(last) < TIMES:
        return None
    if all(_hints(text) for text in last):
        return Wish("insisted")
    if not _hints(last[-1]) and likeness(last[-1:])[0] < NEAR:  # nearly always, and a third of the work
        return None
    scores = likeness(last)
    if all(score >= NEAR or _hints(text) for score, text in zip(scores, last, strict=True)):
        return Wish("insisted", scores)
    return None


def is_wanted(text: str) -> bool:
    """Several messages in a row come as lines: each may be the wish."""
    return _is_wish(text) or any(_is_wish(line) for line in text.splitlines())


def is_repeated(said: Sequence[str]) -> bool:
    """Whether the customer's last messages are one and the same question: what the bot said to it did not help."""
    last = [wording.compact(wording.plain(text)) for text in said[-TIMES:]]
    if len(last) < TIMES or min(map(len, last)) < 4:
        return False
    return all(SequenceMatcher(None, text, last[-1]).ratio() >= SAME for text in last[:-1])


def sounds_like(text: str) -> bool:
    """A weak sign, worth something only three times in a row."""
    return _hints(text) or likeness([text])[0] >= NEAR


def likeness(texts: Sequence[str]) -> list[float]:
    """Each message's nearness in meaning to the nearest known wish, a cosine."""
    near = embedder().embed_quick(texts) @ _known(embedder().model_id).T
    return [round(float(score), 3) for score in near.max(axis=1)]


@functools.cache
def _known(model_id: str) -> Vectors:
    return np.asarray(by_id(model_id).embed_quick(_KNOWN))


def _hints(text: str) -> bool:
    return bool(_HINT.search(wording.plain(text)))


def _is_wish(text: str) -> bool:
    said = wording.plain(text)
    return _in_chinese(wording.compact(said)) if wording.is_chinese(said) else _in_english(wording.words(said))


def _in_english(said: str) -> bool:
    tokens = set(said.split())
    bare = {token for token in tokens if _BARE.fullmatch(token)}
    if bare and all(_FILL.fullmatch(token) for token in tokens - bare) and not {"is", "this", "bot"} <= tokens:
        return True
    if _PINYIN.search(said) or _CALL.fullmatch(said):
        return True
    return bool(_ENGLISH.search(said)) and not _PROCEDURE.search(said)


def _in_chinese(said: str) -> bool:
    if _SHORTEST.fullmatch(said) or _CALL_ZH.fullmatch(said):
        return True
    if _WHOLE.fullmatch(said) and _NAMED.search(said):
        return not re.search(r"[你您]是(?:真人|人工|活人|客服)", said)
    return bool(_CHINESE.search(said))
