"""The texts and views that agents keep for use: canned replies, macros and their runs, views of the inbox."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agents.blanks import unreadable
from apps.agents.models.case import Case
from apps.agents.models.people import Team
from apps.conversations.models import Conversation
from apps.conversations.wire.fields import LONGEST_TAG
from apps.tenants.workspace.models import Member

STEPS = ("reply", "note", "tags", "priority", "team", "bot", "snooze", "resolve")
MOST_HOURS = 24 * 90


class CannedReply(models.Model):
    """A reply kept for use, called by /shortcut: of one member, of a team or of everybody. {name} is filled in."""

    shortcut = models.SlugField(_("shortcut"), max_length=40, allow_unicode=True)
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=5_000, help_text=_("{name}, {agent} and {site} are filled in."))
    member = models.ForeignKey(
        Member, verbose_name=_("only for this member"), null=True, blank=True, on_delete=models.CASCADE, related_name="canned"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("only for this team"), null=True, blank=True, on_delete=models.CASCADE, related_name="canned"
    )

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["shortcut"]
        constraints = [
            models.CheckConstraint(condition=Q(member=None) | Q(team=None), name="canned_of_a_member_or_a_team"),
            models.UniqueConstraint(fields=["shortcut", "member", "team"], name="one_canned_a_shortcut", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"

    @property
    def scope(self) -> str:
        return "personal" if self.member_id else "team" if self.team_id else "tenant"


class Macro(models.Model):
    """Several actions under one name: of one member, of a team or of everybody."""

    class PassTo(models.TextChoices):
        TEAM = "team", _("a team")
        BOT = "bot", _("the bot")

    shortcut = models.SlugField(_("shortcut"), max_length=40, allow_unicode=True)
    title = models.CharField(_("title"), max_length=100)
    member = models.ForeignKey(
        Member, verbose_name=_("only for this member"), null=True, blank=True, on_delete=models.CASCADE, related_name="macros"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("only for this team"), null=True, blank=True, on_delete=models.CASCADE, related_name="macros"
    )
    reply = models.TextField(
        _("reply to the customer"),
        max_length=5_000,
        blank=True,
        help_text=_(
            "{name}, {email}, {agent} and {site} are filled in; {name|there} says “there” if the customer gave no name."
        ),
    )
    note = models.TextField(_("leave a note"), max_length=5_000, blank=True, help_text=_("Only the team sees it."))
    tags = ArrayField(models.CharField(max_length=LONGEST_TAG), verbose_name=_("add tags"), default=list, blank=True)
    priority = models.PositiveSmallIntegerField(_("set the priority"), choices=Case.PRIORITIES, null=True, blank=True)
    pass_to = models.CharField(_("pass on to"), max_length=4, choices=PassTo, blank=True)
    to_team = models.ForeignKey(
        Team, verbose_name=_("to which team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    snooze_hours = models.PositiveSmallIntegerField(
        _("snooze for hours"), null=True, blank=True, validators=[MaxValueValidator(MOST_HOURS)]
    )
    resolve = models.BooleanField(_("resolve the conversation"), default=False)

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=Q(member=None) | Q(team=None), name="macro_of_a_member_or_a_team"),
            models.UniqueConstraint(fields=["shortcut", "member", "team"], name="one_macro_a_shortcut", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> str:
        return "personal" if self.member_id else "team" if self.team_id else "tenant"

    @property
    def steps(self) -> list[str]:
        """The macro's steps, in the order in which it takes them."""
        wanted: dict[str, Any] = {
            "reply": self.reply.strip(),
            "note": self.note.strip(),
            "tags": self.tags,
            "priority": self.priority is not None,
            "team": self.pass_to == self.PassTo.TEAM,
            "bot": self.pass_to == self.PassTo.BOT,
            "snooze": self.snooze_hours,
            "resolve": self.resolve,
        }
        return [step for step in STEPS if wanted[step]]

    def clean(self) -> None:
        """Sentences for whoever fills in the form."""
        wrong: dict[str, Any] = {}
        if self.pass_to == self.PassTo.TEAM and self.to_team is None:
            wrong["to_team"] = _("Choose the team that the conversation is passed on to.")
        if self.pass_to and self.resolve:
            wrong["resolve"] = _("Either pass the conversation on or resolve it.")
        if self.snooze_hours and (self.resolve or self.pass_to):
            wrong["snooze_hours"] = _("A conversation that is passed on or resolved can't be snoozed as well.")
        if unknown := unreadable(self.reply) or unreadable(self.note):
            wrong["reply" if unreadable(self.reply) else "note"] = _("The blank %s is not closed or has no name.") % unknown
        if not self.steps and not wrong:
            raise ValidationError(_("A macro must do at least one thing: write a reply, add a tag …"))
        if wrong:
            raise ValidationError(wrong)


class MacroRun(models.Model):
    """A macro that was run: sending the same `client_id` again runs nothing and tells what was done."""

    client_id = models.UUIDField(primary_key=True)
    macro = models.ForeignKey(Macro, null=True, on_delete=models.SET_NULL, related_name="runs")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="macro_runs")
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=100)
    did = ArrayField(models.CharField(max_length=10))
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class SavedView(models.Model):
    """A saved view; without a member it is everybody's. `filter` holds what filters.Filter reads."""

    name = models.CharField(_("name"), max_length=60)
    member = models.ForeignKey(
        Member, verbose_name=_("only for this member"), null=True, blank=True, on_delete=models.CASCADE, related_name="views"
    )
    view = models.CharField(_("view"), max_length=20, default="all")
    filter = models.JSONField(_("filter"), default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "member"], name="one_saved_view_a_name", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name
