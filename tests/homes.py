"""A home and a vault of a test's own, and what its index holds."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.sources.wire_path import os_path
from khoj_lite.store.db import Database
from khoj_lite.store.lexical import LexicalIndex
from khoj_lite.store.vectors import VectorIndex
from khoj_lite.types import Mode

Content = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Home:
    """`config.home` for the index, `vault` for the notes."""

    config: Config
    vault: Path

    @classmethod
    def make(cls, folder: Path, model_folder: Path, **settings: object) -> Home:
        (folder / "vault").mkdir(parents=True, exist_ok=True)
        config = Config(home=folder / "home").with_value("models.folder", str(model_folder))
        for name, value in settings.items():
            config = config.with_value(name.replace("__", "."), value)
        return cls(config, folder / "vault")

    def open(self) -> Engine:
        return Engine.open(self.config)

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.vault / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return file

    def index(self) -> None:
        """Bring the index up to date in an engine of its own, adding the vault if it is new."""
        with self.open() as engine:
            engine.add_source(str(self.vault))
            engine.index()


def found(engine: Engine, query: str, mode: Mode = "lexical") -> list[str]:
    """Names of the files that a search finds, best first, each once."""
    hits = engine.search(query, mode=mode).hits
    return list(dict.fromkeys(os.path.basename(os_path(h.stored.entry.path)) for h in hits))


def content(home: Home) -> Content:
    """All that is known of the vault but ids: entries in order, their filters and chunks."""
    db = Database(home.config.database)
    try:
        rows = (
            db.read()
            .execute(
                "SELECT f.path, f.digest, f.state, f.code, f.type, f.title, f.size, e.id,"
                " e.position, e.title, e.outline, e.line, e.end_line, e.text, e.plain, e.folded,"
                " e.tags, e.todo, e.properties FROM files f LEFT JOIN entries e ON"
                " e.file_id = f.id ORDER BY f.path, e.position"
            )
            .fetchall()
        )
        held: Content = []
        for row in rows:
            path = os.path.relpath(os_path(row[0]), home.vault)
            more = [
                [tuple(r) for r in db.read().execute(query, (row["id"],))]
                for query in (
                    "SELECT tag FROM entry_tags WHERE entry_id = ? ORDER BY 1",
                    "SELECT kind, day FROM entry_dates WHERE entry_id = ? ORDER BY 1, 2",
                    "SELECT key, value FROM entry_properties WHERE entry_id = ? ORDER BY 1",
                    'SELECT model, digest, start, "end" FROM chunks WHERE entry_id = ?'
                    " ORDER BY model, position",
                    "SELECT model FROM embedded_entries WHERE entry_id = ? ORDER BY 1",
                )
            ]
            held.append((path, *tuple(row)[1:7], *tuple(row)[8:], json.dumps(more)))
        return held
    finally:
        db.close()


def check_agreement(home: Home) -> None:
    """AssertionError unless full text, vectors and database hold the same. Nobody has it open."""
    db = Database(home.config.database)
    try:
        connection = db.read()
        assert connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        entries = {row[0] for row in connection.execute("SELECT id FROM entries")}
        chunks = {row[0] for row in connection.execute("SELECT id FROM chunks")}
        lost = connection.execute(
            "SELECT COUNT(*) FROM chunks c LEFT JOIN embeddings v ON v.model = c.model"
            " AND v.digest = c.digest WHERE v.digest IS NULL"
        )
        assert lost.fetchone()[0] == 0
        twice = connection.execute(
            "SELECT entry_id FROM chunks GROUP BY entry_id, model, position HAVING COUNT(*) > 1"
        )
        assert twice.fetchall() == []
        meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    finally:
        db.close()
    lexical = LexicalIndex(home.config.lexical_folder)
    assert lexical.generation == meta.get("generation", 0)
    assert len(lexical) == len(entries)
    lexical.close()
    if chunks or home.config.vector_folder.exists():
        saved = json.loads((home.config.vector_folder / "vectors.json").read_text())
        vectors = VectorIndex(
            home.config.vector_folder, saved["model"], saved["dimensions"], meta["identity"]
        )
        assert vectors.load()
        assert set(vectors.ids().tolist()) == chunks
