"""A log-in ends when nobody has used it for a while: by requests, or by what an agent does in an open console.

The moment of the last use stands in the session, written at most once a minute. A console that only keeps its line alive is
not in use. The session's own age is the other end: so long after the log-in it is over, used or not.
"""

import re
import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase

SEEN = "seen"
EVERY_SECONDS = 60
_KEY = re.compile(r"[a-z0-9]{8,40}")


def key_of(cookie: str) -> str:
    """The session's key that a cookie names; empty for what can be none, such as the NUL that a quoted cookie may hold, which
    no database takes."""
    return cookie if _KEY.fullmatch(cookie) else ""


def is_over(session: SessionBase) -> bool:
    """Whether a logged-in session has been idle too long. One without a recorded time counts as used now."""
    return SESSION_KEY in session and time.time() - float(session.get(SEEN) or time.time()) > settings.IDLE_SECONDS


def use(session: SessionBase) -> bool:
    """Marks the session as in use now; True when that has to be saved."""
    if SESSION_KEY not in session or time.time() - float(session.get(SEEN) or 0) < EVERY_SECONDS:
        return False
    session[SEEN] = int(time.time())
    return True
