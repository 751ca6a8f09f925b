"""Which files of a folder are notes: .gitignore, .khojignore, hidden names, globs."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Sequence

from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".khojignore")
ALWAYS_IGNORED = frozenset({".git", ".hg", ".svn", ".obsidian", ".trash", ".khoj", "node_modules"})
"""Folders that never hold notes, even when hidden names are indexed."""
MAX_IGNORE_FILE_BYTES = 1_000_000
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""A pipe that nobody writes to must not hold the index."""


class IgnoreRules:
    """The rules that hold in one folder of the tree; `below` adds a subfolder's own files.

    As git has it: the last pattern that matches decides, a deeper file is later than a shallower
    one, and nothing below an ignored folder can be taken back. All paths are relative to the root
    of the source, with slashes.
    """

    def __init__(
        self, spec: GitIgnoreSpec | None = None, start: int = 0, parent: IgnoreRules | None = None
    ) -> None:
        """No rules at first; `start` is where paths relative to the rules' folder begin."""
        self._spec = spec
        self._start = start
        self._parent = parent

    def below(
        self, folder: str, relative: str, names: Collection[str] | None = None
    ) -> IgnoreRules:
        """The rules in this folder (an OS path, and the same relative to the root).

        `names`, if known, is what the folder holds: it saves looking for ignore files.
        """
        lines: list[str] = []
        for name in IGNORE_FILES:
            if names is None or name in names:
                lines += _read_lines(os.path.join(folder, name))
        if not lines:
            return self
        start = len(relative) + 1 if relative else 0
        return IgnoreRules(GitIgnoreSpec.from_lines(_valid(lines)), start, self)

    def ignores(self, relative: str, is_folder: bool) -> bool:
        """Whether the file or folder at this path is to be left out."""
        path = relative + "/" if is_folder else relative
        rules: IgnoreRules | None = self
        while rules is not None:
            if rules._spec is not None:
                verdict = rules._spec.check_file(path[rules._start :]).include
                if verdict is not None:
                    return bool(verdict)
            rules = rules._parent
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


def is_glob(line: str) -> bool:
    """Whether this is a pattern that can match something: a bad one is the user's to mend."""
    patterns = GitIgnoreSpec.from_lines([line]).patterns if _compiles(line) else ()
    return any(pattern.include is not None for pattern in patterns)


def _read_lines(path: str) -> list[str]:
    """The lines of an ignore file as git reads it; a link is not followed."""
    try:
        handle = os.open(path, os.O_RDONLY | NO_FOLLOW | NO_WAIT)
    except OSError:
        return []
    try:
        data = os.read(handle, MAX_IGNORE_FILE_BYTES) if _is_file(handle) else b""
    except OSError:
        return []
    finally:
        os.close(handle)
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [os.fsdecode(line.removesuffix(b"\r")) for line in lines]


def _is_file(handle: int) -> bool:
    return stat.S_ISREG(os.fstat(handle).st_mode)


def _valid(lines: Sequence[str]) -> list[str]:
    """The patterns that can be compiled: a bad line in an ignore file costs only itself."""
    return [line for line in lines if _compiles(line)]


def _compiles(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):  # the latter for a class like [z-a]
        return False
    return True
