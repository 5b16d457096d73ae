"""A tenant's own code as a rule: it finds in whole sentences, and what it does wrong passes or blocks, as its rule says."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.filters import checking
from apps.filters.kinds.wasm import STEPS, Wasm
from apps.filters.models import Module
from apps.filters.models.modules import Immutable
from apps.filters.rule import Action, Direction, Rule, Where
from apps.filters.sandbox.engine import FUEL
from apps.filters.screening.screen import Screen
from apps.filters.screening.stream import Stream
from apps.filters.screening.veil import Veil
from apps.tenants import context
from apps.tenants.refusal import Refusal
from tests.cast import Cast
from tests.conftest import ROOT
from tests.filters.sandbox import wat

BOT, MODEL = Where(Direction.FROM_BOT), Where(Direction.TO_MODEL)
LOOPS = wat.only_with("x", wat.LOOP)


def rule(content: bytes, action: Action = Action.MASK, on_fault: str = "pass") -> Rule:
    settings = {"module": Module.keep(content, "test.wasm").digest, "on_fault": on_fault}
    return Rule("1", "own", "wasm", settings, frozenset(Direction), action, "Sorry.")


def test_the_code_finds_in_each_sentence(acme: Cast) -> None:
    text = "您的卡号是62220212。密码 12345 和 123！Card 4111?"
    screened = Screen([rule(wat.DIGITS)]).screened(text, BOT)
    assert [text[hit.span.start : hit.span.end] for hit in screened.hits] == ["62220212", "12345", "4111"]
    assert screened.text == "您的卡号是********。密码 ***** 和 123！Card ****?"


def test_a_sentence_that_breaks_the_code_passes_or_blocks(acme: Cast) -> None:
    text = "Card 4111! xyz 1234. Card 5111."
    passed = Screen([rule(LOOPS)]).screened(text, BOT)
    assert passed.text == "Card ****! xyz 1234. Card ****."
    (fault,) = [hit for hit in passed.hits if hit.span.is_fault]
    assert (fault.rule.action, text[fault.span.start : fault.span.end], fault.span.what) == (
        Action.LOG,
        "xyz 1234.",
        "fault_time",
    )
    assert fault.span.why
    blocked = Screen([rule(LOOPS, on_fault="block")]).screened(text, BOT)
    assert (blocked.text, blocked.action) == ("Sorry.", Action.BLOCK)
    handed = Screen([rule(LOOPS, Action.HAND_OVER, "block")]).screened("xyz", BOT)
    assert handed.action == Action.HAND_OVER
    assert Screen([rule(LOOPS, on_fault="block")]).screened("All is well.", BOT).hits == ()


def test_a_model_never_reads_a_sentence_that_broke_the_code(acme: Cast) -> None:
    covered, _screened = Veil(Screen([rule(LOOPS, on_fault="block")]), MODEL).cover("Card 4111. x marks it.")
    assert covered == "Card [HIDDEN A]. [HIDDEN B]"


def test_steps_are_bounded_over_a_whole_text(acme: Cast) -> None:
    text = "x.\n" * 700
    most = STEPS // FUEL
    passed = Screen([rule(LOOPS)]).screened(text, BOT)
    assert len(passed.hits) == most + 1
    assert "used up" in passed.hits[-1].span.why
    reached: list[str] = []
    for number in range(700):
        reached.append(f"x{number}.\n")  # each another sentence, so that none is known from before
    blocked = Screen([rule(LOOPS, on_fault="block")]).screened("".join(reached), MODEL)
    assert len(blocked.hits) == 700, "what nobody looked at does not pass either"


TEXTS = st.lists(st.sampled_from(["1234", "x", "xyz 12345", "账户", "。", ". ", "\n", "12", "!", " "]), max_size=14).map(
    "".join
)


@pytest.mark.parametrize("on_fault", ["pass", "block"])
def test_in_pieces_as_in_one(acme: Cast, on_fault: str) -> None:
    screen = Screen([rule(LOOPS, on_fault=on_fault)])

    @given(TEXTS, st.lists(st.integers(0, 40), max_size=8))
    def holds(text: str, cuts: list[int]) -> None:
        stream = Stream(screen, BOT)
        for start, end in itertools.pairwise(sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})):
            stream.feed(text[start:end])
        stream.finish()
        whole = screen.screened(text, BOT)
        assert stream.screened == whole
        assert whole.ended or stream.text == whole.text

    holds()


def test_another_tenants_module_is_nothing_here(cast: Cast) -> None:
    with context.inside(cast.globex):
        theirs = rule(wat.DIGITS)
        assert Screen([theirs]).screened("4111", BOT).text == "****"
    with context.inside(cast.acme):
        assert not Module.objects.exists()
        (hit,) = Screen([theirs]).screened("4111", BOT).hits
        assert (hit.span.what, hit.span.why) == ("fault_trap", "The module is not here.")


def test_code_that_breaks_at_an_example_is_told(acme: Cast) -> None:
    assert checking.failures(rule(LOOPS), ["Card 4111"], ["Card"]) == []
    (told,) = checking.failures(rule(LOOPS), ["x 4111"], ["Card"])
    assert told.startswith("Its code was cut off at “x 4111”: ")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "Choose the file of a module."),
        ({"module": "../etc/passwd"}, "Choose the file of a module."),
        ({"module": "a" * 64, "on_fault": "explode"}, "Choose what becomes of a message"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings: dict[str, str], told: str) -> None:
    with pytest.raises(Refusal, match=told):
        Wasm().check(settings)


def test_words_are_needed_where_a_fault_blocks(acme: Cast) -> None:
    silent = Rule("1", "own", "wasm", {"module": "a" * 64, "on_fault": "block"}, frozenset([Direction.FROM_BOT]), Action.FLAG)
    assert checking.problems(silent) == ["Say which words are used instead."]


def test_a_module_never_changes(acme: Cast) -> None:
    kept = Module.keep(wat.DIGITS, "digits.wasm")
    assert (Module.keep(wat.DIGITS, "other.wasm").name, kept.size) == ("digits.wasm", len(wat.DIGITS))
    with pytest.raises(Immutable):
        kept.save()


def test_the_example_of_the_documentation_is_the_one_that_is_tested() -> None:
    assert wat.EXAMPLE in (ROOT / "docs" / "wasm-filters.md").read_text()


def test_a_process_that_runs_no_code_holds_no_engine() -> None:
    """As the web does: all its pages, the filters' form among them."""
    script = "import sys, config.asgi, config.urls_tenant; print('wasmtime' in sys.modules)"
    told = subprocess.run((sys.executable, "-c", script), cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.strip() == "False", told.stderr
