"""Sections: nothing lost, nothing too long, offsets that lead back."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.passages import chunking, grids

LINES = st.lists(
    st.one_of(
        st.sampled_from(["# A", "## B", "### C c", "```", "~~~", "", "| a | b |", "- item", "#no heading", "    # code"]),
        st.sampled_from(
            ["|---|---|", "a | b", "-|-", "| a<br>b | c\\|d |", "- | a | b |", "| " + "cell | " * 600, "|-" * 600 + "|"]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80),
        st.sampled_from(
            ["退货运费由谁承担？质量问题我们承担。" * 40, "A sentence that goes on. " * 200, "x" * 5000, "汉" * 3000]
        ),
    ),
    max_size=30,
)


def test_sections_carry_their_headings() -> None:
    body = "Intro.\n\n# Returns\n\nFree.\n\n## By mail\n\nPrint *the* [label](https://x.example).\n\n# Shipping\n\nFast.\n"
    sections = chunking.cut(body)
    assert [(section.heading, section.text) for section in sections] == [
        ("", "Intro."),
        ("Returns", "Free."),
        ("Returns › By mail", "Print *the* [label](https://x.example)."),
        ("Shipping", "Fast."),
    ]
    assert chunking.plain(sections[2].text) == "Print  the  label."


def test_headings_in_code_are_text() -> None:
    assert len(chunking.cut("```\n# not a heading\n```\n")) == 1


def test_long_texts_are_cut_at_sentences_and_overlap() -> None:
    for sentence in (
        "这是一句不长不短的中文句子，用来试验切分。",
        "This is a sentence of the usual length, to try the cutting. ",
    ):
        sections = chunking.cut(sentence * 200)
        assert len(sections) > 3
        for before, after in pairwise(sections):
            assert before.text.endswith(sentence.strip()[-1])
            assert before.start < after.start < before.end < after.end  # the overlap


@given(LINES)
def test_whatever_is_written(lines: list[str]) -> None:
    body = "\n".join(lines)
    sections = chunking.cut(body)
    covered = set[int]()
    for section in sections:
        assert section.text.strip() != ""
        if "|" not in body:
            assert body[section.start : section.end] == section.text.strip() == section.text
        assert chunking.estimate(section.text) <= chunking.MOST_TOKENS * 1.25
        covered |= set(range(section.start, section.end))
    left = "".join(char for place, char in enumerate(body) if place not in covered and not char.isspace())
    headings = "".join(line for line in body.splitlines() if line.lstrip().startswith("#"))
    assert set(left) <= set(headings) | (set("|:-") if "|" in body else set())


def test_a_wide_table_without_a_word_is_no_section() -> None:
    assert chunking.cut("\n".join(["|-" * 600 + "|", "|-" * 600])) == []
    assert [section.text for section in chunking.cut("One.\n\n" + "\n".join(["|-" * 600 + "|", "|-" * 600]))] == ["One."]


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("|")]


@pytest.mark.parametrize("margin", ["", "  "])
def test_each_piece_of_a_long_table_has_its_header(margin: str) -> None:
    header = ["| Model | Weight | Note |", "|:---|---|---|"]
    told = [f"| Trek {n} | {n}.5 kg | Light. Strong!<br>Dry; a\\|b |" for n in range(200)]
    listed = [f"{margin}{line}" for line in (*header, *told)]
    body = "\n".join(["- Our models:" if margin else "Our models:", "", *listed, "", "Ask us. We know more."])
    sections = chunking.cut(body)
    assert len(sections) > 4
    found: list[str] = []
    for section in sections:
        lines = [line.strip() for line in rows(section.text)]
        assert lines[:2] == header
        assert all(line.count("|") - line.count("\\|") == 4 for line in lines), "no row is cut within"
        assert chunking.estimate(section.text) <= chunking.MOST_TOKENS * 1.1
        found += lines[2:]
    assert found == told, "each row once, in order"
    assert sections[-1].text.endswith("We know more.")


def test_a_table_too_wide_is_told_cell_by_cell_with_its_columns() -> None:
    columns = [f"Feature number {n}" for n in range(60)]
    lines = [columns, ["---"] * 60, *([f"Model {r}", *(f"value {r}.{n}" for n in range(1, 60))] for r in range(6))]
    sections = chunking.cut("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
    whole = "\n".join(section.text for section in sections)
    assert "|" not in whole
    for r in range(6):
        for n in range(1, 60):
            assert f"Feature number {n}: value {r}.{n}\n" in whole + "\n"
            holds = next(section.text for section in sections if f": value {r}.{n}\n" in section.text + "\n")
            assert f"Feature number 0: Model {r}\n" in holds, "which model it is, stands above"


def test_a_column_that_no_row_of_a_wide_table_fills_is_told() -> None:
    names = [f"Size number {n}" for n in range(300)]
    header = f"| {' | '.join(names)} |\n|---|---|\n"
    for body, expected in ((header, names), (header + "| Trek | 2 kg | |", names[2:])):
        sections = chunking.cut(body)
        told = [line for section in sections for line in section.text.splitlines()]
        assert [line for line in told if line in names] == expected
        assert not [section for section in sections if chunking.estimate(section.text) > chunking.MOST_TOKENS * 1.1]


def test_a_long_table_without_a_header_shows_no_pipes() -> None:
    sections = chunking.cut("\n".join(f"| Trek {n} | {n}.5 kg<br>dry |" for n in range(300)))
    assert len(sections) > 3
    assert not [section for section in sections if "|" in section.text or "<br" in section.text]
    assert "Trek 299 – 299.5 kg dry" in sections[-1].text


def test_a_long_cell_is_cut_and_named() -> None:
    sections = chunking.cut(
        "| Topic | Rule |\n|---|---|\n| Returns | " + "It is so and no other way. " * 200 + "|\n| Other | No |"
    )
    assert len(sections) > 3
    assert all("Topic: Returns" in section.text for section in sections[:-1])
    assert "|" not in "".join(section.text for section in sections)


def test_a_short_table_and_pipes_in_prose_stay_as_written() -> None:
    for body in ("| a | b |\n|---|---|\n| 1 | 2 |", "Press a | b to go on.", "```\n| a | b |\n| c | d |\n```"):
        assert [section.text for section in chunking.cut(body)] == [body]


def test_what_is_indexed_of_a_table_is_its_words() -> None:
    words = chunking.plain("| Model | Weight |\n| - | :-: |\n| Trek<br>60 | 1.6\\|1.7 kg |").split()
    assert words == ["Model", "Weight", "Trek", "60", "1.6", "1.7", "kg"]


def test_the_time_follows_a_texts_length_whatever_stands_in_it() -> None:
    """If the time grew with the length's square or cube, any of these would take minutes of a worker that all tenants share."""
    gap = " " * 100_000
    texts = [f"# a{gap}x", f"# {gap}x", "# " + "#" * 100_000 + "x", f"# a{'# ' * 50_000}x", f"|a|\n|-|\n|{gap}x|"]
    texts += [f"|a|\n|-|\n|x{gap}<b|", f"|a|\n|{gap}:-{gap}:{gap}x", f"|a|\n- |-{gap}|{gap}x", f"- {gap}|a|\n"]
    for text in texts:
        began = time.thread_time()
        chunking.cut(text)
        assert time.thread_time() - began < 3, text[:20]


@pytest.mark.parametrize(
    ("line", "heading"),
    [("# Returns", "Returns"), ("##  Two  words ##  ", "Two  words"), ("# C#", "C"), ("# a # b", "a # b"), ("# # #", "#")],
)
def test_a_heading_is_what_its_signs_enclose(line: str, heading: str) -> None:
    assert [section.heading for section in chunking.cut(f"{line}\ntext")] == [heading]


def test_a_cell_that_is_a_sign_alone_is_a_cell() -> None:
    assert grids.cells("- | a | - | b |") == ["a", "-", "b"]
