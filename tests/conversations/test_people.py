"""When people are back, in the customer's words: the shop's clock, and whose clock that is."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from apps.conversations import people


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Asia/Shanghai", "zh-hans", "明天 09:05（中国时间）"),
        ("Asia/Shanghai", "en", "09:05 tomorrow, China Time"),
        ("America/Denver", "en", "09:05 tomorrow, Mountain Time"),
        ("America/Argentina/Buenos_Aires", "en", "09:05 tomorrow, Buenos Aires"),
        ("UTC", "zh-hans", "明天 09:05（UTC）"),
    ],
)
def test_the_time_is_named_in_the_customers_language(zone: str, language: str, said: str) -> None:
    opening = (timezone.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)).replace(hour=9, minute=5)
    with translation.override(language):
        assert people._relative(opening, timezone.now()) == said
