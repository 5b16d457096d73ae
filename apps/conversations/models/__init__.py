"""The rows of what was said: visitors, conversations, their numbered events, the bot's turns, handovers to people. One file a
noun."""

from apps.conversations.models.attachment import Attachment
from apps.conversations.models.cause import Cause
from apps.conversations.models.conversation import Conversation, Conversations, Owner
from apps.conversations.models.decision import Decision, Decisions
from apps.conversations.models.event import Event
from apps.conversations.models.feedback import Feedback, Feedbacks
from apps.conversations.models.filing import Filing
from apps.conversations.models.form_secrets import FormSecrets
from apps.conversations.models.handover import Handover, Handovers
from apps.conversations.models.hit import Hit
from apps.conversations.models.introduction import Introduction
from apps.conversations.models.lesson import Lesson
from apps.conversations.models.mark import Mark
from apps.conversations.models.original import Original
from apps.conversations.models.refused_origin import RefusedOrigin
from apps.conversations.models.turn import Turn
from apps.conversations.models.unjudged import Unjudged
from apps.conversations.models.visit import Visit
from apps.conversations.models.visitor import Visitor

__all__ = [
    "Attachment",
    "Cause",
    "Conversation",
    "Conversations",
    "Decision",
    "Decisions",
    "Event",
    "Feedback",
    "Feedbacks",
    "Filing",
    "FormSecrets",
    "Handover",
    "Handovers",
    "Hit",
    "Introduction",
    "Lesson",
    "Mark",
    "Original",
    "Owner",
    "RefusedOrigin",
    "Turn",
    "Unjudged",
    "Visit",
    "Visitor",
]
