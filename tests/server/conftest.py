"""One vault and one daemon for all tests that only read; others start their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from server.daemon import Daemon

NOTES = {
    "house.md": "---\ntags: [home]\n---\n# Kitchen\n\nThe oven is broken since May.\n\n"
    "## Garden\nWe planted tomatoes and basil along the southern wall.\n",
    "life.org": "#+TITLE: Life\n* Move :work:\nWe moved to Berlin in 2019.\n"
    "** TODO Office\nMy desk number is 12.\n",
    "reise/日記.md": "# 京都\n\n去年の秋に京都の寺を訪れました。\n",
    "plain words.txt": "The ferry to the island leaves at nine in the morning.\n",
}


def write_notes(folder: Path) -> Path:
    for name, text in NOTES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "broken.md").write_bytes(bytes(range(256)) * 8)
    return folder


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A few notes of every kind, one of them unreadable; the test may change them."""
    return write_notes(tmp_path / "vault")


@pytest.fixture(scope="session")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    """A daemon that has indexed the notes. Tests leave it as they find it."""
    folder = tmp_path_factory.mktemp("shared")
    with Daemon(folder / "home", model_folder, [write_notes(folder / "vault")]) as daemon:
        daemon.settle()
        yield daemon


@pytest.fixture(scope="session")
def shared_vault(shared_daemon: Daemon) -> Path:
    return shared_daemon.home.with_name("vault")


@pytest.fixture
def http(shared_daemon: Daemon) -> httpx.Client:
    """Calls of the shared daemon's API, with the token."""
    return shared_daemon.http
