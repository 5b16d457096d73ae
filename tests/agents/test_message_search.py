"""Search over what was said, in Chinese and English, by its index."""

import uuid

from django.db import connection

from apps.agents import casework, message_search
from apps.agents.models import Spoken
from apps.conversations.models import Conversation
from tests.agents.asking import ask
from tests.cast import Cast


def found(query: str) -> set[uuid.UUID]:
    return set(message_search.conversations(query, Conversation.objects.all()).values_list("pk", flat=True))


def test_messages_and_notes_are_found_at_once_in_both_languages(desk: Cast) -> None:
    chinese, english = ask("我想问一下退货地址在哪里"), ask("Where are my hiking boots, order SF-1234567?")
    assert found("退货地址") == found("退货") == found("退") == {chinese.pk}
    assert found("boots") == found("BOOT hiking") == found("sf-1234567") == {english.pk}
    assert found("货退") == found("bananas") == found("   ") == found("boots 退货") == set()
    casework.note(english.pk, desk.bob, uuid.uuid4(), "ask the warehouse 仓库")
    assert found("仓库") == found("warehouse") == {english.pk}


def test_the_search_uses_its_index(desk: Cast) -> None:
    row = ask("the very first")
    message_search.read_new()
    Spoken.objects.bulk_create(
        [Spoken(conversation=row, seq=seq, terms=[f"word{seq}", f"pair{seq % 500}", "的"]) for seq in range(10, 20_010)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agents_spoken")
    query = Conversation.objects.filter(pk__in=message_search.matches("pair7 word507").values("conversation"))
    assert "spoken_terms" in query.explain()
