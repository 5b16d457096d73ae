"""The filters of a release: what is enabled is frozen as it stands, and comes back by going back."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.filters import part
from apps.filters.models import Filter
from apps.filters.rule import Action, Direction, Where
from apps.releases.models import Release
from apps.releases.publishing import activate, active, publish
from apps.tenants import context
from tests.cast import Cast

BOT = Where(Direction.FROM_BOT)


def write(name: str, words: str = "保本", **facts: Any) -> Filter:
    usual = {
        "kind": "words",
        "settings": {"words": words.split()},
        "directions": ["from_bot"],
        "action": "mask",
        "enabled": True,
    }
    return Filter.objects.create(name=name, **{**usual, **facts})


def test_a_release_holds_what_is_enabled_in_its_order(acme: Cast) -> None:
    write("promises", order=20)
    write("names", "甲公司", order=10)
    write("draft", "草稿", enabled=False)
    screen = part.of(publish())
    assert screen
    assert [rule.name for rule in screen.rules] == ["names", "promises"]
    assert screen.screened("甲公司保本草稿", BOT).text == "*****草稿"
    assert part.of(active()) is screen


def test_a_release_says_which_filters_changed_and_goes_back(acme: Cast) -> None:
    none = publish()
    assert part.of(none) is None
    promises, names = write("promises"), write("names", "甲公司")
    second = publish()
    assert second.summary == "Filters: names, promises"
    promises.settings = {"words": ["稳赚"]}
    promises.save()
    names.delete()
    assert publish().summary == "Filters: promises; Filters switched off: names"
    activate(second)
    screen = part.of(active())
    assert screen
    assert screen.screened("甲公司保本稳赚", BOT).text == "*****稳赚"
    assert Filter.objects.get(name="names").enabled
    activate(Release.objects.get(pk=none.pk))
    assert not Filter.objects.filter(enabled=True).exists()


def test_another_tenants_rules_are_not_looked_at_here(committed: Cast) -> None:
    with context.inside(committed.acme):
        write("promises")
        publish()
    with context.inside(committed.globex):
        assert part.of(publish()) is None
        assert not Filter.objects.exists()


def screen(acme: Cast, text: str, monkeypatch: pytest.MonkeyPatch, **options: str) -> list[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    out = io.StringIO()
    call_command("screen", acme.acme.slug, stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_screens_lines(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    write("promises")
    write("phones", kind="personal", settings={"data": ["mobile"]}, directions=["to_model"])
    publish()
    line, clean = screen(acme, "这款保本\n你好\n", monkeypatch, direction="from_bot")
    assert (line["out"], line["action"]) == ("这款**", Action.MASK)
    assert line["hits"] == [{"rule": "promises", "kind": "words", "what": "", "start": 2, "end": 4}]
    assert (clean["out"], clean["action"], clean["hits"]) == ("你好", None, [])
    (veiled,) = screen(acme, "我的电话是13800138000", monkeypatch, direction="to_model")
    assert veiled["out"] == "我的电话是[MOBILE A]"


def test_the_command_tells_what_is_wrong(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no tenant"):
        call_command("screen", "nobody")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xc4\xe3\n")))
    with pytest.raises(CommandError, match="left out: 1"):
        call_command("screen", acme.acme.slug, stdout=io.StringIO(), stderr=io.StringIO())
