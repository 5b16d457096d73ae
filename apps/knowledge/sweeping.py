"""Nothing waits for ever: wake articles and imports whose task was lost, publish editions left without a release."""

from datetime import timedelta

from django.utils import timezone

from apps.knowledge import ingestion
from apps.knowledge.models import Article, Edition, Import, Ingestion
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.tasks import enqueue

AGAIN = timedelta(seconds=60)  # between two wake-ups of the same row
MOST = 500  # rows woken in one go


def sweep() -> int:
    """Wake what waits too long in the tenant of the moment. → how many."""
    now = timezone.now()
    articles = Article.objects.filter(ingestion__in=[Ingestion.WAITING, Ingestion.WORKING], wake_at__lt=now)
    waiting = list(articles.values_list("pk", flat=True)[:MOST])
    for article in waiting:
        enqueue("knowledge.ingest", article=str(article))
    Article.objects.filter(pk__in=waiting, ingestion=Ingestion.WAITING).update(wake_at=now + AGAIN)
    files = list(
        Import.objects.filter(state__in=[Import.State.WAITING, Import.State.WORKING], wake_at__lt=now).values_list(
            "pk", flat=True
        )
    )
    for number in files:
        enqueue("knowledge.import", number=number)
    Import.objects.filter(pk__in=files, state=Import.State.WAITING).update(wake_at=now + AGAIN)
    late = Edition.objects.filter(published=False, created_at__lt=now - timedelta(seconds=10)).first()
    if late:
        ingestion.publish(late)
    return len(waiting) + len(files)


def sweep_all() -> None:
    """All tenants, one after the other in this task: three cheap look-ups each."""
    with context.inside(context.PUBLIC):
        tenants = list(Tenant.objects.filter(suspended=False))
    for tenant in tenants:
        with context.inside(tenant):
            sweep()
