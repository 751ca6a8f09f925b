"""Whether a file that a client hands over lies in a folder of the user already."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from khoj_lite.sources.folder import FolderSource

VAULT_MARK = ".obsidian"
VAULT_DEPTH = 3
MOST_FOLDERS = 2000
"""Where vaults are looked for below a folder: so deep, in so many folders."""


class Twins:
    """Looks for copies of files in these folders. Vaults are looked for once in its life."""

    def __init__(self, folders: Sequence[FolderSource]) -> None:
        self._folders = folders

    @cached_property
    def _vaults(self) -> dict[str, list[str]]:
        return {folder.root: vaults(folder.root) for folder in self._folders}

    def holds(self, path: str) -> bool:
        """Whether there is a file at this OS path that a folder lets in."""
        return os.path.lexists(path) and any(folder.covers(path) for folder in self._folders)

    def find(self, path: str, size: int, content: Callable[[], bytes | None]) -> str:
        """The OS path at which one of the folders holds this file; empty when none does.

        An absolute path is its own twin. A path within a vault may lie in any folder, or in a
        vault anywhere in it; there the content must be the same, as other vaults have a `todo.md`
        too."""
        if os.path.isabs(path):
            return path if self.holds(path) else ""
        for folder in self._folders:
            for candidate in self._candidates(path, folder.root):
                if _size(candidate) == size and folder.covers(candidate):
                    mine = content()
                    if mine is not None and _content(candidate) == mine:
                        return candidate
        return ""

    def _candidates(self, path: str, root: str) -> Iterator[str]:
        """Where in a folder a file of a vault may be: the folder is the vault, lies in it, or
        holds it."""
        yield os.path.join(root, path)
        parts = path.split("/")
        for depth in range(1, len(parts)):
            if root.endswith(os.sep + os.sep.join(parts[:depth])):
                yield os.path.join(root, *parts[depth:])
        for vault in self._vaults[root]:
            yield os.path.join(vault, path)


def vaults(root: str) -> list[str]:
    """The vaults below a folder, found by their mark."""
    found: list[str] = []
    level = [root]
    seen = 0
    for _ in range(VAULT_DEPTH):
        below: list[str] = []
        for folder in level:
            try:
                with os.scandir(folder) as entries:
                    inner = [
                        e.path
                        for e in entries
                        if not e.name.startswith(".") and e.is_dir(follow_symlinks=False)
                    ]
            except OSError:
                continue
            seen += len(inner)
            found += [path for path in inner if os.path.isdir(os.path.join(path, VAULT_MARK))]
            below += inner
            if seen > MOST_FOLDERS:
                return found
        level = below
    return found


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except (OSError, ValueError):
        return -1


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
