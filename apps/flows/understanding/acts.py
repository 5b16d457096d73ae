"""Short messages that steer a flow instead of filling it: yes, no, cancel, start over, skip, repeat, back, wait."""

import re

from apps.flows.engine.said import Act
from apps.flows.slots import letters
from apps.flows.slots.yes_no import answer, first

LONGEST = 60  # characters; a longer message says something else
_EDGE = r"[\s,.!?。、~…:;]{0,6}"
_ASK = (
    r"(?:please|pls|plz|can (?:you|we|i)|could (?:you|we|i)|let'?s|let us|i(?: would|'d) (?:like|prefer) to"
    r"|i (?:want|wanna|need|have) to|ok(?:ay)?|no|sorry|hey|um|well|actually|oh|just|but|and|then|yes|so|hi)"
)
_ASK_ZH = (
    r"(?:请|麻烦|能不能|可以|能|我(?:想|要|们|说)?|想|要|帮我|给我|那|还是|就|先|好|好吧|好的|算了"
    r"|不好意思|抱歉|嗯|哦|唉|哎|不|您|你|咱们?|把它|把这个|这个|那就|现在)"
)
_DONE = r"(?:please|pls|plz|thanks|thank you|thx|now|then|for now|after all|anymore|any more|sorry|mate|today|ok(?:ay)?)"
_DONE_ZH = r"(?:吧|了|啦|呗|好吗|行吗|可以吗|谢谢(?:你|您)?|好了|啊|呀|哈|哦|嘛|把|一下|先|拜托|不好意思|抱歉|的)"
# What may be cancelled in a flow without being something of its own: “cancel my order” is a wish, not an act.
_THIS = (
    r"(?:it|this|that|everything|all(?: of (?:it|this))?|the (?:process|request|procedure|flow|form"
    r"|conversation|whole thing)|this (?:process|request|procedure|flow|form|conversation|whole thing)"
    r"|my request)"
)

_ACTS: tuple[tuple[Act, str], ...] = (
    (
        Act.START_OVER,
        r"(?:start|begin) (?:all )?(?:over|again|afresh|anew|from (?:the )?(?:beginning|start|scratch"
        r"|top))(?: again)?|re-?start(?: (?:it|this|everything))?"
        r"|from the (?:beginning|start|top)|reset(?: (?:it|this|everything))?|do (?:it"
        r"|this) (?:all )?over(?: again)?|take it from the top"
        r"|从头(?:再|开始|来|来过|再来)+(?:一遍|一次)?|重新(?:来|开始|填|填写|来过|走|办理?|弄|录入|输入)(?:一遍|一次|过)?|重来(?:一遍|一次)?|从(?:第一步|头)(?:开始"
        r"|来)?|重置|全部重来|推倒重来|重头(?:开始|来)",
    ),
    (
        Act.BACK,
        r"(?:go |step |move |take me )?back(?: (?:one step|a step|one|please|to (?:the )?(?:previous"
        r"|last)(?: (?:step|question|one))?))?|(?:the )?previous(?: (?:step|question|one|page))?"
        r"|(?:go to )?(?:the )?(?:last|previous) (?:step|question)|undo(?: (?:that|it|this))?|one step back"
        r"|return to (?:the )?(?:previous|last) (?:step|question)"
        r"|(?:返回|回到|退回|回|退到|后退)(?:到|去)?(?:上一?(?:步|个问题|题|个|页|级)|前一?(?:步|个问题|题)|一步)?(?:去)?|上一?(?:步|个问题|题|页)|前一步"
        r"|往回(?:走|退)?|倒回去|撤回|撤销(?:上一?步)?|退一步",
    ),
    (
        Act.REPEAT,
        r"(?:(?:say|repeat|ask) )?(?:that|it|this|the question|what you (?:just )?said)? ?(?:again|once more"
        r"|one more time)|repeat(?: (?:that|it|the question|please|yourself))?|what(?: did you (?:just )?(?:say"
        r"|ask)(?: again)?| was (?:that|the question)(?: again)?|'s that| did you mean)?"
        r"|pardon(?: me)?|come again|say again|sorry what|i didn'?t (?:get|catch|hear|understand) (?:that|it|you)"
        r"|huh|eh|excuse me|what was (?:your|the last) question|what do you mean|what are you asking"
        r"|再(?:说|讲|问|重复|发|来|念)(?:一?[遍次下])?|重复(?:一?[遍次下])?|你(?:刚才?|刚刚)?(?:说|问)(?:的是|了|的)?(?:什么|啥)(?:来着)?|(?:什么"
        r"|啥)(?:意思)?|没(?:听清|听懂|看懂|明白|看清|听明白|看明白)(?:楚)?|刚才(?:说|问)(?:的是|了|的)?(?:什么|啥)|说(?:的)?什么|不好意思没(?:听清|看清|看懂|听懂)"
        r"|重说(?:一?遍)?|再说一遍问题|问题是什么",
    ),
    (
        Act.SKIP,
        rf"skip(?: (?:{_THIS}|this (?:one|step|question)|that (?:one|step|question)|the question|ahead|for now))?"
        rf"|pass(?: on (?:this|that)(?: one)?)?|next(?: (?:question|one|step))?|i'?d rather not (?:say|tell|answer)"
        rf"|(?:i )?prefer not to (?:say|tell|answer)"
        r"|(?:i )?(?:don'?t|do not) have (?:one|it|that|any|this|it (?:here|with me|at hand|on me|handy)"
        r"|that (?:here|with me|at hand|on me|handy))|leave it (?:blank|empty|out)|none|n/?a|not applicable"
        r"|(?:i )?(?:don'?t|do not) know(?: (?:it|that))?|no idea|not sure|i(?:'m| am) not sure|(?:i )?(?:don'?t"
        r"|can'?t) remember(?: (?:it|that))?|dunno|idk|nothing(?: to add)?|i have none|move on|can (?:we"
        r"|i) skip (?:this|that|it)(?: one)?"
        r"|跳过(?:这[个一]?[步题项]?|这个问题|它|去)?|略过|下一?(?:步|个|题|个问题|项)|没有(?:这个|的|呢|诶|耶)?|无|暂无|不填|不想(?:填|说|回答|提供|告诉你)"
        r"|不方便(?:说|透露|提供|填)?|不知道|不清楚|不记得|忘了|忘记了?|记不清|记不得|没带|空着|留空|不提供|找不到|没记|没写|这个没有|这项没有|(?:这个|这题|这步)?(?:先)?(?:跳过"
        r"|不填|过)|没什么(?:要补充|补充)?的?|不确定|说不好|不晓得",
    ),
    (
        Act.CANCEL,
        rf"(?:cancel|stop|quit|exit|abort|drop|scrap|end)(?: {_THIS})?|(?:nah )?never ?mind(?: (?:that|it|then))?"
        rf"|nvm|forget (?:it|about it|that|this|about this)|i(?:'ve| have)? changed my mind|(?:i )?(?:don'?t"
        rf"|do not) (?:want|need|wish|feel like) (?:to (?:do |continue|go on|proceed|carry on)(?:this|it|that"
        rf"|with (?:this|it))?|(?:to )?(?:this|it|that)|any ?more|it any ?more|this any ?more)|(?:i'?m|we'?re) done"
        rf"|no longer (?:needed|necessary|want(?:ed)?(?: it)?)|leave it|let'?s (?:stop|leave it|forget it|not)"
        rf"|call it off|get me out(?: of (?:here|this))?|that's enough|enough|i give up|not any ?more|let it be"
        rf"|not interested"
        r"|算了(?:吧|不用了?)?|取消(?:吧|了|这个|它|操作|流程|办理|掉|一下)*|不(?:办|退|弄|搞|做|换|买|订|约|预约|申请|查|修|开|退货|退款|换货|办理|处理|继续|想办|想退"
        r"|想要|想弄)了|(?:先)?不(?:办|退|弄|搞|做|换)了?(?=$)|停(?:止|下|一下|吧)?|退出|结束(?:吧|了)?|放弃|中止|终止|作罢|没事了?|不用(?:办|弄|退|管|处理"
        r"|麻烦)了|我?改(?:变)?主意了?|先这样|到此为止|拉倒|下次(?:再说|吧)|以后再(?:说|办)|改天(?:再说|吧|再办)?|当我没说|不(?:想|用)(?:继续|弄|办|退)了",
    ),
)
_LOOK = (
    r"(?:let me|i'?ll|i will|i(?:'m| am)|i need to|i have to|while i) (?:just )?(?:go )?(?:and )?"
    r"(?:look|check|find|search|get|grab|see|dig)(?:ing)?"
    r"(?: (?:it|that|them|up|at my|in my|on my|my|for (?:it|that|the|my)|the (?:order|number|receipt|e-?mail|box|label)"
    r"|where|if|again)\b.{0,30})?"
)
_WAIT = re.compile(
    rf"{_EDGE}(?:(?:ok(?:ay)?|oh|please|sorry|um|yes|sure|just)[\s,.!]{{1,3}}){{0,2}}"
    r"(?:(?:hang|hold) on|wait|bear with me|(?:just |give me )?(?:a|one) (?:sec(?:ond)?|moment|minute)|" + _LOOK + r")"
    r"(?: (?:a|one) (?:sec(?:ond)?|moment|minute|bit))?(?:[\s,.!]{1,3}(?:please|" + _LOOK + rf"))?{_EDGE}"
)
_LOOK_ZH = r"我?(?:先|去|要|正在|得){0,2}[找查看翻拿问].{0,12}"
_WAIT_ZH = re.compile(
    rf"\W{{0,3}}(?:好的?|嗯|哦|那|你|您|请|麻烦){{0,3}}\W{{0,2}}(?:(?:稍等|稍候|等等|等我|等会儿?|等一?下|慢着|等)(?:一下|一会儿?|会儿)?"
    rf"[啊哈哦吧,，。.!！~\s]{{0,3}}(?:{_LOOK_ZH})?"
    r"|我?(?:先|去|正在|得){0,2}([找查看翻问])(?:\1|一?下)[吧啊哈哦看]{0,2})\W{0,3}"
)
# Said about what was asked for, it is as good as leaving it out.
_LACKS = re.compile(
    r"(?:没有?|没带|找不到|忘了|忘记了?|不记得|记不得|记不清|不知道|弄丢了|丢了)(?!问题|关系|事|货|收到)"
    r"|\b(?:do(?:n'?t| not)|can(?:'?t|not)) (?:have|know|remember|recall|find|see)\b|\b(?:lost|forgot(?:ten)?|no idea)\b"
)
_NAMED = re.compile(r"号|码|编号|单据|小票|邮箱|名字|\b(?:number|code|id|reference|receipt|e-?mail|name|that|it|one)\b")
_PATTERNS = tuple(
    (
        act,
        re.compile(
            rf"{_EDGE}(?:(?:{_ASK}{_EDGE}){{0,4}}|(?:{_ASK_ZH}{_EDGE}){{0,4}})(?:{pattern})(?:{_EDGE}(?:{_DONE}"
            rf"|{_DONE_ZH})){{0,4}}{_EDGE}"
        ),
    )
    for act, pattern in _ACTS
)
_CORRECTS = re.compile(
    r"\s*(?:actually|sorry|oops|wait|i mean[t]?|correction|my mistake|my bad|no wait|i said"
    r"|not that)\b[\s,.!]{1,3}(?=.*(?:\bit'?s (?!not\b)|\bit is (?!not\b)|\bshould be\b|\bi meant?\b|\d|\bother\b|\bmake (?:it"
    r"|that)\b|\bchange\b|\bthe\b))"
    r"|\s*(?:错了|不对|说错了?|写错了?|打错了?|填错了?|弄错了?|搞错了?|应该是|更正|改成|改为|我说的是"
    r"|不好意思[,.、 ]{0,2}(?:是|说错|应该))"
)


def lacks(text: str) -> bool:
    """Whether it says that what was asked for is not at hand (“I don't have the order number”)."""
    said = letters.plain(text[:400]).strip()
    return len(said) <= LONGEST and bool(_LACKS.search(said) and _NAMED.search(said))


def act_of(text: str, language: str = "") -> Act:
    """The act of a whole message. One that goes on after its yes or no (“no, the other one”) has that act; what it
    goes on with is for `slots.extraction`. One that corrects (“actually it's …”) is a no."""
    said = letters.plain(text[:400]).strip()
    if not said or len(text.strip()) > 400:
        return Act.NONE
    if len(said) <= LONGEST:
        short = re.sub(r"\s+", " ", said)
        for act, pattern in _PATTERNS:
            if pattern.fullmatch(short):
                return Act.NO if act is Act.SKIP and answer(short) is False and short.startswith("no") else act
        whole = answer(short)
        if whole is not None:
            return Act.YES if whole else Act.NO
        if _WAIT.fullmatch(said) or _WAIT_ZH.fullmatch(said):
            return Act.WAIT
    begun = first(said)
    if begun:
        return Act.YES if begun[0] else Act.NO
    return Act.NO if len(said) <= 120 and _CORRECTS.match(said) else Act.NONE
