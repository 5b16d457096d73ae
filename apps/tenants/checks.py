"""`manage.py check`: what the environment says wrongly."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from config import env


@register()
def environment(**_: Any) -> list[CheckMessage]:
    return [Error(problem, hint=hint, id="yingda.E001") for problem, hint in env.problems]
