"""Evaluation sets: questions with what is expected of the bot, the runs in which a release was asked them, and the results."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.insights import questions
from apps.insights.faults import Fault
from apps.insights.judging import Verdict
from apps.insights.questions import LONGEST_NAME, Expected, Row


class EvaluationSet(models.Model):
    """Questions of a tenant that are asked together. `bar`: the share of what is known that must be answered, in percent;
    `below`: what happens to a release that does not reach it."""

    class Below(models.TextChoices):
        WARN = "warn", _("It goes live, and is marked")
        REFUSE = "refuse", _("It waits for its run, and does not go live")

    name = models.CharField(_("name"), max_length=100, unique=True)
    on_publish = models.BooleanField(
        _("run after every release"),
        default=True,
        help_text=_("In the background, a few seconds after a release goes live. Models that answer customers are asked too."),
    )
    bar = models.PositiveSmallIntegerField(
        _("bar"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Percent of the questions that the knowledge can answer: of so many the answer must be right, or shown with “Was it"
            " this?”. Empty: no bar."
        ),
    )
    below = models.CharField(
        _("a release below the bar"),
        max_length=6,
        choices=Below,
        default=Below.WARN,
        help_text=_(
            "Marked on the overview and in the list of releases; or every release waits a few minutes for its run, and one"
            " below the bar stays back until somebody makes it live all the same."
        ),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("evaluation set")
        verbose_name_plural = _("evaluation sets")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.below == self.Below.REFUSE and self.bar is None:
            raise ValidationError({"bar": _("Without a bar there is nothing that a release could miss.")})

    @property
    def open_run(self) -> "Run | None":
        return self.runs.filter(state__in=Run.OPEN).first()


class Item(models.Model):
    """A question of a set, or a dialogue, with what is expected. `turns` as `questions.written_turns` writes them."""

    class Origin(models.TextChoices):
        WRITTEN = "written", _("written")
        IMPORTED = "imported", _("imported")
        CONVERSATION = "conversation", _("from a conversation")
        CHOSEN = "chosen", _("chosen by a customer")

    set = models.ForeignKey(EvaluationSet, verbose_name=_("evaluation set"), on_delete=models.CASCADE, related_name="items")
    label = models.CharField(_("id"), max_length=LONGEST_NAME)
    kind = models.CharField(_("category"), max_length=LONGEST_NAME)
    turns = models.JSONField(_("question"))
    origin = models.CharField(_("origin"), max_length=12, choices=Origin, default=Origin.WRITTEN)
    conversation = models.UUIDField(null=True, blank=True, editable=False)  # an erased one leaves the number
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["set", "label"], name="one_item_an_id")]

    def __str__(self) -> str:
        return str(self.turns[0]["question"])[:80]

    @property
    def row(self) -> Row:
        if len(self.turns) == 1:
            return questions.row_of({"id": self.label, "kind": self.kind, **self.turns[0]})
        return questions.row_of({"id": self.label, "kind": self.kind, "dialogue": self.turns})


class Run(models.Model):
    """All of a set, asked of one release. `reached` is the last item that was asked; `totals` as `evaluation.totals` counts."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        OVERDUE = "overdue", _("took too long")
        FAILED = "failed", _("failed")

    OPEN = (State.WAITING, State.WORKING)

    set = models.ForeignKey(EvaluationSet, verbose_name=_("evaluation set"), on_delete=models.CASCADE, related_name="runs")
    release = models.PositiveIntegerField(_("release"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    items = models.PositiveIntegerField(_("questions"), default=0)
    done = models.PositiveIntegerField(_("asked"), default=0)
    reached = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    wake_at = models.DateTimeField(null=True)
    totals = models.JSONField(_("totals"), default=dict)
    problem = models.CharField(_("problem"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["set"], condition=Q(state__in=["waiting", "working"]), name="one_run_a_set")
        ]

    def __str__(self) -> str:
        return f"#{self.release}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def progress(self) -> int:
        return min(100, 100 * self.done // max(1, self.items))


class Result(models.Model):
    """One answer of a run: what was asked and expected then, what came out, and how that is judged."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="results")
    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="+")
    label = models.CharField(_("id"), max_length=LONGEST_NAME + 4)
    kind = models.CharField(_("category"), max_length=LONGEST_NAME)
    question = models.TextField(_("question"))
    expected = models.JSONField(_("expected"))
    end = models.CharField(max_length=8)
    in_dialogue = models.BooleanField(default=False)
    verdict = models.CharField(_("verdict"), max_length=15, choices=[(verdict.value, verdict.value) for verdict in Verdict])
    shown = models.BooleanField(default=False)
    fault = models.CharField(_("fault"), max_length=11, choices=Fault, blank=True)
    words = models.JSONField(default=list, help_text="the strings that the fault is about")
    text = models.TextField(_("answer"), blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), null=True)
    cause = models.CharField(_("cause"), max_length=20, blank=True)
    sources = models.JSONField(_("sources"), default=list)
    found = models.JSONField(default=list, help_text="the best passages with their scores")
    place = models.PositiveSmallIntegerField(null=True, help_text="of the right passage among those")
    hit = models.BooleanField(default=False)
    article = models.UUIDField(null=True, help_text="where the fault is mended")
    ms = models.FloatField(_("ms"))

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "label"], name="one_result_a_question")]

    def __str__(self) -> str:
        return f"{self.label}: {self.verdict}"

    @property
    def wanted(self) -> Expected:
        return questions.expected_of(self.expected)


class Decision(models.Model):
    """A person's decision about the question that a customer's choice suggested. `turn`: the one that asked “Was it this?”."""

    turn = models.UUIDField(primary_key=True)
    accepted = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return str(self.turn)[:8]
