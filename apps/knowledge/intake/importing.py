"""Imports: a file becomes knowledge as one revision, or nothing of it does."""

from collections.abc import Iterator
from datetime import timedelta

import structlog
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.knowledge.intake import ingestion, tables
from apps.knowledge.models import Article, Import, Ingestion, Kind, Passage, Revision, Status
from apps.knowledge.search import spaces
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member, Site

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 4
REPORTED = 1000  # bad rows named in the report; all are counted


def begin(name: str, data: bytes | File, *, skip_bad: bool = False, by: Member | None = None) -> Import:  # type: ignore[type-arg]
    """Keep the file and start its import in the background; follow it in the row: state, progress, report, problem.

    `skip_bad` leaves bad rows out; otherwise one bad row refuses the whole file. Raises Refusal for too large a file.
    """
    tables.check_size(len(data) if isinstance(data, bytes) else data.size)
    content = ContentFile(data) if isinstance(data, bytes) else data
    with transaction.atomic():
        job = Import(name=name[:200], skip_bad=skip_bad, created_by=by, wake_at=timezone.now() + timedelta(seconds=30))
        job.file.save(name[-100:], content, save=False)
        job.save()
        enqueue("knowledge.import", number=job.pk)
    return job


def run(number: int) -> None:
    """Do the import, or go on where an interrupted try stopped. Harmless to call twice."""
    job = _claim(number)
    if job is None:
        return
    try:
        _take_in(job)
    except Refusal as refusal:
        _abandon(job, Import.State.REFUSED, str(refusal))
    except Exception as error:
        log.exception("import_failed", number=number, attempt=job.attempts)
        if job.attempts >= MOST_ATTEMPTS:
            _abandon(job, Import.State.FAILED, _("The import failed: %s") % (str(error) or type(error).__name__))
        else:
            Import.objects.filter(pk=number).update(state=Import.State.WAITING, wake_at=timezone.now() + timedelta(seconds=60))
            enqueue("knowledge.import", countdown=10, number=number)


def exported(language: str = "") -> Iterator[Article]:
    """The Q&A pairs that an export holds: all but the archived ones."""
    articles = Article.objects.filter(kind=Kind.QA).exclude(status=Status.ARCHIVED).order_by("created_at", "pk")
    return (articles.filter(language=language) if language else articles).iterator(1000)


def _claim(number: int) -> Import | None:
    now = timezone.now()
    free = Q(state=Import.State.WAITING) | Q(state=Import.State.WORKING, wake_at__lt=now)
    taken = Import.objects.filter(free, pk=number).update(
        state=Import.State.WORKING, attempts=F("attempts") + 1, wake_at=now + LEASE
    )
    return Import.objects.get(pk=number) if taken else None


def _take_in(job: Import) -> None:
    if not job.revisions.exists():
        _read(job)
    revisions = list(job.revisions.all())
    passages = _prepare(revisions)
    spaces.fill(spaces.current(), passages, lambda done, total: _report(job, 5 + 90 * done // total))
    summary = ngettext("Imported %d entry", "Imported %d entries", len(revisions)) % len(revisions)
    if revisions:
        ingestion.go_live(revisions, by=job.created_by, summary=summary)
    Import.objects.filter(pk=job.pk).update(state=Import.State.LIVE, progress=100, problem="", wake_at=None)
    spaces.ensure_index(spaces.current())


def _read(job: Import) -> None:
    """Check the file and write its rows as revisions that wait, in one transaction."""
    with job.file.open("rb") as file:
        rows, bad = tables.read(job.name, file.read(), language=Site.load().language)
    report = [{"line": row.line, "problem": row.problem} for row in bad[:REPORTED]]
    counts = {"rows": len(rows) + len(bad), "bad": len(bad), "report": report}
    Import.objects.filter(pk=job.pk).update(**counts, progress=3, wake_at=timezone.now() + LEASE)
    if bad and not (job.skip_bad and rows):
        sentence = ngettext("%d row is bad, so nothing was imported.", "%d rows are bad, so nothing was imported.", len(bad))
        raise Refusal("bad_file", sentence % len(bad))
    with transaction.atomic():
        _write(job, rows)


def _write(job: Import, rows: list[tables.Row]) -> None:
    known = {(a.language, tables.normal(a.title)): a for a in Article.objects.filter(kind=Kind.QA).order_by("-created_at")}
    added, revisions, unchanged = [], [], 0
    for row in rows:
        content = tables.content(row)
        article = known.get(row.key)
        if article is None:
            # A draft until all of the file goes live; the sweeper leaves it alone (no wake_at).
            draft = content | {"status": Status.DRAFT}
            article = Article(**draft, ingestion=Ingestion.WORKING, created_by=job.created_by, updated_by=job.created_by)
            added.append(article)
        elif article.content() == content | {"url": article.url}:
            unchanged += 1
            continue
        else:
            content["url"] = article.url
        revisions.append(Revision(article=article, source=job, created_by=job.created_by, **content))
    Article.objects.bulk_create(added, batch_size=1000)
    Revision.objects.bulk_create(revisions, batch_size=1000)
    changed = len(revisions) - len(added)
    Import.objects.filter(pk=job.pk).update(added=len(added), changed=changed, unchanged=unchanged)


def _prepare(revisions: list[Revision]) -> list[Passage]:
    made = {passage.revision_id for passage in Passage.objects.filter(revision__in=revisions).only("revision_id")}
    missing = [passage for revision in revisions if revision.pk not in made for passage in ingestion.cut(revision)]
    with transaction.atomic():
        Passage.objects.bulk_create(missing, batch_size=1000)
    return list(Passage.objects.filter(revision__in=revisions, since__isnull=True))


def _report(job: Import, percent: int) -> None:
    Import.objects.filter(pk=job.pk).update(progress=percent, wake_at=timezone.now() + LEASE)


def _abandon(job: Import, state: Import.State, problem: str) -> None:
    """End it, and take back the drafts that were written for it."""
    with transaction.atomic():
        ours = Article.objects.filter(revisions__source=job, revisions__number__isnull=True)
        ours.filter(ingestion=Ingestion.WORKING, status=Status.DRAFT, wake_at__isnull=True).delete()
        job.revisions.filter(number__isnull=True).delete()
        Import.objects.filter(pk=job.pk).update(state=state, problem=problem[:500], wake_at=None)
