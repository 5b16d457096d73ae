"""Knowledge revisions: one counter a tenant. A change of what is found takes the lock, makes the next edition, commits."""

from collections import Counter

from django.db import connection
from django.db.models import Q, QuerySet

from apps.knowledge.models import Edition, Passage, Space
from apps.knowledge.search import binary
from apps.tenants import due
from apps.tenants.workspace.models import Member

ADVANCED = "knowledge.advanced"  # what the sweeper listens to, until a release is published with it
_LOCK = 0x6B_6E_6F_77


def head() -> Edition:
    """The newest edition; number 0, unsaved, while nothing is known."""
    return Edition.objects.first() or Edition(number=0, published=True)


def at(number: int) -> Edition:
    return Edition.objects.get(number=number)


def searched(number: int) -> tuple[Edition, Space] | None:
    """The edition with the space that is searched, read at once; None if nothing was known then."""
    for questions, question_terms, texts, text_terms, space, model, dimensions, indexed in binary.rows(
        "SELECT e.questions, e.question_terms, e.texts, e.text_terms, s.id, s.model_id, s.dimensions, s.indexed"
        " FROM knowledge_edition e, knowledge_space s WHERE e.number = %s AND s.current AND e.questions + e.texts > 0",
        [number],
    ):
        counts = {"questions": questions, "question_terms": question_terms, "texts": texts, "text_terms": text_terms}
        return Edition(number=number, **counts), Space(
            id=space, model_id=model, dimensions=dimensions, current=True, indexed=indexed
        )
    return None


def found_at(number: int) -> QuerySet[Passage]:
    """The passages that a search of this knowledge revision can find."""
    return Passage.objects.filter(Q(until__isnull=True) | Q(until__gt=number), since__lte=number)


def lock() -> None:
    """One change of the knowledge at a time in a tenant; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_LOCK])


def advance(before: Edition, change: Counter[str], *, by: Member | None, summary: str, published: bool = False) -> Edition:
    """The edition after `before`, whose numbers differ by `change` (from postings)."""
    due.tell(ADVANCED)
    return Edition.objects.create(
        number=before.number + 1,
        questions=before.questions + change["questions"],
        question_terms=before.question_terms + change["question_terms"],
        texts=before.texts + change["texts"],
        text_terms=before.text_terms + change["text_terms"],
        summary=summary[:300],
        published=published,
        created_by=by,
    )
