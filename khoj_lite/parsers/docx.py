"""DOCX: headings become the outline; tables, lists, notes and comments stand where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from khoj_lite.errors import FileError, FileParseError
from khoj_lite.parsers.docx_styles import Styles
from khoj_lite.parsers.draft import Mark
from khoj_lite.parsers.flow import Flow, one_line
from khoj_lite.parsers.office import about, chosen, main_part
from khoj_lite.parsers.package import Package, attribute, local
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

DEEPEST = 60
"""Tables, boxes and fields in one another; what stands deeper is read as running text."""
_SKIPPED = frozenset(
    {"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr", "sdtPr", "tblPr",
     "tblGrid", "fldData", "delInstrText", "proofErr", "Fallback"}
)  # fmt: skip


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a Word file. FileEncryptedError when it needs a password, FileParseError
    when there is no text in it that can be read."""
    package = Package(data, "Word document")
    name = main_part(package, "word/document.xml")
    root = package.xml(name)
    if root is None:
        raise FileParseError("this is no Word document: its text is missing or damaged")
    says = about(package)
    notes: list[str] = []
    reader = _Reader(package, name, notes)
    body = next((child for child in root if local(child) == "body"), None)
    if body is None and next(root.iter("{*}p"), None) is None:
        raise FileParseError("this is no Word document: its text is missing or damaged")
    body = root if body is None else body
    reader.blocks(body, 0)
    properties = {**says.properties, **reader.margins()}
    title = says.title or reader.title
    notes += package.notes
    return reader.flow.document("docx", path, title, properties, says.dates, notes=notes)


@dataclass(slots=True)
class _Said:
    """A paragraph as it is read; `after` follows it: its notes and comments, its boxes."""

    text: str
    links: list[str]
    after: list[str]
    boxes: list[Any]


class _Reader:
    """Writes what stands in the body. `title` is the first paragraph in the style Title."""

    def __init__(self, package: Package, name: str, notes: list[str]) -> None:
        self.flow = Flow()
        self.title = ""
        self._package = package
        self._notes = notes
        self._relations = self._safely(package.relations, name) or {}
        self._styles = Styles(self._part("styles"), self._part("numbering"))
        self._margin_parts = [
            part for kind, part in self._relations.values() if kind in ("header", "footer")
        ]
        self._footnotes = self._by_id("footnotes", "footnote")
        self._endnotes = self._by_id("endnotes", "endnote")
        self._comments = self._by_id("comments", "comment")

    def blocks(self, parent: Any, depth: int) -> None:
        """Write the paragraphs and tables below an element."""
        for child in chosen(parent):
            name = local(child)
            if name == "p":
                self._paragraph(child, depth)
            elif name == "tbl":
                self._table(child, depth)
            elif name not in _SKIPPED and depth < DEEPEST:
                self.blocks(child, depth + 1)

    def margins(self) -> dict[str, str]:
        """What stands in the margins of all pages."""
        found: dict[str, str] = {}
        for part in self._margin_parts:
            root = self._safely(self._package.xml, part)
            if root is not None:
                key = "header" if local(root) == "hdr" else "footer"
                said = " ".join(filter(None, (one_line(s.text) for s in self._all(root))))
                if said and said not in found.get(key, ""):
                    found[key] = f"{found.get(key, '')} {said}".strip()
        return found

    def _paragraph(self, paragraph: Any, depth: int) -> None:
        said = self._said(paragraph)
        style = self._styles.of(paragraph)
        if style.is_contents:
            return
        text = said.text.strip()
        if style.is_title and text and not self.title:
            self.title = one_line(text)
        if text and style.level:
            self.flow.heading(style.level, text)
            for target in said.links:
                self.flow.mark(Mark(0, "link", target))
        elif text and style.item is not None:
            self.flow.line(f"{'  ' * style.depth}{style.item}{text}", said.links)
        else:
            self.flow.paragraph(text, said.links)
        for line in said.after:
            self.flow.line(line)
        for box in said.boxes:
            if depth < DEEPEST:
                self.flow.gap()
                self.blocks(box, depth + 10)
                self.flow.gap()

    def _table(self, table: Any, depth: int) -> None:
        """A line for each row; a table of one cell, which is a frame, is read as its contents."""
        cells = [list(_within(row, "tc")) for row in _within(table, "tr")]
        if sum(map(len, cells)) == 1 and depth < DEEPEST:
            self.blocks(cells[0][0], depth + 5)
            return
        self.flow.gap()
        for row in cells:
            links: list[str] = []
            after: list[str] = []
            read = []
            for cell in row:
                parts = list(self._all(cell))
                read.append(" ".join(filter(None, (one_line(part.text) for part in parts))))
                links += [target for part in parts for target in part.links]
                after += [line for part in parts for line in part.after]
            if any(read):
                self.flow.line(" | ".join(read), links)
            for line in after:
                self.flow.line(line)
        self.flow.gap()

    def _all(self, element: Any) -> Iterator[_Said]:
        """Every paragraph below an element, those in tables and boxes too."""
        for paragraph in element.iter("{*}p"):
            if not any(local(above) in _SKIPPED for above in _up(paragraph, element)):
                yield self._said(paragraph)

    def _said(self, paragraph: Any) -> _Said:
        said = _Said("", [], [], [])
        words: list[str] = []
        self._runs(paragraph, words, said, 0)
        said.text = "".join(words)
        return said

    def _runs(self, element: Any, words: list[str], said: _Said, depth: int) -> None:
        for child in chosen(element):
            name = local(child)
            if name == "t":
                words.append(child.text or "")
            elif name in ("tab", "ptab"):
                words.append("\t")
            elif name in ("br", "cr"):
                words.append("\n")
            elif name == "noBreakHyphen":
                words.append("-")
            elif name == "sym":
                words.append(_symbol(attribute(child, "char")))
            elif name in ("footnoteReference", "endnoteReference"):
                self._note(child, name, words, said)
            elif name == "commentReference":
                said.after += self._comment(attribute(child, "id"))
            elif name == "docPr":
                words.append(attribute(child, "descr"))
            elif name == "txbxContent":
                said.boxes.append(child)
            elif name not in _SKIPPED and depth < DEEPEST:
                if name == "hyperlink":
                    target = self._relations.get(attribute(child, "id"), ("", ""))[1]
                    said.links += [target] if target else []
                self._runs(child, words, said, depth + 1)

    def _note(self, reference: Any, name: str, words: list[str], said: _Said) -> None:
        notes = self._footnotes if name == "footnoteReference" else self._endnotes
        number = attribute(reference, "id")
        note = notes.pop(number, None)
        if note is not None:
            words.append(f"[{number}]")
            text = " ".join(filter(None, (one_line(part.text) for part in self._all(note))))
            said.after.append(f"[{number}] {text}")

    def _comment(self, number: str) -> Iterator[str]:
        comment = self._comments.pop(number, None)
        if comment is not None:
            text = " ".join(filter(None, (one_line(part.text) for part in self._all(comment))))
            author = attribute(comment, "author")
            yield f"Comment by {author}: {text}" if author else f"Comment: {text}"

    def _by_id(self, kind: str, element: str) -> dict[str, Any]:
        root = self._part(kind)
        return {
            attribute(child, "id"): child
            for child in (root if root is not None else ())
            if local(child) == element and attribute(child, "type") in ("", "normal")
        }

    def _part(self, kind: str) -> Any | None:
        for found, part in self._relations.values():
            if found == kind:
                return self._safely(self._package.xml, part)
        return None

    def _safely(self, read: Any, name: str) -> Any | None:
        try:
            return read(name)
        except FileError:
            self._notes.append(f"a part of it is damaged and was left out: {name[:100]}")
            return None


def _within(element: Any, name: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also where a control stands around them."""
    for child in chosen(element):
        if local(child) == name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _within(child, name)


def _up(element: Any, top: Any) -> Iterator[Any]:
    element = element.getparent()
    while element is not None and element is not top:
        yield element
        element = element.getparent()


def _symbol(code: str) -> str:
    """The character of a symbol font; only Wingdings' boxes are worth knowing."""
    known = {"F0FE": "☒", "F0A8": "☐", "F0FC": "✓", "F0E0": "→"}
    return known.get(code.upper(), "")
