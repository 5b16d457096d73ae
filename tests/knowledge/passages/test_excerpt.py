"""The part of a passage that is said: the rows that are asked about, below the heading that gives them their sense."""

import pytest

from apps.knowledge.passages import excerpt

RENTALS = """Rent by the weekend.

| Gear | Weekend | Extra day |
|---|---|---|
| Two-person tent | $25 | $8 |
| Four-person tent | $35 | $11 |
| Sleeping bag | $20 | $6 |
| Pack | $18 | $6 |

Reserve 3 days ahead."""


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("how much is a sleeping bag", ["| Sleeping bag | $20 | $6 |"]),
        ("what do the tents cost", ["| Two-person tent | $25 | $8 |", "| Four-person tent | $35 | $11 |"]),
        ("what gear do you rent", RENTALS.splitlines()[4:8]),
        ("is it cheap", RENTALS.splitlines()[4:8]),
    ],
)
def test_of_a_table_the_rows_that_are_asked_about_are_said_below_its_head(question: str, rows: list[str]) -> None:
    said = excerpt.of(question, "", RENTALS)
    assert said.splitlines() == [*RENTALS.splitlines()[:4], *rows, "", "Reserve 3 days ahead."]


def test_a_row_in_chinese_is_found_by_its_words() -> None:
    table = "| 品类 | 整机 |\n|---|---|\n| 手机 | 1 年 |\n| 冰箱 | 3 年 |\n| 电视 | 2 年 |"
    assert excerpt.of("冰箱保几年", "", table) == "| 品类 | 整机 |\n|---|---|\n| 冰箱 | 3 年 |\n"


def test_a_section_is_said_with_its_last_heading_and_prose_stays_whole() -> None:
    assert (
        excerpt.of("worn soles", "Warranty › Not covered", "- Worn soles\n- Fire") == "**Not covered**\n\n- Worn soles\n- Fire"
    )
    assert excerpt.of("anything", "", "First. Second.") == "First. Second."


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"reserv"}, "Reserve 3 days ahead."),
        ({"pack"}, "| Gear | Weekend | Extra day |\n|---|---|---|\n| Pack | $18 | $6 |"),
        ({"tent"}, ""),
        ({"canoe"}, ""),
    ],
)
def test_the_one_sentence_or_row_is_told_that_holds_the_words(asked: set[str], part: str) -> None:
    assert excerpt.part(asked, RENTALS) == part


def test_no_part_is_told_of_a_single_sentence_and_numbers_end_none() -> None:
    assert excerpt.part({"pack"}, "A pack costs $18.") == ""
    assert excerpt.part({"云南", "新疆"}, "江浙 1 天到。新疆 2.5 天到；云南 3 天到。") == "新疆 2.5 天到；云南 3 天到。"


def test_a_question_in_traditional_characters_picks_the_same_row() -> None:
    table = "| 商品 | 保修 |\n|---|---|\n| 电视机 | 3 年 |\n| 冰箱 | 1 年 |\n| 手机 | 2 年 |"
    assert excerpt.of("電視機保修多久", "", table) == excerpt.of("电视机保修多久", "", table) != table
    assert excerpt.part({"电视机"}, "電視機保修三年。手機保修兩年。") == "電視機保修三年。"
