"""Tables are cut by another rule now: articles in the search that hold one, or a line break in HTML, are taken in once more.

A copy of what is live waits as if it had been saved again; the workers cut it, and only passages that differ change.
"""

from typing import Any

from django.db import migrations
from django.db.models import Max, Q
from django.utils import timezone

FIELDS = ("kind", "title", "body", "alternatives", "language", "category", "url", "status", "created_by_id")


def cut_anew(apps: Any, _editor: Any) -> None:
    Article, Revision = apps.get_model("knowledge", "Article"), apps.get_model("knowledge", "Revision")
    held = Q(body__regex=r"\|[^\n]*\n[ \t]*\|?[ \t]*:?-") | Q(body__regex=r"\|\s*\n\s*\|") | Q(body__icontains="<br")
    live = Article.objects.filter(held, ingestion="live", status="published")
    newest = live.annotate(newest=Max("revisions__id")).values_list("newest", flat=True)
    for revision in Revision.objects.filter(pk__in=list(newest), number__isnull=False).iterator(500):
        Revision.objects.create(article_id=revision.article_id, **{name: getattr(revision, name) for name in FIELDS})
        Article.objects.filter(pk=revision.article_id).update(ingestion="waiting", attempts=0, wake_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]
    operations = [migrations.RunPython(cut_anew, migrations.RunPython.noop)]
