"""Words are found with and without accents now: where passages hold some, their index is written anew."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from apps.knowledge.search import postings

ACCENT = "[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]"


def index_anew(apps: Any, _editor: Any) -> None:
    Passage = apps.get_model("knowledge", "Passage")
    accented = Q(text__regex=ACCENT) | Q(heading__regex=ACCENT)
    if Passage.objects.filter(accented, since__isnull=False).exists():
        postings.rebuild()


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0005_weights")]
    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
