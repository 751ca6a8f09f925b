"""A store of its own for each test, and notes to put into it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from khoj_lite.parsers import parse
from khoj_lite.store.db import Database
from khoj_lite.store.documents import Documents, Written
from khoj_lite.store.registry import Registry
from khoj_lite.types import FileRef, Source

Put = Callable[..., Written]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "index.db")
    yield opened
    opened.close()


@pytest.fixture
def documents(db: Database) -> Documents:
    """A store that knows the sources `notes` and `work`."""
    for name in ("notes", "work"):
        Registry(db).put(Source(name, "folder", f"/{name}"))
    return Documents(db)


@pytest.fixture
def put(documents: Documents) -> Put:
    """put(path, text, ...): parse a note and keep it."""

    def put(
        path: str, text: str, source: str = "notes", mtime: float = 1e9, was: str | None = None
    ) -> Written:
        data = text.encode()
        digest = hashlib.sha256(data).hexdigest()
        ref = FileRef(source, path, int(mtime * 1e9), len(data), digest)
        return documents.put_file(ref, parse(data, path), was)

    return put
