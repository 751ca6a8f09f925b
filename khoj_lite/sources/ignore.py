"""Which files of a folder are notes: .gitignore, .khojignore, hidden names, globs."""

from __future__ import annotations

import os
from collections.abc import Sequence

from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".khojignore")
ALWAYS_IGNORED = frozenset({".git", ".hg", ".svn", ".obsidian", ".trash", ".khoj", "node_modules"})
"""Folders that never hold notes, even when hidden names are indexed."""
MAX_IGNORE_FILE_BYTES = 1_000_000


class IgnoreRules:
    """The rules that hold below one folder of the tree; `below` adds a subfolder's own files.

    As git has it: the last pattern that matches decides, a deeper file is later than a shallower
    one, and nothing below an ignored folder can be taken back.
    """

    def __init__(self, folder: str, parent: IgnoreRules | None = None) -> None:
        self.folder = folder
        self.parent = parent
        lines: list[str] = []
        for name in IGNORE_FILES:
            lines += _read_lines(os.path.join(folder, name))
        self._spec = GitIgnoreSpec.from_lines(_valid(lines)) if lines else None

    def below(self, folder: str) -> IgnoreRules:
        return IgnoreRules(folder, self)

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether the file or folder at this path is to be left out."""
        rules: IgnoreRules | None = self
        while rules is not None:
            if rules._spec is not None:
                relative = os.path.relpath(path, rules.folder).replace(os.sep, "/")
                verdict = rules._spec.check_file(relative + "/" if is_folder else relative).include
                if verdict is not None:
                    return bool(verdict)
            rules = rules.parent
        return False


class Globs:
    """The user's own include and exclude globs, over paths relative to the source."""

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._include = GitIgnoreSpec.from_lines(_valid(include)) if include else None
        self._exclude = GitIgnoreSpec.from_lines(_valid(exclude)) if exclude else None

    def excludes_folder(self, relative: str) -> bool:
        return self._exclude is not None and bool(self._exclude.match_file(relative + "/"))

    def accepts(self, relative: str) -> bool:
        if self._exclude is not None and self._exclude.match_file(relative):
            return False
        return self._include is None or bool(self._include.match_file(relative))


def _read_lines(path: str) -> list[str]:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_IGNORE_FILE_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _valid(lines: Sequence[str]) -> list[str]:
    """The patterns that can be compiled: a bad line in an ignore file costs only itself."""
    kept = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        kept.append(line)
    return kept
