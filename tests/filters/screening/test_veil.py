"""A model reads names in the place of personal things, and what it writes has the things again."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from apps.filters.rule import Action, Direction, Rule, Where
from apps.filters.screening.screen import Screen
from apps.filters.screening.veil import Veil

TO_MODEL = Where(Direction.TO_MODEL)
RULE = Rule("1", "numbers", "personal", {"data": ["mobile", "mail"]}, frozenset([Direction.TO_MODEL]), Action.MASK)
SCREEN = Screen([RULE])
SAID = "我是13800138000，不是13900139000，再说一次13800138000，a@example.com"
COVERED = "我是[MOBILE A]，不是[MOBILE B]，再说一次[MOBILE A]，[MAIL C]"


def test_the_same_thing_has_the_same_name() -> None:
    veil = Veil(SCREEN, TO_MODEL)
    covered, screened = veil.cover(SAID)
    assert covered == COVERED
    assert screened
    assert len(screened.hits) == 4
    assert veil.lift(covered) == SAID
    assert veil.cover("13900139000")[0] == "[MOBILE B]"


@given(st.lists(st.integers(0, len(COVERED)), max_size=10))
def test_it_lifts_itself_from_pieces_as_from_the_whole(cuts: list[int]) -> None:
    veil = Veil(SCREEN, TO_MODEL)
    veil.cover(SAID)
    places = [0, *sorted(cuts), len(COVERED)]
    pieces = [veil.feed(COVERED[start:end]) for start, end in itertools.pairwise(places)]
    assert "".join([*pieces, veil.finish()]) == SAID


def test_without_rules_nothing_is_covered() -> None:
    assert Veil(None, TO_MODEL).cover(SAID) == (SAID, None)
    assert Veil(SCREEN, Where(Direction.FROM_BOT)).cover(SAID) == (SAID, None)


def test_many_things_have_names_without_figures() -> None:
    veil = Veil(SCREEN, TO_MODEL)
    covered, _screened = veil.cover("，".join(f"138{number:08}" for number in range(30)))
    assert "[MOBILE Z]，[MOBILE AA]" in covered
