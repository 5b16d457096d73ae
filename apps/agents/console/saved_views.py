"""Saved views: a view of the inbox with a filter under a name, of one member or shared by whoever runs the desk."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.agents import notices
from apps.agents.console.filters import Filter
from apps.agents.models import SavedView
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Role

MOST = 30
RUN_THE_DESK = (Role.OWNER, Role.OPERATOR)


def of(me: Member) -> list[Frame]:
    """The shared ones and my own, as the console lists them."""
    mine = SavedView.objects.filter(Q(member=None) | Q(member=me)).order_by(F("member").desc(nulls_last=True), "name")
    fields = ("name", "view", "filter")
    return [{"id": one.pk, "shared": one.member_id is None, **{name: getattr(one, name) for name in fields}} for one in mine]


def save(me: Member, name: str, view: str, by: Filter, *, shared: bool) -> Frame:
    """The same name again is the same view with a new filter. → the views there are now."""
    if shared and me.role not in RUN_THE_DESK:
        raise Refusal("forbidden", _("Only people who run the desk can share views with everybody. Save it for yourself."))
    owner = None if shared else me
    if SavedView.objects.filter(member=owner).exclude(name=name).count() >= MOST:
        raise Refusal("too_many", _("You can save at most %d views. Remove one first.") % MOST)
    SavedView.objects.update_or_create(name=name, member=owner, defaults={"view": view, "filter": by.kept})
    return _told(me, shared)


def drop(me: Member, pk: int) -> Frame:
    found = SavedView.objects.filter(Q(member=None) | Q(member=me), pk=pk).first()
    if found is None:
        raise Refusal("not_found", _("We can't find this view."))
    if found.member_id is None and me.role not in RUN_THE_DESK:
        raise Refusal("forbidden", _("This view is everybody's. Only people who run the desk can remove it."))
    found.delete()
    return _told(me, found.member_id is None)


def _told(me: Member, shared: bool) -> Frame:
    """Everybody's consoles look again when a shared one changed; the others of mine anyway."""
    frame: Frame = {"type": "views_changed"}
    if shared:
        notices.to_desk(frame)
    else:
        notices.after_commit(me.pk, frame)
    return {"type": "views", "views": of(me)}
