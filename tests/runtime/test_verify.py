"""`make test` as a whole: what failed is named at its end."""

import sys

import pytest

from runtime import verify
from runtime.verify import Check

TOLD = "print('a line'); print('FAILED tests/x.py::test_y - AssertionError: no'); raise SystemExit(1)"


def test_what_failed_is_named_at_the_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bad = Check("rooms", (sys.executable, "-c", TOLD), shown=True)
    good = Check("fine", (sys.executable, "-c", "print('FAILED is only a word here')"))
    monkeypatch.setattr(verify, "LINT", (bad, good))
    assert verify.main("lint") == 1
    *_before, named, empty, last = capsys.readouterr().out.splitlines()
    assert (named, empty) == ("FAILED tests/x.py::test_y - AssertionError: no", "")
    assert last.startswith("FAILED: rooms · ")


def test_all_good_is_said_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(verify, "LINT", (Check("fine", (sys.executable, "-c", "")),))
    assert verify.main("lint") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("All good · ")
