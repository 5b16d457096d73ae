"""A new member's link goes to them by mail where the tenant can write, and the mail alone holds it."""

import re

from apps.agents.models import Errand
from apps.agents.tickets import errands
from tests.admin.conftest import Browser, text
from tests.admin.test_people import choose, shown_link
from tests.agents.channels.test_mailings import box, mailing  # noqa: F401  fixtures
from tests.cast import ACME_HOST, Cast
from tests.mail_server import Outbox

CAROL = {"username": "carol", "role": "agent", "email": "carol@example.com", "language": "zh-hans"}


def test_a_new_member_chooses_a_password_by_the_link_in_the_mail(mailing: Cast, box: Outbox) -> None:  # noqa: F811
    owner = Browser(ACME_HOST).log_in(mailing.acme, mailing.alice)
    page = text(owner.post("/admin/workspace/member/add/", CAROL))
    assert "The link goes to carol@example.com by mail" in page
    errand = Errand.objects.get(kind="invitation")
    assert "/admin/welcome/" not in str(errand.payload)
    assert errands.run(errand.pk)
    [mail] = box.taken
    assert (mail["To"], mail["Auto-Submitted"]) == ("carol@example.com", "auto-generated")
    assert "请打开下面的链接" in mail.get_content()
    link = re.search(r"http://acme\.test(/admin/welcome/\S+)", mail.get_content())
    assert link
    assert choose(Browser(ACME_HOST), link[1])["Location"] == "/console/"
    assert "does not work" in text(Browser(ACME_HOST).get(shown_link(page))), "it is the same log-in"


def test_a_link_that_was_used_meanwhile_is_not_mailed(mailing: Cast, box: Outbox) -> None:  # noqa: F811
    owner = Browser(ACME_HOST).log_in(mailing.acme, mailing.alice)
    page = text(owner.post("/admin/workspace/member/add/", CAROL))
    choose(Browser(ACME_HOST), shown_link(page))
    assert errands.run(Errand.objects.get(kind="invitation").pk)
    assert box.taken == []
