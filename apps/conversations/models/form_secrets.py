"""The sensitive part of what a customer entered into a form."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models

from apps.conversations.models.conversation import Conversation
from apps.tenants.vault import encryption
from apps.tenants.vault.encryption import EncryptedJSONField


class FormSecrets(models.Model):
    """The values of a form's sensitive fields, which the message alone shows masked. The row stands before the message, whose
    body names it; the same message sent again finds it again. Apart from the events, so that the vault finds it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="form_secrets", db_index=False)
    client_id = models.UUIDField()
    values = EncryptedJSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "client_id"], name="one_form_secrets_a_message"),
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]

    @classmethod
    def opened(cls, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The values of these rows, by their ids; none of a row that does not open."""
        wanted = set(ids) - {""}
        if not wanted:
            return {}
        return {str(row.pk): encryption.shown(row, "values") for row in cls.objects.filter(pk__in=wanted)}
