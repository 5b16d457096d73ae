"""Deleting code that was sent up, where nothing can run it any more: no filter has it, and no release, since each may be made
live again."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.filters.models import Filter, Module
from apps.releases.models import Release
from apps.tenants.refusal import Refusal


def discard(module: Module) -> None:
    """Raises Refusal, in one sentence, with the first that names it. A save that puts it in force meanwhile comes before or
    after, by the lock on its row."""
    with transaction.atomic():
        row = Module.objects.select_for_update().defer("content").filter(pk=module.pk).first()
        if row is None:
            return
        named = {"name": row.name, "digest": row.digest[:12]}
        if by := Filter.objects.filter(settings__module=row.digest).values_list("name", flat=True).first():
            raise Refusal("taken", _("%(name)s (%(digest)s…) is the code of the filter “%(by)s”.") % (named | {"by": by}))
        if number := releases(row.digest)[:1]:
            told = _("%(name)s (%(digest)s…) is in release #%(number)d, which may be made live again.")
            raise Refusal("taken", told % (named | {"number": number[0]}))
        row.delete()


def releases(digest: str) -> list[int]:
    """The numbers of the releases that hold a rule with this code, newest first."""
    held = Release.objects.filter(frozen__filters__rules__contains=[{"settings": {"module": digest}}])
    return list(held.order_by("-number").values_list("number", flat=True))
