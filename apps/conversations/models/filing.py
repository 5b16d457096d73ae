"""Tickets that the bot has promised."""

import uuid

from django.db import models
from django.db.models import Q

from apps.conversations.models.conversation import Conversation


class Filing(models.Model):
    """A ticket that is owed to a customer: written with the answer that promised it, filed once by the desk. `reference` is
    what the customer was told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="filings")
    key = models.CharField(max_length=100, unique=True)
    reference = models.CharField(max_length=20)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    team = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=Q(filed_at__isnull=True), name="filing_owed")]

    def __str__(self) -> str:
        return self.reference
