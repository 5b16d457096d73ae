"""The number of processes of each kind that `make run` starts, by the machine's cores and by what was asked for."""

import pytest

from runtime import programs
from runtime.errors import CannotStart


@pytest.mark.parametrize(("cores", "webs", "turns"), [(1, 1, 1), (2, 2, 2), (4, 2, 4), (6, 3, 4), (32, 4, 4)])
def test_as_many_as_the_cores_bear(monkeypatch: pytest.MonkeyPatch, cores: int, webs: int, turns: int) -> None:
    monkeypatch.setattr(programs, "_cores", lambda: cores)
    for setting in ("YINGDA_WEB_PROCESSES", "YINGDA_TURNS_WORKERS"):
        monkeypatch.delenv(setting, raising=False)
    assert (programs.web_wanted(), programs.turns_wanted()) == (webs, turns)


def test_what_was_asked_for_comes_first_and_nonsense_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINGDA_WEB_PROCESSES", "7")
    assert programs.web_wanted() == 7
    for wrong in ("0", "9", "two", "-1"):
        monkeypatch.setenv("YINGDA_WEB_PROCESSES", wrong)
        with pytest.raises(CannotStart, match="from 1 to 8"):
            programs.web_wanted()
