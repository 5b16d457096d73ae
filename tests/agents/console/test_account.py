"""How the console is to a member: asked once about sound, in their language, and where they land after the log-in."""

import pytest
from django.test import Client

from apps.agents.models import Presence
from apps.tenants import context
from apps.tenants.workspace.models import Member
from tests.agents.client import Console, log_in, sit_down
from tests.agents.console.test_socket import inside
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast


@pytest.mark.usefixtures("sockets")
async def test_sound_is_asked_once_and_kept_for_the_member(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    other = await sit_down(committed.acme, ACME_HOST, committed.bob)
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    assert bob.seen[0]["sound"] is None
    await bob.send("sound", on=True)
    assert (await other.next("sound"))["on"] is True
    again = await sit_down(committed.acme, ACME_HOST, committed.bob)
    assert again.seen[0]["sound"] is True
    await bob.send("sound", on=False)
    await other.next("sound", on=False)
    assert await inside(committed.acme, lambda: Presence.objects.get(member=committed.bob).sound) is False
    await mallory.send("ping")
    await mallory.next("pong")
    assert not [frame for frame in mallory.seen if frame["type"] == "sound"]
    for console in (bob, other, again, mallory):
        await console.leave()


@pytest.mark.usefixtures("sockets")
async def test_a_member_chooses_the_language_of_the_console(committed: Cast) -> None:
    bob = Console(ACME_HOST, await inside(committed.acme, log_in, committed.acme, committed.bob))
    await bob.connect()
    await bob.send("language", language="zh-hans")
    assert (await bob.next("language"))["language"] == "zh-hans"
    assert await inside(committed.acme, lambda: Member.objects.get(pk=committed.bob.pk).language) == "zh-hans"
    await bob.send("language", language="tlh")
    assert (await bob.next("error"))["code"] == "bad_frame"
    await inside(committed.acme, lambda: Member.objects.update(language=""))
    await bob.leave()


@pytest.mark.parametrize(
    ("person", "on_the_way_to", "lands"),
    [
        ("bob", "", "/console/"),
        ("bob", "/admin/", "/console/"),
        ("bob", "/admin/agents/ticket/", "/admin/agents/ticket/"),
        ("alice", "", "/admin/"),
    ],
)
def test_who_answers_customers_lands_where_they_do(
    cast: Cast, client: Client, person: str, on_the_way_to: str, lands: str
) -> None:
    with context.inside(cast.acme):
        address = "/admin/login/" + (f"?next={on_the_way_to}" if on_the_way_to else "")
        given = {"username": person, "password": PASSWORD} | ({"next": on_the_way_to} if on_the_way_to else {})
        answer = client.post(address, given, headers={"host": ACME_HOST})
        assert (answer.status_code, answer["Location"]) == (302, lands)
        console = client.get("/console/", headers={"host": ACME_HOST})
        assert "data-token=" in console.content.decode()
