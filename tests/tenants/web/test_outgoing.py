"""Requests that tenants make the server send reach no network of the platform's own, and never take longer or more than they
may."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Event
from typing import Any

import pytest
from django.test import override_settings

from apps.tenants.web import addresses, outgoing, places
from tests.agents.receiver import receiver
from tests.saying import saying
from tests.waiting import wait_for

PRIVATE = ["127.0.0.1", "10.0.0.5", "192.168.1.1", "172.31.0.1", "::1", "fd12::1", "0.0.0.0", "::ffff:127.0.0.1"]  # noqa: S104
REFUSED = [
    *("169.254.169.254", "100.100.100.200", "192.0.0.192", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"),
    *("168.63.129.16", "::ffff:168.63.129.16", "fd20:ce::254", "fd00:42::42"),  # metadata
    *("100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250"),
    *("240.0.0.1", "255.255.255.255"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:5", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "64:ff9b:1::808:808"),  # translated
    *("::8.8.8.8", "::127.0.0.1", "::ffff:0:8.8.8.8", "::ffff:0:127.0.0.1"),
    *("2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:80ff:fffe"),  # 6to4, Teredo
    *("2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:5"),  # ISATAP
    *("fec0::1", "feff::1", "ff02::1", "ff0e::1", "5f00::1", "100::1", "100:0:0:1::1", "2001:2::1", "2001:20::1"),
    *("2001:db8::1", "3fff::1", "3ffe::1", "4000::1", "1::1", "200::1", "e000::1", "0:0:0:1::1"),
]
OPEN = ["8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "2001:4860:4860::8888", "2606:4700:4700::1111", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", REFUSED)
@pytest.mark.parametrize("allowed", [True, False])
def test_what_is_nobodys_server_is_never_asked(address: str, allowed: bool) -> None:
    with override_settings(PRIVATE_NETWORKS=allowed):
        assert not outgoing.is_open(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("allowed", [True, False])
def test_private_networks_are_the_platforms_choice(address: str, allowed: bool) -> None:
    with override_settings(PRIVATE_NETWORKS=allowed):
        assert outgoing.is_open(ip_address(address)) == allowed


@pytest.mark.parametrize("network", [*addresses.NEVER, *addresses.INSIDE])
def test_every_range_of_the_table_is_shut_from_its_first_to_its_last_address(network: str) -> None:
    whole = ip_network(network)
    with override_settings(PRIVATE_NETWORKS=False):
        for address in (whole[0], whole[-1], whole[whole.num_addresses // 2]):
            assert not outgoing.is_open(address)
            if address.version == 4:
                assert not outgoing.is_open(IPv6Address(f"::ffff:{address}"))
                assert not outgoing.is_open(IPv6Address(f"64:ff9b::{address}"))


@pytest.mark.parametrize("address", OPEN)
def test_the_internet_is_open(address: str) -> None:
    with override_settings(PRIVATE_NETWORKS=False):
        assert outgoing.is_open(ip_address(address))


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://Models.Example.com/v1", "https://models.example.com/v1"),
        ("HTTP://example.com", "http://example.com/"),
        ("http://example.com:80/a%20b", "http://example.com/a%20b"),
        ("https://example.com:8443/路?q=二#part", "https://example.com:8443/%E8%B7%AF?q=%E4%BA%8C"),
        ("http://faß.example/v1", "http://xn--fa-hia.example/v1"),
        ("http://商店。公司/", "http://xn--czrs0t.xn--55qx5d/"),
        ("http://１２７.０.０.１/", "http://127.0.0.1/"),
        ("http://ⓔxample.com/", "http://example.com/"),
        ("http://my_model:8000/v1", "http://my_model:8000/v1"),
        ("http://[2001:DB8:0::1]:81/", "http://[2001:db8::1]:81/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ],
)
def test_an_address_is_read_once_into_one_form(typed: str, url: str) -> None:
    assert places.read(typed).url == url
    assert places.read(url).url == url


@pytest.mark.parametrize(
    "typed",
    [
        *("", "example.com", "//example.com/", "ftp://example.com/", "http:/example.com", "http:///x", "file:///etc/passwd"),
        *("http://user@example.com/", "http://user:word@example.com/", "http://example.com@127.0.0.1/", "http://@example.com/"),
        *("http://example.com\\@127.0.0.1/", "http:\\\\example.com/", "http://example.com/\\x", "http://a%2eb/", "http://127.0.0.1%2f/"),
        *("http://0x7f.1/", "http://0x7f000001/", "http://2130706433/", "http://127.1/", "http://0177.0.0.1/", "http://1.2.3.4.5/"),
        *("http://127.0.0.1./", "http://example.com./", "http://.example.com/", "http://a..b/", "http://example.0x/"),
        *("http://256.1.1.1/", "http://127.0.0.１٣/", "http://[::1", "http://::1/", "http://[fe80::1%25eth0]/", "http://[v1.x]/"),
        *("http://[127.0.0.1]/", "http://[::1]x/", "http://example.com:0/", "http://example.com:65536/", "http://example.com:٣/"),
        *("http://example.com:80:80/", "http://exa mple.com/", "http://exam\tple.com/", "http://example.com/\r\nX: y", " http://a/"),
        *("http://a\u200bb.example\u2028/", "http://-a.example/", f"http://{'a' * 64}.example/", f"http://e.org/{'x' * 2_000}"),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_no_address(typed: str) -> None:
    with pytest.raises(places.NoPlace):
        places.read(typed)
    with pytest.raises(outgoing.NoPlace):
        outgoing.check(typed)
    with pytest.raises(outgoing.Unanswered) as raised:
        outgoing.post(typed, b"", {})
    assert raised.value.code == "address"


@contextmanager
def names(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str], list[str]]) -> Iterator[list[str]]:
    """A name server that answers for *.test; what it was asked."""
    whole, asked = socket.getaddrinfo, []

    def look(host: Any, *args: Any, **options: Any) -> Any:
        if not str(host).endswith(".test"):
            return whole(host, *args, **options)
        asked.append(host)
        return [found for address in answer(host) for found in whole(address, *args, **options)]

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look)
        yield asked


def test_one_shut_address_closes_the_whole_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        override_settings(PRIVATE_NETWORKS=False),
        names(monkeypatch, lambda _host: ["8.8.8.8", "127.0.0.1"]),
        pytest.raises(outgoing.OutOfReach),
    ):
        outgoing.check("http://two.test/")


def test_a_second_address_is_tried_when_the_first_takes_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as hook, names(monkeypatch, lambda _host: ["127.0.0.2", "127.0.0.1"]) as asked:
        url = hook.url.replace("127.0.0.1", "two.test")
        headers = {"X-Yingda-Timestamp": "0", "X-Yingda-Signature": "", "X-Yingda-Delivery": "1", "X-Yingda-Event": "test"}
        assert outgoing.post(url, b"{}", headers).status == 200
    assert asked == ["two.test"]


def test_a_name_server_that_never_answers_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = Event()

    def never(_host: str) -> list[str]:
        ends.wait(20)
        return ["8.8.8.8"]

    try:
        with names(monkeypatch, never) as asked:
            for _ in range(outgoing.LOOK_UPS_EACH):
                with pytest.raises(outgoing.Unanswered) as raised:
                    outgoing.post("http://slow.test/", b"", {}, seconds=0.02)
                assert raised.value.code == "slow"
            outgoing.check("http://slow.test/", 0.01)  # a form does not judge what nobody knows
            assert len(asked) == outgoing.LOOK_UPS_EACH, "no thread more of one tenant"
    finally:
        ends.set()
    wait_for(lambda: not outgoing._looking.total())


@pytest.mark.parametrize(
    ("head", "forever"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y" * 5_000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 200),
        (b"HTTP/1.1 100 Continue\r\n", b"X-More: and more\r\n" * 100),
        (b"", b"y" * 5_000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 5_000),
    ],
)
def test_headers_without_end_are_not_read(head: bytes, forever: bytes) -> None:
    with saying(head, forever) as (url, taken):
        with pytest.raises(outgoing.Unanswered) as raised:
            outgoing.post(url, b"{}", {}, seconds=5)
        assert raised.value.code in ("broken", "slow")
        assert taken[0] < 20_000_000  # what the system's own buffers took; nobody reads it


def test_a_line_that_drips_ends_with_its_time() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=0.02) as (url, _taken):
        with pytest.raises(outgoing.Unanswered) as raised:
            outgoing.post(url, b"{}", {}, seconds=0.3)
        assert raised.value.code == "slow"


def test_a_packed_answer_is_never_unpacked() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", b"\x1f\x8b" * 4_000) as (url, _taken):
        assert len(outgoing.post(url, b"{}", {}).text) == outgoing.MOST


def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") as (url, _taken), saying(b"") as (proxy, _):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy)
        assert outgoing.post(url, b"{}", {}).text == "hi"
