"""Words that leave the house: the one door of everything that is mailed, posted or exported of a conversation."""

from apps.conversations import metrics
from apps.filters import live
from apps.filters.rule import Direction


def leaving(text: str) -> str:
    """The text by the live release's rules for logs and exports. Places are counted; a row each would outlive what it is of."""
    out, actions = live.leaving(text)
    for action in actions:
        metrics.FILTERED.labels(Direction.TO_LOGS, action).inc()
    return out
