"""The demo shops' pages: what a tenant's own website looks like with the widget on it, under a strict CSP."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from apps.tenants import context
from apps.tenants.workspace.models import Site
from demo import shops

# Nothing inline and nothing from elsewhere: the widget has to work on a page as strict as this.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


def home(request: HttpRequest) -> HttpResponse:
    """A shop has a page of its own; any other tenant's host leads to the log-in."""
    try:
        _shop()
    except Http404:
        return redirect("admin:index")
    return redirect("demo:shop")


def shop(request: HttpRequest) -> HttpResponse:
    shop = _shop()
    wanted = request.GET.get("q", "").strip()[:60]
    found = [product for product in shop.products if _matches(product, wanted)] if wanted else []
    return _page(request, shop, f"demo/{shop.kind}.html", wanted=wanted, found=found, kits=shop.kits(), shelves=_shelves(shop))


def orders(request: HttpRequest) -> HttpResponse:
    shop = _shop()
    today = timezone.localdate()
    dated = [{**order, "date": today - timedelta(days=order["days_ago"])} for order in shop.orders]
    return _page(request, shop, f"demo/{shop.kind}_orders.html", orders=dated)


def _shop() -> shops.Shop:
    tenant = context.current()
    found = shops.find(tenant.slug, tenant.name)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, shop: shops.Shop, template: str, **more: Any) -> HttpResponse:
    page = {"shop": shop, "site_key": Site.load().site_key, "widget_url": request.build_absolute_uri("/widget.js"), **more}
    response = render(request, template, page)
    response["Content-Security-Policy"] = POLICY
    return response


def _shelves(shop: shops.Shop) -> dict[str, list[shops.Product]]:
    shelves: dict[str, list[shops.Product]] = {}
    for product in shop.products:
        shelves.setdefault(product["shelf"], []).append(product)
    return shelves


def _matches(product: shops.Product, wanted: str) -> bool:
    text = " ".join((product["name"], product["kind"], product["line"], *product["specs"])).casefold()
    return all(word in text for word in wanted.casefold().split())
