"""The words that somebody wrote and the filters masked."""

import uuid
from collections.abc import Iterable

from django.db import models

from apps.conversations.models.event import Event
from apps.tenants.vault import encryption
from apps.tenants.vault.encryption import EncryptedTextField


class Original(models.Model):
    """A whole message as it was written. Its event's body shows what people, models and logs may read, and names this row
    (`original`); written with its event and gone with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="original")
    text = EncryptedTextField()

    def __str__(self) -> str:
        return str(self.id)[:8]

    @classmethod
    def opened(cls, ids: Iterable[str]) -> dict[str, str]:
        """The texts of these rows, by their ids; none of a row that does not open."""
        wanted = set(ids) - {""}
        if not wanted:
            return {}
        found = {str(row.pk): str(encryption.shown(row, "text")) for row in cls.objects.filter(pk__in=wanted)}
        return {pk: text for pk, text in found.items() if text}
