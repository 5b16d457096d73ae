"""The knowledge: articles and Q&A, their revisions, the passages they are cut into, vectors, postings, imports.

Knowledge is temporal. Each change that reaches the search makes an `Edition` with the next number, the *knowledge revision*;
a passage is found by a search of revision r when since <= r < until. Nothing that a release points to is ever changed.
"""

import re
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from apps.knowledge.tuning import SearchSettings as SearchSettings
from apps.tenants.workspace.models import LANGUAGES


class Kind(models.TextChoices):
    QA = "qa", _("Q&A")
    ARTICLE = "article", _("article")


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class Ingestion(models.TextChoices):
    """The progress of an article's newest save on its way into the search."""

    IDLE = "idle", _("not in search")
    WAITING = "waiting", _("waiting")
    WORKING = "working", _("being read")
    LIVE = "live", _("live")
    FAILED = "failed", _("failed")


MOST_ALTERNATIVES = 50
LONGEST_BODY = 400_000  # characters: a book of 200 pages


def check_plain_text(text: str) -> None:
    if "\x00" in text:
        raise ValidationError(_("The text contains NUL bytes. Paste it as plain text."))
    if re.search("[\ud800-\udfff]", text):
        raise ValidationError(_("The text contains broken characters. Save it as UTF-8."))


def check_alternatives(value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(text, str) and 0 < len(text) <= 500 for text in value):
        raise ValidationError(_("Other ways to ask must be a list of questions of up to 500 characters each."))
    if len(value) > MOST_ALTERNATIVES:
        raise ValidationError(_("Use at most %d other ways to ask.") % MOST_ALTERNATIVES)
    for text in value:
        check_plain_text(text)


class Content(models.Model):
    """The fields an operator writes. An article has them as they are being edited, a revision as they were saved."""

    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.QA)
    title = models.CharField(_("question or title"), max_length=500, validators=[check_plain_text])
    body = models.TextField(
        _("answer or text"),
        help_text=_("Markdown."),
        validators=[check_plain_text, MaxLengthValidator(LONGEST_BODY)],
    )
    alternatives = models.JSONField(
        _("other ways to ask"),
        default=list,
        blank=True,
        validators=[check_alternatives],
        help_text=_("A list of up to 50 questions that have the same answer."),
    )
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="en")
    category = models.CharField(_("category"), max_length=100, blank=True)
    url = models.URLField(_("page"), max_length=500, blank=True, help_text=_("Where customers can read it themselves."))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)

    class Meta:
        abstract = True

    FIELDS = ("kind", "title", "body", "alternatives", "language", "category", "url", "status")

    def content(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.FIELDS}


class Article(Content):
    """One thing we know, as it stands in the editor. It changes only through the verbs of `publishing`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ingestion = models.CharField(_("in search"), max_length=7, choices=Ingestion, default=Ingestion.IDLE, editable=False)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, editable=False, help_text=_("Percent."))
    error = models.CharField(_("problem"), max_length=500, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    wake_at = models.DateTimeField(null=True, editable=False)  # the sweeper wakes what still waits after this moment
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-updated_at"]
        indexes = [
            models.Index(fields=["wake_at"], condition=models.Q(ingestion__in=["waiting", "working"]), name="article_to_wake")
        ]

    def __str__(self) -> str:
        return self.title


class Import(models.Model):
    """A file of many Q&A: read, checked, embedded and put live as one knowledge revision, or refused as a whole."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being read")
        LIVE = "live", _("live")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")

    file = models.FileField(_("file"), upload_to="imports/%Y/%m/", max_length=300)
    name = models.CharField(_("file name"), max_length=200)
    skip_bad = models.BooleanField(
        _("leave out bad rows"), default=False, help_text=_("Otherwise one bad row stops the whole import.")
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING, editable=False)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, editable=False, help_text=_("Percent."))
    rows = models.PositiveIntegerField(_("rows"), default=0, editable=False)
    added = models.PositiveIntegerField(_("added"), default=0, editable=False)
    changed = models.PositiveIntegerField(_("changed"), default=0, editable=False)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0, editable=False)
    bad = models.PositiveIntegerField(_("bad rows"), default=0, editable=False)
    report = models.JSONField(_("report"), default=list, editable=False)  # [{"line": 7, "problem": "…"}], the first 1,000
    problem = models.CharField(_("problem"), max_length=500, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    wake_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """A knowledge revision: the numbers BM25 needs of it, and whether a release has been published for it."""

    number = models.PositiveIntegerField(_("knowledge revision"), primary_key=True)
    questions = models.PositiveIntegerField(default=0)  # passages of kind question, and the terms in them
    question_terms = models.PositiveBigIntegerField(default=0)
    texts = models.PositiveIntegerField(default=0)  # answers and sections, likewise
    text_terms = models.PositiveBigIntegerField(default=0)
    summary = models.CharField(_("what changed"), max_length=300, blank=True)
    published = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"k{self.number}"


class Revision(Content):
    """The content of an article as of one save; never changed. `number` is the knowledge revision that took it into the
    search, empty while it waits and for good when a newer save overtook it (or it was a draft all along)."""

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("knowledge revision"), null=True)
    source = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="revisions")
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.number or '–'})"


class Passage(models.Model):
    """The unit a search finds: one question variant, an answer or part of it, or a section of an article."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        ANSWER = "answer", _("answer")
        SECTION = "section", _("section")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="passages")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="passages", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    ordinal = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    heading = models.CharField(max_length=500, blank=True)  # the path of headings above a section: "Returns › By mail"
    text = models.TextField()
    start = models.PositiveIntegerField(default=0)  # where the text stands in the revision's body, in characters
    end = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=32)  # of what is embedded: equal texts share their vectors
    since = models.PositiveIntegerField(null=True)  # empty until the whole revision goes live
    until = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="passage_digest")]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "kind", "ordinal"], condition=models.Q(since__isnull=True), name="one_passage_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading or self.kind}: {self.text[:60]}"


class Space(models.Model):
    """An embedding space: what one model makes of the passages. The tenant's `current` one is searched; a new model's space
    is filled beside it and takes over when it holds every passage."""

    model_id = models.CharField(_("model"), max_length=200, unique=True)
    dimensions = models.PositiveIntegerField(_("dimensions"))
    current = models.BooleanField(_("in use"), default=False)
    indexed = models.BooleanField(default=False)  # whether its HNSW index has been built (spaces.py)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["current"], condition=models.Q(current=True), name="one_space_in_use")]

    def __str__(self) -> str:
        return self.model_id


class Vector(models.Model):
    """A passage in a space, of length 1. The column has no fixed dimensions; each space has a partial HNSW index of its own."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="vectors", db_index=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="vectors", db_index=False)
    embedding = HalfVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "space"], name="one_vector_a_passage_and_space")]

    def __str__(self) -> str:
        return f"{self.passage_id} in {self.space_id}"


class Posting(models.Model):
    """The inverted index: for a term and a block of 1,024 passages, who holds it, how often, and from when until when
    (postings.py has the layout)."""

    pk = models.CompositePrimaryKey("term", "block")
    term = models.CharField(max_length=64, db_collation="C")
    block = models.PositiveIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.term}/{self.block}"
