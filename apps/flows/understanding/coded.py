"""A message that is nothing but a number which flows ask for, such as an order's."""

import re
from collections.abc import Mapping
from datetime import datetime

from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Value
from apps.flows.slots import kinds

LONGEST = 60  # characters
# Said before or after the number, these say no more than it does.
_AROUND = re.compile(
    r"(?i)(?:我的|这个|这是|是|订单号?|单号|编号|号码?|查(?:一下|下)?|帮我"
    r"|\b(?:my|the|this|is|it'?s|here|order|number|no|id|for|ok(?:ay)?|sure)\b|[\s:：,，.。!！#是])*"
)


def coded(flows: Flows, text: str, language: str, now: datetime) -> dict[str, Mapping[str, Value]]:
    """The flows that ask for such a number, in their order, with the slot that it fills."""
    if len(text) > LONGEST or not any(map(str.isdigit, text)):
        return {}
    told: dict[str, Mapping[str, Value]] = {}
    for name, definition in flows.items():
        for slot in definition.slots.values():
            found = kinds["id"].read(slot, text, language, now) if slot.kind == "id" else ()
            if (
                found
                and found[0].sure
                and _AROUND.fullmatch(text[: found[0].start])
                and _AROUND.fullmatch(text[found[0].end :])
            ):
                told.setdefault(name, {slot.name: found[0].value})
    return told
