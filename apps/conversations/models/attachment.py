"""Files that are sent up and said."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.conversation import Conversation
from apps.conversations.models.visitor import Visitor


class Attachment(models.Model):
    """A file that one side sent up. It is said when an event of its conversation has its `client_id`; till then it waits a day.

    The claim stands before the event (a customer's message is written by group_commit, which also makes the conversation's
    row), so the conversation is no database key and a message that is sent again finds its files again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey(Visitor, null=True, on_delete=models.SET_NULL, related_name="attachments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="attachments"
    )
    client_id = models.UUIDField(null=True)
    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64)
    path = models.CharField(max_length=100)
    touched_at = models.DateTimeField(help_text="sent up, or claimed by a message")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["touched_at"], name="attachment_touched")]

    def __str__(self) -> str:
        return self.name
