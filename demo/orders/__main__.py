"""`python -m demo.orders PORT FOLDER [--faults]`: the order system as a program, with the secrets of a data folder."""

import signal
import sys
from pathlib import Path
from threading import Thread

from demo.orders.books import Books
from demo.orders.faults import Plan
from demo.orders.server import Server
from demo.orders.stock import TERMS
from runtime.folder import Folder
from runtime.services.orders import secret_name

FILE = "demo-orders.sqlite3"


def main(port: str, path: str, *options: str) -> None:
    folder = Folder(Path(path))
    secrets = {shop: folder.secret(secret_name(shop)) for shop in TERMS}
    server = Server(int(port), secrets, Books(folder.path / FILE), Plan() if "--faults" in options else None)
    signal.signal(signal.SIGTERM, lambda *_: Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main(*sys.argv[1:])
