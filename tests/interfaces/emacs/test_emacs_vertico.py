"""Search with Vertico and Embark, the packages that many have beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from server.daemon import Daemon

from interfaces.emacs.screen import Screen

# Where Debian and others put the packages of ELPA.
INIT = r"""
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list 'load-path folder))
(require 'vertico) (require 'embark) (vertico-mode 1)
(setq vertico-count-format nil)
(global-set-key (kbd "C-c e") #'embark-act)
(add-to-list 'embark-keymap-alist '(khoj-lite-hit khoj-lite-embark-map))
"""


@pytest.fixture
def screen(daemon: Daemon, tmp_path: Path) -> Iterator[Screen]:
    with Screen(daemon.home, tmp_path, init=INIT) as screen:
        yield screen


def test_hits_stand_in_columns_and_return_goes_there(screen: Screen) -> None:
    screen.command("khoj-lite-search")
    screen.until("Search notes:")
    screen.type("tree is pruned")
    shown = screen.until("Apple", "Pear", "pruned in February", "pruned in March")
    rows = [line for line in shown.splitlines() if line.startswith(("Apple ", "Pear "))]
    assert len({row.index("Trees") for row in rows}) == 1
    second = rows[1].split()[0]
    screen.keys("C-n")
    screen.until("*khoj-lite preview*", f"** {second}")
    screen.keys("Enter")
    screen.gone("Search notes:")
    assert second.lower() in screen.tell()["text"].lower()


def test_embark_acts_upon_a_hit(screen: Screen) -> None:
    screen.command("khoj-lite-search")
    screen.until("Search notes:")
    screen.type("oven is broken")
    screen.until("kitchen.md", "broken since May")
    screen.keys("C-c", "e")
    screen.until("khoj-lite-search-copy-link", "khoj-lite-search-open-other")
    screen.keys("Enter")  # what RET does, from the map
    screen.gone("Search notes:")
    assert screen.tell()["file"].endswith("kitchen.md")
