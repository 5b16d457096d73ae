"""The tasks of knowledge are wake-ups: each looks at its row and does what is left to do.

What they write down for people (a release's summary, an import's report) is in the language of the tenant's site.
"""

import uuid

from django.utils import translation

from apps.knowledge.intake import importing, ingestion
from apps.knowledge.search import spaces
from apps.tenants.tasks import tenant_task
from apps.tenants.workspace.models import Site


@tenant_task(name="knowledge.ingest", queue="ingest")
def ingest(article: str) -> None:
    with translation.override(Site.load().language):
        ingestion.ingest(uuid.UUID(article))


@tenant_task(name="knowledge.import", queue="ingest")
def take_in(number: int) -> None:
    with translation.override(Site.load().language):
        importing.run(number)


@tenant_task(name="knowledge.build_space", queue="ingest")
def build_space(model_id: str) -> None:
    spaces.build(model_id)
