"""Addresses of the mail server and the broker: each kind is read, what is none is told and not used."""

import pytest

from config import env
from config.env import Broker, MailServer


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("", MailServer()),
        ("smtp://127.0.0.1:2525", MailServer("127.0.0.1", 2525)),
        ("smtps://desk:p%40ss@mail.example", MailServer("mail.example", 465, "desk", "p@ss", tls=True)),
        ("smtp+starttls://desk:x@mail.example", MailServer("mail.example", 587, "desk", "x", starttls=True)),
    ],
)
def test_a_mail_servers_address_is_read(address: str, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", address)
    assert env.mail("EMAIL_URL") == server


@pytest.mark.parametrize("wrong", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:port"])
def test_what_is_none_is_told(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", wrong)
    monkeypatch.setattr(env, "problems", [])
    assert env.mail("EMAIL_URL") == MailServer()
    assert env.problems[0][0] == "EMAIL_URL is no mail server's address."


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("redis://:p@127.0.0.1:6379/1", "valkey"),
        ("rediss://valkey.example", "valkey"),
        ("redis+socket:///run/valkey.sock", "valkey"),
        ("amqp://desk:p@rabbit.example:5672/yingda", "rabbitmq"),
        ("amqps://one.example;amqps://two.example", "rabbitmq"),
    ],
)
def test_a_brokers_address_tells_its_kind(address: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", address)
    monkeypatch.setattr(env, "problems", [])
    assert env.broker("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0") == Broker(address, kind)
    assert env.problems == []


@pytest.mark.parametrize("wrong", ["rabbit.example", "http://rabbit.example", "amqp://", "amqp://a:x/", "amqp://a;redis://b"])
def test_what_is_no_brokers_address_is_told_in_a_sentence(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", wrong)
    monkeypatch.setattr(env, "problems", [])
    assert env.broker("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0") == Broker("redis://127.0.0.1:6379/0", "valkey")
    assert [problem for problem, _hint in env.problems] == ["CELERY_BROKER_URL is no broker's address."]
