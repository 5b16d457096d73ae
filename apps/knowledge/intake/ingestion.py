"""Ingestion takes a saved revision to passages that can be found: it cuts, embeds, and makes all of it live in one step.

Passages are written ahead with an empty `since`, which no search sees; so work that was interrupted goes on where it stopped,
and `go_live` only has to set numbers. Rows are the truth, tasks are wake-ups: `claim` decides who works.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.knowledge.models import Article, Edition, Ingestion, Kind, Passage, Revision, Status
from apps.knowledge.passages import chunking
from apps.knowledge.search import editions, postings, spaces
from apps.releases import publishing as releases
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=3)  # renewed with every portion; a worker that died is replaced after it
RETRIES = (2, 8, 30, 120)  # seconds


def ingest(article_id: uuid.UUID) -> None:
    """Take the newest save of an article live. Harmless to call twice; a failure is noted on the article and tried again."""
    article = claim(article_id)
    if article is None:
        return
    revision = article.revisions.first()
    if revision is None or revision.number is not None:
        _settle(article_id, revision, Ingestion.LIVE if found_now(article) else Ingestion.IDLE)
        return
    try:
        passages = prepare(revision)
        spaces.fill(spaces.current(), passages, lambda done, total: _report(article_id, done, total))
        go_live([revision], by=revision.created_by, summary=_summary(revision))
    except Exception as error:  # whatever it is, the article says so and the next try is planned
        _failed(article, error)
        return
    spaces.ensure_index(spaces.current())


def claim(article_id: uuid.UUID) -> Article | None:
    """The article, ours until the lease ends; None when it does not wait or somebody works on it."""
    now = timezone.now()
    free = Q(ingestion=Ingestion.WAITING) | Q(ingestion=Ingestion.WORKING, wake_at__lt=now)
    taken = Article.objects.filter(free, pk=article_id).update(
        ingestion=Ingestion.WORKING, attempts=F("attempts") + 1, wake_at=now + LEASE
    )
    return Article.objects.get(pk=article_id) if taken else None


def found_now(article: Article) -> bool:
    return Passage.objects.filter(article=article, since__isnull=False, until__isnull=True).exists()


def prepare(revision: Revision) -> list[Passage]:
    """Cut a revision into passages that are not live yet; those of an interrupted try are kept."""
    if revision.status != Status.PUBLISHED:
        return []
    with transaction.atomic():
        made = list(Passage.objects.filter(revision=revision, since__isnull=True).order_by("kind", "ordinal"))
        return made or Passage.objects.bulk_create(cut(revision))


def cut(revision: Revision) -> list[Passage]:
    """The passages of a revision: each question variant and the answer of a Q&A, the sections of an article."""
    if revision.kind == Kind.QA:
        variants = [revision.title, *revision.alternatives]
        questions = [_passage(revision, Passage.Kind.QUESTION, place, text) for place, text in enumerate(variants)]
        return questions + _texts(revision, Passage.Kind.ANSWER, "")
    return _texts(revision, Passage.Kind.SECTION, revision.title) or [
        _passage(revision, Passage.Kind.SECTION, 0, revision.title)
    ]


def go_live(revisions: Sequence[Revision], *, by: Member | None, summary: str) -> Edition | None:
    """Make these revisions what the search finds, all in one knowledge revision, and publish a release with it.

    A revision that a newer save has overtaken stays out. → the new edition, or None when nothing was left to do.
    """
    with transaction.atomic():
        editions.lock()
        # A save takes its article's row first too: either it is seen below, or it waits and comes after us.
        articles = {revision.article_id for revision in revisions}
        list(Article.objects.select_for_update().filter(pk__in=articles).order_by("pk").values_list("pk"))
        fresh = _newest_of(revisions)
        if not fresh:
            return None
        head = editions.head()
        number = head.number + 1
        old = list(editions.found_at(head.number).filter(article__in=[r.article_id for r in fresh]).select_related("revision"))
        new = list(Passage.objects.filter(revision__in=fresh, since__isnull=True).select_related("revision"))
        gone, come = _difference(old, new)
        Passage.objects.filter(pk__in=[passage.pk for passage in gone]).update(until=number)
        Passage.objects.filter(pk__in=[passage.pk for passage in come]).update(since=number)
        left = Passage.objects.filter(article__in=[revision.article_id for revision in fresh], since__isnull=True)
        left.delete()  # passages that stay as they were, and those of saves that were overtaken
        change: Counter[str] = postings.retire(gone, number)
        change.update(postings.add(come, number))
        Revision.objects.filter(pk__in=[revision.pk for revision in fresh]).update(number=number)
        _mark(fresh)
        edition = editions.advance(head, change, by=by, summary=summary)
    publish(edition)
    return edition


def publish(edition: Edition) -> None:
    """Publish the release of a knowledge revision. The sweeper repeats it for an edition that was left without."""
    releases.publish(by=edition.created_by, what=edition.summary)
    Edition.objects.filter(number__lte=edition.number, published=False).update(published=True)


def _newest_of(revisions: Sequence[Revision]) -> list[Revision]:
    wanted = {revision.pk for revision in revisions}
    articles = Revision.objects.filter(pk__in=wanted, number__isnull=True).values("article")
    newest = Revision.objects.filter(article__in=articles).order_by("article_id", "-pk").distinct("article_id")
    return [revision for revision in newest if revision.pk in wanted]


def _difference(old: Iterable[Passage], new: Iterable[Passage]) -> tuple[list[Passage], list[Passage]]:
    """The passages that end and those that begin. A passage that shows and finds the same as before simply goes on."""
    before = {_face(passage): passage for passage in old}
    come = [passage for passage in new if before.pop(_face(passage), None) is None]
    return list(before.values()), come


def _face(passage: Passage) -> tuple[object, ...]:
    """Everything of a passage that a hit shows or a search uses."""
    revision = passage.revision
    answer = revision.body if passage.kind != Passage.Kind.SECTION else ""
    shown = (revision.kind, revision.title, revision.url, revision.language, answer)
    return (passage.article_id, passage.kind, passage.heading, passage.text, *shown)


def _mark(revisions: Sequence[Revision]) -> None:
    """Tell the articles that they have arrived. An import's articles take over their revision's content only now."""
    articles = Article.objects.in_bulk([revision.article_id for revision in revisions])
    for revision in revisions:
        article = articles[revision.article_id]
        for field, value in revision.content().items():
            setattr(article, field, value)
        article.ingestion = Ingestion.LIVE if revision.status == Status.PUBLISHED else Ingestion.IDLE
        article.progress, article.error, article.wake_at = 100, "", None
    fields = [*Revision.FIELDS, "ingestion", "progress", "error", "wake_at"]
    Article.objects.bulk_update(articles.values(), fields, batch_size=500)


def _summary(revision: Revision) -> str:
    if revision.status != Status.PUBLISHED:
        return _("Taken out: “%s”") % revision.title[:200]
    earlier = Revision.objects.filter(article=revision.article_id, number__isnull=False).exists()
    return (_("Changed: “%s”") if earlier else _("Added: “%s”")) % revision.title[:200]


def _texts(revision: Revision, kind: Passage.Kind, title: str) -> list[Passage]:
    passages = []
    for place, section in enumerate(chunking.cut(revision.body)):
        path = " › ".join(part for part in (title, section.heading) if part)[:500]
        passages.append(_passage(revision, kind, place, section.text, heading=path, start=section.start, end=section.end))
    return passages


def _passage(
    revision: Revision, kind: Passage.Kind, ordinal: int, text: str, *, heading: str = "", start: int = 0, end: int = 0
) -> Passage:
    passage = Passage(
        article_id=revision.article_id,
        revision=revision,
        kind=kind,
        ordinal=ordinal,
        language=revision.language,
        heading=heading,
        text=text,
        start=start,
        end=end,
    )
    role = "query" if kind == Passage.Kind.QUESTION else "passage"
    passage.digest = hashlib.sha256(f"{role}\n{spaces.embedded_text(passage)}".encode()).hexdigest()[:32]
    return passage


def _report(article_id: uuid.UUID, done: int, total: int) -> None:
    Article.objects.filter(pk=article_id, ingestion=Ingestion.WORKING).update(
        progress=min(99, 100 * done // total), wake_at=timezone.now() + LEASE
    )


def _settle(article_id: uuid.UUID, revision: Revision | None, state: Ingestion) -> None:
    newest = Revision.objects.filter(article=article_id).first()
    if newest == revision:
        Article.objects.filter(pk=article_id).update(ingestion=state, progress=100, error="", wake_at=None)


def _failed(article: Article, error: Exception) -> None:
    """Note the problem; plan the next try, unless trying again cannot help."""
    log.exception("ingestion_failed", article=str(article.pk), attempt=article.attempts)
    final = isinstance(error, ValidationError) or article.attempts > len(RETRIES)
    sentence = _("It could not be taken into the search: %s") % (str(error) or type(error).__name__)
    mine = Article.objects.filter(pk=article.pk, ingestion=Ingestion.WORKING, attempts=article.attempts)
    if final:
        mine.update(ingestion=Ingestion.FAILED, error=sentence[:500], wake_at=None)
        return
    pause = RETRIES[article.attempts - 1]
    wake_at = timezone.now() + timedelta(seconds=pause) + LEASE
    if mine.update(ingestion=Ingestion.WAITING, error=sentence[:500], wake_at=wake_at):
        enqueue("knowledge.ingest", countdown=pause, article=str(article.pk))
