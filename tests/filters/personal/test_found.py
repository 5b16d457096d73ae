"""Personal data is found by how it is made; what only looks like it is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.filters.kinds.personal import Personal
from apps.filters.personal.cards import is_luhn
from apps.filters.personal.found import BY_NAME, Found
from apps.tenants.refusal import Refusal

FOUND = Found(BY_NAME)


@pytest.mark.parametrize(
    ("text", "what", "written"),
    [
        ("我的身份证是11010519491231002X，谢谢", "identity_card", "11010519491231002X"),
        ("身份证：110105 19491231 002x", "identity_card", "110105 19491231 002x"),
        ("１１０１０５１９４９１２３１００２Ｘ", "identity_card", "１１０１０５１９４９１２３１００２Ｘ"),
        ("身份证号 110105491231002", "identity_card", "110105491231002"),
        ("打我电话13800138000吧", "mobile", "13800138000"),
        ("+86 138-0013-8000", "mobile", "+86 138-0013-8000"),
        ("021-62345678", "landline", "021-62345678"),
        ("卡号 6222 0212 3456 7894", "card", "6222 0212 3456 7894"),
        ("my card 4111-1111-1111-1111 was charged", "card", "4111-1111-1111-1111"),
        ("the last transaction of my card 4111111111111111", "card", "4111111111111111"),
        ("车牌沪A12345", "plate", "沪A12345"),
        ("粤B·D12345 停在门口", "plate", "粤B·D12345"),
        ("护照号 E12345678", "passport", "E12345678"),
        ("write to jo.doe+x@mail.example.co.uk.", "mail", "jo.doe+x@mail.example.co.uk"),
        ("邮箱：a_b@example.com。", "mail", "a_b@example.com"),
        ("from 192.168.10.7", "net_address", "192.168.10.7"),
        ("at 2001:db8::ff00:42:8329 today", "net_address", "2001:db8::ff00:42:8329"),
        ("IBAN DE89 3704 0044 0532 0130 00", "iban", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "iban", "GB82WEST12345698765432"),
        ("My SSN is 460-89-9847", "social_security", "460-89-9847"),
        ("ssn 460899847", "social_security", "460899847"),
        ("NI number AB 12 34 56 C", "national_insurance", "AB 12 34 56 C"),
        ("call me at 415-555-2671", "phone", "415-555-2671"),
        ("(415) 555-2671 please", "phone", "(415) 555-2671"),
        ("+44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("call me 7021645199", "phone", "7021645199"),
    ],
)
def test_what_is_somebodys_own_is_found(text: str, what: str, written: str) -> None:
    assert [(span.what, text[span.start : span.end]) for span in FOUND.find(text)] == [(what, written)]


@pytest.mark.parametrize(
    "text",
    [
        "订单号 13800138000 什么时候到",
        "我的订单CF25071902还没到",
        "快递单号 SF1234567890123",
        "运单号：6222021234567894",
        "订单 4111111111111111",
        "order number 4111 1111 1111 1111",
        "order 4155552671",
        "tracking 9400 1000 0000 0000 0000 00",
        "身份证11010519491231002Y",
        "110105194912310021",  # the check is wrong
        "11010519990231002X",  # no such day
        "6222021234567890",  # the check is wrong
        "2026-11-30 12:30:15",
        "30.11.2026 bis 15.12.2026",
        "version 1.2.3.4",
        "固件版本 10.2.0.1",
        "999.1.1.1",
        "转账失败怎么办",
        "the 2001:2002 ratio",
        "价格 1299 元，共 3 件",
        "SSN 000-12-3456",
        "W-8013800138000",
        "6222-0263-0025-7392-727",  # a card's, with a wrong check
        "1380013800012345",
        "E12345678",
        "DE89 3704 0044 0532 0130 01",
        "123456789",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert FOUND.find(text) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "1",
                "3",
                "8",
                "00",
                "13800138000",
                " ",
                "-",
                "4111111111111111",
                "11010519491231002X",
                "+",
                "a@b.co",
                "单号",
                "。",
                "x",
                ".",
            ]
        ),
        max_size=8,
    ).map("".join),
    st.integers(0, 60),
)
def test_what_is_settled_stays(text: str, cut: int) -> None:
    settled = FOUND.settled(text[:cut])
    before = [span for span in FOUND.find(text[:cut]) if span.start < settled]
    assert before == [span for span in FOUND.find(text) if span.start < settled]


@pytest.mark.parametrize(
    ("what", "text", "masked"),
    [
        ("mobile", "138 0013 8000", "138 **** 8000"),
        ("card", "4111-1111-1111-1111", "****-****-****-1111"),
        ("identity_card", "11010519491231002X", "110*************2X"),
        ("mail", "jo@mail.example.com", "j*@****.*******.***"),
    ],
)
def test_a_little_is_left_to_recognise_it_by(what: str, text: str, masked: str) -> None:
    assert Personal().masked(text, what) == masked


def test_the_check_digit_of_cards() -> None:
    assert is_luhn("79927398713")
    assert not any(is_luhn(f"7992739871{digit}") for digit in range(10) if digit != 3)


@pytest.mark.parametrize("settings", [{}, {"data": []}, {"data": ["shoe_size"]}])
def test_data_has_to_be_known(settings: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        Personal().check(settings)
