"""What travels: searches, hits, entries and notes as the contract writes them.

Pydantic models document the shapes (they make the OpenAPI schema) and build the JSON; inside,
only the frozen records of `types` are used. The command line prints these same objects, so
`--json` and HTTP cannot drift apart. Fields of the contract marked `?` are left out when unset,
so every other field is always set here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import accumulate
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from khoj_lite import types
from khoj_lite.search.record import hit_record, place_record
from khoj_lite.server.links import open_uri

Json = dict[str, Any]


class Wire(BaseModel):
    """Base of everything that travels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def json_bytes(self) -> bytes:
        """UTF-8 JSON, unset optional fields left out."""
        return self.__pydantic_serializer__.to_json(self, exclude_unset=True)

    def json_object(self) -> Json:
        """The same as plain Python values."""
        return self.model_dump(mode="json", exclude_unset=True)


class ErrorBody(Wire):
    code: str
    message: str
    hint: str


class ErrorAnswer(Wire):
    error: ErrorBody


class Health(Wire):
    status: str
    version: str
    ready: bool = Field(description="Whether search works by meaning yet, not only by words.")


class DateRange(Wire):
    start: date | None
    end: date | None = Field(description="Exclusive.")


class Query(Wire):
    """A question with its filters taken out of the text."""

    text: str
    include: list[str]
    exclude: list[str]
    phrases: list[str]
    paths: list[str]
    exclude_paths: list[str]
    dates: list[DateRange]
    tags: list[str]
    exclude_tags: list[str]
    types: list[str]
    sources: list[str]
    todo: list[str]
    properties: list[tuple[str, str]]
    limit: int


class Explain(Wire):
    """What each side contributed; null where a side did not find the entry."""

    lexical_rank: int | None
    lexical_score: float | None
    semantic_rank: int | None
    cosine: float | None
    rerank: float | None
    picture: float | None = Field(description="Cosine of the query and what a photo shows.")


class Hit(Wire):
    """One entry found."""

    id: int
    source: str
    type: str
    path: str = Field(description="Absolute where there is a file to open.")
    title: str
    outline: list[str]
    line: int = Field(description="Where the best passage begins.")
    end_line: int
    page: int | None
    uri: str = Field(description="What a person can open: file://..., obsidian://...")
    score: Annotated[float, Field(ge=0, le=1)]
    snippet: str
    highlights: list[tuple[int, int]] = Field(description="[start, end) in the snippet.")
    tags: list[str]
    modified: datetime
    text: str | None = Field(default=None, description="The whole entry, with full=true.")
    explain: Explain | None = Field(default=None, description="With explain=true.")


class SearchAnswer(Wire):
    query: Query
    hits: list[Hit]
    took_ms: float
    notice: str = Field(description="What the search did beyond the question, for people.")


class EntryDate(Wire):
    kind: str
    day: date


class NoteEntry(Wire):
    id: int
    title: str
    outline: list[str]
    line: int
    end_line: int
    page: int | None = Field(description="Where there are pages, `line` counts from its top.")
    text_line: int = Field(description="Where it begins in the whole text of the note.")


class NoteOutline(Wire):
    """The file that an entry stands in, and its entries in reading order."""

    path: str
    source: str
    type: str
    title: str
    uri: str
    modified: datetime
    entries: list[NoteEntry]


class Note(NoteOutline):
    """The same with its whole text."""

    text: str
    line_count: int


class Entry(Wire):
    """One entry, whole. `text` is the source text, `plain` what a reader would read."""

    id: int
    source: str
    type: str
    path: str
    title: str
    outline: list[str]
    line: int
    end_line: int
    page: int | None
    uri: str
    text: str
    plain: str
    tags: list[str]
    dates: list[EntryDate]
    todo: str
    properties: dict[str, str]
    modified: datetime
    note: NoteOutline


class Suggestion(Wire):
    value: str
    count: int


class Suggestions(Wire):
    values: list[Suggestion]


def moment(seconds: float) -> datetime:
    """A point in time, UTC, to the second, from seconds since the epoch."""
    return datetime.fromtimestamp(int(seconds), UTC)


def query_wire(query: types.Query) -> Query:
    return Query(
        text=query.text,
        include=list(query.include),
        exclude=list(query.exclude),
        phrases=list(query.phrases),
        paths=list(query.paths),
        exclude_paths=list(query.exclude_paths),
        dates=[DateRange(start=day.start, end=day.end) for day in query.dates],
        tags=list(query.tags),
        exclude_tags=list(query.exclude_tags),
        types=list(query.types),
        sources=list(query.sources),
        todo=list(query.todo),
        properties=list(query.properties),
        limit=query.limit,
    )


def hit_wire(hit: types.Hit, *, full: bool = False, explain: bool = False) -> Hit:
    """A hit; its entry's text and what each side contributed only when asked for."""
    stored, entry = hit.stored, hit.stored.entry
    optional: Json = {}
    if full:
        optional["text"] = entry.text
    if explain:
        optional["explain"] = Explain(
            lexical_rank=hit.explain.lexical_rank,
            lexical_score=hit.explain.lexical_score,
            semantic_rank=hit.explain.semantic_rank,
            cosine=hit.explain.cosine,
            rerank=hit.explain.rerank,
            picture=hit.explain.picture,
        )
    return Hit.model_validate(
        {
            **hit_record(hit),
            "uri": open_uri(entry.path, entry.page, hit.line, entry.end_line),
            "modified": moment(stored.modified),
            **optional,
        }
    )


def search_wire(
    result: types.SearchResult, *, full: bool = False, explain: bool = False
) -> SearchAnswer:
    return SearchAnswer(
        query=query_wire(result.query),
        hits=[hit_wire(hit, full=full, explain=explain) for hit in result.hits],
        took_ms=round(result.took_ms, 2),
        notice=result.notice,
    )


def entry_wire(stored: types.StoredEntry, note: types.NoteText) -> Entry:
    entry = stored.entry
    return Entry.model_validate(
        {
            **place_record(stored),
            "uri": open_uri(entry.path, entry.page, entry.line, entry.end_line),
            "text": entry.text,
            "plain": entry.plain,
            "dates": [EntryDate(kind=when.kind, day=when.day) for when in entry.dates],
            "todo": entry.todo,
            "properties": dict(entry.properties),
            "modified": moment(stored.modified),
            "note": NoteOutline.model_validate(_outline(note)),
        }
    )


def note_wire(note: types.NoteText) -> Note:
    return Note.model_validate(
        {**_outline(note), "text": note.text, "line_count": note.text.count("\n") + 1}
    )


def _outline(note: types.NoteText) -> Json:
    begins = accumulate((e.entry.text.count("\n") + 1 for e in note.entries), initial=1)
    return {
        "path": note.path,
        "source": note.source,
        "type": note.type,
        "title": note.title,
        "uri": open_uri(note.path),
        "modified": moment(note.modified),
        "entries": [
            NoteEntry(
                id=stored.id,
                title=stored.entry.title,
                outline=list(stored.entry.outline),
                line=stored.entry.line,
                end_line=stored.entry.end_line,
                page=stored.entry.page,
                text_line=text_line,
            )
            for stored, text_line in zip(note.entries, begins, strict=False)
        ],
    }
