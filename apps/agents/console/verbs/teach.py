"""`teach`: a question and its answer become a draft of the knowledge; `wrong`: that answer of the bot was not right."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import learning
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.conversations.wire.frames import MOST_CHARACTERS
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Teach(Verb, frame="teach"):
    conversation: UUID
    question: Annotated[str, 300]
    answer: Annotated[str, MOST_CHARACTERS]

    def check(self) -> None:
        if not self.question or not self.answer:
            raise Refusal("bad_frame", _("Both a question and its answer are needed."))

    def act(self, me: Member) -> Frame:
        article = learning.teach(self.conversation, me, self.question, self.answer)
        return {"type": "taught", "conversation": str(self.conversation), "article": str(article.pk)}


@dataclass(frozen=True)
class Wrong(Verb, frame="wrong"):
    conversation: UUID
    seq: int

    def act(self, me: Member) -> None:
        learning.mark_wrong(self.conversation, me, self.seq)
