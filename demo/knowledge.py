"""Loads a demo shop's knowledge by the product's own verbs and at once, so that the shop can answer when it opens."""

import json
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.db import transaction

from apps.knowledge.intake import importing, ingestion, publishing
from apps.knowledge.models import Article, Import, Kind, Status
from apps.tenants.workspace.models import Member, Role
from demo.shops import Document, Entry, Shop


def load(shop: Shop) -> Iterator[str]:
    """Loads into the tenant of the moment, unless it knows something already. If this is interrupted, the product's sweeper
    finishes it."""
    if Article.objects.exists():
        return
    by = Member.objects.filter(role=Role.OWNER).first()
    entries = list(shop.entries())
    with transaction.atomic():
        articles = [_save(document, by) for document in shop.documents()]
        job = importing.begin("knowledge.jsonl", _jsonl(entries), by=by)
    yield f"reading {len(entries)} questions and {len(articles)} articles"
    importing.run(job.pk)
    for article in articles:
        ingestion.ingest(article.pk)
    job.refresh_from_db()
    if job.state == Import.State.REFUSED:
        raise CommandError(f"The shop's questions were refused: {job.problem} {job.report}")


def _save(document: Document, by: Member | None) -> Article:
    article = Article(
        kind=Kind.ARTICLE,
        title=document.title,
        body=document.body,
        language=document.language,
        category=document.category,
        status=Status.PUBLISHED,
    )
    publishing.save(article, by=by)
    return article


def _jsonl(entries: list[Entry]) -> bytes:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries).encode()
