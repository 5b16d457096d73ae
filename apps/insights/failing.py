"""The answers of a run that are not as they should be, each with all that somebody needs to mend it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from apps.conversations import site_part
from apps.conversations.bot import trace
from apps.conversations.bot.stages.searching import Found
from apps.conversations.bot.steps import fit
from apps.conversations.bot.trace import HitView
from apps.insights.faults import Fault
from apps.insights.models import Result, Run
from apps.insights.questions import End, Expected
from apps.knowledge.models import Article
from apps.llm import languages
from apps.releases.models import Release
from apps.tenants.workspace.models import Site

A_PAGE = 25


@dataclass(frozen=True)
class Failure:
    """`article` is where it is mended, None where nothing is written yet; `before`: what was asked earlier in its dialogue."""

    result: Result
    expected: Sequence[tuple[str, Sequence[str]]]
    hits: Sequence[HitView]
    article: UUID | None
    before: Sequence[str]
    language: str


@dataclass(frozen=True)
class Failing:
    page: Page  # type: ignore[type-arg]
    failures: Sequence[Failure]
    faults: Sequence[tuple[Fault, int]]
    sure: float
    floor: float


def of(run: Run, fault: str = "", number: str = "1") -> Failing:
    """A page of them, the longest list of faults first; `fault`: of one class alone."""
    counts = Counter(run.results.exclude(fault="").order_by().values_list("fault", flat=True))
    results = run.results.filter(fault=fault) if fault in counts else run.results.exclude(fault="")
    page = Paginator(results.select_related("item"), A_PAGE).get_page(number)
    site = site_part.of(Release.objects.get(number=run.release))
    faults = [(Fault(name), count) for name, count in counts.most_common()]
    return Failing(page, _failures(run, list(page), site.sure, site.floor), faults, site.sure, site.floor)


def _failures(run: Run, results: Sequence[Result], sure: float, floor: float) -> list[Failure]:
    found = [[fit(Found, hit) for hit in result.found] for result in results]
    views = trace.hits(found, sure=sure, floor=floor)
    articles = _articles(results)
    dialogues = {result.item_id for result in results if result.in_dialogue}
    turns = list(run.results.filter(item__in=dialogues).values_list("item", "pk", "question")) if dialogues else []
    default = Site.load().language
    return [
        Failure(
            result=result,
            expected=told(result.wanted),
            hits=hits,
            article=articles.get(result.pk),
            before=[asked for item, pk, asked in turns if item == result.item_id and pk < result.pk],
            language=languages.of(result.question, default=default),
        )
        for result, hits in zip(results, views, strict=True)
    ]


def _articles(results: Sequence[Result]) -> dict[int, UUID]:
    """The article to mend for each result, if it is still there: the one that was noted, else an expected one by its title."""
    titles = {title for result in results for title in result.expected.get("articles", ())}
    titled = dict(Article.objects.filter(title__in=titles).values_list("title", "pk")) if titles else {}
    noted = {result.article for result in results if result.article}
    there = set(Article.objects.filter(pk__in=noted).values_list("pk", flat=True))
    found = {}
    for result in results:
        named = (titled[title] for title in result.expected.get("articles", ()) if title in titled)
        article = result.article if result.article in there else next(named, None)
        if article:
            found[result.pk] = article
    return found


def told(expected: Expected) -> list[tuple[str, Sequence[str]]]:
    """The expectation for people: a heading, and the strings below it."""
    match expected.end:
        case End.REFUSE:
            return [(_("Refused: the knowledge does not hold it."), ())]
        case End.COURTESY:
            return [(_("Answered politely, without knowledge."), ())]
        case End.PERSON:
            return [(_("Handed over to a person, as wished."), ())]
    parts: list[tuple[Any, Sequence[str]]] = [
        (_("Must say"), [" / ".join(one_of) for one_of in expected.points]),
        (_("Must not say"), expected.never),
        (_("From one of these articles"), expected.articles),
    ]
    return [part for part in parts if part[1]]
