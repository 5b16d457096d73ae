"""Blanks in texts that are kept for use: {name}, {{name}}, {name|there}. The same rules as static/console/model/canned.js."""

import re
from collections.abc import Mapping

from apps.conversations.models import Visitor
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member, Site

_BLANK = re.compile(r"\{\{?\s*([\w.]+)\s*(?:\|([^{}]*))?\}?\}")
_OPEN = re.compile(r"\{[^{}\n]{0,40}")


def values(visitor: Visitor, me: Member, site: Site) -> dict[str, str]:
    name, email = visitor.name, encryption.shown(visitor, "email")
    own = {key: str(value) for key, value in getattr(visitor, "attributes", {}).items()}
    return own | {
        **dict.fromkeys(("name", "customer.name", "visitor.name"), name),
        **dict.fromkeys(("email", "customer.email", "visitor.email"), email),
        "first_name": name.split(" ")[0],
        **dict.fromkeys(("agent", "agent.name"), str(me)),
        **dict.fromkeys(("site", "shop", "site.name"), site.name),
    }


def fill(text: str, known: Mapping[str, str]) -> str:
    """A missing value leaves its other word, or nothing; a blank that nobody knows stays to be seen."""

    def word(found: "re.Match[str]") -> str:
        name, otherwise = found[1], found[2]
        if known.get(name):
            return known[name]
        return otherwise.strip() if otherwise is not None else "" if name in known else found[0]

    return _BLANK.sub(word, text)


def left(text: str) -> str:
    """The first blank that is still there, or nothing."""
    found = _BLANK.search(text)
    return found[0] if found else ""


def unreadable(text: str) -> str:
    """The first brace that begins no blank, or nothing."""
    found = _OPEN.search(_BLANK.sub("", text))
    return found[0] if found else ""
