"""Code that operators sent up for rules of their own."""

from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from apps.filters.sandbox import content as sent

LONGEST_FILE_NAME = 100


class Immutable(RuntimeError):
    """A module never changes; send up another one."""


class Module(models.Model):
    """A WebAssembly module, known by its content's digest. Rules and releases name it by that, and it stays as long as one of
    them does (`filters.discarding`): an old release that is made live again finds its code. `name`: of the file that was sent
    up first."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size"))
    name = models.CharField(_("file"), max_length=LONGEST_FILE_NAME)
    at = models.DateTimeField(_("sent up at"), auto_now_add=True)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Immutable(f"Module {self.digest} cannot change.")
        super().save(*args, **kwargs)

    @classmethod
    def keep(cls, content: bytes, name: str) -> "Module":
        facts: dict[str, Any] = {"content": content, "size": len(content), "name": name[:LONGEST_FILE_NAME]}
        kept, new = cls.objects.get_or_create(digest=sent.digest(content), defaults=facts)
        if not new and connection.in_atomic_block:  # nobody deletes it before the save that names it is done
            return cls.objects.select_for_update(no_key=True).get_or_create(digest=kept.digest, defaults=facts)[0]
        return kept
