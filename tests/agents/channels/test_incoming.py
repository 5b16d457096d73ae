"""A customer's answer by mail is said in their conversation, once; what no person wrote, and a stranger's mail, are not."""

import uuid
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.utils import timezone

from apps.agents.casework import casework
from apps.agents.channels.mail import address, incoming, kept_mails, mailings, quotes
from apps.agents.models import IncomingMail, MailAccount, Mailing
from apps.conversations import handover
from apps.conversations.models import Conversation, Event, Visitor
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Role
from tests.agents.asking import ask
from tests.cast import Cast
from tests.conversations.guarding.rules import in_force
from tests.imap_server import PASSWORD, USER, Mailbox, imap_server


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with imap_server() as found:
        yield found


@pytest.fixture
def box(server: Mailbox, desk: Cast) -> Mailbox:
    """Acme's mailbox, looked at once: what lay in it before is nobody's."""
    account = MailAccount(sender="care@acme.example", host="127.0.0.1", security="plain", user=USER, plus=True)
    account.imap_host, account.imap_port, account.imap_security = "127.0.0.1", server.port, "plain"
    account.password, account.origin = PASSWORD, "http://acme.test"
    account.save()
    incoming.look()
    return server


def asked(desk: Cast) -> Conversation:
    row = ask("Where is my parcel?", visitor=Visitor.objects.create(name="Vera"))
    handover.leave_contact(row.pk, "vera@example.org", "Vera")
    casework.take_over(row.pk, desk.bob)
    casework.say(row.pk, desk.bob, uuid.uuid4(), "It left today.")
    mailing = Mailing.objects.get(conversation=row)
    mailing.message_id = f"<{address.name(row.pk)}.{mailing.pk.hex}@acme.example>"
    mailing.state = Mailing.State.SENT
    mailing.save()
    return row


def answer(to: str = "care@acme.example", text: str = "Thank you!", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "vera@example.org", to, f"<{uuid.uuid4()}@example.org>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def said(row: Conversation) -> list[str]:
    events = row.events.filter(author=Event.Author.VISITOR, kind=Event.Kind.MESSAGE).order_by("seq")
    return [str(event.body["text"]) for event in events]


@pytest.mark.parametrize("how", ["address", "thread"])
def test_an_answer_comes_back_into_its_conversation_once(box: Mailbox, desk: Cast, how: str) -> None:
    row = asked(desk)
    quoted = "Great, thanks.\n\nOn Tue, 1 Dec 2026 at 09:00, Acme <care@acme.example> wrote:\n> It left today.\n"
    mail = (
        answer(address.plus("care@acme.example", row.pk), quoted)
        if how == "address"
        else answer(text=quoted, In_Reply_To=Mailing.objects.get().message_id)
    )
    for _ in range(2):
        box.put(mail.as_bytes())
        incoming.look()
    assert said(row) == ["Where is my parcel?", "Great, thanks."]
    assert MailAccount.objects.get().problem == ""
    assert Conversation.objects.get(pk=row.pk).is_waiting


QUOTE = "Great, thanks.\n\nOn Tue, 1 Dec 2026 at 09:00, Acme <care@acme.example> wrote:\n> It left today."
PASSED = "mx.acme.example; dkim=pass header.d=example.org; spf=pass smtp.mailfrom=example.org; dmarc=none"


def test_what_was_cut_off_and_what_was_found_of_the_sender_is_kept_beside_it(box: Mailbox, desk: Cast) -> None:
    row = asked(desk)
    mail = answer(address.plus("care@acme.example", row.pk), QUOTE)
    mail["Authentication-Results"] = PASSED
    mail["Authentication-Results"] = "forged.example; dkim=fail"
    incoming.take(mail.as_bytes())
    came = mailings.told(row)["mailed"][-1]
    seq = row.events.filter(author=Event.Author.VISITOR).latest("seq").seq
    assert came == {"seqs": [seq], "state": "came", "checks": "dkim=pass spf=pass dmarc=none", "cut": True}
    assert kept_mails.show(row.pk, desk.bob, seq)["text"] == QUOTE
    assert "wrote" not in str(IncomingMail.objects.values_list("whole", flat=True)), "it is sealed"
    with context.inside(desk.globex), pytest.raises(Refusal):
        kept_mails.show(row.pk, desk.mallory, seq)
    with pytest.raises(Refusal, match="did not come by mail"):
        kept_mails.show(row.pk, desk.bob, 1)
    Conversation.objects.filter(pk=row.pk).delete()
    assert not IncomingMail.objects.exists()


def test_a_mail_of_which_nothing_was_cut_off_is_no_more_than_its_message(box: Mailbox, desk: Cast) -> None:
    row = asked(desk)
    incoming.take(answer(address.plus("care@acme.example", row.pk), "Great.\r\n\r\nSee you").as_bytes())
    came = mailings.told(row)["mailed"][-1]
    assert (came["state"], came["checks"], came["cut"]) == ("came", "", False)


def test_what_the_filters_masked_is_shown_whole_to_who_may_see_it_alone(box: Mailbox, desk: Cast) -> None:
    in_force(desk.acme, "numbers", "from_customer", action="mask")
    row = asked(desk)
    incoming.take(answer(address.plus("care@acme.example", row.pk), f"13812345678\n\n{QUOTE}").as_bytes())
    seq = row.events.filter(author=Event.Author.VISITOR).latest("seq").seq
    assert "138****5678" in said(row)[-1]
    assert "13812345678" in kept_mails.show(row.pk, desk.bob, seq)["text"], "who has the conversation"
    with pytest.raises(Refusal, match="Take this conversation over"):
        kept_mails.show(row.pk, Member.objects.create(username="carol", role=Role.AGENT), seq)


def test_an_answer_to_the_other_tenant_s_conversation_gets_nothing(box: Mailbox, desk: Cast) -> None:
    with context.inside(desk.globex):
        name = address.plus("care@acme.example", uuid.uuid4())
    before = Event.objects.count()
    assert incoming.take(answer(name).as_bytes()) == "stranger"
    row = asked(desk)
    theirs = address.plus("care@acme.example", row.pk)
    with context.inside(desk.globex):
        assert incoming.take(answer(theirs).as_bytes()) == "stranger"
    assert said(row) == ["Where is my parcel?"]
    assert Event.objects.count() > before


def test_what_no_person_wrote_and_what_strangers_write_is_said_nowhere(box: Mailbox, desk: Cast) -> None:
    row = asked(desk)
    to = address.plus("care@acme.example", row.pk)
    for headers in (
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<l.example>"},
    ):
        assert incoming.take(answer(to, "I am on holiday.", **headers).as_bytes()) == "automatic"
    own = answer(to)
    own.replace_header("Message-ID", Mailing.objects.get().message_id)
    assert incoming.take(own.as_bytes()) == "automatic", "a loop"
    assert incoming.take(answer().as_bytes()) == "stranger"
    assert incoming.take(b"\xff\x00 no mail at all") == "unreadable"
    Visitor.objects.filter(conversations=row).update(blocked_at=timezone.now())
    assert incoming.take(answer(to).as_bytes()) == "stranger"
    assert said(row) == ["Where is my parcel?"]


def test_a_file_comes_with_it_if_it_is_one_that_is_taken(box: Mailbox, desk: Cast) -> None:
    row = asked(desk)
    mail = answer(address.plus("care@acme.example", row.pk), "See the note.")
    mail.add_attachment(b"broken on arrival\n", maintype="text", subtype="plain", filename="note.txt")
    mail.add_attachment(b"MZ\x90\x00", maintype="image", subtype="png", filename="photo.png")
    assert incoming.take(mail.as_bytes()) == "answer"
    body = row.events.latest("seq").body
    assert [file["name"] for file in body["attachments"]] == ["note.txt"]
    assert body["text"].startswith("See the note.\n[photo.png] ")


def test_an_answer_to_what_was_closed_opens_a_new_conversation(box: Mailbox, desk: Cast) -> None:
    row = asked(desk)
    casework.resolve(row.pk, desk.bob)
    assert incoming.take(answer(address.plus("care@acme.example", row.pk), "Not yet there.").as_bytes()) == "answer"
    new = Conversation.objects.open().get(visitor=row.visitor)
    assert said(new) == ["Not yet there."]
    assert mailings.address_of(new) == "vera@example.org"


def test_a_bounce_marks_the_reply_and_a_delay_does_not(box: Mailbox, desk: Cast) -> None:
    row = asked(desk)
    mailing = Mailing.objects.get()
    report = (
        "From: MAILER-DAEMON@example.org\r\nTo: care@acme.example\r\nMessage-ID: <{id}@example.org>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; example.org\r\n\r\nFinal-Recipient: rfc822; vera@example.org\r\nAction: {action}\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such person\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {mailing.message_id}\r\nSubject: x\r\n\r\n--b--\r\n"
    )
    delay, failure = (report.format(id=action, action=action).encode() for action in ("delayed", "failed"))
    assert incoming.take(delay) == "unreadable"
    with context.inside(desk.globex):
        assert incoming.take(failure) == "stranger"
    assert incoming.take(failure) == "bounce"
    assert mailings.told(row)["mailed"] == [{"seqs": mailing.seqs, "state": "bounced", "error": "smtp; 550 no such person"}]


def test_a_mailbox_that_cannot_be_read_is_told_and_read_on_when_it_can(box: Mailbox, desk: Cast) -> None:
    row = asked(desk)
    MailAccount.objects.update(folder="Nowhere")
    box.put(answer(address.plus("care@acme.example", row.pk)).as_bytes())
    assert incoming.look() == 0
    assert "The mailbox could not be read" in MailAccount.objects.get().problem
    MailAccount.objects.update(folder="INBOX")
    incoming.look()
    assert said(row)[-1] == "Thank you!"
    assert MailAccount.objects.get().problem == ""


QUOTED = [
    ("Yes.\n\nOn Tue, 1 Dec 2026 at 09:00, Acme <care@acme.example>\nwrote:\n> It left.", "Yes."),
    ("好的\n\nAcme <care@acme.example> 于2026年12月1日周二 09:00写道：\n> 已发货", "好的"),
    ('收到\n\n------------------ 原始邮件 ------------------\n发件人: "Acme"\n主题: 您的对话', "收到"),
    ('谢谢\n\n在 2026-12-01 09:00:00，"Acme" <care@acme.example> 写道：\n已发货', "谢谢"),
    ("Fine\n\n-----Original Message-----\nFrom: Acme", "Fine"),
    ("Fine\n\nFrom: Acme <care@acme.example>\nSent: Tuesday\nTo: Vera", "Fine"),
    ("行\n\n发件人: Acme <care@acme.example>\n发送时间: 2026年12月1日\n收件人: Vera", "行"),
    ("Ok\n\nSent from my iPhone\n\n> On 1 Dec", "Ok"),
    ("可以\n\n发自我的iPhone", "可以"),
    ("Ok\n-- \nVera\nAcme Street 1", "Ok"),
    ("From: now on, call me.\nThank you", "From: now on, call me.\nThank you"),
    ("> only a quote", "> only a quote"),
]


@pytest.mark.parametrize(("mail", "kept"), QUOTED)
def test_quotes_and_signatures_are_cut_off(mail: str, kept: str) -> None:
    assert quotes.cut(mail) == kept


def test_html_is_read_as_words() -> None:
    quote = "<div class='gmail_quote'><div>old</div></div><blockquote>x</blockquote>"
    source = f"<style>p{{}}</style><p>Hello&nbsp;you</p><div>Bye</div>{quote}"
    assert quotes.of_html(source).split() == ["Hello", "you", "Bye"]
    assert quotes.of_html(source, whole=True).split() == ["Hello", "you", "Bye", "old", "x"]
