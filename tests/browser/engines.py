"""Firefox and WebKit, driven as far as `make browsers` needs: both speak WebDriver's commands, over a socket and over HTTP."""

import base64
import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from runtime.services.service import free_port

T = TypeVar("T")

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # https://www.w3.org/TR/webdriver2/#elements
BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_open_during_load": False,
    "intl.accept_languages": "en",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Engine:
    """One browser of one person's own: nothing stored, one window."""

    name = ""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def command(self, verb: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        """One command of WebDriver: its name with Marionette, its path over HTTP."""
        raise NotImplementedError

    def go(self, url: str) -> None:
        self.command("Navigate", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        return self.command("ExecuteScript", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script: str, *arguments: Any, seconds: float = 30) -> Any:
        """Until the expression is true, for as long as that; its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := self.run(f"return {script}", *arguments):
                return value
            time.sleep(0.1)
        self.shot("late")
        raise AssertionError(f"{self.name}: not within {seconds} s: {script} {arguments}")

    def write(self, field: str, text: str) -> None:
        """Types as a person does, into the element that the expression names."""
        element = self.wait(f"{field}?.checkVisibility() && {field}")[ELEMENT]
        self.command("ElementSendKeys", f"/element/{element}/value", {"id": element, "text": text})

    def shot(self, name: str) -> Path:
        path = Path(os.environ.get("YINGDA_SCREENSHOTS") or self.folder) / f"{self.name}-{name}.png"
        taken = self.command("TakeScreenshot", "/screenshot", {})
        path.write_bytes(base64.b64decode(taken))
        return path

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()

    def start(self, *argv: str, **environment: str) -> None:
        log = (self.folder / "log").open("ab")
        kept = {**os.environ, "HOME": str(self.folder), **environment}
        self.processes.append(subprocess.Popen(argv, env=kept, stdout=log, stderr=subprocess.STDOUT))


class Firefox(Engine):
    name = "firefox"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        port = free_port()
        lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});" for n, v in {**PREFERENCES, "marionette.port": port}.items()]
        (folder / "user.js").write_text("\n".join(lines))
        self.start("firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", str(folder))
        self.number = 0
        self.line = patiently(lambda: socket.create_connection(("127.0.0.1", port), 60), 60)
        self._heard()  # who speaks
        self.command("NewSession", "", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True}}})

    def command(self, verb: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        self.number += 1
        text = json.dumps([0, self.number, f"WebDriver:{verb}", fields or {}])
        self.line.sendall(f"{len(text.encode())}:{text}".encode())
        _kind, _number, error, result = self._heard()
        assert error is None, error
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def _heard(self) -> Any:
        length = b""
        while (byte := self.line.recv(1)) != b":":
            assert byte, "Firefox has gone"
            length += byte
        said = b""
        while len(said) < int(length):
            said += self.line.recv(int(length) - len(said))
        return json.loads(said)


class WebKit(Engine):
    name = "webkit"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        read, write = os.pipe()
        self.processes.append(
            subprocess.Popen(
                ("Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"),
                pass_fds=(write,),
                stderr=subprocess.DEVNULL,
            )
        )
        os.close(write)
        with os.fdopen(read) as told:
            display = f":{told.readline().strip()}"
        port = free_port()
        self.start("WebKitWebDriver", f"--port={port}", DISPLAY=display, LANG="C.UTF-8", WEBKIT_DISABLE_COMPOSITING_MODE="1")
        self.url = f"http://127.0.0.1:{port}/session"
        browser = next(Path("/").glob(BROWSERS.lstrip("/")))
        options = {"webkitgtk:browserOptions": {"binary": str(browser), "args": ["--automation"]}}
        begun = patiently(lambda: self._post("", {"capabilities": {"alwaysMatch": options}}), 60)
        self.url += f"/{begun['sessionId']}"

    def command(self, verb: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        return self._post(path, None if verb == "TakeScreenshot" else fields or {})

    def _post(self, path: str, fields: dict[str, Any] | None) -> Any:
        body = None if fields is None else json.dumps(fields).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.loads(answer.read())["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error


def patiently(act: Callable[[], T], seconds: float) -> T:
    """Until nobody refuses the connection."""
    end = time.monotonic() + seconds
    while True:
        try:
            return act()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
