"""The mail server's address from the environment: each kind is read, what is none is told and not used."""

import pytest

from config import env
from config.env import MailServer


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
