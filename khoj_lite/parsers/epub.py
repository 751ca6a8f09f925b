"""EPUB: a book's chapters in reading order, each under the name that the contents give it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from khoj_lite.errors import FileEncryptedError, FileError, FileParseError
from khoj_lite.parsers.dates import day_of
from khoj_lite.parsers.flow import Flow, one_line
from khoj_lite.parsers.html_read import line_of, read
from khoj_lite.parsers.html_tree import html_text, xhtml_root
from khoj_lite.parsers.package import Package, attribute, local, resolved, text_of
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, EntryDate

MOST_CHAPTERS = 5000
RESERVE_SECONDS = 5.0

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_FONTS = ("obfuscation", "RC")  # algorithms that hide fonts only


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of an EPUB. FileEncryptedError when a shop has locked it, FileParseError when
    it is no book that can be read."""
    package = Package(data, "EPUB book")
    book = _Book(package)
    flow = Flow()
    notes: list[str] = []
    broken = 0
    for count, name in enumerate(book.chapters[:MOST_CHAPTERS]):
        if work.left < RESERVE_SECONDS:
            notes.append(f"{len(book.chapters) - count} chapters were left out: no time left")
            break
        try:
            page = package.read(name)
        except FileError:
            page = None
        if page is None:
            broken += 1
            continue
        _chapter(flow, xhtml_root(html_text(page)), book.contents.get(name))
    if broken:
        notes.append(f"{broken} of {len(book.chapters)} chapters are missing or damaged")
    if broken == len(book.chapters):
        raise FileParseError("the book holds no chapter that can be read")
    notes += package.notes
    return flow.document("epub", path, book.title, book.properties, book.dates, notes=notes)


def _chapter(flow: Flow, root: Any, named: _Named | None) -> None:
    """A chapter under its name in the contents, unless one of its first headings says the same.
    Its headings are then as deep as the contents have it, whatever level they claim."""
    body = next(root.iter("{*}body"), root)
    before = len(flow.headings)
    flow.gap()
    if named is None:
        read(body, flow)
        return
    inner = Flow()
    read(body, inner)
    same = next((h for h in inner.headings[:3] if _same(named.name, h.title)), None)
    if same is None:
        flow.heading(named.depth, named.name)
        before = len(flow.headings)
    read(body, flow)
    levels = [heading.level for heading in flow.headings[before:]]
    if levels:
        shift = named.depth - same.level if same else named.depth + 1 - min(levels)
        flow.headings[before:] = [
            replace(heading, level=max(heading.level + shift, 1))
            for heading in flow.headings[before:]
        ]


@dataclass(frozen=True, slots=True)
class _Named:
    """A line of the contents; `depth` is 1 for a main one."""

    name: str
    depth: int


def _same(one: str, other: str) -> bool:
    a, b = (" ".join("".join(c if c.isalnum() else " " for c in t).casefold().split())
            for t in (one, other))  # fmt: skip
    return bool(a) and bool(b) and (a in b or b in a)


@dataclass(slots=True)
class _Book:
    """What the package file says: metadata, reading order, contents by part."""

    title: str = ""
    chapters: list[str] = field(default_factory=list)
    contents: dict[str, _Named] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    dates: tuple[EntryDate, ...] = ()

    def __init__(self, package: Package) -> None:
        name = _package_file(package)
        root = package.xml(name) if name else None
        if root is None:
            raise FileParseError("this is no EPUB book: it names no contents")
        folder = posixpath.dirname(name)
        items = {item.get("id"): item for item in root.iter("{*}item")}
        self.contents = {}
        self._about(root)
        self.chapters = list(dict.fromkeys(_spine(root, items, folder)))
        if not self.chapters:
            raise FileParseError("this is no EPUB book: it names no chapters")
        _refuse_locked(package, self.chapters)
        for item in items.values():
            part = resolved(folder, item.get("href") or "")
            kind = item.get("media-type")
            if "nav" in (item.get("properties") or "").split():
                self.chapters = [chapter for chapter in self.chapters if chapter != part] or [part]
                self._read_contents(_nav(package, part))
            elif kind == "application/x-dtbncx+xml" and not self.contents:
                self._read_contents(_ncx(package, part))

    def _read_contents(self, lines: Iterator[tuple[str, _Named]]) -> None:
        for part, named in lines:
            if named.name:
                self.contents.setdefault(part, named)

    def _about(self, root: Any) -> None:
        found: dict[str, list[str]] = {}
        for metadata in root.iter("{*}metadata"):
            for item in metadata.iter():
                if (value := one_line(text_of(item))) and local(item) not in ("metadata", "meta"):
                    found.setdefault(local(item), []).append(value)
        self.title = ": ".join(found.get("title", [])[:1])
        names = {"creator": "author", "publisher": "publisher", "language": "language",
                 "subject": "subject", "description": "description", "identifier": "identifier",
                 "contributor": "contributor", "rights": "rights", "date": "published"}  # fmt: skip
        self.properties = {
            key: ", ".join(dict.fromkeys(found[name]))
            for name, key in names.items()
            if name in found
        }
        if len(found.get("title", [])) > 1:
            self.properties["subtitle"] = ", ".join(found["title"][1:])
        day = day_of(self.properties.get("published", ""))
        self.dates = (EntryDate("date", day),) if day else ()


def _package_file(package: Package) -> str:
    container = package.xml("META-INF/container.xml")
    if container is not None:
        for rootfile in container.iter("{*}rootfile"):
            if name := rootfile.get("full-path"):
                return resolved("", name)
    return next((name for name in package.names if name.lower().endswith(".opf")), "")


def _spine(root: Any, items: dict[Any, Any], folder: str) -> Iterator[str]:
    """The parts in the order they are read; an empty name for one that is listed nowhere."""
    for reference in root.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None:
            yield ""
        elif (item.get("media-type") or _PAGES[0]) in _PAGES:
            yield resolved(folder, item.get("href") or "")


def _nav(package: Package, part: str) -> Iterator[tuple[str, _Named]]:
    """The contents of EPUB 3: the part that each line of them leads to, and the line."""
    data = package.read(part)
    if data is None:
        return
    folder = posixpath.dirname(part)
    lists = list(xhtml_root(html_text(data)).iter("{*}nav"))
    tables = [nav for nav in lists if attribute(nav, "type") == "toc"] or lists[:1]
    for nav in tables:
        for link in nav.iter("{*}a"):
            depth = sum(1 for _ in link.iterancestors("{*}ol"))
            yield resolved(folder, link.get("href") or ""), _Named(line_of(link), max(depth, 1))


def _ncx(package: Package, part: str) -> Iterator[tuple[str, _Named]]:
    """The contents of EPUB 2."""
    root = package.xml(part)
    folder = posixpath.dirname(part)
    for point in root.iter("{*}navPoint") if root is not None else ():
        content = next((child for child in point if local(child) == "content"), None)
        label = next((child for child in point if local(child) == "navLabel"), None)
        if content is not None:
            depth = 1 + sum(1 for _ in point.iterancestors("{*}navPoint"))
            named = _Named(one_line(text_of(label)), depth)
            yield resolved(folder, content.get("src") or ""), named


def _refuse_locked(package: Package, chapters: list[str]) -> None:
    root = package.xml("META-INF/encryption.xml")
    if root is None:
        return
    locked: set[str] = set()
    for data in root.iter("{*}EncryptedData"):
        algorithm = next((m.get("Algorithm") or "" for m in data.iter("{*}EncryptionMethod")), "")
        if not algorithm.endswith(_FONTS):
            locked.update(
                resolved("", reference.get("URI") or "")
                for reference in data.iter("{*}CipherReference")
            )
    if locked.intersection(chapters):
        raise FileEncryptedError(
            "the book is locked by its shop (DRM)", "Only the shop's own programs can read it."
        )
