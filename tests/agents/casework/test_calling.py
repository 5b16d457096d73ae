"""Who is called to a conversation by a note or a transfer finds it unread until they have looked, whoever else has."""

import uuid

from django.test import Client

from apps.agents import presence
from apps.agents.casework import casework
from apps.agents.console import rows
from apps.agents.console.verbs.read import Read
from apps.agents.models import Call, Team
from apps.tenants import context
from apps.tenants.workspace.models import Member
from tests.agents.asking import wait
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast


def called(pk: uuid.UUID, me: Member) -> dict[str, object] | None:
    found: dict[str, object] | None = rows.for_reader(rows.of([pk])[pk], me).get("called")
    return found


def test_a_mention_stays_unread_for_the_one_it_names(cast: Cast) -> None:
    with context.inside(cast.acme):
        row = wait(visitor=cast.vera).conversation
        casework.note(row.pk, cast.alice, uuid.uuid4(), "@bob she is a wholesaler, @alice")
        Read(row.pk, 99).act(cast.alice)
        told = called(row.pk, cast.bob)
        assert told is not None
        assert (told["kind"], told["read"], told["mention"], told["by"]) == ("mention", False, True, "alice")
        assert told["text"] == "@bob she is a wholesaler, @alice"
        assert called(row.pk, cast.alice) is None, "nobody calls themselves"
        assert str(row.pk) in rows.inbox()
        assert list(rows.view("mentions", cast.bob).values_list("pk", flat=True)) == [row.pk]
        assert not rows.view("mentions", cast.alice).exists()
        Read(row.pk, 99).act(cast.bob)
        assert (called(row.pk, cast.bob) or {})["read"] is True
        assert rows.view("mentions", cast.bob).exists(), "what was read can be found again"


def test_what_is_passed_on_calls_the_new_one_with_the_note(cast: Cast) -> None:
    with context.inside(cast.acme):
        handover = wait(visitor=cast.vera)
        for member in (cast.alice, cast.bob):
            presence.choose(member, "online")
        casework.claim(handover.pk, cast.alice)
        casework.transfer(handover.conversation_id, cast.alice, {"agent": cast.bob.pk}, "Wants a refund, I have no rights")
        Read(handover.conversation_id, 99).act(cast.alice)
        told = called(handover.conversation_id, cast.bob)
        assert told is not None
        assert (told["kind"], told["read"], told["text"]) == ("transfer", False, "Wants a refund, I have no rights")
        casework.transfer(handover.conversation_id, cast.bob, {"agent": cast.alice.pk})
        assert called(handover.conversation_id, cast.bob) is None, "it is with somebody else now"
        assert (called(handover.conversation_id, cast.alice) or {})["text"] == ""


def test_a_team_is_called_until_one_of_them_has_it(cast: Cast) -> None:
    with context.inside(cast.acme):
        team = Team.objects.create(name="Returns")
        team.members.add(cast.alice, cast.bob)
        carla = Member.objects.create_user("carla", role="agent")
        team.members.add(carla)
        handover = wait(visitor=cast.vera)
        casework.claim(handover.pk, cast.alice)
        casework.transfer(handover.conversation_id, cast.alice, {"team": team.pk}, "Yours")
        assert set(Call.objects.values_list("member__username", flat=True)) == {"bob", "carla"}
        casework.take_over(handover.conversation_id, cast.bob)
        assert set(Call.objects.values_list("member__username", flat=True)) == {"bob"}


def test_another_tenants_people_see_no_mentions(cast: Cast, client: Client) -> None:
    with context.inside(cast.acme):
        row = wait(visitor=cast.vera).conversation
        casework.note(row.pk, cast.alice, uuid.uuid4(), "@bob look")
        client.force_login(cast.bob)
        asked = client.get("/api/v1/console/conversations?view=mentions", headers={"host": ACME_HOST}).json()
        assert [one["called"]["text"] for one in asked["rows"]] == ["@bob look"]
    with context.inside(cast.globex):
        client.force_login(cast.mallory)
        assert client.get("/api/v1/console/conversations?view=mentions", headers={"host": GLOBEX_HOST}).json()["rows"] == []
