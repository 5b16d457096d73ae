"""A question without its topic."""

from apps.knowledge.models import Article
from apps.knowledge.passages import tokens
from apps.knowledge.search import aspects
from tests.cast import Cast
from tests.knowledge.conftest import ask, know

TOPIC = [
    "What is a llama?",
    "Where do llamas come from?",
    "What are the symptoms of an ill camelid?",
    "How long does a camelid live?",
    "What does a llama eat?",
    "Can llamas swim?",
    "How fast is a llama?",
    "Do llamas spit at people?",
    "How heavy does a llama get?",
    "May I keep a llama at home?",
]


def test_the_topic_is_what_many_articles_share() -> None:
    common = aspects.common_terms(enumerate(TOPIC))
    assert set(tokens.terms("llama llamas")) <= common
    assert aspects.without("What are the symptoms of a Llama?", common) == "What are the symptoms of a ?"
    assert aspects.without("Llama?", common) == "Llama?"  # nothing else is asked
    assert aspects.common_terms(enumerate(TOPIC[:5])) == frozenset()  # too few to tell


def test_the_question_about_the_topic_itself_does_not_win_them_all(acme: Cast) -> None:
    for question in TOPIC:
        know(question)
    assert ask("llama symptoms")[0].title == "What are the symptoms of an ill camelid?"
    assert ask("what is a llama")[0].title == "What is a llama?"
    assert Article.objects.count() == len(TOPIC)
