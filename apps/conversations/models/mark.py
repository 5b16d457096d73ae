"""Judgements by people of the tenant: a message is offensive, or it is not. The model of offence learns from it."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.conversations.models.event import Event
from apps.tenants.refusal import Refusal
from apps.tenants.vault.encryption import EncryptedTextField, ReservedIdField
from apps.tenants.workspace.models import Member

LONGEST, MOST = 2_000, 5_000


class Mark(models.Model):
    """`event`: the message that it is about, with which it goes; None where the text was written by hand. `text`: of the
    message as it is kept, so what was masked in it is no part of what is learnt."""

    id = ReservedIdField(primary_key=True)
    event = models.OneToOneField(Event, null=True, on_delete=models.CASCADE, related_name="mark")
    text = EncryptedTextField(gettext_lazy("message"))
    offensive = models.BooleanField(gettext_lazy("offensive"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=gettext_lazy("marked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(gettext_lazy("marked"), auto_now=True)

    class Meta:
        verbose_name = gettext_lazy("mark")
        verbose_name_plural = gettext_lazy("marks")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(_("offensive") if self.offensive else _("not offensive"))

    @classmethod
    def say(cls, event: Event, offensive: bool, by: Member) -> "Mark":
        """Marks a message, or changes what was said of it before. Raises Refusal for what holds no words."""
        text = str(event.body.get("text", ""))[:LONGEST] if event.kind == Event.Kind.MESSAGE else ""
        if not text.strip():
            raise Refusal("nothing_to_do", _("There are no words in it that could be marked."))
        row = cls.objects.filter(event=event).first() or cls(event=event)
        if row.pk is None:
            _refuse_full(1)
        row.text, row.offensive, row.member = text, offensive, by
        row.save()
        return row

    @classmethod
    def write(cls, texts: Sequence[str], offensive: bool, by: Member) -> int:
        """Marks texts that stand in no conversation; → how many are new."""
        asked = dict.fromkeys(text.strip()[:LONGEST] for text in texts)
        known = {row.text for row in cls.objects.filter(event=None, offensive=offensive)}
        new = [text for text in asked if text and text not in known]
        if not new:
            raise Refusal("nothing_to_do", _("Write one message a line."))
        _refuse_full(len(new))
        for text in new:
            cls(text=text, offensive=offensive, member=by).save()
        return len(new)

    @classmethod
    def take_back(cls, ids: Iterable[object]) -> int:
        deleted, _by_model = cls.objects.filter(pk__in=list(ids)).delete()
        return deleted

    @classmethod
    def counts(cls) -> tuple[int, int]:
        """(offensive, not offensive)."""
        held = dict(cls.objects.order_by().values_list("offensive").annotate(n=models.Count("pk")))
        return held.get(True, 0), held.get(False, 0)


def _refuse_full(more: int) -> None:
    if Mark.objects.count() + more > MOST:
        raise Refusal("too_many", _("There is room for %d marks. Take some back first.") % MOST)
