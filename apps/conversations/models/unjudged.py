"""Messages that a worker is still to hold against the rules that only workers judge by."""

from django.db import models

from apps.conversations.models.event import Event


class Unjudged(models.Model):
    """A customer's message that was said while the bot did not own the conversation; written with it, gone when it was
    judged."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="unjudged")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)
