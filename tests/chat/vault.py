"""A small vault with an index, for the tests that ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.types import ChatEvent

NOTES = {
    "boiler.md": "# Boiler\n\nThe boiler was built by Vaillant in 2014. Error E4 means that the "
    "pressure is below one bar. Open the blue valve to fill it up.\n\n"
    "To bleed the radiators:\n\n- close the pump\n- open each vent\n",
    "people.org": "* Maria Keller\nMaria Keller is our dentist. She moved to Bremen in 2019. "
    "Her practice opens at eight.\n* Paul Adler\nPaul Adler is our plumber. He lives in Kiel.\n",
    "garden.md": "# Garden\n\n#beds\nTomatoes are sown in March and go outside after the "
    "twelfth of May.\nBeans are sown in the first week of June.\n",
    "odd.txt": "The *magic* word of the club is `x_y` [sic] & <script>.\n",
}


@contextmanager
def indexed(folder: Path, model_folder: Path, notes: Mapping[str, str]) -> Iterator[Engine]:
    """An engine that has indexed these notes, its embedding model open."""
    home, vault = folder / "home", folder / "vault"
    home.mkdir()
    vault.mkdir()
    (home / "models").symlink_to(model_folder)
    for name, text in notes.items():
        (vault / name).write_text(text, encoding="utf-8")
    with Engine.open(Config(home=home, index_watch=False)) as opened:
        opened.add_source(str(vault))
        opened.index()
        yield opened


def data(events: list[ChatEvent], name: str) -> Mapping[str, Any]:
    """What the one event of this name says."""
    found = [e.data for e in events if e.event == name]
    assert len(found) == 1, (name, [e.event for e in events])
    return found[0]


def text(events: list[ChatEvent]) -> str:
    return "".join(str(e.data["text"]) for e in events if e.event == "token")


def statuses(events: list[ChatEvent]) -> list[str]:
    return [str(e.data["text"]) for e in events if e.event == "status"]
