"""`sound` and `language`: how the console is to a member, wherever they open it."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from apps.agents import notices
from apps.agents.console.verbs import Fields, Verb
from apps.agents.models import Presence
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import LANGUAGES, Member


@dataclass(frozen=True)
class Sound(Verb, frame="sound"):
    on: bool

    def act(self, me: Member) -> None:
        """Told to the member's other consoles as well."""
        Presence.objects.update_or_create(member=me, defaults={"sound": self.on})
        notices.after_commit(me.pk, {"type": "sound", "on": self.on})


@dataclass(frozen=True)
class Language(Verb, frame="language"):
    language: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        language = fields.get("language")
        if language not in dict(LANGUAGES):
            raise Refusal("bad_frame", _("Choose one of the languages that there are."))
        return cls(str(language))

    def act(self, me: Member) -> Frame:
        """→ `{type: language}`, upon which the page is opened anew."""
        Member.objects.filter(pk=me.pk).update(language=self.language)
        return {"type": "language", "language": self.language}
