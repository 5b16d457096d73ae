"""The task of insights is a wake-up: it looks at its run and asks the next piece of it."""

from django.utils import translation

from apps.insights import runs
from apps.tenants import gently
from apps.tenants.tasks import tenant_task
from apps.tenants.workspace.models import Site


@tenant_task(name=runs.TASK, queue="ingest")
def evaluate(run: int) -> None:
    with translation.override(Site.load().language):
        gently.run(lambda: runs.advance(run))
