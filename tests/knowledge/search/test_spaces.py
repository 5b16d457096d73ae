"""Another embedding model: its space is filled beside the one in use and takes over when it is full."""

from collections.abc import Sequence

import numpy as np
import pytest
from django.db import connection

from apps.knowledge.models import Article, Passage, Space, Vector
from apps.knowledge.search import spaces
from apps.llm import embeddings
from tests.cast import Cast
from tests.knowledge.conftest import ask, know


class UseOnly:
    """A real second model: the bundled sentence encoder by itself, in 512 dimensions."""

    model_id = "test/use-m3"
    dimensions = 512
    parts = (embeddings.Part("use", 0, 512),)

    def embed_query(self, text: str) -> embeddings.Vectors:
        asked: embeddings.Vectors = self.embed_passages([text])[0]
        return asked

    def embed_questions(self, texts: Sequence[str]) -> embeddings.Vectors:
        return self.embed_passages(texts)

    def embed_quick(self, texts: Sequence[str]) -> embeddings.Vectors:
        return embeddings.embedder().embed_quick(texts)

    def embed_passages(self, texts: Sequence[str]) -> embeddings.Vectors:
        whole = embeddings.embedder().embed_questions(texts)
        return embeddings.unit(whole[:, 384:])


@pytest.fixture(autouse=True)
def _second_model() -> None:
    embeddings.register(UseOnly())


def test_a_new_model_takes_over_when_its_space_is_full(shop: list[Article]) -> None:
    before = spaces.current()
    know("A late arrival", "Was archived", status="published")
    space = spaces.build("test/use-m3")
    assert spaces.current() == space != before
    assert Vector.objects.filter(space=space).count() == Passage.objects.count()
    assert ask("怎么开发票")[0].title == "怎么开发票？"
    article = know("Do you gift-wrap?", "Yes.")  # what is saved now goes into the new space
    assert set(Vector.objects.filter(passage__article=article).values_list("space", flat=True)) == {space.pk}
    assert ask("gift wrap")[0].text == "Yes."
    spaces.drop(before)
    assert Space.objects.count() == 1


def test_the_space_in_use_cannot_be_dropped(shop: list[Article]) -> None:
    with pytest.raises(ValueError, match="in use"):
        spaces.drop(spaces.current())


def test_an_interrupted_build_goes_on(shop: list[Article], monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def stop(self: UseOnly, texts: Sequence[str]) -> embeddings.Vectors:
        if len(done) == 2:
            raise ConnectionError("gone")
        done.append(len(texts))
        whole = embeddings.embedder().embed_questions(texts)
        return embeddings.unit(whole[:, 384:])

    with monkeypatch.context() as broken:
        broken.setattr(UseOnly, "embed_passages", stop)
        with pytest.raises(ConnectionError):
            spaces.build("test/use-m3")
    assert spaces.current().model_id != "test/use-m3"  # the old one is searched meanwhile
    assert 0 < Vector.objects.filter(space__model_id="test/use-m3").count() < Passage.objects.count()
    spaces.build("test/use-m3")
    assert spaces.current().model_id == "test/use-m3"


def test_each_space_has_an_index_of_its_own_dimensions(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "INDEX_FROM", 1)
    know("Hello?", "Hi.")
    spaces.build("test/use-m3")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'knowledge_vector' AND schemaname = current_schema()")
        made = " ".join(definition for (definition,) in cursor.fetchall())
    assert "halfvec(896)" in made
    assert "halfvec(512)" in made


def test_vectors_are_of_length_one_and_the_same_every_time() -> None:
    embedder = embeddings.embedder()
    once, again = embedder.embed_query("怎么开发票"), embedder.embed_questions(["怎么开发票", "x"])[0]
    assert once.shape == (embedder.dimensions,)
    assert np.linalg.norm(once) == pytest.approx(1, abs=1e-5)
    assert once == pytest.approx(again, abs=1e-4)
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)
    assert np.isfinite(embedder.embed_passages(["", "\x00", "😀" * 300])).all()
