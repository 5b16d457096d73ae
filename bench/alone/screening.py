"""A large screen, made ready and held against messages over and over in a process that does nothing else.

`python -m bench.alone.screening TIMES` prints seconds as JSON: of making it ready, of each message (processor time), and of
RE2's own set over the same patterns alone."""

import itertools
import json
import random
import string
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import django

PATTERNS, WORDS, LETTERS = 200, 100_000, 500
HAN = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后"
SENTENCES = (
    "我上周在你们店里买的耳机到现在还没有收到，订单号是CF25071902，能不能帮我看看物流到哪里了？",
    "I ordered the boots on the 3rd and they are still on their way, can you tell me when they will be here? ",
    "转账失败怎么办，钱已经扣了但是页面显示没有成功，客服电话也打不通，我的手机是13800138000。",
)


def measured(times: int) -> dict[str, list[float]]:
    from apps.filters.personal.found import BY_NAME
    from apps.filters.rule import Action, Direction, Rule, Where
    from apps.filters.screening.screen import Screen

    dice = random.Random(1)  # noqa: S311
    everywhere = frozenset(Direction)
    patterns = [f"{_word(dice, 4)}[0-9]{{{dice.randint(2, 6)}}}(?:-{_word(dice, 2)})?" for _ in range(PATTERNS)]
    words = sorted({_word(dice, dice.randint(2, 8)) for _ in range(2 * WORDS)})[:WORDS]
    rules = [Rule(each, each, "regex", {"pattern": each}, everywhere, Action.MASK) for each in patterns]
    rules.append(Rule("words", "words", "words", {"words": words}, everywhere, Action.MASK))
    rules.append(Rule("data", "data", "personal", {"data": sorted(BY_NAME)}, everywhere, Action.MASK))
    rules.append(Rule("offence", "offence", "classifier", {}, everywhere, Action.FLAG))
    made = _timed(lambda: Screen(rules))
    screen = Screen(rules)
    where = Where(Direction.FROM_CUSTOMER)
    messages = [_message(dice) for _ in range(50)]
    for message in messages:  # RE2 makes its states as it meets them, and a turn has the vectors of what it searches for
        screen.screened(message, where)
    screened = [_timed(partial(screen.screened, message, where)) for message in _over(messages, times)]
    return {"made": [made], "screened": screened, "alone": _alone(patterns, messages, times)}


def _alone(patterns: list[str], messages: list[str], times: int) -> list[float]:
    import re2

    together = re2.Set.SearchSet(re2.Options())
    for pattern in patterns:
        together.Add(pattern)
    together.Compile()
    return [_timed(partial(together.Match, message.encode())) for message in _over(messages, times)]


def _over(messages: list[str], times: int) -> Iterator[str]:
    return itertools.islice(itertools.cycle(messages), times)


def _word(dice: random.Random, length: int) -> str:
    return "".join(dice.choice(HAN if length < 6 else string.ascii_lowercase) for _ in range(length))


def _message(dice: random.Random) -> str:
    said = "".join(dice.choice(SENTENCES) for _ in range(20))
    return said[:LETTERS]


def _timed(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measured(int(sys.argv[1]))))  # noqa: T201
