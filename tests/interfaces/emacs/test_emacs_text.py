"""What needs no daemon: Markdown as Org, paths, links, candidates."""

from __future__ import annotations

from pathlib import Path

from interfaces.emacs.batch import run_suite


def test_text_paths_and_candidates(tmp_path: Path) -> None:
    run_suite("org-suite.el", tmp_path / "home")
