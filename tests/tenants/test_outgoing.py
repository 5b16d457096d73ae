"""What tenants make the server send reaches no network of the platform's own, and never takes longer or more than it may."""

from ipaddress import ip_address

import pytest
from django.test import override_settings

from apps.tenants import outgoing

METADATA = ["169.254.169.254", "100.100.100.200", "192.0.0.192", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"]
PRIVATE = ["127.0.0.1", "10.0.0.5", "192.168.1.1", "::1", "0.0.0.0", "::ffff:127.0.0.1"]  # noqa: S104  no server binds here


@pytest.mark.parametrize("address", METADATA)
def test_metadata_services_are_never_asked(address: str) -> None:
    assert not outgoing.is_open(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("allowed", [True, False])
def test_private_networks_are_the_platforms_choice(address: str, allowed: bool) -> None:
    with override_settings(PRIVATE_NETWORKS=allowed):
        assert outgoing.is_open(ip_address(address)) == allowed


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_the_internet_is_open(address: str) -> None:
    with override_settings(PRIVATE_NETWORKS=False):
        assert outgoing.is_open(ip_address(address))
