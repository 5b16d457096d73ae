"""Sections: nothing lost, nothing too long, offsets that lead back."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.knowledge import chunking

LINES = st.lists(
    st.one_of(
        st.sampled_from(["# A", "## B", "### C c", "```", "~~~", "", "| a | b |", "- item", "#no heading", "    # code"]),
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


@settings(max_examples=200)
@given(LINES)
def test_whatever_is_written(lines: list[str]) -> None:
    body = "\n".join(lines)
    sections = chunking.cut(body)
    covered = set[int]()
    for section in sections:
        assert body[section.start : section.end] == section.text
        assert section.text.strip() == section.text != ""
        assert chunking.estimate(section.text) <= chunking.MOST_TOKENS * 1.25
        covered |= set(range(section.start, section.end))
    left = "".join(char for place, char in enumerate(body) if place not in covered and not char.isspace())
    headings = "".join(line for line in body.splitlines() if line.lstrip().startswith("#"))
    assert set(left) <= set(headings)
