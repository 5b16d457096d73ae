"""Texts of 10,000 characters that somebody might send to keep the machine busy: repeats, nests, one giant word, all scripts."""

import random
from collections.abc import Iterator

LONG = 10_000

_REPEATED = {
    # what wishes for a person are made of, in all orders
    "wish, actual": "get me " + "actual " * 1427,
    "wish, the": "get me " + "the " * 2400,
    "wish, over to": "connect me " + "over to " * 1200,
    "wish, a real": "have " + "a real " * 1400,
    "wish, swearing": "talk to " + "fing " * 1900,
    "wish, refused": "not " + "to talk the a " * 700,
    "wish, all words": "get me the actual real live human to talk with over please ",
    "wish, no end": "talk to ",
    "wish, lines": "get me actual\n",
    "slips": "humna agnet ",
    "wish, Spanish": "hablar con quiero que me ",
    "wish, German": "ich will mit einem mit ",
    "wish, Russian": "соедините меня с на ",
    "wish, mixed": "talk 一个 to ",
    "能不能": "能不能",
    "能不能, no wish": "能不能" * 3000 + "人工x",
    "不要": "不要" + "我你们用给让" * 1600,
    "机器人太": "机器人" + "太真" * 4900,
    "找你们的": "找" + "你们的一个" * 1900,
    "请能可以": "能不能请" * 2400 + "打",
    "给我": "给我",
    "转": "转",
    "人工": "人工",
    # words and scripts
    "one word": "a",
    "one mixed word": "aB9",
    "one Chinese run": "我想退货",
    "one character": "退",
    "many words": "a ",
    "Arabic": "اريد ",
    "Thai": "ต้องการ",
    "Hindi": "मुझे ",
    "Korean": "상담원 ",
    "Japanese": "オペレーター",
    "Japanese, half width": "ｵﾍﾟﾚｰﾀｰ",
    "Russian": "позовите ",
    "tatweel": "ـ",
    "eighteen in one": "ﷺ",
    "full width": "Ｅ－０４１７",
    "codes": "E-0417 ",
    "a code taken apart": "e 0 4 1 7 ",
    "one long code": "a1",
    "courtesies": "thx bye ",
    "ok": "ok ",
    "laughter": "哈",
    # what nobody sees, and what is seen alone
    "zero width": "a\u200b",
    "marks": "a" + "\u0301" * 9999,
    "marks on each": "e" + "\u0301" * 30,
    "joined emoji": "👨\u200d👩\u200d👧",
    "emoji": "😀",
    "flags": "🇨🇳",
    "spaces": " " * 4999 + "a" + " " * 5000,
    "tabs": "a" + "\t" * 9999,
    "lines": "a\n",
    # numbers
    "digits": "1",
    "numbers": "1,",
    "decimals": "1.",
    # markup
    "pipes": "|",
    "table": "| a | b |\n|---|---|\n",
    "rules": "-" * 9999 + "x",
    "half rules": "- " * 4999 + "x",
    "open brackets": "[",
    "nested brackets": "[" * 5000 + "]" * 5000,
    "links": "[a](b",
    "nested links": "[a](b(",
    "parentheses": "(",
    "stars": "*",
    "ticks": "`",
    "quotations": ">",
    "hashes": "#",
    "hash and blanks": "# a" + " \t" * 4998,
    "elements": "<b>" * 1500 + "</b>" * 1300,
    "sentences": "a. ",
    "sentences without an end": "a.",
    "dots": ".",
    "full stops": "。",
    "semicolons": ";",
    "apostrophes": "a'",
    "hyphens": "a-",
    "at signs": "a@",
    "a mailbox without an end": "a" * 9999 + "@",
    "addresses": "https://a.b/",
    "equals": "a=",
    "backslashes": "\\",
}


def texts() -> Iterator[tuple[str, str]]:
    for name, part in _REPEATED.items():
        yield name, (part * (LONG // len(part) + 1))[:LONG]
    dice = random.Random(5)  # noqa: S311
    ranges = [range(32, 127), range(0x4E00, 0x9FFF), range(0x600, 0x700), range(0x2000, 0x2070)]
    yield "anything", "".join(chr(dice.choice(dice.choice(ranges))) for _ in range(LONG))
    words = ("".join(dice.choices("abcdefghij", k=dice.randrange(2, 9))) for _ in range(LONG))
    yield "other words", " ".join(words)[:LONG]
