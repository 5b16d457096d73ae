"""A reply to a customer who has gone goes out as a mail: once, together with what follows it, and the console tells of it."""

import asyncio
import io
import re
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from apps.agents.casework import casework
from apps.agents.channels.mail import address, mailings
from apps.agents.models import DeadLetter, Errand, MailAccount, Mailing
from apps.agents.tickets import errands
from apps.conversations import handover
from apps.conversations.files import attachments, links
from apps.conversations.live import here
from apps.conversations.models import Conversation, Event
from apps.tenants import context
from tests.agents.asking import ask
from tests.cast import Cast
from tests.mail_server import PASSWORD, USER, Outbox, mail_server


@pytest.fixture
def box() -> Iterator[Outbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def mailing(acme: Cast, box: Outbox) -> Cast:
    """Acme's mail goes to the server on loopback."""
    account = MailAccount(sender="care@acme.example", host="127.0.0.1", port=box.port, security="plain", user=USER)
    account.password, account.origin = PASSWORD, "http://acme.test"
    account.save()
    return acme


def asked(cast: Cast, *, email: str = "vera@example.org", language: str = "en") -> Conversation:
    """Vera asked, left her address and went; Bob has the conversation."""
    row = ask("Where is my parcel?", visitor=cast.vera, language=language)
    if email:
        handover.leave_contact(row.pk, email, "Vera")
    casework.take_over(row.pk, cast.bob)
    return row


def reply(cast: Cast, row: Conversation, text: str) -> Event:
    return casework.say(row.pk, cast.bob, uuid.uuid4(), text)


def run_all() -> None:
    """Everything that is owed to her, now."""
    Errand.objects.filter(kind="mail", wake_at__isnull=False).update(wake_at=timezone.now())
    for pk in Errand.objects.filter(kind="mail", done_at=None).values_list("pk", flat=True):
        errands.run(pk)


def told(row: Conversation) -> list[Any]:
    return list(mailings.told(Conversation.objects.select_related("visitor").get(pk=row.pk))["mailed"])


def text_of(mail: Any, kind: str = "plain") -> str:
    return str(mail.get_body((kind,)).get_content())


def test_several_replies_go_in_one_mail_with_what_was_said_before(mailing: Cast, box: Outbox) -> None:
    row = asked(mailing)
    first, second = reply(mailing, row, "It left <b>today</b>."), reply(mailing, row, "It comes on Friday.")
    assert told(row) == [{"seqs": [first.seq, second.seq], "state": "waiting"}]
    errand = Errand.objects.get(kind="mail")
    assert errand.wake_at is not None
    assert timedelta(seconds=100) < errand.wake_at - timezone.now() <= timedelta(minutes=2)
    assert not errands.run(errand.pk), "not before its wait is over"
    run_all()
    run_all()
    [mail] = box.taken
    assert box.envelopes == [("care@acme.example", ["vera@example.org"])]
    assert (mail["From"], mail["To"]) == ("Acme <care@acme.example>", "vera@example.org")
    assert mail["Subject"] == "Your conversation with Acme"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain = text_of(mail)
    parts = ("It left <b>today</b>.", "It comes on Friday.", "> Vera: Where is my parcel?")
    assert sorted(map(plain.index, parts)) == [plain.index(part) for part in parts]
    assert "It left &lt;b&gt;today&lt;/b&gt;." in text_of(mail, "html")
    assert told(row) == [{"seqs": [first.seq, second.seq], "state": "sent"}]
    third = reply(mailing, row, "One more thing.")
    run_all()
    assert box.taken[1]["In-Reply-To"] == mail["Message-ID"]
    assert box.taken[1]["Subject"] == "Re: Your conversation with Acme"
    assert told(row)[1] == {"seqs": [third.seq], "state": "sent"}


def test_the_mail_is_in_the_customer_s_language_and_its_names_are_signed(mailing: Cast, box: Outbox) -> None:
    MailAccount.objects.update(plus=True)
    row = asked(mailing, language="zh-hans")
    reply(mailing, row, "已经发货。")
    run_all()
    [mail] = box.taken
    assert mail["Subject"] == "您与 Acme 的对话"
    name = mail["Reply-To"].addresses[0].addr_spec
    assert name.startswith("care+")
    for signed in (name, mail["Message-ID"]):
        assert address.conversation_of(signed) == row.pk
        with context.inside(mailing.globex):
            assert address.conversation_of(signed) is None, "Acme's name is nobody's at Globex"
    forged = name.replace(name[6], "b" if name[6] != "b" else "c")
    assert address.conversation_of(forged) is None


def test_a_file_goes_as_a_link_for_this_customer_that_runs_out(mailing: Cast, box: Outbox) -> None:
    row, file = asked(mailing), attachments.take(io.BytesIO(b"label\n"), 6, "label.txt", member=mailing.bob.pk)
    casework.say(row.pk, mailing.bob, uuid.uuid4(), "Here it is.", [file.pk])
    run_all()
    found = re.search(r"label\.txt: http://acme\.test/api/v1/attachments/(\S+)", text_of(box.taken[0]))
    assert found
    link = links.read(found[1])
    assert link
    assert (link.attachment, link.kind, link.reader) == (file.pk, links.VISITOR, mailing.vera.pk)
    assert timedelta(days=7) <= timedelta(seconds=link.expires - time.time()) <= timedelta(days=7, hours=3)
    with context.inside(mailing.globex):
        assert links.read(found[1]) is None


def test_what_was_read_in_the_chat_is_not_mailed(mailing: Cast, box: Outbox) -> None:
    row = asked(mailing)
    first = reply(mailing, row, "It left today.")
    row.read_by_visitor(first.seq)
    second = reply(mailing, row, "It comes on Friday.")
    run_all()
    assert "It left today." not in text_of(box.taken[0]).split("-- ")[0]
    assert told(row) == [{"seqs": [second.seq], "state": "sent"}]
    row.read_by_visitor(reply(mailing, row, "Anything else?").seq)
    run_all()
    assert len(box.taken) == 1
    assert Mailing.objects.filter(state="needless").count() == 1


def test_while_the_customer_is_there_the_mail_waits(mailing: Cast, box: Outbox) -> None:
    row = asked(mailing)
    asyncio.run(here.come(row.pk, "tab"))
    assert here.seen(row.pk).here
    reply(mailing, row, "It left today.")
    run_all()
    errand = Errand.objects.get(kind="mail")
    assert (box.taken, errand.failures, errand.done_at) == ([], 0, None)
    assert errand.wake_at is not None
    assert errand.wake_at > timezone.now()
    with context.inside(mailing.globex):
        assert here.seen(row.pk) == here.Seen()
    asyncio.run(here.leave(row.pk, "tab"))
    gone = here.seen(row.pk)
    assert not gone.here
    assert gone.at is not None
    run_all()
    assert len(box.taken) == 1


def test_of_two_tabs_one_may_close(acme: Cast) -> None:
    row = ask(visitor=acme.vera)
    for tab in ("one", "two"):
        asyncio.run(here.come(row.pk, tab))
    asyncio.run(here.leave(row.pk, "one"))
    assert here.seen(row.pk).here
    asyncio.run(here.leave(row.pk, "two"))
    assert not here.seen(row.pk).here


def test_a_mailbox_that_does_not_exist_is_told_as_bounced_and_not_tried_again(mailing: Cast, box: Outbox) -> None:
    box.refuses_mailbox = "550 no such person"
    row = asked(mailing)
    said = reply(mailing, row, "It left today.")
    run_all()
    [state] = told(row)
    assert (state["seqs"], state["state"]) == ([said.seq], "bounced")
    assert "550 no such person" in state["error"]
    assert not DeadLetter.objects.exists()
    assert Errand.objects.get(kind="mail").done_at is not None


def test_a_server_that_is_away_becomes_a_dead_letter_and_goes_once_it_is_sent_again(mailing: Cast, box: Outbox) -> None:
    box.refuses = "451 come again"
    row = asked(mailing)
    said = reply(mailing, row, "It left today.")
    for _ in range(errands.TRIES):
        run_all()
    assert told(row)[0]["state"] == "failed"
    box.refuses = ""
    errands.resend(DeadLetter.objects.get())
    run_all()
    assert told(row) == [{"seqs": [said.seq], "state": "sent"}]
    assert len(box.taken) == 1


def test_a_worker_that_is_killed_after_the_server_took_it_sends_the_same_mail_again(
    mailing: Cast, box: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(mailing)
    reply(mailing, row, "It left today.")
    whole = mailings._end

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mailings, "_end", die)
    with pytest.raises(KeyboardInterrupt):
        run_all()
    monkeypatch.setattr(mailings, "_end", whole)
    later = reply(mailing, row, "It comes on Friday.")
    run_all()
    first, again, third = box.taken
    assert first["Message-ID"] == again["Message-ID"]
    assert text_of(first) == text_of(again), "what was said meanwhile goes in a mail of its own"
    assert "It comes on Friday." in text_of(third)
    assert told(row)[1] == {"seqs": [later.seq], "state": "sent"}


def test_nothing_goes_to_who_is_blocked_or_left_no_address_or_without_an_account(mailing: Cast, box: Outbox) -> None:
    row = asked(mailing, email="")
    reply(mailing, row, "It left today.")
    assert told(row) == []
    handover.leave_contact(row.pk, "vera@example.org", "Vera")
    casework.take_over(row.pk, mailing.bob)
    reply(mailing, row, "It comes on Friday.")
    type(mailing.vera).objects.filter(pk=mailing.vera.pk).update(blocked_at=timezone.now())
    run_all()
    assert box.taken == []
    type(mailing.vera).objects.filter(pk=mailing.vera.pk).update(blocked_at=None)
    reply(mailing, row, "Are you there?")
    MailAccount.objects.all().delete()
    for _ in range(errands.TRIES):
        run_all()
    assert box.taken == []
    assert told(row)[0]["error"] == "Mail is no longer set up."


def test_nothing_is_called_inside_the_platform(mailing: Cast, box: Outbox) -> None:
    row = asked(mailing)
    reply(mailing, row, "It left today.")
    with override_settings(PRIVATE_NETWORKS=False):
        run_all()
    assert box.taken == []
    assert "in a network where nothing may be sent" in Errand.objects.get(kind="mail").error


def test_what_is_kept_of_a_mail_names_no_address(mailing: Cast, box: Outbox) -> None:
    row = asked(mailing)
    reply(mailing, row, "It left today.")
    run_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM agents_mailing m UNION ALL SELECT e::text FROM agents_errand e")
        assert "vera@example.org" not in "".join(text for (text,) in cursor.fetchall())
