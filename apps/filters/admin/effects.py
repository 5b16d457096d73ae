"""The form's word on what a rule does where it looks: one sentence for each way and action, or why that can't be done."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.filters import checking
from apps.filters.kinds import KINDS
from apps.filters.models.rules import Direction as Directions
from apps.filters.rule import Action, Direction

_RECORDED = _("It is recorded.")
_NAMED = _("A name such as [MOBILE A] stands there, and is put back in the answer.")
_HANDED = _("The words are said, then a person takes over.")
EFFECTS: dict[Direction, dict[Action, str | Promise]] = {
    Direction.FROM_CUSTOMER: {
        Action.LOG: _RECORDED,
        Action.FLAG: _("It is recorded when it is said, and stands beside the message on the conversation's page."),
        Action.MASK: _("It is masked when it is said, for everybody. The original is sealed."),
        Action.REPLACE: _("The words stand there from when it is said. The original is sealed."),
        Action.BLOCK: _("The bot says the words and reads nothing of the message."),
        Action.HAND_OVER: _HANDED,
    },
    Direction.FROM_BOT: {
        Action.LOG: _RECORDED,
        Action.FLAG: _RECORDED,
        Action.MASK: _("It is masked before it is said."),
        Action.REPLACE: _("The words are said in its place."),
        Action.BLOCK: _("The words are said instead of the answer."),
        Action.HAND_OVER: _HANDED,
    },
    Direction.FROM_AGENT: {
        Action.LOG: _RECORDED,
        Action.FLAG: _("The agent is warned before it is sent, by the words if there are any, and may send it all the same."),
        Action.MASK: _("It is masked when it is sent, and the agent sees that."),
        Action.REPLACE: _("The words are sent in its place, and the agent sees that."),
        Action.BLOCK: _("It is not sent. The agent reads the words and has the text back."),
    },
    Direction.TO_MODEL: {
        Action.LOG: _RECORDED,
        Action.FLAG: _RECORDED,
        **dict.fromkeys((Action.MASK, Action.REPLACE, Action.BLOCK, Action.HAND_OVER), _NAMED),
    },
    Direction.TO_LOGS: {
        Action.MASK: _("It is masked as it leaves. What stays here is whole."),
        Action.REPLACE: _("The words stand there as it leaves. What stays here is whole."),
    },
}


def told() -> dict[str, Any]:
    """→ `effects`: by way and action, `{does}` or `{not}`; `names` of the ways; `slow`: of the kinds that need a worker, what
    they can't do."""
    ways = {str(way): {str(action): _effect(way, action) for action in Action} for way in Direction}
    slow = {"kinds": [name for name, kind in KINDS.items() if kind.weighs], "not": str(checking.TOO_SLOW)}
    return {
        "effects": ways,
        "names": {str(way): str(Directions(way).label) for way in Direction},
        "slow": slow | {"ways": sorted(checking.TYPED), "mask": str(checking.TOO_SLOW_TO_MASK)},
    }


def _effect(way: Direction, action: Action) -> dict[str, str]:
    if action in checking.ALLOWED[way]:
        return {"does": str(EFFECTS[way][action])}
    return {"not": str(checking.NOT[way])}
