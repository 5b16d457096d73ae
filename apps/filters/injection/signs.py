"""Signs of a message that speaks to the model instead of to the shop: what such messages want, and the forms they take.

A sign's weight is how much it tells: one of 1 is enough, of 0.5 it takes two. What customers say too (“ignore my last message”,
“what is the password”) never weighs 1. The families are those that people used against each other in the game Tensor Trust
(Toyer et al. 2023, arXiv 2311.01011): overriding, extracting, forcing words, other roles, forged ends of the input, encodings.
"""

from typing import NamedTuple

_GAP = r"[^.!?。！？\n]"
_TOLD = r"(?:instructions?|prompts?|pre-?prompts?|directives?|guidelines?|rule ?sets?|system message|programming)"
_SOFT = r"(?:rules?|commands?|requirements|conditions|restrictions|words|text|sentences?|messages?|paragraphs?|input|tasks?)"
_BEFORE = r"(?:previous|prior|above|below|earlier|preceding|initial|original|following|other|hidden|additional|old|last)"
_GIVE = (
    r"(?:repeat|print(?: out)?|output|show|reveal|tell|list|display|give|write(?: out)?|summari[sz]e|translate"
    r"|convert|format|explain"
    r"|describe|rephrase|encode|copy|recite|return|disclose|state|share|leak|what (?:are|is|were))"
)
_ANSWER = r"(?:reply|response|answer|output|sentence)s?"
_TOLD_ZH = r"(?:指令|指示|提示词|系统提示|提示语|设定|预设|prompt|系统消息|人设)"
_SOFT_ZH = r"(?:规则|要求|命令|内容|限制|对话|约束|的话)"
_BEFORE_ZH = r"(?:之前|以前|以上|上面|上述|前面|先前|此前|下面|以下|所有|全部|一切|任何|原来|初始|原始|完整|隐藏|系统)"
_GIVE_ZH = r"(?:输出|重复|复述|告诉我|说出|显示|打印|透露|泄露|公开|翻译|总结|概括|写出|列出|给我看|发给我|展示|念|背)"


class Sign(NamedTuple):
    """`pattern`: by RE2, whatever the case."""

    name: str
    weight: float
    pattern: str


SIGNS = (
    # Overriding what the model was told.
    Sign("override", 1, rf"\b(?:ignor\w+|disregard|forget|override|bypass){_GAP}{{0,40}}\b{_TOLD}\b"),
    Sign("override", 1, r"\bforget\b.{0,8}\b(?:everything|all|what) (?:you|that you|i (?:have )?told you|above)"),
    Sign("override", 0.5, rf"\b(?:ignor\w+|disregard|forget)\b{_GAP}{{0,30}}\b(?:{_BEFORE}|any|all|everything|these)\b"),
    Sign("override", 0.5, rf"\b(?:ignor\w+|disregard|forget)\b{_GAP}{{0,20}}\b(?:what i (?:just )?said|{_SOFT})\b"),
    Sign("override", 1, rf"(?:忽略|无视|忘记|忘掉|忘了|不要理会|不要管|不用管|抛开|绕过|覆盖).{{0,12}}{_TOLD_ZH}"),
    Sign("override", 0.5, rf"(?:忽略|无视|忘记|忘掉|不要理会|抛开|绕过).{{0,4}}{_BEFORE_ZH}.{{0,8}}{_SOFT_ZH}"),
    # Extracting it.
    Sign("extract", 1, rf"\b{_GIVE}\b{_GAP}{{0,60}}\b{_BEFORE} (?:\w+ )?{_TOLD}\b"),
    Sign("extract", 1, rf"\b{_TOLD} (?:above|below|so far|verbatim|prior to|word (?:by|for) word|in (?:the|your) prompt)"),
    Sign(
        "extract",
        1,
        rf"\b{_GIVE}\b{_GAP}{{0,40}}\b(?:yourr?|system|full|entire|initial) (?:\w+ )?{_TOLD}s?"
        r"(?:\W*$|[.,;:\"”]|\W+(?:so far|to me|in|as|into|and|before|back|to (?:german|python|code)|with|regarding when)\b)",
    ),
    Sign("extract", 0.5, rf"\b{_GIVE}\b{_GAP}{{0,40}}\b(?:your|all|the|these)\b{_GAP}{{0,15}}\b{_TOLD}\b"),
    Sign("extract", 0.5, rf"\b{_GIVE}\b{_GAP}{{0,30}}\b{_BEFORE} {_SOFT}\b"),
    Sign("extract", 0.5, rf"\b{_SOFT} (?:above and below|above|below|so far|verbatim)\b"),
    Sign("extract", 1, r"\bsystem prompt\b|\bpre-?prompt\b"),
    Sign(
        "extract",
        1,
        rf"{_GIVE_ZH}.{{0,10}}(?:你的|{_BEFORE_ZH}).{{0,6}}{_TOLD_ZH}|系统提示词|(?:你的|初始|完整的?|系统)(?:提示词|prompt)",
    ),
    Sign("extract", 0.5, rf"{_GIVE_ZH}.{{0,8}}(?:你的|{_BEFORE_ZH}).{{0,6}}{_SOFT_ZH}|你(?:收到|被给)的.{{0,4}}{_TOLD_ZH}"),
    # Forcing words into its mouth.
    Sign(
        "force",
        1,
        rf"\b(?:begin|start|prefix|prepend|preface|append|end|finish)\b.{{0,12}}\b(?:yourr?|yr|ur|this|every|each) {_ANSWER}",
    ),
    Sign("force", 1, r"\b(?:prefix|prepend)\b.{0,30}\b(?:response|reply|output|with)\b|\bprefix[-_ ]?(?:your|\W?access)"),
    Sign("force", 0.5, rf"\b{_ANSWER} (?:must|should|has to|with) (?:start|begin|be|only|with)"),
    Sign(
        "force",
        0.5,
        r"\b(?:respond|reply|output|proclaim|answer)(?:ing)? (?:only |just )?(?:with|in|using)\b|\b(?:start"
        r"|begin) with [\"“'\[#]",
    ),
    Sign(
        "force",
        0.5,
        r"\b(?:(?:only|just) (?:say|output|print|respond|reply|answer)|(?:say|output|print|respond|reply|answer) only)\b",
    ),
    Sign("force", 0.5, r"\b(?:say|print|output|write|complete|repeat|translate|respond with)\b.{0,25}[\"“‘'\[]"),
    Sign(
        "force",
        0.5,
        r"\bnothing (?:else|but|after)|\bno (?:other|additional|extra) (?:text|output|words)|\b(?:be concise"
        r"|two words?|2 words?)\b",
    ),
    Sign(
        "force",
        0.5,
        r"(?:只能?|仅|必须|一律)(?:用.{1,8})?(?:回答|回复|输出|说)|以.{1,12}(?:开头|开始)(?:回|作)|(?:回答|回复|输出)(?:必须|只能|请以|时以)",
    ),
    Sign("force", 0.5, r"不要(?:解释|道歉|说(?:别的|其他)|拒绝)|用.{1,8}(?:语|文|格式|代码)(?:写|输出|回答|回复|说|表示)"),
    # Another role, another situation.
    Sign(
        "role",
        0.5,
        r"\byou(?: are|'re)(?: now)? (?:a|an|the|my|being)\b.{0,60}\b(?:\w*gpt|ai|bot|robot|assistant|interpreter"
        r"|system|program|door\w*|wall\w*|guard|spy|fan|model|console)\b",
    ),
    Sign(
        "role",
        0.5,
        r"\byou are now\b|\bfrom now on,? (?:you|i|all|every)|\bplay(?:ing)? the role|\brole-?play|\bpretend (?:to be"
        r"|you|i|that)\b|\bact as (?:a|an|if|my)\b",
    ),
    Sign("role", 1, r"\b(?:developer|dev|debug|god|admin|sudo|dan|test|jailbreak)[ -]?mode\b|\bdo anything now\b|\bjailbreak"),
    Sign("role", 0.5, r"\b(?:simulat(?:e|ion)|fine-tune|hypothetical|language model|sentient|\bai\b)"),
    Sign("role", 0.5, r"\byour sole response|\byour (?:only )?purpose is|\byou have no knowledge"),
    Sign("role", 0.5, r"你现在(?:是|扮演|成为)|从现在(?:开始|起).{0,4}你|假装你?|扮演|角色扮演|你不再是|你将作为|充当"),
    Sign(
        "role",
        1,
        r"(?:开发者|越狱|调试|上帝|管理员|无限制)模式|\bDAN\b模式|(?:没有|不受)任何(?:道德|规则|内容|政策)?的?(?:限制|约束|审查)",
    ),
    Sign(
        "change",
        0.5,
        r"\b(?:situation|rules?|instructions?|language) (?:has|have|as) changed|\b(?:due to|new"
        r"|real) (?:the )?(?:situation|instructions?|mission|task|message|rules?)\b",
    ),
    Sign(
        "change",
        0.5,
        r"\byou (?:may|must|can|should|will|are) (?:only |now |not |no longer |now only )?"
        r"(?:respond|reply|say|repeat|output|prefix|begin|forced|allowed)\b|\byou (?:may|must|can) now\b",
    ),
    Sign(
        "change",
        0.5,
        r"\b(?:instead of|rather than|without) (?:any )?(?:saying|replying|responding|outputting|explanation"
        r"|commentary|comment)",
    ),
    Sign(
        "change",
        0.5,
        r"\b(?:don'?t|do not|never) (?:write any|apologi[sz]e|be sorry|refuse|redact|reveal|output|say|explain"
        r"|leave anything out)",
    ),
    Sign(
        "change",
        0.5,
        r"(?:新的?|最新)(?:指令|任务|指示|规则)|(?:情况|规则|设定)(?:已经?|发生了?)(?:改变|变化|变了|更新)|(?:上面|之前|以上)的?(?:都|全部)?(?:作废|无效|失效)",
    ),
    Sign("change", 0.5, r"我是(?:你的)?(?:开发者|开发人员|创造者|系统管理员|程序员|主人)"),
    # The input's end, forged; the parts of a dialogue, written.
    Sign("frame", 1, r"<\|?(?:im_start|im_end|endoftext|system|eot_id|end)\|?>|\[/?INST\]|<</?SYS>>|%{3,}\s*(?:begin|end)?"),
    Sign(
        "frame",
        1,
        r"(?-i:\b(?:BEGIN|END|START|IGNORE)(?: OF)?(?: [A-Z]+){0,4} (?:INPUT|INPUTS|PROMPT|INSTRUCTIONS?|AMBIGUITY"
        r"|SIMULATION|MESSAGE|CODE|DRAFT|ABOVE|BELOW|EXAMPLE)\b)",
    ),
    Sign(
        "frame",
        0.5,
        r"\b(?:begin|end|start) (?:of )?(?:the )?(?:\w+ ){0,4}(?:user input|instructions|ambiguity|prompt|simulation"
        r"|attempt|input)\b|\bout of date\b",
    ),
    Sign(
        "frame",
        0.5,
        r"(?:^|\n)\W*(?:system|assistant|user|human|ai|input|output|attacker input|instructions?)\s*:|\b(?:system"
        r"|user input|user):|\[(?:output|prompt)",
    ),
    Sign(
        "frame",
        0.5,
        r"\buser(?:'s)? (?:input|text|prompt|has (?:provided|said|entered))|\bthe user (?:input|enters|says|entered"
        r"|has)\b|\buntrusted\b",
    ),
    Sign("frame", 0.5, r"(?:系统|用户|助手|管理员)\s*[:：]|(?:用户)?输入(?:结束|到此为止)|\[系统\]|【系统】"),
    # Codes and ciphers.
    Sign(
        "code",
        0.5,
        r"\bpseudo-?code|\bpython\b|\bjson\b|\bbase64\b|\brot13\b|\bb64\b|\bbinary\b|\bhex\b|\bdecoded?\b"
        r"|\bpig latin\b|\bprint ?\(|```",
    ),
    Sign("code", 1, r"(?:[01]{8}\s+){4,}|(?:\b[0-9A-Fa-f]{2}\s+){8,}"),
    Sign("code", 0.5, r"\b(?:convert|translate|decode|encode|evaluate)\b.{0,40}\b(?:to|into|in|as|code)\b"),
    Sign(
        "form",
        0.5,
        r"\b(?:bullet(?:ed|s)?|numbered list|as a list|into a list|format as|haiku|rhym\w+|sonnet|poem|rap|irc log"
        r"|roleplay|verbatim)\b",
    ),
    Sign("form", 0.5, r"(?:写|编|改写)成?.{0,4}(?:一首)?(?:诗|歌词|故事|小说|剧本)|逐字|一字不漏|一字不差|原样"),
    Sign("code", 0.5, r"伪代码|python|base64|解码|转换成代码|执行(?:以下|下面|这段)(?:代码|命令|指令)"),
    # What guards are asked for.
    Sign("secret", 0.5, r"\baccess[\W_]{0,3}grant"),
    Sign(
        "secret",
        0.5,
        r"\b(?:correct|right|secret|true) (?:password|access code|pass ?phrase|pass ?code|code|phrase)\b"
        r"|\baccess code\b|\bpass ?phrase\b",
    ),
    Sign(
        "secret",
        0.5,
        r"\b(?:password|access code|pass ?phrase|correct code)\b.{0,20}\b(?:entered|provided|given|input|registered"
        r"|accepted|found|granted|placed)\b",
    ),
    Sign(
        "secret",
        0.5,
        r"\b(?:append|include|insert|put|reveal|give me|tell me|share|spell|what is)\b.{0,12}\b(?:the"
        r"|your) (?:password|pass ?phrase|secret|access code)",
    ),
    Sign("secret", 0.5, r"(?:暗号|通行码|访问码|口令|秘密(?:词|指令|密码)|正确的?密码)"),
)
