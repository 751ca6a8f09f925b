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
from khoj_lite.store.analysis import grams, is_dense, stem, words
from khoj_lite.store.lexical_correct import nearest_words
from khoj_lite.store.lexical_stop import STOP_WORDS

FORMAT = "4"
"""Counted up when fields or analysis change: an index of another format is made anew."""

WEIGHTS = {"text": 1.0, "title": 0.4, "outline": 0.2, "tags": 0.3, "path": 0.3}
"""What a word is worth in each field. `text` is all that an entry says, title, outline and tags
included, each once; the other fields are worth something on top of it (decision 030)."""

GRAM_WEIGHT = 0.1
"""What a piece of a word is worth: enough to find compounds and inflections, too little to
outweigh a word (decision 030)."""

PATH_PARTS = 3  # of a file's path; what stands before them is the same for most notes
NO_ROOM = ("No space left", "StorageFull")
LOCKED = ("LockBusy", "Lockfile")
"""How tantivy says that the disk is full, and that another process writes."""

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


@dataclass(slots=True)
class _Asked:
    """A question taken apart: groups of alternative terms, and grams."""

    groups: list[tuple[str, ...]] = field(default_factory=list)
    grams: dict[str, None] = field(default_factory=dict)
    pieces: dict[str, None] = field(default_factory=dict)  # grams of the unknown words
    corrected: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def add(self, alternatives: Iterable[str]) -> None:
        group = tuple(dict.fromkeys(map(stem, alternatives)))
        if group not in self.groups:
            self.groups.append(group)


class LexicalIndex:
    """One folder, one writer, any number of readers. Every method may be called in any thread."""

    def __init__(self, folder: Path, *, writable: bool = True) -> None:
        """The index of the folder, made if it is not there. One that is not `writable` leaves
        the folder alone, and is empty when there is nothing to read."""
        self.folder = folder
        self._writable = writable
        self.generation = 0
        self.broken = False
        """Whether the last update failed for a reason that will not pass: see `clear`."""
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
                self._open_writer()
                documents = {document.entry_id: document for document in add}
                if gone := [*documents, *remove]:
                    # by query: deleting by term takes a number for a signed one and finds nothing
                    self._open_writer().delete_documents_by_query(
                        tantivy.Query.term_set_query(self._schema, "entry", gone)
                    )
                for document in documents.values():
                    self._open_writer().add_document(_tantivy_document(document))
                self._open_writer().commit()
                self._index.reload()
                self._write_generation(generation)
            except (ValueError, OSError) as fault:
                self._writer = None  # the only reference: the folder's lock goes with the writer
                self.broken = not any(word in str(fault) for word in (*NO_ROOM, *LOCKED))
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
        asked = self._ask(searcher, text, prefix)
        hits: list[tuple[int, float]] = []
        if (asked.groups or asked.pieces) and limit > 0 and (allowed is None or allowed):
            hits = self._hits(searcher, self._query(asked), limit, allowed)
        looked_for = frozenset(term for group in asked.groups for term in group)
        return LexicalMatch(hits, asked.corrected, looked_for, frozenset(asked.unknown))

    def clear(self) -> None:
        """Forget everything; `generation` is 0 again."""
        with self._lock:
            self._drop_writer()
            self._index = self._make()
            self.broken = False

    def close(self) -> None:
        """Let go of the writer's lock, once running merges are done."""
        with self._lock:
            self._drop_writer()

    # --- questions -------------------------------------------------------------------------

    def _ask(self, searcher: tantivy.Searcher, text: str, prefix: bool) -> _Asked:
        every = list(dict.fromkeys(words(text)))
        half_typed = every[-1] if prefix and every and not text[-1:].isspace() else None
        content = [word for word in every if word not in STOP_WORDS] or every
        asked = _Asked()
        for word in content:
            if word != half_typed:
                self._ask_word(searcher, word, asked)
        if half_typed:
            begun = searcher.terms_with_prefix("words", half_typed, limit=PREFIX_WORDS)
            if begun:
                asked.add([half_typed, *(word for word, _ in begun)])
            else:
                self._ask_word(searcher, half_typed, asked)
        return asked

    def _ask_word(self, searcher: tantivy.Searcher, word: str, asked: _Asked) -> None:
        asked.grams.update(dict.fromkeys(grams(word)))
        if self._known(searcher, word):
            asked.add([word])
        elif near := nearest_words(word, searcher):
            asked.corrected[word] = near[0]
            asked.add(near)
        else:
            asked.unknown.append(word)
            asked.pieces.update(dict.fromkeys(grams(word) or ([word] if is_dense(word) else ())))

    def _known(self, searcher: tantivy.Searcher, word: str) -> bool:
        """Whether an entry holds the word or another of its stem."""
        held = [("words", word), ("text", stem(word)), ("path", stem(word))]
        return any(
            searcher.doc_freq(name, term) > 0
            and searcher.search(self._term(name, term), 1, count=False).hits  # not one deleted
            for name, term in held
        )

    def _query(self, asked: _Asked) -> tantivy.Query:
        """Any of the words, or a piece of an unknown one; the pieces of every word add a little."""
        needed = [(Occur.Should, self._group_query(group)) for group in asked.groups]
        needed += [(Occur.Should, self._gram_query(gram)) for gram in asked.pieces]
        extra = [gram for gram in asked.grams if gram not in asked.pieces]
        return tantivy.Query.boolean_query(
            [
                (Occur.Must, tantivy.Query.boolean_query(needed)),
                *((Occur.Should, self._gram_query(gram)) for gram in extra),
            ]
        )

    def _group_query(self, group: Sequence[str]) -> tantivy.Query:
        """The best of the group in each field, the fields summed up."""
        query = tantivy.Query
        parts = []
        for name, weight in WEIGHTS.items():
            every = [self._term(name, term) for term in group]
            best = query.disjunction_max_query(every) if len(every) > 1 else every[0]
            parts.append((Occur.Should, query.boost_query(best, weight)))
        return query.boolean_query(parts)

    def _gram_query(self, gram: str) -> tantivy.Query:
        return tantivy.Query.boost_query(self._term("grams", gram), GRAM_WEIGHT)

    def _term(self, name: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, name, term, "freq")

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
        if not self._writable:
            return tantivy.Index(self._schema)  # in memory: another process minds the folder
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
            # what a process killed in the midst of a commit has left: its names are used again
            self._writer.garbage_collect_files()
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
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def _format() -> str:
    return f"{FORMAT} tantivy {tantivy.__version__}"


def _tantivy_document(document: LexicalDocument) -> tantivy.Document:
    path = " ".join(document.path.replace("\\", "/").split("/")[-PATH_PARTS:])
    found = {
        "title": words(document.title),
        "outline": words(" / ".join(document.outline)),
        "tags": words(" ".join(document.tags)),
        "path": words(path.rpartition(".")[0] or path),
    }
    headings = dict.fromkeys((document.title, *document.outline))
    unsaid = [part for part in headings if part not in document.body]
    said = [*words("\n".join((*unsaid, document.body))), *found["tags"]]
    made = tantivy.Document()
    made.add_unsigned("entry", document.entry_id)
    made.add_text("text", " ".join(map(stem, said)))
    for name, listed in found.items():
        if listed:
            made.add_text(name, " ".join(map(stem, listed)))
    made.add_text("grams", " ".join(gram for word in said for gram in grams(word)))
    made.add_text("words", " ".join({*said, *found["path"]}))
    return made


def _run(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[tuple[int, float]]:
    found = searcher.search(query, limit, count=False).hits
    ids = searcher.fast_field_values("entry", [address for _, address in found])
    return [(int(i), float(score)) for i, (score, _) in zip(ids, found, strict=True)]


def _storage_error(folder: Path, fault: Exception) -> StorageError:
    if any(word in str(fault) for word in NO_ROOM):
        return StorageError(f"the disk that holds {folder} is full", "Free some space.")
    if any(word in str(fault) for word in LOCKED):
        return StorageError(f"another process is writing {folder}", "Stop the other daemon first.")
    return StorageError(f"the full-text index in {folder} failed: {fault}", "Delete the folder.")
