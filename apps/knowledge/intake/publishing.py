"""The verbs of knowledge: save, archive, retry, restore. Every save makes an immutable revision; ingestion takes it live."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from apps.knowledge.intake import ingestion
from apps.knowledge.models import Article, Edition, Ingestion, Passage, Revision, Space, Status
from apps.knowledge.search import editions, postings, spaces
from apps.knowledge.search.editions import found_at
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member

PATIENCE = timedelta(seconds=30)  # after which the sweeper wakes what was never begun


def save(article: Article, *, by: Member | None = None) -> Revision:
    """Save an article as it stands and take it into the search (or out of it, when it is not published).

    Raises ValidationError. The search follows within seconds, in one step, and a release is published then.
    """
    _tidy(article)
    article.full_clean()
    with transaction.atomic():
        if article._state.adding:
            article.created_by = by
        article.updated_by = by
        _wait(article)
        article.save()
        revision = Revision.objects.create(article=article, created_by=by, **article.content())
        if article.status != Status.PUBLISHED and not ingestion.found_now(article):
            article.ingestion = Ingestion.IDLE  # a draft that no search knows: nothing to take out
            article.save(update_fields=["ingestion"])
        else:
            enqueue("knowledge.ingest", article=str(article.pk))
    return revision


def archive(article: Article, *, by: Member | None = None) -> Revision:
    """Take an article out of the search; releases that held it still do."""
    article.status = Status.ARCHIVED
    return save(article, by=by)


def retry(article: Article) -> None:
    """Try again what failed."""
    with transaction.atomic():
        _wait(article)
        article.save(update_fields=["ingestion", "progress", "error", "attempts", "wake_at"])
        enqueue("knowledge.ingest", article=str(article.pk))


def restore(number: int, *, by: Member | None = None) -> Edition:
    """Bring the search and the editor back to what knowledge revision `number` held, as a new revision that equals it.

    Nothing is embedded: the passages of that day are copied with their vectors. Saves still on their way are overtaken.
    """
    with transaction.atomic():
        editions.lock()
        head = editions.head()
        wanted, present = found_at(number), found_at(head.number)
        gone = list(present.exclude(pk__in=wanted))
        back = list(wanted.exclude(pk__in=present))
        changed = _restore_articles(number, head.number + 1, by)
        if not gone and not back and not changed:
            return head
        copies = _copy(back, head.number + 1)
        Passage.objects.filter(pk__in=[passage.pk for passage in gone]).update(until=head.number + 1)
        change = postings.retire(gone, head.number + 1)
        change.update(postings.add(copies, head.number + 1))
        return editions.advance(head, change, by=by, summary=f"= k{number}", published=True)


def _tidy(article: Article) -> None:
    article.title = " ".join(article.title.split())
    article.body = article.body.replace("\r\n", "\n").strip()
    if isinstance(article.alternatives, list) and all(isinstance(text, str) for text in article.alternatives):
        questions = dict.fromkeys(" ".join(text.split()) for text in article.alternatives)
        article.alternatives = [text for text in questions if text and text != article.title]


def _wait(article: Article) -> None:
    article.ingestion, article.progress, article.error, article.attempts = Ingestion.WAITING, 0, "", 0
    article.wake_at = timezone.now() + PATIENCE


def _restore_articles(number: int, new: int, by: Member | None) -> int:
    """Every article as of `number`, with a revision that says so; articles made later are archived. → how many changed."""
    newest = Revision.objects.filter(article=OuterRef("article")).order_by("-pk").values("pk")[:1]
    now = {revision.article_id: revision for revision in Revision.objects.filter(pk=Subquery(newest))}
    then = {revision.article_id: revision for revision in _as_of(number)}
    changed = 0
    for article in Article.objects.filter(pk__in=now):
        content = _content_then(now[article.pk], then.get(article.pk))
        if content == article.content() == now[article.pk].content():
            continue
        for field, value in content.items():
            setattr(article, field, value)
        article.ingestion = Ingestion.LIVE if article.status == Status.PUBLISHED else Ingestion.IDLE
        article.progress, article.error, article.wake_at, article.updated_by = 100, "", None, by
        article.save()
        Passage.objects.filter(article=article, since__isnull=True).delete()
        Revision.objects.create(article=article, number=new, created_by=by, **content)
        changed += 1
    return changed


def _as_of(number: int) -> QuerySet[Revision]:
    last = Revision.objects.filter(article=OuterRef("article"), number__lte=number).order_by("-number", "-pk").values("pk")[:1]
    return Revision.objects.filter(number__lte=number, pk=Subquery(last))


def _content_then(now: Revision, then: Revision | None) -> dict[str, Any]:
    if then is not None:
        return then.content()
    if now.number is None and now.status == Status.DRAFT:
        return now.content()  # a draft was never in any search: it stays as it is
    return now.content() | {"status": Status.ARCHIVED}


def _copy(passages: list[Passage], since: int) -> list[Passage]:
    """The same passages once more, valid from `since`, with their vectors of every space."""
    fields = ("article_id", "revision_id", "kind", "ordinal", "language", "heading", "text", "start", "end", "digest")
    copies = [Passage(**{name: getattr(passage, name) for name in fields}, since=since) for passage in passages]
    Passage.objects.bulk_create(copies)
    for space in Space.objects.all():
        spaces.reuse(space, copies)
    return copies
