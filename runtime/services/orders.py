"""The demo shops' order system (`demo.orders`) as a service on loopback: there where the demo is."""

import sys

from runtime.folder import Folder
from runtime.services.service import LOOPBACK, Service, accepts_http

URL = "YINGDA_DEMO_ORDERS"  # told to every process of the product
SHOPS = ("acme", "changfeng")


def service(folder: Folder) -> Service:
    for shop in SHOPS:
        folder.secret(secret_name(shop))  # before the product asks for it
    port = folder.port("orders")
    return Service(
        name="orders",
        argv=(sys.executable, "-m", "demo.orders", str(port), str(folder.path)),
        ready=lambda: accepts_http(port, "/health"),
        stop_seconds=5,
    )


def url(folder: Folder) -> str:
    return f"http://{LOOPBACK}:{folder.port('orders')}"


def secret_name(shop: str) -> str:
    """The name under which the data folder keeps a shop's secret."""
    return f"orders_{shop}"
