"""Nothing waits for ever: wake articles and imports whose task was lost, publish editions left without a release."""

from datetime import timedelta

from django.db.models import Min, QuerySet
from django.utils import timezone, translation

from apps.knowledge.intake import ingestion
from apps.knowledge.models import Article, Edition, Import, Ingestion
from apps.knowledge.search import editions
from apps.tenants import due
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Site

AGAIN = timedelta(seconds=60)  # between two wake-ups of the same row
PUBLISHED_WITHIN = timedelta(seconds=10)
MOST = 500  # rows woken in one go


@due.sweeper("knowledge.ingestion", every=10, after=("knowledge.ingest", "knowledge.import", editions.ADVANCED))
def look() -> timedelta | None:
    """Due when an article or import is woken again, and when an edition has been without a release for ten seconds."""
    ahead = _ahead()
    if ahead is None or ahead > timedelta():
        return ahead
    sweep()
    return _ahead()


def _ahead() -> timedelta | None:
    late = _unpublished().aggregate(at=Min("created_at"))["at"]
    wakes = (rows.aggregate(at=Min("wake_at"))["at"] for rows in (_articles(), _imports()))
    return due.until(*wakes, late and late + PUBLISHED_WITHIN)


def sweep() -> int:
    """Wake what waits too long in the tenant of the moment. → how many."""
    now = timezone.now()
    waiting = list(_articles().filter(wake_at__lt=now).values_list("pk", flat=True)[:MOST])
    for article in waiting:
        enqueue("knowledge.ingest", article=str(article))
    Article.objects.filter(pk__in=waiting, ingestion=Ingestion.WAITING).update(wake_at=now + AGAIN)
    files = list(_imports().filter(wake_at__lt=now).values_list("pk", flat=True))
    for number in files:
        enqueue("knowledge.import", number=number)
    Import.objects.filter(pk__in=files, state=Import.State.WAITING).update(wake_at=now + AGAIN)
    late = _unpublished().filter(created_at__lt=now - PUBLISHED_WITHIN).first()
    if late:
        with translation.override(Site.load().language):
            ingestion.publish(late)
    return len(waiting) + len(files)


def _articles() -> QuerySet[Article]:
    return Article.objects.filter(ingestion__in=[Ingestion.WAITING, Ingestion.WORKING])


def _imports() -> QuerySet[Import]:
    return Import.objects.filter(state__in=[Import.State.WAITING, Import.State.WORKING])


def _unpublished() -> QuerySet[Edition]:
    return Edition.objects.filter(published=False)
