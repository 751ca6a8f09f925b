"""A vault with names and scripts of every kind, and a daemon that has indexed it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from server.daemon import Daemon

NOTES: dict[bytes, str] = {
    b"garden.org": "#+TITLE: Garden\n#+STARTUP: overview\n* Beds\nCompost in spring.\n"
    "* Trees\n** Apple\nThe apple tree is pruned in February, before the sap rises.\n"
    "** Pear\nThe pear tree is pruned in March.\n",
    b"kitchen.md": "# Kitchen\n\nThe oven is broken since May.\n\n## Bread\n\n"
    "Dough of rye rests for twelve hours.\n\n- [ ] buy salt\n",
    "reise/日記 [京都].md".encode(): "# 京都\n\n去年の秋に京都の寺を訪れました。\n",
    b"caf\xe9.txt": "Latin letters in a name from long ago: the espresso machine leaks.\n",
    b"ferry.org": "* Ferry\nThe ferry to the island leaves at nine in the morning.\n",
}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("emacs")
    vault = folder / "notes of mine"
    for name, text in NOTES.items():
        file = os.path.join(os.fsencode(vault), name)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as opened:
            opened.write(text.encode())
    with Daemon(folder / "home", model_folder, [vault]) as started:
        started.settle()
        yield started
