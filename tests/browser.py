"""A headless Chromium, driven over a pipe by the DevTools protocol: for pages that run scripts."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT_S = 120.0
"""Seconds until an answer of the browser is given up."""


class Browser:
    """One page in a browser of its own: evaluates scripts, and keeps what the console and the network report."""

    def __init__(self, page: Path, width: int = 1280, height: int = 800) -> None:
        assert CHROMIUM is not None
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()

        def pipes() -> None:
            # The ends are moved out of the way first: one of them may be 3 or 4 already.
            one, two = os.dup(to_browser), os.dup(from_browser)
            os.dup2(one, 3)
            os.dup2(two, 4)

        self.process = subprocess.Popen(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--remote-debugging-pipe",
                f"--user-data-dir={self.folder.name}",
                f"--window-size={width},{height}",
                "about:blank",
            ],
            preexec_fn=pipes,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._rest, self._number = b"", 0
        self.session = ""
        self.requests: list[str] = []
        self.errors: list[str] = []
        try:
            targets = self.send("Target.getTargets")["targetInfos"]
            target = next(each["targetId"] for each in targets if each["type"] == "page")
            self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.send(f"{domain}.enable")
            self.open(page)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the browser."""
        os.close(self._out)
        self.process.terminate()
        self.process.wait(20)
        os.close(self._in)
        self.folder.cleanup()

    def open(self, page: Path, fragment: str = "") -> None:
        """Open a file and wait until it is loaded."""
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=page.resolve().as_uri() + fragment)
        self.until("document.readyState === 'complete' && location.protocol === 'file:'")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its result; raises RuntimeError with the browser's own words."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + WAIT_S
        while True:
            received = self._next(until)
            if received.get("id") == self._number:
                if "error" in received:
                    raise RuntimeError(f"{method}: {received['error']['message']}")
                result: dict[str, Any] = received["result"]
                return result
            self._note(received)

    def _next(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser gives no answer")
            self._rest += os.read(self._in, 1 << 20)
        line, _, self._rest = self._rest.partition(b"\0")
        received: dict[str, Any] = json.loads(line)
        return received

    def _note(self, event: dict[str, Any]) -> None:
        name, body = event.get("method", ""), event.get("params", {})
        if name == "Network.requestWillBeSent":
            self.requests.append(body["request"]["url"])
        elif name == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(body["exceptionDetails"]))
        elif name == "Runtime.consoleAPICalled" and body["type"] in ("error", "warning"):
            self.errors.append(json.dumps(body["args"]))
        elif name == "Log.entryAdded" and body["entry"]["level"] in ("error", "warning"):
            self.errors.append(body["entry"]["text"])

    def run(self, script: str) -> Any:
        """The value of an expression; a promise is awaited. Raises RuntimeError where it throws."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def until(self, condition: str, seconds: float = WAIT_S) -> None:
        """Wait until an expression is true; raises TimeoutError."""
        end = time.monotonic() + seconds
        while not self.run(condition):
            if time.monotonic() > end:
                raise TimeoutError(condition)
            time.sleep(0.01)

    def picture(self, to: Path, width: int = 1280, height: int = 1600) -> None:
        """Write a picture of the page."""
        import base64

        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        shot = self.send("Page.captureScreenshot", format="png")
        to.write_bytes(base64.b64decode(shot["data"]))
