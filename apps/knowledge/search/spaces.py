"""Embedding spaces: which one is searched, its index, and filling a new one beside it without downtime."""

from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.knowledge.models import Passage, Space, Vector
from apps.knowledge.passages import chunking
from apps.knowledge.search import editions
from apps.llm import embeddings

PORTION = 16  # passages embedded between two reports of progress
INDEX_FROM = 5_000  # vectors; below, an exact scan is as fast (docs/search.md) and finds everything


def current() -> Space:
    """The space that is searched; a new tenant gets the one of its embedder."""
    space = Space.objects.filter(current=True).first()
    if space is None:
        wanted = embeddings.embedder()
        defaults = {"dimensions": wanted.dimensions, "current": True}
        space, _made = Space.objects.get_or_create(model_id=wanted.model_id, defaults=defaults)
    return space


def fill(space: Space, passages: Sequence[Passage], report: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Give each of these passages its vector. What was embedded before, in this or an earlier revision, is not again."""
    reuse(space, passages)
    held = set(Vector.objects.filter(space=space, passage__in=passages).values_list("passage_id", flat=True))
    missing = [passage for passage in passages if passage.pk not in held]
    embedder = embeddings.by_id(space.model_id)
    # Like with like: some encoders pad a batch to its longest text.
    missing.sort(key=lambda passage: (passage.kind == Passage.Kind.QUESTION, len(passage.text)))
    for start in range(0, len(missing), PORTION):
        portion = missing[start : start + PORTION]
        rows = [Vector(passage=passage, space=space, embedding=vector) for passage, vector in _embed(embedder, portion)]
        Vector.objects.bulk_create(rows, ignore_conflicts=True)
        report(min(start + PORTION, len(missing)), len(missing))


def build(model_id: str, report: Callable[[int, int], None] = lambda done, total: None) -> Space:
    """Fill the space of another model with every passage, index it, and search it from then on. Goes on where it stopped."""
    embedder = embeddings.by_id(model_id)
    space, _made = Space.objects.get_or_create(model_id=model_id, defaults={"dimensions": embedder.dimensions})
    while True:
        missing = _missing(space)[:1000]
        fill(space, list(missing), report)
        ensure_index(space)
        with transaction.atomic():
            editions.lock()  # nothing goes live between the last look and the switch
            if not _missing(space).exists():
                Space.objects.filter(current=True).exclude(pk=space.pk).update(current=False)
                Space.objects.filter(pk=space.pk).update(current=True)
                space.current = True
                return space


def ensure_index(space: Space) -> bool:
    """Build the HNSW index of a space that has grown large enough. Searches go on meanwhile, ingestion waits."""
    if space.indexed or Vector.objects.filter(space=space).count() < INDEX_FROM:
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # PostgreSQL makes no index while checks of rows are pending
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {index_name(space)} ON knowledge_vector"
            f" USING hnsw ((embedding::halfvec({space.dimensions:d})) halfvec_ip_ops)"
            f" WITH (m = 16, ef_construction = 64) WHERE space_id = {space.pk:d}"
        )
        Space.objects.filter(pk=space.pk).update(indexed=True)
        space.indexed = True
    return True


def index_name(space: Space) -> str:
    return f"knowledge_vector_hnsw_{space.pk:d}"


def drop(space: Space) -> None:
    """Forget a space that is no longer searched, with its vectors and its index."""
    if Space.objects.filter(pk=space.pk, current=True).exists():
        raise ValueError("The space in use cannot be dropped; build another one first.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {index_name(space)}")
        space.delete()


def _missing(space: Space) -> QuerySet[Passage]:
    has = Vector.objects.filter(space=space, passage=OuterRef("pk"))
    return Passage.objects.filter(~Exists(has)).order_by("pk")


def _embed(embedder: embeddings.Embedder, portion: Sequence[Passage]) -> list[tuple[Passage, embeddings.Vectors]]:
    questions = [passage for passage in portion if passage.kind == Passage.Kind.QUESTION]
    others = [passage for passage in portion if passage.kind != Passage.Kind.QUESTION]
    embedded: list[tuple[Passage, embeddings.Vectors]] = []
    if questions:
        embedded += zip(questions, embedder.embed_questions([passage.text for passage in questions]), strict=True)
    if others:
        embedded += zip(others, embedder.embed_passages([embedded_text(passage) for passage in others]), strict=True)
    return embedded


def embedded_text(passage: Passage) -> str:
    if passage.kind == Passage.Kind.QUESTION:
        return passage.text
    return f"{passage.heading}\n{chunking.plain(passage.text)}".strip()


def reuse(space: Space, passages: Sequence[Passage]) -> None:
    """Copy vectors of equal texts instead of embedding them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_vector (passage_id, space_id, embedding)"
            " SELECT n.id, v.space_id, v.embedding FROM knowledge_passage n"
            " CROSS JOIN LATERAL (SELECT v.space_id, v.embedding FROM knowledge_passage o"
            "  JOIN knowledge_vector v ON v.passage_id = o.id AND v.space_id = %s"
            "  WHERE o.digest = n.digest AND o.id <> n.id LIMIT 1) v"
            " WHERE n.id = ANY(%s) ON CONFLICT DO NOTHING",
            [space.pk, [passage.pk for passage in passages]],
        )
