"""The things that customers give before their first message, and what they agree to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.visitor import Visitor


class Introduction(models.Model):
    """One filled-in form. The sentence that was agreed to stands here as it was shown, whatever the tenant writes later; what
    was given stands with the visitor, and here by name."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="introductions")
    given = models.JSONField(default=list, help_text="of name, email and phone")
    consent = models.CharField(_("consent"), max_length=500, blank=True)
    link = models.URLField(max_length=300, blank=True)
    at = models.DateTimeField(_("given"), auto_now_add=True)

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
