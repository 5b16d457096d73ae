"""Models of offence that a tenant's own marks taught."""

from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.filters.models.modules import Immutable


class Weights(models.Model):
    """A whole model of offence of the tenant's own (`offence.model`), known by its content's digest. Rules and releases name it
    by that, so it stays as long as its tenant does. `offensive`, `safe`: the marks that it learnt from."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()
    offensive = models.PositiveIntegerField(_("offensive"))
    safe = models.PositiveIntegerField(_("not offensive"))
    at = models.DateTimeField(_("trained at"), auto_now_add=True)

    class Meta:
        verbose_name = _("trained model of offence")
        verbose_name_plural = _("trained models of offence")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.digest[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Immutable(f"Weights {self.digest} cannot change.")
        super().save(*args, **kwargs)

    @classmethod
    def keep(cls, content: bytes, *, offensive: int, safe: int) -> "Weights":
        facts: dict[str, Any] = {"content": content, "offensive": offensive, "safe": safe}
        kept, _new = cls.objects.get_or_create(digest=sha256(content).hexdigest(), defaults=facts)
        return kept
