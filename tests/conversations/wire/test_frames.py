"""The frames a client may send, without a socket."""

import time
import unicodedata

import pytest

from apps.conversations.wire import frames


@pytest.mark.parametrize("text", ["a" + "\u0301\u0323" * 50_000, "\u0345\u0334" * 50_000])
def test_thousands_of_marks_on_one_letter_hold_nobody_up(text: str) -> None:
    """To put them in order takes a time that grows with their square otherwise, of every socket of the process."""
    began = time.thread_time()
    kept = frames.clean(text)
    assert time.thread_time() - began < 1
    assert len(kept) <= frames.MOST_MARKS + 1


@pytest.mark.parametrize("text", ["Việt Nam", "नमस्ते", "👩\u200d👩\u200d👧", "שָׁלוֹם", "z̸̡̢͓̳̜̣̀̍͐ą̴́lgo"])
def test_marks_that_people_write_are_kept(text: str) -> None:
    assert frames.clean(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFC", text)
