"""Every record that crosses a folder. Imports nothing of ours; every record is frozen.

Paths are *wire paths*: ordinary text that always encodes as UTF-8. `sources.folder` maps
file names that are not valid UTF-8 to and from this form (see `wire_path` there).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""Float32, L2-normalised: shape (dimensions,) for one text, (n, dimensions) for several."""

Mode = Literal["hybrid", "semantic", "lexical"]


# --- where notes come from -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One thing the user added: a folder today; an export or a repository by its `kind`."""

    name: str
    kind: str
    location: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as a source lists it. `digest` is empty until somebody has read the bytes.

    `form` is a suffix that says how to read it where its name does not (`.md` for a page that its
    source hands over as Markdown). `was` is the path of its earlier version, where a source writes
    the version into the path."""

    source: str
    path: str
    mtime_ns: int
    size: int
    digest: str = ""
    form: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the store remembers of a file. `state`: ok, or failed with the error's `code`.

    Not `settled`: it was read so soon after it was written that another change may carry the same
    time stamp; only its content can tell. `reader` is what read it (see `parsers.readers`)."""

    ref: FileRef
    state: str
    code: str = ""
    settled: bool = True
    reader: str = ""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source and how it is: `state` is new, indexing, ready, offline or failed."""

    source: Source
    state: str
    message: str
    files: int
    entries: int
    failed: int
    last_indexed: float | None


@dataclass(frozen=True, slots=True)
class FileStatus:
    """One file for the list of files; `code` and `message` say why it failed."""

    path: str
    source: str
    type: str
    title: str
    state: str
    code: str
    message: str
    size: int
    entries: int
    modified: float
    indexed: float
    first_entry: int | None = None


# --- what parsers make ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryDate:
    """A day an entry speaks of. `kind`: date, created, modified, scheduled, deadline, closed,
    journal, or mentioned."""

    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person sees as one thing: a Markdown section, an Org heading, a page.

    `text` is the source text, whole lines, unchanged but for line ends (LF). `plain` is what a
    reader would read: markup taken away, every word kept. It has exactly as many lines as
    `text`, so that line i of `plain` is line `line + i` of the file.
    """

    path: str
    type: str
    title: str
    outline: tuple[str, ...]
    line: int
    end_line: int
    text: str
    plain: str
    page: int | None = None
    tags: tuple[str, ...] = ()
    dates: tuple[EntryDate, ...] = ()
    todo: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    title_is_filename: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file: its entries in reading order, together covering every line of it.

    `notes` say in plain words what of the file could not be read. `unfinished`: there was no
    time for all of it, and the next attempt goes on from here."""

    type: str
    title: str
    entries: tuple[Entry, ...]
    aliases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is embedded, never shown: `entry.plain[start:end]` under a title-and-outline header.

    `digest` names the content (outline, body and a title written in the file; not the file's
    name), so that a rename or a copy embeds nothing.
    """

    text: str
    digest: str
    start: int
    end: int


# --- search --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` to before `end`; None is open. The end is always exclusive."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its filters taken out. All filters must hold; values of one must-have
    filter are alternatives (`tag:a tag:b` wants both; `type:org type:markdown` wants either)."""

    text: str
    include: tuple[str, ...] = ()  # +"must have", matched in the folded text
    exclude: tuple[str, ...] = ()  # -"must not"
    phrases: tuple[str, ...] = ()  # "exact phrase": must have, and part of `text` too
    paths: tuple[str, ...] = ()  # file:"glob", any of them
    exclude_paths: tuple[str, ...] = ()
    dates: tuple[DateRange, ...] = ()  # every one
    tags: tuple[str, ...] = ()  # every one; a tag matches its nested tags
    exclude_tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()  # any
    sources: tuple[str, ...] = ()  # any
    todo: tuple[str, ...] = ()  # any
    properties: tuple[tuple[str, str], ...] = ()  # every one
    limit: int = 10

    @property
    def has_filters(self) -> bool:
        """Whether anything but the words narrows the search."""
        return any(
            (
                self.include, self.exclude, self.phrases, self.paths, self.exclude_paths,
                self.dates, self.tags, self.exclude_tags, self.types, self.sources,
                self.todo, self.properties,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the store keeps it, with the file it stands in."""

    id: int
    source: str
    modified: float  # seconds since the epoch, of the file
    entry: Entry


@dataclass(frozen=True, slots=True)
class NoteText:
    """A whole note as the index holds it: the text of all its entries, in order."""

    path: str
    source: str
    type: str
    title: str
    modified: float
    text: str
    entries: tuple[StoredEntry, ...]


@dataclass(frozen=True, slots=True)
class Explain:
    """What each side contributed to a hit; None where a side did not find it."""

    lexical_rank: int | None = None
    lexical_score: float | None = None
    semantic_rank: int | None = None
    cosine: float | None = None
    rerank: float | None = None
    picture: float | None = None  # cosine of the query and what the photo shows


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo that shows what a query says. `strength`: deviations above what it has in common
    with phrases that show nothing."""

    entry_id: int
    cosine: float
    strength: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found. `score` is 0 to 1, higher is better, comparable within one answer.

    `snippet` is cut from `entry.plain`; `highlights` are [start, end) character offsets in it;
    `line` is the line of the file where the best passage begins (the entry begins at
    `stored.entry.line`)."""

    stored: StoredEntry
    score: float
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    line: int
    explain: Explain


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: Query
    hits: tuple[Hit, ...]
    took_ms: float
    notice: str = ""  # e.g. "searched for 'recipe' too: 'recpie' is in no note"


# --- indexing ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileFailure:
    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one sync did; counts are files, each in one of them."""

    added: int = 0
    changed: int = 0
    renamed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: int = 0
    entries: int = 0
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0
    failures: tuple[FileFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is. `total` is 0 while it is not known yet."""

    stage: str
    done: int = 0
    total: int = 0
    detail: str = ""


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A long task of the daemon. `state`: queued, running, done, failed, cancelled."""

    id: str
    kind: str
    state: str
    created: float
    progress: Progress
    finished: float | None = None
    error: Mapping[str, str] | None = None
    result: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class WatcherStatus:
    """Whether changes are noticed. `heartbeat`: when the watcher last reported a file that the
    daemon touched to test it, seconds since the epoch; None before the first."""

    alive: bool = False
    heartbeat: float | None = None
    watching: int = 0  # folders added by the user
    message: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How the index is. `pending` entries are findable by their words alone for now.

    `state`: idle, indexing, embedding, or preparing (the embedding model, at the first start).
    `model`: name, precision and what else is known of the embedding model; `chat`: of the chat
    model, its name "" where answers quote the notes without one."""

    ready: bool
    files: int
    entries: int
    chunks: int
    pending: int
    failed: int
    state: str
    progress: Progress
    sources: tuple[SourceStatus, ...]
    watcher: WatcherStatus
    model: Mapping[str, object]
    message: str = ""  # what is wrong with the index as a whole, if anything
    chat: Mapping[str, object] = field(default_factory=dict)
    nightly: str = ""  # one line on the last and the next training, if there is any


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`: what was looked at, whether it is well, and the way out."""

    name: str
    ok: bool
    message: str
    hint: str = ""


# --- chat ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One line of the answer stream: `event` names it, `data` holds the other fields of api.md."""

    event: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `role`: user or assistant; `details`: sources, citations, usage."""

    id: str
    role: str
    text: str
    created: float
    details: Mapping[str, object] = field(default_factory=dict)
    feedback: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    title: str
    created: float
    updated: float
    messages: tuple[Message, ...] = ()


# --- the chat model ------------------------------------------------------------------------

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a prompt, as a model's chat template wants it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class AdapterUse:
    """A LoRA adapter to answer with: its id, its GGUF file, and how strongly it counts."""

    id: str
    path: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer cost, in tokens; the last thing a stream yields.

    `context_tokens` is all the model can hold, `reused_tokens` the part of the prompt that was
    still in its memory. `finish`: stop (it was done), length (no room left) or cancelled."""

    prompt_tokens: int
    completion_tokens: int
    context_tokens: int
    reused_tokens: int = 0
    finish: Literal["stop", "length", "cancelled"] = "stop"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the user should know while he waits: the model is loading, or was started again."""

    text: str


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model to choose from, and where it comes from.

    `kind`: chat or embedding. `origin`: catalogue, Ollama, LM Studio, Hugging Face, file or server.
    `state`: available (not on this machine), downloading, installed or in use. Bytes: `size` of the
    file (an estimate where `size_is_estimate`), `memory` while it answers at the configured
    context; 0 is unknown. `fits`: whether this machine has the memory, None where unknown.
    `base` names the weights that a LoRA trains on; `base_here`: they are on this machine."""

    name: str
    kind: Literal["chat", "embedding"]
    origin: str
    state: Literal["available", "downloading", "installed", "in use"]
    about: str = ""
    license: str = ""
    size: int = 0
    size_is_estimate: bool = False
    memory: int = 0
    context_tokens: int = 0
    fits: bool | None = None
    recommended: bool = False
    path: str = ""
    repository: str = ""
    base: str = ""
    base_here: bool = False
    trainable: bool = False
    problem: str = ""


# --- protocols shared by several folders ----------------------------------------------------


class ChatModel(Protocol):
    """A language model that answers, here in a child process or elsewhere behind an address.

    Usable from any thread; those who ask at the same time are served in turn."""

    @property
    def name(self) -> str:
        """What users call it."""
        ...

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together. Loads the model if need be."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones left out (an estimate, never too low, where the
        model's own tokenizer cannot be had)."""
        ...

    def stream(
        self,
        turns: Sequence[Turn],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        adapters: Sequence[AdapterUse] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[str | Notice | Usage]:
        """The answer piece by piece, a Usage at its end. ModelError when it cannot be had.

        Once `cancelled()` is true it ends within a second, with the Usage so far."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors. `name` identifies model and precision: vectors of
    different names are never mixed."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vector:
        """Vectors of passages, shape (len(texts), dimensions)."""
        ...

    def embed_query(self, text: str) -> Vector:
        """The vector of a question, shape (dimensions,)."""
        ...

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        """[start, end) character offsets of the model's own tokens, special ones left out."""
        ...
