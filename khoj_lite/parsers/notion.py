"""What Notion exports: a page as HTML or Markdown, and a database as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from khoj_lite.parsers import cut, frontmatter, html, markdown, notion_html
from khoj_lite.parsers.decode import decode
from khoj_lite.parsers.draft import Draft, Heading, Mark, split_lines
from khoj_lite.parsers.frontmatter import Frontmatter
from khoj_lite.parsers.html_tree import html_root, html_text
from khoj_lite.parsers.naming import title_from
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, Entry

MOST_PROPERTIES = 100
_PROPERTY = re.compile(r"([^\s:][^:\n]{0,80}?): (\S.*)|([^\s:][^:\n]{0,80}):\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)")
_ROW_TITLE_WORDS = 200  # characters


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a page or database. `path` ends in what `FileRef.form` said."""
    path, _, form = path.rpartition(".")
    if form == "notion-csv":
        return _database(decode(data), path)
    if form == "notion-md":
        return _page(decode(data), path)
    root = html_root(html_text(data))
    text = notion_html.page(root)
    if text is None:  # attached to a page, but none itself
        return html.parse(data, path, work)
    return _page(text, path)


def _page(text: str, path: str) -> Document:
    """A page in Notion's own Markdown: its title, lines of properties, and its text."""
    document = markdown.parse(text, path)
    found = _properties(split_lines(text))
    if not found:
        return document
    front = frontmatter.from_values(found)
    inherited = {k: v for k, v in front.properties if len(v) <= markdown.MAX_INHERITED}
    return replace(
        document,
        entries=tuple(
            _with(entry, front, dict(front.properties) if number == 0 else inherited)
            for number, entry in enumerate(document.entries)
        ),
        aliases=tuple(dict.fromkeys((*document.aliases, *front.aliases))),
    )


def _with(entry: Entry, front: Frontmatter, properties: Mapping[str, str]) -> Entry:
    dates = dict.fromkeys((*front.dates, *entry.dates))
    known = {when.day for when in dates if when.kind != "mentioned"}
    return replace(
        entry,
        properties={**properties, **entry.properties},
        tags=tuple(dict.fromkeys((*front.tags, *entry.tags))),
        dates=tuple(d for d in dates if d.kind != "mentioned" or d.day not in known),
    )


def _properties(lines: Sequence[str]) -> dict[str, list[str]]:
    """The lines `Name: value` that stand between a page's title and its text, alone."""
    if not lines or not lines[0].startswith("# "):
        return {}
    found: dict[str, list[str]] = {}
    for line in lines[2 : 2 + MOST_PROPERTIES] if len(lines) > 1 and not lines[1].strip() else ():
        if not line.strip():
            break
        match = _PROPERTY.fullmatch(line)
        if match is None:
            return {}
        key = (match[1] or match[3]).strip().lower()
        if key not in ("title",) and match[2]:
            found[key] = _values(key, match[2])
    return found


def _values(key: str, value: str) -> list[str]:
    value = _unlinked(value.strip())
    if key in ("tags", "tag"):  # options of a select, which may hold spaces
        return [part.strip().replace(" ", "-") for part in value.split(",") if part.strip()]
    return [re.sub(r"\\([\\`*_\[\]<>#~$])", r"\1", value)]


def _unlinked(text: str) -> str:
    return _LINK.sub(r"\1", text)


def _database(text: str, path: str) -> Document:
    """A section for each row, named by its first column, with the others as its properties."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
    except csv.Error:
        rows = [[line] for line in split_lines(text)]
    title = title_from(PurePosixPath(path).name)
    columns = rows[0] if rows else []
    lines = [f"# {title}", "", *([f"Columns: {', '.join(map(_line, columns))}"] if columns else [])]
    headings = []
    for row in rows[1:]:
        name = _line(row[0])[:_ROW_TITLE_WORDS] or "Untitled"
        cells = list(zip(columns[1:], row[1:], strict=False))
        extra = row[len(columns) :] if columns else []
        front = frontmatter.from_values(
            {
                _line(key).lower(): _values(_line(key).lower(), value)
                for key, value in cells
                if value
            }
        )
        lines.append("")
        headings.append(
            Heading(
                len(lines), 2, name, tags=front.tags, dates=front.dates,
                properties=dict(front.properties),
            )
        )  # fmt: skip
        lines.append(f"## {_line(row[0]) or 'Untitled'}")
        lines.append("")
        for key, value in [*cells, *(("", value) for value in extra)]:
            if value.strip():
                body = value.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
                lines.append(f"- {_line(key)}: {body[0]}" if key else f"- {body[0]}")
                lines += [f"  {more}" for more in body[1:]]
    plain = [_unlinked(re.sub(r"^#+ ", "", line)) for line in lines]
    return cut.document(
        Draft(
            type="markdown",
            path=path,
            title=title,
            title_is_filename=False,
            lines=lines,
            plain=plain,
            headings=headings,
            marks=[
                Mark(place, "link", match[2])
                for place, line in enumerate(lines)
                for match in _LINK.finditer(line)
            ],
        )
    )


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
