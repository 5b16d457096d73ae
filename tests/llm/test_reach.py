"""A tenant's model endpoint is no way into the platform's own network."""

from ipaddress import ip_address

import pytest
from django.test import override_settings

from apps.llm import chat, reach
from apps.llm.admin import EndpointForm
from apps.llm.models import ModelEndpoint
from apps.tenants import context
from tests.cast import Cast

METADATA = ["169.254.169.254", "100.100.100.200", "192.0.0.192", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"]
PRIVATE = ["127.0.0.1", "10.0.0.5", "192.168.1.1", "::1", "0.0.0.0", "::ffff:127.0.0.1"]  # noqa: S104  no server binds here


@pytest.mark.parametrize("address", METADATA)
def test_metadata_services_are_never_asked(address: str) -> None:
    assert not reach.is_open(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("allowed", [True, False])
def test_private_networks_are_the_platforms_choice(address: str, allowed: bool) -> None:
    with override_settings(PRIVATE_MODELS=allowed):
        assert reach.is_open(ip_address(address)) == allowed


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_the_internet_is_open(address: str) -> None:
    with override_settings(PRIVATE_MODELS=False):
        assert reach.is_open(ip_address(address))


def test_the_platforms_own_model_is_the_platforms_own_choice() -> None:
    with override_settings(PRIVATE_MODELS=False, MODEL_URL="http://127.0.0.1:9/v1"):
        reach.check("http://127.0.0.1:9/v1")
        with pytest.raises(reach.OutOfReach):
            reach.check("http://127.0.0.1:10/v1")


def test_neither_the_form_nor_a_stored_row_asks_there(cast: Cast) -> None:
    address = "http://169.254.169.254/latest/meta-data"
    with context.inside(cast.acme):
        given = {"name": "Inside", "tier": "2", "base_url": address, "model": "m", "seconds": "5", "max_tokens": "50"}
        assert list(EndpointForm(given).errors) == ["base_url"]
        row = ModelEndpoint.objects.create(name="Inside", base_url=address)
        with pytest.raises(chat.ModelFailed, match="OutOfReach"):
            list(chat.of_endpoint(row).stream([{"role": "user", "content": "Hello"}]))
