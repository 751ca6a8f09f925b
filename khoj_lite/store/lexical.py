"""The full-text index: tantivy over the terms of every entry; derived from SQLite.

It remembers how far it has come (`generation`) in a file written after the commit, so that a
process killed in between does the last changes again: they replace entries by their id.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tantivy
from tantivy import Occur

from khoj_lite.errors import StorageError
from khoj_lite.store.analysis import stem, words
from khoj_lite.store.lexical_correct import nearest_words
from khoj_lite.store.lexical_stop import STOP_WORDS

FORMAT = "1"
"""Counted up when fields or analysis change: an index of another format is made anew."""

WEIGHTS = {"title": 1.5, "outline": 0.6, "tags": 0.8, "path": 0.4, "body": 1.0}
"""What a word is worth in each field."""

HEAP_BYTES = 15_000_000  # the least that tantivy accepts, for one thread
PREFIX_WORDS = 24  # most frequent words that a half-typed word may stand for
FILTER_TERMS = 2_000  # up to here a set of allowed ids is cheapest as a term set


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """What full text knows of an entry."""

    entry_id: int
    title: str
    outline: tuple[str, ...]
    tags: tuple[str, ...]
    path: str
    body: str


@dataclass(frozen=True, slots=True)
class LexicalMatch:
    """Entries found, best first, with their scores; `terms` are the index terms looked for.

    `corrected` maps each word that no entry holds to the nearest one that was used instead;
    `unknown` are the words for which there was none.
    """

    hits: list[tuple[int, float]]
    corrected: dict[str, str] = field(default_factory=dict)
    terms: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


class LexicalIndex:
    """One folder, one writer, any number of readers. Every method may be called in any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.generation = 0
        self._lock = threading.RLock()
        self._writer: tantivy.IndexWriter | None = None
        self._schema = _schema()
        self._index = self._open()

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def update(
        self, add: Iterable[LexicalDocument], remove: Iterable[int], generation: int
    ) -> None:
        """Hold these entries, in place of older ones of their ids, and no more those to remove.

        One commit; the next search sees it. StorageError when the disk is full or broken.
        """
        with self._lock:
            try:
                writer = self._open_writer()
                documents = {document.entry_id: document for document in add}
                if gone := [*documents, *remove]:
                    # by query: deleting by term takes a number for a signed one and finds nothing
                    writer.delete_documents_by_query(
                        tantivy.Query.term_set_query(self._schema, "entry", gone)
                    )
                for document in documents.values():
                    writer.add_document(_tantivy_document(document))
                writer.commit()
                self._index.reload()
                self._write_generation(generation)
            except (ValueError, OSError) as fault:
                self._writer = None
                raise _storage_error(self.folder, fault) from fault

    def search(
        self,
        text: str,
        limit: int,
        *,
        prefix: bool = False,
        allowed: Collection[int] | None = None,
    ) -> LexicalMatch:
        """The best entries for a text of any kind; with `prefix` its last word may be half typed.

        Words are alternatives, the rarer the weightier (BM25, k1 1.2, b 0.75); common words
        count only where there are no others. Only entries of `allowed` are found.
        """
        searcher = self._index.searcher()
        groups, corrected, unknown = self._groups(searcher, text, prefix)
        looked_for = frozenset(term for group in groups for term in group)
        if not groups or limit < 1 or (allowed is not None and not allowed):
            return LexicalMatch([], corrected, looked_for, unknown)
        query = self._query(groups)
        return LexicalMatch(
            self._hits(searcher, query, limit, allowed), corrected, looked_for, unknown
        )

    def clear(self) -> None:
        """Forget everything; `generation` is 0 again."""
        with self._lock:
            self._drop_writer()
            self._index = self._make()

    def close(self) -> None:
        """Let go of the writer's lock, once running merges are done."""
        with self._lock:
            self._drop_writer()

    # --- questions -------------------------------------------------------------------------

    def _groups(
        self, searcher: tantivy.Searcher, text: str, prefix: bool
    ) -> tuple[list[tuple[str, ...]], dict[str, str], frozenset[str]]:
        """The terms to look for, alternatives together; what was corrected; what is unknown."""
        asked = list(dict.fromkeys(words(text)))
        half_typed = asked[-1] if prefix and asked and not text[-1:].isspace() else None
        kept = [word for word in asked if word not in STOP_WORDS] or asked
        groups: list[tuple[str, ...]] = []
        corrected: dict[str, str] = {}
        unknown: set[str] = set()
        for word in dict.fromkeys([*kept, *([half_typed] if half_typed else [])]):
            if word == half_typed:
                begun = searcher.terms_with_prefix("words", word, limit=PREFIX_WORDS)
                if begun:
                    groups.append(tuple(dict.fromkeys([stem(word), *(stem(w) for w, _ in begun)])))
                    continue
            if self._known(searcher, word):
                groups.append((stem(word),))
            elif near := nearest_words(word, searcher):
                corrected[word] = near[0]
                groups.append(tuple(dict.fromkeys(stem(other) for other in near)))
            else:
                unknown.add(word)
        return list(dict.fromkeys(groups)), corrected, frozenset(unknown)

    def _known(self, searcher: tantivy.Searcher, word: str) -> bool:
        return bool(
            searcher.doc_freq("words", word)
            or any(searcher.doc_freq(name, stem(word)) for name in WEIGHTS)
        )

    def _query(self, groups: Sequence[tuple[str, ...]]) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [(Occur.Should, self._group_query(group)) for group in groups]
        )

    def _group_query(self, group: tuple[str, ...]) -> tantivy.Query:
        fields = [
            tantivy.Query.boost_query(
                tantivy.Query.disjunction_max_query(
                    [tantivy.Query.term_query(self._schema, name, term, "freq") for term in group]
                ),
                weight,
            )
            for name, weight in WEIGHTS.items()
        ]
        return tantivy.Query.boolean_query([(Occur.Should, query) for query in fields])

    def _hits(
        self,
        searcher: tantivy.Searcher,
        query: tantivy.Query,
        limit: int,
        allowed: Collection[int] | None,
    ) -> list[tuple[int, float]]:
        if allowed is None:
            return _run(searcher, query, limit)
        if len(allowed) > FILTER_TERMS:
            chosen = allowed if isinstance(allowed, set | frozenset) else frozenset(allowed)
            wanted = 2 * limit * max(1, searcher.num_docs // len(chosen)) + 50
            found = _run(searcher, query, wanted)
            kept = [hit for hit in found if hit[0] in chosen]
            if len(kept) >= limit or len(found) < wanted:
                return kept[:limit]
        only = tantivy.Query.term_set_query(self._schema, "entry", list(allowed))
        narrowed = tantivy.Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, tantivy.Query.const_score_query(only, 0.0))]
        )
        return _run(searcher, narrowed, limit)

    # --- the folder ------------------------------------------------------------------------

    @property
    def _state_file(self) -> Path:
        return self.folder / "state.json"

    def _open(self) -> tantivy.Index:
        """The index of the folder; an empty one where it is missing, damaged or foreign."""
        try:
            state = json.loads(self._state_file.read_text(encoding="utf-8"))
            if state["format"] == _format():
                index = tantivy.Index.open(str(self.folder))
                index.searcher()
                self.generation = int(state["generation"])
                return index
        except (OSError, ValueError, KeyError, TypeError):
            pass  # nothing is lost: the notes are in SQLite
        return self._make()

    def _make(self) -> tantivy.Index:
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            index = tantivy.Index(self._schema, path=str(self.folder))
            self._write_generation(0)
        except (ValueError, OSError) as fault:
            raise _storage_error(self.folder, fault) from fault
        return index

    def _write_generation(self, generation: int) -> None:
        part = self._state_file.with_suffix(".part")
        state = {"format": _format(), "generation": generation}
        part.write_text(json.dumps(state), encoding="utf-8")
        os.replace(part, self._state_file)
        self.generation = generation

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(HEAP_BYTES, 1)
        return self._writer

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("entry", indexed=True, fast=True)
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def _format() -> str:
    return f"{FORMAT} tantivy {tantivy.__version__}"


def _tantivy_document(document: LexicalDocument) -> tantivy.Document:
    texts = {
        "title": document.title,
        "outline": " / ".join(document.outline),
        "tags": " ".join(document.tags),
        "path": document.path,
        "body": document.body,
    }
    made = tantivy.Document()
    made.add_unsigned("entry", document.entry_id)
    every: set[str] = set()
    for name, text in texts.items():
        found = words(text)
        every.update(found)
        made.add_text(name, " ".join(map(stem, found)))
    made.add_text("words", " ".join(every))
    return made


def _run(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[tuple[int, float]]:
    found = searcher.search(query, limit, count=False).hits
    ids = searcher.fast_field_values("entry", [address for _, address in found])
    return [(int(i), float(score)) for i, (score, _) in zip(ids, found, strict=True)]


def _storage_error(folder: Path, fault: Exception) -> StorageError:
    if "No space left" in str(fault):
        return StorageError(f"the disk that holds {folder} is full", "Free some space.")
    if "LockBusy" in str(fault) or "Lockfile" in str(fault):
        return StorageError(f"another process is writing {folder}", "Stop the other daemon first.")
    return StorageError(f"the full-text index in {folder} failed: {fault}", "Delete the folder.")
