"""ODT, ODS and ODP: what LibreOffice writes. Texts by heading, sheets by sheet, slides by slide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from khoj_lite.errors import FileEncryptedError, FileParseError
from khoj_lite.parsers.dates import day_of
from khoj_lite.parsers.draft import Mark
from khoj_lite.parsers.flow import Flow, one_line
from khoj_lite.parsers.package import Package, attribute, local, text_of, xml_tree
from khoj_lite.parsers.sheet_rows import MOST_COLUMNS, SheetRows
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, EntryDate

DEEPEST = 60
MOST_REPEATS = 50
"""Times that a row which says so is repeated; more are the rest of an empty sheet."""

_SKIPPED = frozenset(
    {"tracked-changes", "forms", "sequence-decls", "table-of-content", "soft-page-break",
     "annotation-end", "shapes", "alphabetical-index", "dde-links", "named-expressions"}
)  # fmt: skip
_META = {"initial-creator": "author", "creator": "last modified by", "subject": "subject",
         "description": "description", "keyword": "keywords", "language": "language"}  # fmt: skip


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of an OpenDocument file, of type odt, ods or odp. FileEncryptedError when it
    needs a password, FileParseError when it is none."""
    notes: list[str] = []
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):  # a flat one: no package
        root, mended = xml_tree(data)
        meta = root
        notes += ["the file is damaged, and words may be missing"] if mended else []
    else:
        package = Package(data, "OpenDocument file")
        _refuse_locked(package)
        root, meta = package.xml("content.xml"), package.xml("meta.xml")
        notes += package.notes
    body = next(root.iter("{*}body"), None) if root is not None else None
    content = next((child for child in body if local(child)), None) if body is not None else None
    if content is None:
        raise FileParseError("this is no OpenDocument file: its text is missing or damaged")
    title, properties, dates = _about(meta)
    reader = _Reader()
    kind = {"spreadsheet": "ods", "presentation": "odp"}.get(local(content), "odt")
    if kind == "ods":
        reader.sheets(content)
    elif kind == "odp":
        reader.slides(content)
    else:
        reader.blocks(content, 0)
    return reader.flow.document(
        kind, path, title or reader.title, properties, dates, notes=[*notes, *reader.notes]
    )


def _about(meta: Any | None) -> tuple[str, dict[str, str], list[EntryDate]]:
    found: dict[str, list[str]] = {}
    for section in meta.iter("{*}meta") if meta is not None else ():
        for item in section:
            if value := one_line(text_of(item)):
                name = attribute(item, "name") if local(item) == "user-defined" else local(item)
                found.setdefault(name, []).append(value)
    dates = [
        EntryDate(kind, day)
        for name, kind in (("creation-date", "created"), ("date", "modified"))
        if name in found and (day := day_of(found[name][0]))
    ]
    properties = {key: ", ".join(found[name]) for name, key in _META.items() if name in found}
    if properties.get("last modified by") and "author" not in properties:
        properties["author"] = properties["last modified by"]
    return " ".join(found.get("title", [])), properties, dates


def _refuse_locked(package: Package) -> None:
    manifest = package.xml("META-INF/manifest.xml")
    for entry in manifest if manifest is not None else ():
        name = attribute(entry, "full-path")
        locked = any(local(child) == "encryption-data" for child in entry)
        if locked and name in ("content.xml", "/", "encrypted-package"):
            raise FileEncryptedError("it is protected by a password")


class _Reader:
    """Writes what stands in the body. `title` is the first paragraph in the style Title."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.title = ""
        self.notes: list[str] = []

    def blocks(self, parent: Any, depth: int) -> None:
        """Write the paragraphs, lists and tables below an element."""
        for child in parent:
            name = local(child)
            if name == "h":
                self._heading(child)
            elif name == "p":
                self._paragraph(child, "")
            elif name == "list":
                self._list(child, 0)
            elif name == "table":
                self._table(child)
            elif name and name not in _SKIPPED and depth < DEEPEST:
                self.blocks(child, depth + 1)

    def slides(self, content: Any) -> None:
        """An entry for each slide."""
        for number, slide in enumerate(content.iter("{*}page"), 1):
            self.flow.page(number)
            frames = [frame for frame in slide if local(frame) not in ("notes", "forms")]
            titled = next((f for f in frames if attribute(f, "class") == "title"), None)
            title = one_line(" ".join(_said(p)[0] for p in _texts(titled)))
            self.title = self.title or title
            self.flow.heading(1, title or f"Slide {number}")
            for frame in frames:
                if frame is not titled:
                    self.flow.gap()
                    self.blocks([frame], 0)
            for notes in slide.iter("{*}notes"):
                said = " ".join(one_line(_said(p)[0]) for p in _texts(notes))
                if said.strip():
                    self.flow.paragraph(f"Notes: {said}")

    def sheets(self, content: Any) -> None:
        """A section for each sheet."""
        for table in content:
            if local(table) == "table":
                rows = SheetRows(self.flow, attribute(table, "name"))
                for row in _rows(table):
                    if not rows.add(row):
                        break
                rows.end()

    def _heading(self, heading: Any) -> None:
        text, links, after = _said(heading)
        level = attribute(heading, "outline-level")
        self.flow.heading(int(level) if level.isdecimal() else 1, text)
        for target in links:
            self.flow.mark(Mark(0, "link", target))
        self._after(after)

    def _paragraph(self, paragraph: Any, before: str) -> None:
        text, links, after = _said(paragraph)
        if attribute(paragraph, "style-name").casefold() == "title" and not self.title:
            self.title = one_line(text)
        if before:
            self.flow.line(before + text.strip(), links)
        else:
            self.flow.paragraph(text.strip(), links)
        self._after(after)

    def _after(self, after: list[str]) -> None:
        for line in after:
            self.flow.line(line)

    def _list(self, items: Any, depth: int) -> None:
        if not depth:
            self.flow.gap()
        for item in items:
            mark = "- "
            for child in item:
                if local(child) == "list" and depth < DEEPEST:
                    self._list(child, depth + 1)
                elif local(child) == "h":
                    self._heading(child)
                elif local(child) == "p":
                    self._paragraph(child, "  " * depth + mark)
                    mark = "  "
                elif local(child):
                    self.blocks([child], depth)
        if not depth:
            self.flow.gap()

    def _table(self, table: Any) -> None:
        self.flow.gap()
        for row in _rows(table):
            self.flow.row(row)
        self.flow.gap()


def _rows(table: Any) -> Iterator[list[str]]:
    """The rows of a table; one that is repeated comes again, up to a sensible number."""
    for row in table.iter("{*}table-row"):
        cells: list[str] = []
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            said = _cell(cell)
            cells += [said] * min(_count(cell, "number-columns-repeated"), MOST_COLUMNS)
            if len(cells) > MOST_COLUMNS:
                break
        while cells and not cells[-1]:
            cells.pop()
        times = _count(row, "number-rows-repeated")
        for _ in range(min(times, MOST_REPEATS if cells else 1)):
            yield cells


def _cell(cell: Any) -> str:
    """What a cell shows, with its comment; a value that it does not show."""
    parts = []
    for paragraph in _texts(cell):
        text, _, after = _said(paragraph)
        parts += [text, *after]
    for note in cell.iter("{*}annotation"):
        if (above := note.getparent()) is not None and local(above) != "p":
            parts.append(_comment(note))
    return one_line(" ".join(parts)) or attribute(cell, "value")


def _count(element: Any, name: str) -> int:
    value = attribute(element, name)
    return int(value) if value.isdecimal() and len(value) < 9 else 1


def _texts(element: Any | None) -> Iterator[Any]:
    """The paragraphs below an element, but for those of comments and notes in it."""
    for paragraph in element.iter("{*}p", "{*}h") if element is not None else ():
        above = paragraph.iterancestors("{*}annotation", "{*}note")
        if not any(True for item in islice(above, 1) if item is not element):
            yield paragraph


def _said(paragraph: Any) -> tuple[str, list[str], list[str]]:
    """What a paragraph says, the targets of its links, and its notes and comments."""
    words: list[str] = []
    links: list[str] = []
    after: list[str] = []
    _runs(paragraph, words, links, after, 0)
    return "".join(words), links, after


def _runs(element: Any, words: list[str], links: list[str], after: list[str], depth: int) -> None:
    words.append(_squeezed(element.text))
    for child in element:
        name = local(child)
        if name == "s":
            words.append(" " * min(_count(child, "c"), 1000))
        elif name == "tab":
            words.append("\t")
        elif name == "line-break":
            words.append("\n")
        elif name == "note":
            said = [
                one_line(_said(p)[0]) for b in child.iter("{*}note-body") for p in b.iter("{*}p")
            ]
            number = one_line(" ".join(text_of(c) for c in child.iter("{*}note-citation")))
            words.append(f"[{number}]")
            after.append(f"[{number}] {' '.join(said)}")
        elif name == "annotation":
            after.append(_comment(child))
        elif name and name not in _SKIPPED and depth < DEEPEST:
            if name == "a" and (target := attribute(child, "href")):
                links.append(target)
            if name in ("p", "h", "title", "desc", "list-item", "table-cell"):
                words.append(" ")
            _runs(child, words, links, after, depth + 1)
        words.append(_squeezed(child.tail))


def _comment(note: Any) -> str:
    author = " ".join(text_of(item) for item in note.iter("{*}creator"))
    said = " ".join(one_line(_said(p)[0]) for p in note.iter("{*}p"))
    return f"Comment by {author}: {said}" if author else f"Comment: {said}"


def _squeezed(text: str | None) -> str:
    """OpenDocument, like HTML, takes any white space for one space."""
    if not text:
        return ""
    return f"{' ' if text[0].isspace() else ''}{' '.join(text.split())}" + (
        " " if text[-1].isspace() and text.strip() else ""
    )
