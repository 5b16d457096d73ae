"""The tenant's word on whether agents read what customers have typed and not sent."""

from apps.agents.models import DeskSettings


def read_along(on: bool = True) -> None:
    DeskSettings.load()
    DeskSettings.objects.update(drafts=on)
