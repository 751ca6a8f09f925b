"""A draft cut into entries: one a section, long sections in several, no word lost."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from khoj_lite.parsers.dates import mentioned
from khoj_lite.parsers.draft import Draft, Heading, Mark, unlinked
from khoj_lite.types import Document, Entry, EntryDate

MAX_CHARACTERS = 6000
"""A longer section is cut at paragraphs or lines: about what a reader takes in as one thing,
and what keeps a text without headings findable by its parts. One line is never cut."""

_EARLIEST = 0.6  # of the size aimed at: how much smaller a part may be for the sake of a border
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Section:
    """Lines [start, end) of the file under the headings of `path`, outermost first."""

    start: int
    end: int
    path: tuple[Heading, ...]


def document(draft: Draft) -> Document:
    """The document of a draft. Its entries follow one another and cover every line."""
    marks = sorted(draft.marks, key=lambda mark: mark.line)
    mark_lines = [mark.line for mark in marks]
    entries = []
    for section in _sections(draft):
        for part in _parts(draft, section):
            low, high = bisect_left(mark_lines, part.start), bisect_left(mark_lines, part.end)
            entries.append(_entry(draft, part, marks[low:high]))
    return Document(draft.type, draft.title, tuple(entries), draft.aliases)


def _sections(draft: Draft) -> Iterator[_Section]:
    headings = draft.headings
    start = 0
    if headings and any(line.strip() for line in draft.lines[: headings[0].line]):
        yield _Section(0, headings[0].line, ())
        start = headings[0].line
    path: list[Heading] = []
    for heading, following in zip(headings, [*headings[1:], None], strict=False):
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        end = following.line if following else len(draft.lines)
        yield _Section(start, end, tuple(path))
        start = end
    if not headings:
        yield _Section(0, len(draft.lines), ())


def _parts(draft: Draft, section: _Section) -> Iterator[_Section]:
    """The section, or where it is too long its consecutive parts, of about the same size."""
    left = sum(len(draft.lines[index]) + 1 for index in range(section.start, section.end))
    start = section.start
    while left > MAX_CHARACTERS and start < section.end - 1:
        end, size = _part_end(draft.lines, start, section.end, left)
        yield _Section(start, end, section.path)
        left -= size
        start = end
    if start < section.end:
        yield _Section(start, section.end, section.path)


def _part_end(lines: Sequence[str], start: int, end: int, left: int) -> tuple[int, int]:
    """The line before which a part ends that begins at `start`, and its size in characters.

    Best is a line after a blank one, else the one indented least: there a list goes on with its
    next main point."""
    goal = left / -(-left // MAX_CHARACTERS)
    best, best_size, best_key = start + 1, len(lines[start]) + 1, (1000, goal)
    size = 0
    for index in range(start, end - 1):
        size += len(lines[index]) + 1
        if size > MAX_CHARACTERS:
            break
        if size >= goal * _EARLIEST and lines[index + 1].strip():
            following = lines[index + 1]
            indent = len(following) - len(following.lstrip()) + 1
            key = (indent if lines[index].strip() else 0, abs(size - goal))
            if key < best_key or best_size < goal * _EARLIEST:
                best, best_size, best_key = index + 1, size, key
        elif best_size < goal * _EARLIEST:
            best, best_size = index + 1, size
    return best, best_size


def _entry(draft: Draft, part: _Section, marks: Sequence[Mark]) -> Entry:
    text = "\n".join(draft.lines[part.start : part.end])
    plain = "\n".join(draft.plain[part.start : part.end])
    outline = tuple(heading.title for heading in part.path if heading.title)
    own = part.path[-1] if part.path else None
    inherited_tags = [tag for heading in part.path for tag in heading.tags]
    own_tags = [mark.value for mark in marks if mark.kind == "tag"]
    dates = [*draft.dates, *(own.dates if own else ()), *_marked_dates(marks), *mentioned(text)]
    properties: dict[str, str] = dict(draft.inherited)
    if part.start == 0:
        properties.update(draft.properties)
    if own:
        properties.update(own.properties)
    _add(
        properties, ((mark.key, unlinked(mark.value)) for mark in marks if mark.kind == "property")
    )
    _add(properties, (("links", mark.value) for mark in marks if mark.kind == "link"), "\n")
    entry = Entry(
        path=draft.path,
        type=draft.type,
        title=draft.title,
        outline=outline,
        line=part.start + 1,
        end_line=part.end,
        text=text,
        plain=plain,
        tags=tuple(dict.fromkeys((*draft.tags, *inherited_tags, *own_tags))),
        dates=_first_kinds(dates),
        todo=(own.todo if own else "") or _todo(marks),
        properties=properties,
        title_is_filename=draft.title_is_filename,
    )
    lost = lost_words(entry)
    if lost:
        _add(properties, [("markup", " ".join(lost))], " ")
    return entry


def lost_words(entry: Entry) -> list[str]:
    """The words of an entry's source that nothing else of it holds, in order: names of HTML
    tags, languages of code blocks and the like. They are kept as the property `markup`, since
    every word of a note must be findable."""
    if entry.text == entry.plain:
        return []
    held = set(_WORD.findall(entry.plain))
    words = dict.fromkeys(_WORD.findall(entry.text))
    missing = [word for word in words if word not in held]
    if missing:
        rest = (entry.title, *entry.outline, *entry.tags, *entry.properties.values())
        held = {word for value in rest for word in _WORD.findall(value)}
        held.update(word for key in entry.properties for word in _WORD.findall(key))
        missing = [word for word in missing if word not in held]
    return missing


def _todo(marks: Iterable[Mark]) -> str:
    """The state of a section's tasks: TODO when one is to be done, else the first open one's,
    else DONE when all are done, else nothing."""
    states = [mark.value for mark in marks if mark.kind == "task"]
    if not states or "TODO" in states:
        return "TODO" if states else ""
    return next((state for state in states if state not in DONE_STATES), "DONE")


DONE_STATES = frozenset({"DONE", "CANCELED", "CANCELLED"})


def _marked_dates(marks: Iterable[Mark]) -> Iterator[EntryDate]:
    for mark in marks:
        if mark.kind == "date":
            yield EntryDate(mark.key, date.fromisoformat(mark.value))


def _first_kinds(dates: Iterable[EntryDate]) -> tuple[EntryDate, ...]:
    """Each date once; a day with a better-known kind is not `mentioned` as well."""
    unique = list(dict.fromkeys(dates))
    known = {item.day for item in unique if item.kind != "mentioned"}
    return tuple(item for item in unique if item.kind != "mentioned" or item.day not in known)


def _add(
    properties: dict[str, str], pairs: Iterable[tuple[str, str]], separator: str = ", "
) -> None:
    collected: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        collected.setdefault(key, {})[value] = None
    for key, values in collected.items():
        before = [properties[key]] if properties.get(key) else []
        properties[key] = separator.join(dict.fromkeys([*before, *values]))
