"""One word for each thing: a page of the menu is titled as the menu names it, and the catalogue says each thing in one way."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from apps.tenants import context
from apps.tenants.backoffice import navigation
from apps.tenants.workspace.models import Member
from tests.admin.conftest import Browser, text
from tests.cast import Cast

ROOT = Path(__file__).resolve().parent.parent.parent.parent
Groups = list[tuple[Any, list[navigation.Entry]]]
HEADER = re.compile(r"<header>(.*?)</header>", re.DOTALL)
TITLE = re.compile(r"<title>\s*(.*?)\s*(?:\||</title>)", re.DOTALL)


def opened(person: Browser, path: str) -> str:
    """The page, or the form of a list that is one row's."""
    response = person.get(path)
    return text(person.get(response["Location"]) if response.status_code == 302 else response)


def differing(person: Browser, groups: Groups, language: str, urls: str) -> list[tuple[str, str, str]]:
    """(address, name in the menu, title of the page) where the two differ."""
    with translation.override(language):
        listed = [(str(name), url) for _title, group in groups for name, _icon, url, _may in group]
    entries = [
        (name, reverse(url, urlconf=urls)) for name, url in listed if url != "console"
    ]  # a page of its own, without titles
    wrong = []
    for name, path in entries:
        page = opened(person, path)
        title, header = (html.unescape(found[1]) if (found := part.search(page)) else "" for part in (TITLE, HEADER))
        if title != name and name not in header:  # a form that is a list's stands below it
            wrong.append((path, name, title))
    return wrong


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_page_of_a_tenants_menu_bears_its_name(cast: Cast, owner: Browser, language: str) -> None:
    with context.inside(cast.acme):
        Member.objects.update(language=language)
    assert differing(owner, navigation.TENANT, language, settings.ROOT_URLCONF) == []


def test_so_does_each_page_of_the_platforms(platform: Browser) -> None:
    assert differing(platform, navigation.PLATFORM, "en", settings.PUBLIC_SCHEMA_URLCONF) == []


@pytest.mark.parametrize("word", ["死信", "工作台", "控制台", "坐席", "dead letter"])
def test_people_meet_no_second_word_for_a_thing(word: str) -> None:
    """The console is 客服台, an agent 客服; what could not be delivered is undelivered."""
    told = [ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po", *(ROOT / "static").glob("*/words/*.js")]
    said = [
        f"{path.name}: {line}"
        for path in told
        for line in path.read_text().splitlines()
        if word in line.lower() and not line.startswith("#")
    ]
    assert said == []
