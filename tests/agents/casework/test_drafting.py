"""Help with the composer's words, by models that really stream; and supervising: look on, whisper, take over."""

import uuid

import pytest

from apps.agents.casework import drafting
from apps.conversations.models import Conversation, Hit
from apps.llm.models import ModelEndpoint, Tier
from apps.llm.testing import ScriptedModel
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.refusal import Refusal
from tests.agents.asking import ask
from tests.agents.client import sit_down
from tests.agents.console.test_socket import inside
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.guarding.rules import in_force
from tests.faulty_model import faulty_model


def test_the_text_is_material_and_the_answer_is_the_text_alone() -> None:
    model = ScriptedModel(["<text>Please ", "wait and say hi.</text>"])
    assert drafting.redraft("wait and say hi", "formal", "en", [model]) == ("Please wait and say hi.", "scripted")
    system, user = model.asked[0]
    assert "more formal" in system["content"]
    assert "Write in English" in system["content"]
    assert user["content"] == "<text>\nwait and say hi\n</text>"


def test_one_model_that_fails_leaves_it_to_the_next() -> None:
    good = ScriptedModel(["Wait."])
    assert (
        drafting.redraft("Hold on, wait", "shorter", "en", [ScriptedModel(["half an ans"], fails="down"), good])[0] == "Wait."
    )
    with pytest.raises(Refusal, match="unchanged"):
        drafting.redraft("Hold on", "shorter", "en", [ScriptedModel([], fails="slow")])


@pytest.mark.parametrize(
    ("how", "old", "new", "true"),
    [
        ("fix", "your order were shiped on monday", "Your order was shipped on Monday.", True),
        ("fix", "pls wait i look for it", "Your order was shipped on Monday.", False),
        ("formal", "we ship order 4711 on friday, ok?", "We will ship order 4711 on Friday.", True),
        ("formal", "we ship order 4711 on friday, ok?", "We will ship your order on Friday.", False),
        ("friendlier", "The refund takes five days.", "The refund takes 3 to 5 days.", False),
        ("friendlier", "See https://acme.example/returns", "See https://acme.example/refunds", False),
        ("shorter", "Please wait.", "Please be so kind as to wait.", False),
        ("shorter", "Please wait a moment, I am looking for your order.", "One moment, looking for your order.", True),
        ("shorter", "请您稍等一下，我正在为您查询订单。", "请稍等，正在查询订单。", True),
        ("translate", "Your refund of 30 euros is on its way.", "您的 30 欧元退款已在处理中。", True),
        ("translate", "Your refund of 30 euros is on its way.", "您的 300 欧元退款已在处理中。", False),
    ],
)
def test_what_strays_from_the_text_is_not_shown(how: str, old: str, new: str, true: bool) -> None:
    models = [ScriptedModel([new])]
    if true:
        assert drafting.redraft(old, how, "en", models)[0] == new
    else:
        with pytest.raises(Refusal, match="did not keep to your text"):
            drafting.redraft(old, how, "en", models)
        assert drafting.redraft(old, how, "en", [*models, ScriptedModel([old], name="larger")])[1] == "larger"


def test_without_a_model_for_the_language_nothing_is_made_up(acme: Cast) -> None:
    row = ask(language="zh-hans")
    for text, how, name in (
        ("请稍等一下", "shorter", "Simplified Chinese"),
        ("Please wait", "translate", "Simplified Chinese"),
    ):
        with pytest.raises(Refusal, match=name) as refused:
            drafting.rewrite(row.pk, acme.bob, uuid.uuid4(), text, how)
        assert refused.value.code == "no_model"
    with pytest.raises(Refusal) as refused:
        drafting.rewrite(row.pk, acme.bob, uuid.uuid4(), "请稍等一下", "translate")
    assert refused.value.code == "nothing_to_do"


@pytest.mark.usefixtures("sockets")
async def test_a_draft_is_translated_for_the_customer_by_a_model_of_both_languages(committed: Cast) -> None:
    row = await inside(committed.acme, lambda: ask("退货", language="zh-hans"))
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    with faulty_model("good", "请稍候 。") as url:
        await inside(committed.acme, _serve, url)
        own = str(uuid.uuid4())
        await bob.send("rewrite", conversation=row.pk, client_id=own, text="One moment, please.", how="translate")
        told = await bob.next("rewritten", "error")
        assert (told["client_id"], told["text"], told["model"]) == (own, "请稍候 。", "Both")
        for how in ("backwards", ["shorter"], {"fix": 1}, None):
            await bob.send("rewrite", conversation=row.pk, client_id=own, text="x", how=how)
            assert (await bob.next("error"))["code"] == "bad_frame"
        mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
        await mallory.send("rewrite", conversation=row.pk, client_id=own, text="Hello", how="shorter")
        assert (await mallory.next("error", "rewritten"))["code"] == "not_found"
    await inside(committed.acme, lambda: ModelEndpoint.objects.filter(name="Both").delete())
    for each in (bob, mallory):
        await each.leave()


@pytest.mark.usefixtures("sockets")
async def test_who_waits_for_a_slow_model_keeps_no_other_console_waiting(committed: Cast) -> None:
    row = await inside(committed.acme, lambda: ask("退货", language="zh-hans"))
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    theirs = await inside(committed.globex, ask)
    with faulty_model("stall", "请 稍 候 片 刻 。") as url:
        await inside(committed.acme, _serve, url)
        asked = [str(uuid.uuid4()) for _ in range(5)]
        for own in asked:
            await bob.send("rewrite", conversation=row.pk, client_id=own, text="One moment, please.", how="translate")
        refused = {(await bob.next("error", "rewritten"))["client_id"] for _ in range(2)}
        assert refused == set(asked[3:]), "a tenant has half of the places, and is told so at once"
        await mallory.send("open", conversation=theirs.pk, after=0)
        await mallory.next("opened")
        await bob.send("open", conversation=row.pk, after=0)
        await bob.next("opened")
        assert not [frame for frame in bob.seen if frame.get("client_id") in asked[:3]], "they still wait"
        late = [await bob.next("error", "rewritten") for _ in range(3)]
        assert {frame["client_id"] for frame in late} == set(asked[:3])
    await inside(committed.acme, lambda: ModelEndpoint.objects.filter(name="Both").delete())
    for each in (bob, mallory):
        await each.leave()


def _serve(url: str) -> None:
    ModelEndpoint.objects.create(name="Both", tier=Tier.LOCAL, base_url=url, model="m", languages=["en", "zh-hans"], seconds=4)
    publish()


@pytest.mark.usefixtures("sockets")
async def test_who_runs_the_desk_looks_on_whispers_and_takes_over(committed: Cast) -> None:
    bob, alice = [await sit_down(committed.acme, ACME_HOST, member) for member in (committed.bob, committed.alice)]
    row: Conversation = await inside(committed.acme, ask)
    await bob.send("claim", conversation=row.pk)
    await bob.next("claimed")
    await bob.send("open", conversation=row.pk, after=0)
    await bob.next("opened")
    await alice.send("open", conversation=row.pk, after=0)
    await alice.next("opened")
    await bob.next("viewing", who=[{"id": str(member.pk), "name": str(member)} for member in (committed.alice, committed.bob)])
    await alice.say(row.pk, "@bob offer a refund", kind="note")
    whisper = await bob.next("mention")
    assert (whisper["by"]["name"], whisper["text"]) == ("alice", "@bob offer a refund")
    await alice.send("claim", conversation=row.pk)
    told = await bob.next("claimed")
    assert (told["by"]["name"], told["from"]["name"]) == ("alice", "bob"), "the former agent is told at once"
    assert (await bob.say(row.pk, "too late"))["code"] == "not_yours"
    assert (await alice.say(row.pk, "Alice here."))["type"] == "ack"
    for each in (bob, alice):
        await each.leave()


def test_what_agents_have_rewritten_is_covered_and_put_back(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, model = ask("Hello"), ScriptedModel(["Please write to [MAIL A], or call [MOBILE B]."])
    monkeypatch.setattr(drafting, "_models", lambda _languages: [model])
    in_force(acme.acme, "data", "to_model", action="mask", settings={"data": ["mail", "mobile"]})
    text = "pls write to ben@example.com or call 13812345678"
    with context.inside(acme.acme):
        told = drafting.rewrite(row.pk, acme.bob, uuid.uuid4(), text, "formal")
        assert told["text"] == "Please write to ben@example.com, or call 13812345678."
        assert "ben@example.com" not in str(model.asked)
        assert "13812345678" not in str(model.asked)
        hits = list(Hit.objects.order_by("id").values_list("direction", "action", "what", "conversation", "member"))
    assert hits == [("to_model", "mask", what, row.pk, acme.bob.pk) for what in ("mail", "mobile")]


def test_a_rule_for_models_that_only_a_worker_can_ask_stops_a_rewriting(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, model = ask("Hello"), ScriptedModel(["Hello."])
    monkeypatch.setattr(drafting, "_models", lambda _languages: [model])
    in_force(acme.acme, "offence", "to_model", action="block", kind="classifier", settings={}, say="No.")
    with context.inside(acme.acme), pytest.raises(Refusal, match="Your text is unchanged"):
        drafting.rewrite(row.pk, acme.bob, uuid.uuid4(), "Hello there", "formal")
    assert not model.asked
