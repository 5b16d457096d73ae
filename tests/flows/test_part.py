"""The flows of a release: what is enabled is frozen as it stands, and comes back by going back."""

import pytest
from django.core.exceptions import ValidationError
from structlog.testing import capture_logs

from apps.flows import part
from apps.flows.models import Flow
from apps.releases.models import Release
from apps.releases.publishing import activate, active, changes, publish
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.cast import Cast

TEXT = "states:\n  - name: Hello\n    actions:\n      - {type: end, params: {text: Hello}}\n"


def write(name: str, *, enabled: bool = True, text: str = TEXT, order: int = 100) -> Flow:
    flow = Flow(name=name, text=text, enabled=enabled, order=order)
    flow.full_clean()
    flow.save()
    return flow


def test_a_release_holds_what_is_enabled_in_its_order(acme: Cast) -> None:
    write("returns", order=20)
    write("退货", order=10)
    write("draft", enabled=False)
    release = publish()
    assert release.frozen["flows"] == [{"name": "退货", "text": TEXT}, {"name": "returns", "text": TEXT}]


def test_a_release_says_which_flows_changed(acme: Cast) -> None:
    first = publish()
    returns, invoice = write("returns"), write("invoice")
    second = publish()
    assert second.summary == "Flows: invoice, returns"
    returns.text += "\n# explained\n"
    returns.save()
    Flow.objects.filter(pk=invoice.pk).update(enabled=False)
    third = publish()
    assert third.summary == "Flows: returns; Flows switched off: invoice"
    assert changes(second, first) == ["Flows switched off: invoice, returns"]
    assert changes(third, third) == []
    write("another", order=1)
    fourth = publish()
    Flow.objects.filter(name="another").update(order=200)
    assert publish().summary == "Flows in another order"
    assert changes(None, fourth)[0] == "Flows: another, returns"


def test_the_flows_of_a_release_are_loaded_once(acme: Cast) -> None:
    write("退货", order=2)
    write("invoice", order=1)
    release = publish()
    flows = part.of(release)
    assert list(flows) == ["invoice", "退货"]
    assert flows["退货"].name == "退货"
    assert flows["退货"].first.name == "Hello"
    Site.objects.update(greeting="Another release with the same flows")
    assert part.of(publish()) is flows
    Flow.objects.filter(name="invoice").update(enabled=False)
    assert list(part.of(publish())) == ["退货"]
    assert part.of(Release(number=0, frozen={})) == {}, "one of before there were any"


def test_what_does_not_load_is_left_out_and_told_in_the_log(acme: Cast) -> None:
    """A text was published by an earlier version that knew more, or less."""
    entering = TEXT.replace("{type: end", "{type: flow, params: {flow: broken}}\n      - {type: end")
    frozen = [{"name": "good", "text": TEXT}, {"name": "broken", "text": "states: ["}, {"name": "outer", "text": entering}]
    with capture_logs() as logs:
        flows = part.of(Release(number=1, frozen={"flows": frozen}))
    assert list(flows) == ["good"]
    told = [entry["flow"] for entry in logs if entry["event"] == "flow_left_out"]
    assert told == ["broken", "outer"]


def test_going_back_brings_back_texts_and_order_and_drafts_stay(acme: Cast) -> None:
    write("returns", order=2)
    gone = write("invoice", order=1)
    before = publish()
    gone.delete()
    Flow.objects.update(text="states: [")
    write("newer")
    publish()
    activate(before, by=acme.alice)
    assert active() == before
    found = {flow.name: (flow.enabled, flow.text, flow.order) for flow in Flow.objects.all()}
    assert found == {"invoice": (True, TEXT, 1), "returns": (True, TEXT, 2), "newer": (False, TEXT, 100)}
    assert publish() == before, "the editors hold what the release holds"


@pytest.mark.parametrize("name", ["", " ", "_", "returns\n", "a/b", "-x", "x" * 61, "<b>"])
def test_a_name_is_one_that_can_be_said(acme: Cast, name: str) -> None:
    with pytest.raises(ValidationError):
        write(name)


def test_the_other_tenant_has_flows_of_its_own(acme: Cast) -> None:
    write("returns")
    publish()
    with context.inside(acme.globex):
        assert not Flow.objects.exists()
        assert publish().frozen["flows"] == []
        write("returns")
