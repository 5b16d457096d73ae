"""Making the demo shops. Every step looks whether it was done before, so that loading again changes nothing."""

from collections.abc import Iterator
from itertools import chain

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from apps.agents.models import CannedReply, DeskSettings
from apps.releases import publishing as releases
from apps.tenants import context
from apps.tenants.creation import create_tenant
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member, Role, Site
from demo import credentials, evaluation, flows, guide, knowledge, shops, systems

LOOK = ("accent", "position", "mode")
PLAIN = ("name", "language", "greeting", "suggestions", "office_hours", "timezone", "reply_minutes")


def load() -> Iterator[str]:
    """Does what is missing and tells it, a line a step."""
    passwords = credentials.read()
    for shop in shops.SHOPS:
        yield from _load_shop(shop, passwords.setdefault(shop.slug, {}), passwords)
    with context.inside(context.PUBLIC):
        if _hire("admin", Role.OWNER, passwords.setdefault(credentials.PLATFORM, {}), passwords, superuser=True):
            yield "the platform: made its administrator"


def _load_shop(shop: shops.Shop, own: dict[str, str], passwords: credentials.Passwords) -> Iterator[str]:
    tenant = _find(shop)
    if tenant is None:
        tenant = _create(shop)
        yield f"{shop.name}: made at {guide.host_of(shop)}"
    with context.inside(tenant):
        site = Site.load()
        if not site.greeting and not site.suggestions:  # as create_tenant leaves it; what a person wrote stays
            _furnish(site, shop)
            yield f"{shop.name}: site settings"
        hired = [role for role in Role if _hire(role.value, role, own, passwords, shop=shop)]
        if hired:
            yield f"{shop.name}: logins for {', '.join(hired)}"
        for step in chain(systems.load(shop), knowledge.load(shop), flows.load(shop), evaluation.load(shop)):
            yield f"{shop.name}: {step}"


def _find(shop: shops.Shop) -> Tenant | None:
    with context.inside(context.PUBLIC):
        tenant: Tenant | None = Tenant.objects.filter(slug=shop.slug).first()
    if tenant and tenant.name != shop.name:
        raise CommandError(
            f"There is a tenant “{shop.slug}” that is not the demo shop; it is left alone and no demo is loaded."
        )
    return tenant


def _create(shop: shops.Shop) -> Tenant:
    host = guide.host_of(shop)
    origins = [origin.format(origin=guide.origin_of(host)) for origin in shop.site["allowed_origins"]]
    try:
        return create_tenant(slug=shop.slug, name=shop.name, domains=[host], language=shop.site["language"], origins=origins)
    except ValidationError as problem:
        raise CommandError(" ".join(problem.messages)) from problem


def _furnish(site: Site, shop: shops.Shop) -> None:
    for field in PLAIN:
        setattr(site, field, shop.site[field])
    for field in LOOK:
        setattr(site, field, shop.site["theme"][field])
    site.full_clean()
    site.save()
    desk = DeskSettings.load()  # there is no mail server in the demo, so nothing may promise to write
    desk.leave = DeskSettings.Leave(shop.site["leave"])
    desk.save(update_fields=["leave"])
    releases.publish()
    CannedReply.objects.bulk_create(CannedReply(**reply) for reply in shop.site["canned"])


def _hire(
    username: str,
    role: Role,
    own: dict[str, str],
    passwords: credentials.Passwords,
    *,
    shop: shops.Shop | None = None,
    superuser: bool = False,
) -> bool:
    """Make a member, or give one whose password was lost a new one. The file is written first: no login is ever unknown."""
    member = Member.objects.filter(username=username).first()
    if member and username in own:
        return False
    own[username] = own.get(username) or credentials.new_password()
    credentials.write(passwords)
    member = member or Member(username=username, role=role, is_staff=True, is_superuser=superuser)
    if shop:
        member.language = shop.site["language"]
        member.display_name = shop.site["team"] if role == Role.AGENT else ""
    member.set_password(own[username])
    member.save()
    return True
