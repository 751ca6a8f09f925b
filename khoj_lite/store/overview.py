"""What a picture of all notes needs of each entry, without its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from khoj_lite.store.db import Database


class Line(NamedTuple):
    """One entry: where it stands and what it is called: its own heading, or the note's title."""

    entry_id: int
    file_id: int
    title: str
    path: str
    source: str
    position: int


class Overview:
    """Reads every entry in one sweep; at 20,000 of them it takes a tenth of a second."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def lines(self) -> list[Line]:
        """All entries, in the order of their files."""
        rows = self._db.read().execute(
            "SELECT e.id, e.file_id, coalesce(json_extract(e.outline, '$[#-1]'), e.title),"
            " f.path, f.source, e.position FROM entries e"
            " JOIN files f ON f.id = e.file_id ORDER BY e.file_id, e.position"
        )
        return [Line(*row) for row in rows]

    def beginnings(self, letters: int) -> Iterator[tuple[int, str]]:
        """(entry id, its title and first letters), for the words that mark it."""
        rows = self._db.read().execute(
            "SELECT id, title || ' ' || substr(coalesce(plain, text), 1, ?) FROM entries",
            (letters,),
        )
        for row in rows:
            yield row[0], row[1]
