"""Every view of the page: where it is, and what stands there once it is ready."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Page
from server.daemon import Daemon

VIEWS = {
    "home": ("", ".home a"),
    "results": ("#/search?q=garden%20tag:garden", ".result"),
    "similar notes": ("#/search?like={ferry}&line=1&title=ferry", ".result"),
    "note": ("#/note/{rose}", ".note-body h1"),
    "right-to-left note": ("#/note/{hebrew}", ".note-body h1"),
    "chat": ("#/chat", ".first-question"),
    "conversation": ("#/chat/{talk}", ".answer .cite"),
    "map": ("#/map", ".map-group"),
    "sources": ("#/sources", ".card"),
    "models": ("#/models", ".model"),
    "training": ("#/train", ".nightly-switch"),
    "status": ("#/status", ".failed li"),
    "settings": ("#/settings", ".setting"),
    "connect": ("#/grant", ".page h1"),
}


def places(daemon: Daemon) -> dict[str, str]:
    """The address of every view on this daemon; a conversation is begun for its view."""
    files = {file["path"]: file for file in daemon.http.get("/files").json()["files"]}

    def one(name: str) -> tuple[str, dict[str, object]]:
        return next((path, file) for path, file in files.items() if path.endswith(name))

    talks = daemon.http.get("/conversations").json()["conversations"]
    if not talks:
        asked = {"message": "When does the ferry leave?"}
        daemon.http.post("/chat", json=asked).raise_for_status()
        talks = daemon.http.get("/conversations").json()["conversations"]
    known = {
        "ferry": quote(one("ferry.txt")[0], safe=""), "rose": one("roses.md")[1]["entry"],
        "hebrew": one("שלום.md")[1]["entry"], "talk": talks[-1]["id"],
    }  # fmt: skip
    return {name: place.format(**known) for name, (place, _) in VIEWS.items()}


def wait_for(page: Page, view: str) -> None:
    page.wait_for_selector(VIEWS[view][1])
