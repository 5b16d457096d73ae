"""YAML as flows are written in it: what values are, what is refused, and where it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.flows.definition import loading, reading
from tests.flows.definition.texts import RETURN


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("1:30", "1:30"), ("010", "010"), ("0", 0), ("-7", -7), ("20261105", 20261105), ("2026-11-05", "2026-11-05"),
        ("1_000", "1_000"), ("0x1F", "0x1F"), ("1.50", 1.5), ("1e3", 1000.0), ("1e999", "1e999"), (".inf", ".inf"),
        ("123456789012345678901234567890", "123456789012345678901234567890"), ("'5'", "5"), ('"a\\n"', "a\n"), ("退货", "退货"),
        ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_only_numbers_true_false_and_null_are_more_than_texts(written: str, value: object) -> None:
    read = reading.read(f"key: {written}")
    assert read.problems == ()
    assert read.data == {"key": value}
    assert type(read.data["key"]) is type(value)


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert reading.read("1: a\nno: b\nnull: c\n退货: d").data == {"1": "a", "no": "b", "null": "c", "退货": "d"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3", "3:1: The key “a” is given twice."),
        ("a: &x 1", "1:4: Anchors (&x) can't be used."),
        ("a: 1\nb: *x", "2:4: Aliases (*x) can't be used: write the part again."),
        ("a: !!python/name:os.system x", "1:4: Tags (!!python/name:os.system) can't be used."),
        ("a: 1\n---\nb: 2", "2:1: A second document begins here: a file holds one flow."),
        ("%YAML 1.1\n---\na: 1", "1:1: A line that begins with a percent sign can't be used here."),
        ("a: b: c", "1:5: A key can't begin here. A text with a colon in it needs quotes around it."),
        ("a:\n\t- x", "2:1: A tab stands here: indent by spaces."),
        ("a: @x", "1:4: A text that begins with “@” needs quotes around it."),
        ("a: [1, 2", "1:4: The list that begins here is not closed: a comma or ] is missing."),
        ("a: {b: 2", "1:4: The mapping that begins here is not closed: a comma or } is missing."),
        ("a: 'x", "1:4: The quote that begins here is not closed."),
        ("a: {{ slot }}", "1:4: A text that begins with braces needs quotes around it."),
        ("- a\nb: 1", "2:1: This does not stand under the list above it: check how far it is indented."),
        ("a:\n  b: 1\n c: 2", "3:2: This does not fit what stands above it: check how far it is indented, and its quotes."),
        ("? [a]\n: b", "1:3: A key has to be a text."),
        ('a: "\\q"', "1:5: Such a backslash is not known: write the text in single quotes, or the backslash twice."),
        ("", "1:1: The flow is empty: it needs `states`."),
        ("a: \x07", "1:4: A character that can't be printed stands here (U+0007)."),
        ("a: 1\nb: \ud800", "2:4: A character that can't be printed stands here (U+D800)."),
        ("[" * 30, "1:26: This is nested too deeply."),
        ("[" + "1," * 30_000 + "]", "1:50002: The flow has too many parts: it ends here."),
        ("a: " + "x" * 300_000, "1:1: A flow may have 256 KB at most."),
    ],
)
def test_what_would_surprise_is_refused_where_it_stands(text: str, told: str) -> None:
    read = reading.read(text)
    assert read.data is None
    assert str(read.problems[0]) == told


def test_columns_count_characters_and_lines_are_those_of_an_editor() -> None:
    assert str(reading.read("a: '😀' b").problems[0]).startswith("1:8:")
    assert str(reading.read("a: x\u2028y\r\nb: @").problems[0]).startswith("2:4:")
    assert str(reading.read("a: [\n").problems[0]).startswith("2:1:")
    assert reading.read("\ufeffa: 1").data == {"a": 1}


def test_a_place_within_a_text_is_found_however_the_text_is_written() -> None:
    texts = ("plain: ab cd", "single: 'ab cd'", 'double: "ab cd"', "block: |\n  ab\n  xx cd")
    for text, place in zip(texts, [(1, 11), (1, 13), (1, 13), (3, 6)], strict=True):
        read = reading.read(text)
        key, value = next(iter(read.data.items()))
        assert read.problem((key,), "", at=value.index("cd")).place == place


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert reading.read(bomb).problems


LINES = st.lists(
    st.sampled_from([*RETURN.splitlines(), "  - a: [", "\t", "x: &a *b", "'", "{{ x }}", "? ", "- |", "states:", "slots:"])
)


@given(st.text(max_size=200) | LINES.map("\n".join))
def test_any_text_gives_a_flow_or_problems(text: str) -> None:
    loaded = loading.load(text)
    lines = text.removeprefix("\ufeff").count("\n") + text.count("\r") + 1
    assert loaded.definition or loaded.problems
    for problem in loaded.problems:
        assert 1 <= problem.line <= lines + 1
        assert problem.column >= 1
        assert problem.sentence


@given(st.integers(0, len(RETURN)), st.integers(0, len(RETURN)), st.text(alphabet="{}[]:-'\"|>&*!%#?,\n\t @`x1", max_size=6))
def test_a_flow_with_a_part_torn_out_gives_problems_and_no_exception(start: int, end: int, other: str) -> None:
    assert loading.load(RETURN[:start] + other + RETURN[end:]).problems
