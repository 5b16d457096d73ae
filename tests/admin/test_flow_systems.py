"""Calls of flows to systems that nobody has entered, or that are off: warned of in the editor, and on publishing."""

from typing import Any

import pytest

from apps.flows.models import Flow, System
from apps.releases.publishing import active
from apps.tenants import context
from tests.admin.conftest import Browser, text
from tests.admin.test_flows import checked, given, write
from tests.cast import Cast

TEXT = """\
states:
  - name: look
    actions:
      - {type: call, params: {system: shop, url: /x, timeout: 5s}}
      - {type: end}
"""


def problems(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(browser, TEXT)["problems"]
    return found


def test_the_mark_stands_at_the_system(cast: Cast, owner: Browser, mallory: Browser) -> None:
    with context.inside(cast.acme):
        shop = System.objects.create(name="shops", base_url="https://shop.example")
    (problem,) = problems(owner)
    assert (problem["line"], problem["column"], problem["endColumn"], problem["severity"]) == (4, 39, 43, "warning")
    assert problem["sentence"] == "There is no system “shop” under Systems, so this call fails. Did you mean “shops”?"
    with context.inside(cast.acme):
        shop.name = "shop"
        shop.save()
    assert problems(owner) == []
    assert problems(mallory)[0]["sentence"] == "There is no system “shop” under Systems, so this call fails."
    with context.inside(cast.acme):
        System.objects.update(enabled=False)
    assert problems(owner)[0]["sentence"] == "The system “shop” is switched off, so this call fails."


@pytest.mark.parametrize("enabled", [True, False])
def test_who_publishes_such_a_flow_is_warned(cast: Cast, owner: Browser, enabled: bool) -> None:
    page = write(cast, "look", TEXT)
    told = text(owner.post(page, given("look", TEXT, enabled=enabled), follow=True))
    assert ("Line 4, column 39: There is no system “shop”" in told) == enabled
    with context.inside(cast.acme):
        assert Flow.objects.get().enabled == enabled
        assert len(active().frozen["flows"]) == enabled, "it is live all the same"
