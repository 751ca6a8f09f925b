"""The built plugin in a window that looks like Obsidian's, in a real Chromium."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

ROOT = Path(__file__).parents[3]
PLUGIN = ROOT / "interfaces" / "obsidian"
PATIENCE_MS = 30_000
"""How long a loaded machine may take to show something."""

_BODY = """<!doctype html><meta charset="utf-8"><title>A vault</title><style>{styles}</style><body>
<div class="side-dock-actions"></div><div class="mod-root"></div><div class="mod-right-split"></div>
<div class="status-bar"></div><div class="notice-container"></div></body>"""


def built_window(folder: Path) -> Path:
    """The script of the window, bundled from interfaces/obsidian/fake."""
    script = folder / "window.js"
    subprocess.run(
        [
            PLUGIN / "node_modules/.bin/esbuild", PLUGIN / "fake/window.ts", "--bundle",
            "--format=iife", "--log-level=warning", f"--outfile={script}",
        ],
        check=True,
    )  # fmt: skip
    return script


class Window:
    """One window. `page` is its page; `faults` is what it logged as an error, or threw."""

    def __init__(
        self,
        browser: Browser,
        script: Path,
        address: str,
        vault: Path,
        *,
        data: Mapping[str, object] | None = None,
        platform: Mapping[str, object] | None = None,
        base: Path | None = None,
        scheme: str = "light",
        size: tuple[int, int] = (1280, 760),
    ) -> None:
        """`address`: the origin that the window has; `data`: what data.json holds, by default
        what the installer wrote into the vault; `base`: where the window says the vault lies."""
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        installed = vault / ".obsidian/plugins/khoj-lite"
        styles = (PLUGIN / "fake/window.css").read_text() + (installed / "styles.css").read_text()
        self.page.route(
            f"{address}/window",
            lambda route: route.fulfill(
                body=_BODY.format(styles=styles), content_type="text/html; charset=utf-8"
            ),
        )
        self.page.goto(f"{address}/window")
        self.page.add_script_tag(content=script.read_text(encoding="utf-8"))
        given = {
            "main": (installed / "main.js").read_text(encoding="utf-8"),
            "manifest": json.loads((installed / "manifest.json").read_text()),
            "data": json.loads((installed / "data.json").read_text()) | dict(data or {}),
            "base": str(base or vault),
            "texts": texts(vault),
            "platform": dict(platform or {}),
        }
        self.page.evaluate("given => start(given)", given)

    def close(self) -> None:
        self.context.close()

    def command(self, name: str) -> bool:
        """Runs a command as the palette does; False when it is not offered."""
        return bool(self.page.evaluate("name => plugin.runCommand(name)", name))

    def open_note(self, path: str) -> None:
        self.page.evaluate(
            "path => app.workspace.getLeaf().openFile(app.vault.getFileByPath(path))", path
        )

    def type(self, text: str) -> None:
        """All at once, as pasted; `keys` types letter by letter."""
        self.page.keyboard.insert_text(text)

    def keys(self, text: str) -> None:
        self.page.keyboard.type(text, delay=5)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def see(self, selector: str, text: str | None = None) -> Locator:
        return self.page.locator(selector, has_text=text) if text else self.page.locator(selector)

    def value(self, expression: str) -> Any:
        return self.page.evaluate(expression)


def texts(vault: Path) -> dict[str, str]:
    """The notes of a vault by their paths in it, as Obsidian knows them."""
    files = [file for file in vault.rglob("*") if file.is_file()]
    return {
        file.relative_to(vault).as_posix(): file.read_text(encoding="utf-8", errors="replace")
        for file in files
        if not file.relative_to(vault).parts[0].startswith(".")
    }
