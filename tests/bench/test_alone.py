"""What is measured in a process of its own comes to an end, and prints what the row reads."""

from bench.rows import flows


def test_sentences_are_understood_without_a_database() -> None:
    told = flows._told("bench.alone.understood")
    assert len(told["understood"]) == len(told["encoded"]) >= 20
    assert all(seconds > 0 for seconds in told["understood"])
