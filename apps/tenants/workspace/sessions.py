"""Django's sessions in the tenant's tables. That the database is away is no word about the session (`SESSION_ENGINE`)."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError when the session was deleted meanwhile, and what the database said when it said something: Django
        takes a save that found no connection for a log-out elsewhere."""
        try:
            super().save(must_create)
        except UpdateError as error:
            said = error.__context__
            if said is not None and said.__cause__ is not None:  # the driver's own error; “no such row” is Django's
                raise said from said.__cause__
            raise
