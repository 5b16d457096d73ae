"""The web's port: one product's processes share it when they are told so, and nobody else gets a part of its lines."""

import socket

import pytest

from runtime.services.service import LOOPBACK, SHARED_PORT, free_port, listen, listeners


def test_a_port_that_somebody_listens_on_is_refused() -> None:
    port = free_port()
    with listen(LOOPBACK, port), pytest.raises(OSError, match="in use"):
        listen(LOOPBACK, port)


def test_processes_of_one_product_share_it_and_a_stranger_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv(SHARED_PORT, str(port))
    with listen(LOOPBACK, port), listen(LOOPBACK, port):
        assert listeners(port) == 2
        monkeypatch.delenv(SHARED_PORT)
        with pytest.raises(OSError, match="in use"):
            listen(LOOPBACK, port)
    assert listeners(port) == 0


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_all_addresses_are_those_of_ipv4_too() -> None:
    port = free_port()
    with listen("::", port), socket.create_connection((LOOPBACK, port), timeout=5) as line:
        assert line.getpeername()[1] == port
