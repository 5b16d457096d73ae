"""Customers who left the page: noted in their handovers, so that who is there is served first. They keep their clock."""

from django.db.models import Q
from django.utils import timezone

from apps.conversations.ledger import pages
from apps.conversations.live import here
from apps.conversations.models import Handover

MOST = 1_000


def note() -> int:
    """Looks who of those that wait, or have left a message, is there; → of how many that is news. Of whom nothing is known, as
    after Valkey was lost, it stays as it was."""
    asked = Q(pk__in=Handover.objects.waiting()) | Q(pk__in=Handover.objects.unattended().exclude(contact=""))
    rows = list(Handover.objects.filter(asked).of_open_conversations().order_by("-requested_at")[:MOST])
    seen, now = here.seen_each([row.conversation_id for row in rows]), timezone.now()
    left = {row: seen[row.conversation_id].left(now) for row in rows if row.conversation_id in seen}
    news = {row: at for row, at in left.items() if at != row.left_at}
    if news:
        with pages.held([row.conversation_id for row in news]):
            for row, at in news.items():
                Handover.objects.filter(pk=row.pk).note_left(at)
    return len(news)
