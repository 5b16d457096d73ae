"""Places and things with a name, told from the words before them."""

from datetime import datetime

import pytest

from apps.flows.definition.definition import Choice, Slot
from apps.flows.engine.place import Value
from apps.flows.slots import places
from apps.flows.slots.extraction import extract

NOW = datetime(2026, 11, 30, 10, 0)
TRIP = (
    Slot("from_city", label="city you leave from"),
    Slot("to_city", label="destination"),
    Slot("day", "date"),
    Slot("seats", "number", label="passengers"),
)
WAY = (Slot("出发地"), Slot("目的地"), Slot("目的地附近地铁站"))
TABLE = (Slot("restaurant_name", label="restaurant"), Slot("city"), Slot("day", "date"), Slot("people", "number"))
CITY = (Slot("city"), Slot("kind", "choice", choices=(Choice("doctor"), Choice("dentist"))))


@pytest.mark.parametrize(
    ("slots", "text", "asked", "values"),
    [
        (
            TRIP,
            "I need 3 seats from Long Beach, CA to San Diego tomorrow",
            (),
            {"from_city": "Long Beach, CA", "to_city": "San Diego", "day": "2026-12-01", "seats": 3},
        ),
        (TRIP, "I'm leaving Fresno and going to LA", (), {"from_city": "Fresno", "to_city": "LA"}),
        (TRIP, "I would like to go to San Diego", ("to_city",), {"to_city": "San Diego"}),
        (TRIP, "It's in Fresno", ("to_city",), {"to_city": "Fresno"}),
        (TRIP, "fresno", ("to_city",), {"to_city": "fresno"}),
        (TRIP, "from Monday to Friday in December", (), {"day": "2026-11-30"}),
        (WAY, "我想从故宫餐厅坐出租车到北京天伦王朝酒店", (), {"出发地": "故宫餐厅", "目的地": "北京天伦王朝酒店"}),
        (WAY, "我要去颐和园,怎么走", (), {"目的地": "颐和园"}),
        (WAY, "我想从哪儿说起呢", (), {}),
        (
            TABLE,
            "Can you book a table for 4 at the Left Bank in San Jose on December 5?",
            (),
            {"restaurant_name": "Left Bank", "city": "San Jose", "day": "2026-12-05", "people": 4},
        ),
        (TABLE, "Let's try Mi Zacatecas.", ("restaurant_name",), {"restaurant_name": "Mi Zacatecas"}),
        (CITY, "Please find me a dentist in Walnut Creek", (), {"city": "Walnut Creek", "kind": "dentist"}),
        (CITY, "are you open in December?", (), {}),
    ],
)
def test_a_place_is_told_from_the_words_before_it(
    slots: tuple[Slot, ...], text: str, asked: tuple[str, ...], values: dict[str, Value]
) -> None:
    language = "zh-hans" if any("\u3400" <= char <= "\u9fff" for char in text) else "en"
    assert extract(slots, text, asked=asked, language=language, now=NOW).values == values


@pytest.mark.parametrize(
    ("slot", "side"),
    [
        (Slot("city"), places.IN),
        (Slot("from", label="departure city"), places.FROM),
        (Slot("目的地"), places.TO),
        (Slot("hotel_name"), places.AT),
        (Slot("place_name"), places.AT),
        (Slot("delivery_address", label="address of the place"), ""),
        (Slot("city", "choice"), ""),
        (Slot("name"), ""),
    ],
)
def test_the_slots_words_tell_whether_it_is_one(slot: Slot, side: str) -> None:
    assert places.side(slot) == side


def test_what_is_asked_is_no_value_of_it() -> None:
    slots = (Slot("电话"), Slot("地址"))
    assert extract(slots, "电话是多少,地址是在哪里", asked=(), language="zh-hans", now=NOW).values == {}
