"""`views`, `save_view` and `drop_view`: the saved views of the inbox."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from apps.agents.console import saved_views
from apps.agents.console.filters import Filter
from apps.agents.console.rows import VIEWS
from apps.agents.console.verbs import Fields, Verb
from apps.conversations.wire.events import Frame
from apps.conversations.wire.frames import text_of
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


class Views(Verb, frame="views"):
    """The saved views there are now."""

    def act(self, me: Member) -> Frame:
        return {"type": "views", "views": saved_views.of(me)}


@dataclass(frozen=True)
class SaveView(Verb, frame="save_view"):
    name: str
    view: str
    filter: Filter
    shared: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        name, raw = text_of(fields, "name", 60), fields.get("filter")
        if not name:
            raise Refusal("bad_frame", _("A view needs a name."))
        if not isinstance(raw, dict):
            raise Refusal("bad_frame", _("A view needs a filter."))
        view = fields.get("view", "all")
        if view not in VIEWS:
            raise Refusal("bad_frame", _("This view is unknown."))
        return cls(name, str(view), Filter.read(raw), fields.get("shared") is True)

    def act(self, me: Member) -> Frame:
        return saved_views.save(me, self.name, self.view, self.filter, shared=self.shared)


@dataclass(frozen=True)
class DropView(Verb, frame="drop_view"):
    view: int

    def act(self, me: Member) -> Frame:
        return saved_views.drop(me, self.view)
