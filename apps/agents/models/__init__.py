"""The people and what they work with, one file a matter; all of them are found here."""

from apps.agents.models.case import Call, Case, Lesson, Merge, Offer, Spoken
from apps.agents.models.kept import CannedReply, Macro, MacroRun, SavedView
from apps.agents.models.mail import IncomingMail, MailAccount, Mailing, Received, Security
from apps.agents.models.owed import DeadLetter, Errand, Ticket
from apps.agents.models.people import DeskSettings, Presence, Skill, Team

__all__ = [
    "Call",
    "CannedReply",
    "Case",
    "DeadLetter",
    "DeskSettings",
    "Errand",
    "IncomingMail",
    "Lesson",
    "Macro",
    "MacroRun",
    "MailAccount",
    "Mailing",
    "Merge",
    "Offer",
    "Presence",
    "Received",
    "SavedView",
    "Security",
    "Skill",
    "Spoken",
    "Team",
    "Ticket",
]
