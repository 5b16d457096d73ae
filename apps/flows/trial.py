"""The admin's test of a system as it stands in the form, saved or not: one signed GET by a worker (`apps.tenants.trials`)."""

import time
from typing import Any

from apps.flows import calls
from apps.tenants.refusal import Refusal
from apps.tenants.web import outgoing, signing

TASK = "flows.try_system"
SECONDS = 10.0


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """→ `status`, `text`, `ms`; or `problem`, a sentence."""
    try:
        url = calls.address(asked["base_url"], asked["health"])
        told = calls.headers("GET", url, b"", asked["secret"], int(time.time()))
        answer = outgoing.send("GET", url, b"", told, SECONDS)
    except Refusal as refusal:
        return {"problem": str(refusal)}
    except (outgoing.OutOfReach, outgoing.Unanswered) as failure:
        return {"problem": signing.unreached(failure, SECONDS)}
    if problem := signing.refusal(answer):
        return {"problem": problem}
    return {"status": answer.status, "text": answer.text, "ms": answer.ms}
