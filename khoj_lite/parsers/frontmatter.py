"""The YAML block at the top of a Markdown note, read forgivingly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from khoj_lite.parsers.dates import day_of
from khoj_lite.parsers.draft import unlinked
from khoj_lite.types import EntryDate

MAX_LINES = 2000
"""A block that is not closed within so many lines is no frontmatter."""

DATE_KINDS = {
    "date": "date",
    "day": "date",
    "created": "created",
    "created_at": "created",
    "created-at": "created",
    "creation date": "created",
    "date created": "created",
    "ctime": "created",
    "updated": "modified",
    "updated_at": "modified",
    "updated-at": "modified",
    "modified": "modified",
    "date modified": "modified",
    "last_modified": "modified",
    "lastmod": "modified",
    "mtime": "modified",
    "due": "deadline",
    "deadline": "deadline",
    "scheduled": "scheduled",
    "closed": "closed",
    "completed": "closed",
}
_KEY_VALUE = re.compile(r"([^\s:#\-][^:]*):(?:\s+(.*))?$")
_HASH_TAGS = re.compile(r"^(tags?|keywords):[ \t]+(#\S.*)$", re.I | re.M)
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every value as written: yes, 007, 1e3


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """What the block says. `line_count` lines of the file belong to it, fences included (0: there
    is none). `properties` has every key, in lower case, as text."""

    line_count: int = 0
    title: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    dates: tuple[EntryDate, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()


def read(lines: Sequence[str]) -> Frontmatter:
    """The frontmatter that the lines of a file begin with. Broken YAML gives what its single
    lines say; its words stay in the note either way."""
    end = _end(lines)
    if not end:
        return Frontmatter()
    block = lines[1 : end - 1]
    return from_values(_values(block), end)


def from_values(values: dict[str, list[str]], line_count: int = 0) -> Frontmatter:
    """The frontmatter that property lists amount to, Logseq's page properties included."""
    dates = [
        EntryDate(DATE_KINDS[key], day)
        for key, items in values.items()
        if key in DATE_KINDS
        for item in items[:1]
        if (day := day_of(item))
    ]
    return Frontmatter(
        line_count=line_count,
        title=" ".join(values.get("title", [])).strip(),
        tags=tuple(dict.fromkeys(_tags(values))),
        aliases=tuple(dict.fromkeys(_aliases(values))),
        dates=tuple(dict.fromkeys(dates)),
        properties=tuple((key, unlinked(", ".join(items))) for key, items in values.items()),
    )


def _end(lines: Sequence[str]) -> int:
    if not lines or lines[0].rstrip() != "---":
        return 0
    for index in range(1, min(len(lines), MAX_LINES)):
        if lines[index].rstrip() in ("---", "..."):
            return index + 1
    return 0


def _values(block: Sequence[str]) -> dict[str, list[str]]:
    source = "\n".join(block)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source, _LOADER)):
            return _loose_values(block)  # a few lines of aliases can unfold to gigabytes
        loaded = yaml.load(source, _LOADER)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return _loose_values(block)
    if not isinstance(loaded, dict):
        return _loose_values(block)
    values = {
        str(key).strip().lower(): list(_texts(value)) for key, value in loaded.items() if str(key)
    }
    for match in _HASH_TAGS.finditer(source):  # to YAML `#a #b` is a comment
        values[match[1].lower()] = [match[2]]
    return values


def _texts(value: object) -> Iterator[str]:
    """A value as texts: `[[link]]`, which YAML takes for a list in a list, is one of them."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{key}: {', '.join(_texts(item))}"
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif text := str(value).strip():
        yield text


def _loose_values(block: Sequence[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    items: list[str] = []
    for line in block:
        match = _KEY_VALUE.match(line.strip())
        if match:
            items = values.setdefault(match[1].strip().lower(), [])
            value = (match[2] or "").strip().strip("\"'")
            items.extend(part for part in [value.strip("[]").strip()] if part)
        elif line.strip():
            items.append(line.strip().removeprefix("- ").strip("\"'"))
    return values


def _tags(values: dict[str, list[str]]) -> Iterator[str]:
    """Tags of a list (which may hold spaces), of `a, b`, or of `a b`."""
    for key in ("tags", "tag", "keywords"):
        items = values.get(key, [])
        parts = [part for item in items for part in re.split("[,，、]", item)]
        if len(parts) == 1 and "[[" not in parts[0]:
            parts = parts[0].split()
        for part in parts:
            if tag := _unlinked(part).lstrip("#").strip("/"):
                yield tag


def _aliases(values: dict[str, list[str]]) -> Iterator[str]:
    """Aliases of a list, or of `a, b`."""
    for key in ("aliases", "alias"):
        items = values.get(key, [])
        for item in items[0].split(",") if len(items) == 1 else items:
            if name := _unlinked(item):
                yield name


def _unlinked(value: str) -> str:
    return (
        value.strip().strip("\"'").removeprefix("#").removeprefix("[[").removesuffix("]]").strip()
    )
