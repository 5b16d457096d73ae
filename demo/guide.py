"""The demo's addresses, site keys and logins, for scripts and for people."""

from collections.abc import Iterator
from typing import TypedDict

from django.conf import settings

from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member, Role, Site
from demo import credentials, shops


class User(TypedDict):
    role: str
    username: str
    password: str


class TenantGuide(TypedDict):
    slug: str
    name: str
    host: str
    url: str
    origin: str
    site_key: str
    users: list[User]


class PlatformGuide(TypedDict):
    host: str
    url: str
    users: list[User]


class Guide(TypedDict):
    tenants: list[TenantGuide]
    platform: PlatformGuide


def guide() -> Guide:
    kept = credentials.read()
    found = [_tenant(shop, kept.get(shop.slug, {})) for shop in shops.SHOPS if exists(shop)]
    with context.inside(context.PUBLIC):
        admins = _users(kept.get(credentials.PLATFORM, {}))
    origin = origin_of(settings.BASE_DOMAIN)
    return {"tenants": found, "platform": {"host": settings.BASE_DOMAIN, "url": f"{origin}/admin/", "users": admins}}


def lines(told: Guide) -> Iterator[str]:
    if not told["tenants"]:
        yield "The demo shops are not loaded; `manage.py demo --load` makes them."
    for tenant in told["tenants"]:
        yield f"{tenant['name']}\n  shop   {tenant['url']}\n  admin  {tenant['origin']}/admin/"
        yield from _logins(tenant["users"])
    if told["platform"]["users"]:
        yield f"The platform\n  admin  {told['platform']['url']}"
        yield from _logins(told["platform"]["users"])


def exists(shop: shops.Shop) -> bool:
    with context.inside(context.PUBLIC):
        return bool(Tenant.objects.filter(slug=shop.slug, name=shop.name).exists())


def host_of(shop: shops.Shop) -> str:
    return f"{shop.slug}.{settings.BASE_DOMAIN}"


def origin_of(host: str) -> str:
    return f"http://{host}" if settings.PORT == 80 else f"http://{host}:{settings.PORT}"


def _tenant(shop: shops.Shop, passwords: dict[str, str]) -> TenantGuide:
    with context.inside(context.PUBLIC):
        tenant = Tenant.objects.get(slug=shop.slug)
    with context.inside(tenant):
        site_key, users = Site.load().site_key, _users(passwords)
    host = host_of(shop)
    origin = origin_of(host)
    return {
        "slug": shop.slug,
        "name": shop.name,
        "host": host,
        "url": f"{origin}/shop/",
        "origin": origin,
        "site_key": site_key,
        "users": users,
    }


def _users(passwords: dict[str, str]) -> list[User]:
    """The people the demo made, as they are now: the owner first."""
    order = list(Role.values)
    members = Member.objects.filter(username__in=passwords, is_active=True)
    return [
        {"role": member.role, "username": member.username, "password": passwords[member.username]}
        for member in sorted(members, key=lambda member: order.index(member.role))
    ]


def _logins(users: list[User]) -> Iterator[str]:
    return (f"  {user['role']:<9} {user['username']:<9} {user['password']}" for user in users)
