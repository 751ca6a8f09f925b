"""Chromium with the extension in it: its icon, its side panel, its service worker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eventually import eventually
from playwright.sync_api import BrowserContext, CDPSession, Page, Worker
from server.daemon import Daemon

EXTENSION = Path(__file__).parents[3] / "interfaces/browser"
PATIENCE_MS = 20_000
"""How long a loaded machine may take to show something."""


def arguments() -> list[str]:
    """Chromium's arguments that put the extension into it."""
    return [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        f"--load-extension={EXTENSION}", f"--disable-extensions-except={EXTENSION}",
        "--disable-features=DisableLoadExtensionCommandLineSwitch",
        "--enable-unsafe-extension-debugging",
    ]  # fmt: skip


class SidePanel:
    """The panel beside a page. Playwright knows no side panels, so this speaks to it directly."""

    def __init__(self, wire: CDPSession, target: str) -> None:
        self._wire, self._target, self._sent = wire, target, 0
        self._answers: dict[int, Any] = {}
        opened = wire.send("Target.attachToTarget", {"targetId": target, "flatten": False})
        self._session = opened["sessionId"]
        wire.on("Target.receivedMessageFromTarget", self._take)

    def _take(self, message: Any) -> None:
        answer = json.loads(message["message"])
        if message["sessionId"] == self._session and "id" in answer:
            self._answers[answer["id"]] = answer

    def send(self, method: str, **parameters: object) -> Any:
        self._sent += 1
        call = {"id": self._sent, "method": method, "params": parameters}
        to = {"sessionId": self._session, "message": json.dumps(call)}
        self._wire.send("Target.sendMessageToTarget", to)

        def answered() -> bool:
            self._wire.send("Target.getTargets")  # hears what came meanwhile
            return call["id"] in self._answers

        eventually(answered)
        return self._answers[self._sent]["result"]

    def evaluate(self, script: str) -> Any:
        return self.send("Runtime.evaluate", expression=script, awaitPromise=True)["result"].get(
            "value"
        )

    def text(self, selector: str) -> str:
        """What is read there, once something is."""
        script = f"document.querySelector({selector!r})?.innerText ?? ''"
        eventually(lambda: self.evaluate(script), selector)
        said: str = self.evaluate(script)
        return said

    def close(self) -> None:
        self._wire.send("Target.closeTarget", {"targetId": self._target})


class Browser:
    """Chromium with the extension, its icon included: `press_icon` is what a user's click does."""

    def __init__(self, context: BrowserContext, daemon: Daemon) -> None:
        self.context, self.daemon = context, daemon
        context.set_default_timeout(PATIENCE_MS)
        self.faults: list[str] = []
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        waiting = context.service_workers
        self.worker: Worker = waiting[0] if waiting else context.wait_for_event("serviceworker")
        self.id = self.worker.url.split("/")[2]
        assert context.browser is not None
        self._wire = context.browser.new_browser_cdp_session()
        self.worker.evaluate("a => chrome.storage.local.set({address: a})", daemon.address)

    def panel(self) -> Page:
        """The panel in a tab of its own, as wide as a panel."""
        page = self.context.new_page()
        page.set_viewport_size({"width": 380, "height": 700})
        page.goto(f"chrome-extension://{self.id}/panel.html")
        return page

    def press_icon(self, page: Page) -> SidePanel:
        """Click the extension's icon while `page` is looked at: opens the panel beside it, and
        gives the extension leave to read this page."""
        page.bring_to_front()
        tabs = self._wire.send("Target.getTargets", {"filter": [{"type": "tab"}]})["targetInfos"]
        (tab,) = [each["targetId"] for each in tabs if each["url"] == page.url]
        self._wire.send("Extensions.triggerAction", {"id": self.id, "targetId": tab})
        eventually(self.panels, "the side panel")
        return SidePanel(self._wire, self.panels()[0])

    def panels(self) -> list[str]:
        """The side panels that are open, as targets."""
        found = self._wire.send("Target.getTargets")["targetInfos"]
        return [t["targetId"] for t in found if t["url"].endswith(f"{self.id}/panel.html")]

    def in_worker(self, script: str, argument: Any = None) -> Any:
        return self.worker.evaluate(script, argument)

    def tab_of(self, page: Page) -> int:
        page.bring_to_front()
        found: int = self.in_worker(
            "async () => (await chrome.tabs.query({active: true, lastFocusedWindow: true}))[0].id"
        )
        return found

    def connect(self, panel: Page) -> Page:
        """Press Connect; the page that asks the user."""
        with self.context.expect_page() as opened:
            panel.get_by_role("button", name="Connect").click()
        asked = opened.value
        asked.bring_to_front()
        return asked
