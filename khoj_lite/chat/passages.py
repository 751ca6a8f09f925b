"""The passages that an answer is looked for in: what search finds, or a whole document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from khoj_lite.chat.answer_model import whole
from khoj_lite.chat.asking import Note
from khoj_lite.errors import NotFoundError
from khoj_lite.models.extractive_features import Passage
from khoj_lite.types import Hit, Mode, NoteText, Query, SearchResult, StoredEntry


class Searches(Protocol):
    """What chat needs of `search.run.Searcher`."""

    def search(self, query: Query, mode: Mode = "hybrid", prefix: bool = False) -> SearchResult: ...


class Documents(Protocol):
    """What chat needs of `store.documents.Documents`."""

    def entry(self, entry_id: int) -> StoredEntry: ...
    def entry_at(self, path: str, line: int | None = None) -> StoredEntry: ...
    def note(self, entry_id: int) -> NoteText: ...
    def filter_entries(self, query: Query) -> set[int] | None: ...
    def entries(self, ids: Collection[int]) -> dict[int, StoredEntry]: ...


def as_passages(hits: Sequence[Hit]) -> list[Passage]:
    """The hits as the extractor reads them."""
    return [Passage(hit.stored, hit.score, hit.line, hit.explain.cosine) for hit in hits]


def leading(hits: tuple[Hit, ...], entries: Collection[int]) -> tuple[Hit, ...]:
    """The hits with those of these entries first, as near as the best: a follow-up is about what
    was just quoted."""
    best = max((hit.score for hit in hits), default=0.0)
    first = [replace(hit, score=best) for hit in hits if hit.stored.id in entries]
    return (*first, *(hit for hit in hits if hit.stored.id not in entries))


@dataclass(frozen=True, slots=True)
class Passages:
    """Where passages come from."""

    searcher: Searches
    documents: Documents

    def find(self, query: Query) -> tuple[Hit, ...]:
        """The hits that an answer is looked for in. Words in quotation marks must be there, but
        when that leaves nothing they are words like others: people quote names in questions."""
        hits = self.searcher.search(query).hits
        if not hits and query.phrases:
            hits = self.searcher.search(replace(query, phrases=())).hits
        return hits

    def document(self, query: Query, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """All that the filters let through, in reading order, when it is of one file; else
        nothing. What search found keeps its score and place."""
        allowed = self.documents.filter_entries(query) if query.has_filters else None
        if not allowed or len({hit.stored.entry.path for hit in hits}) > 1:
            return ()
        try:
            note = self.documents.note(min(allowed))
        except NotFoundError:
            return ()  # it left the index in this instant
        if not allowed <= {stored.id for stored in note.entries}:
            return ()
        found = {hit.stored.id: hit for hit in hits}
        return tuple(
            found.get(hit.stored.id, hit) for hit in self._all(note) if hit.stored.id in allowed
        )

    def of_note(self, path: str) -> Note:
        """The note with this path or end of a path; NotFoundError when there is none."""
        note = self.documents.note(self.documents.entry_at(path).id)
        return Note(note.title or path, self._all(note))

    def _all(self, note: NoteText) -> tuple[Hit, ...]:
        dated = self.documents.entries([stored.id for stored in note.entries])
        return tuple(whole(dated[stored.id]) for stored in note.entries if stored.id in dated)

    def entry(self, entry_id: int) -> StoredEntry | None:
        """An entry given before, None when its note has changed or gone."""
        try:
            return self.documents.entry(entry_id)
        except NotFoundError:
            return None
