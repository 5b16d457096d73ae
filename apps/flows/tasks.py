"""Tasks that pages leave to a worker. They use the turns' queue, whose many threads wait for other machines anyway, and whose
workers hold what understands words."""

from django.core.cache import cache
from django.utils import translation

from apps.flows import part, proving, sweeping
from apps.flows.trial import TASK, attempt
from apps.releases.publishing import active
from apps.tenants import trials
from apps.tenants.tasks import tenant_task
from apps.tenants.workspace.models import Site


@tenant_task(name=TASK, queue="turns")
def try_system(trial: str) -> None:
    trials.carry_out(trial, attempt)


KEPT_SECONDS = 30 * 24 * 3600


@tenant_task(name="flows.learn", queue="turns")
def learn() -> None:
    """Learns the live release's intents; one that has learnt them already finds them kept."""
    from apps.flows.understanding import known, understand

    release = active()
    understand.prepare(part.of(release), known.questions(release.knowledge_revision))
    cache.set(sweeping.learnt(release), True, KEPT_SECONDS)


@tenant_task(name="flows.try_flow", queue="turns")
def try_flow(trial: str) -> None:
    from apps.flows import simulation  # its readers of dates are heavy, and the web, which sends this, needs none

    trials.carry_out(trial, simulation.attempt)


@tenant_task(name=proving.TASK, queue="turns")
def play_dialogues() -> None:
    """Plays the dialogues that a release waits for, or that nobody has played yet, and decides about the release."""
    with translation.override(Site.load().language):
        for each in proving.lacking():
            proving.prove(each.flow, each.texts)
        proving.settle()


@tenant_task(name=proving.TRY, queue="turns")
def try_dialogues(trial: str) -> None:
    trials.carry_out(trial, proving.attempt)
