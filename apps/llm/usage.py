"""The usage of each endpoint by the hour: one row an endpoint and hour, added to as calls end."""

from django.db.models import F
from django.utils import timezone

from apps.llm.models import Usage


def record(endpoint: int, *, prompt_tokens: int, completion_tokens: int, failed: bool) -> None:
    if not endpoint:
        return  # tried in the admin before it was saved: there is no row to count at
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    Usage.objects.get_or_create(endpoint_id=endpoint, hour=hour)
    Usage.objects.filter(endpoint_id=endpoint, hour=hour).update(
        calls=F("calls") + 1,
        failures=F("failures") + int(failed),
        prompt_tokens=F("prompt_tokens") + prompt_tokens,
        completion_tokens=F("completion_tokens") + completion_tokens,
    )
