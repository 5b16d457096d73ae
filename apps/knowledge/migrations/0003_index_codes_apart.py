"""Codes are found in any spelling now: where passages hold some, their index is written anew."""

from typing import Any

from django.db import migrations

from apps.knowledge.search import postings


def index_anew(apps: Any, _editor: Any) -> None:
    Passage = apps.get_model("knowledge", "Passage")
    if Passage.objects.filter(since__isnull=False, text__regex=r"[[:alpha:]][-._/ ]?[0-9]|[0-9][-._/]?[[:alpha:]]").exists():
        postings.rebuild()


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0002_cut_tables_anew")]
    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
