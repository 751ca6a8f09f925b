"""What a reader reads in a tree of HTML, written to a `Flow`."""

from __future__ import annotations

import re
from typing import Any

from khoj_lite.parsers.draft import Mark
from khoj_lite.parsers.flow import Flow
from khoj_lite.parsers.package import local

DEEPEST = 150
"""Elements in one another; deeper ones are read as running text."""

SILENT = frozenset(
    {"script", "style", "template", "head", "iframe", "object", "embed", "audio", "video", "canvas",
     "select", "option", "textarea", "button", "noscript", "source", "track", "map", "datalist",
     "rp", "frame", "frameset", "dialog", "applet", "link", "meta"}
)  # fmt: skip
"""Elements that hold nothing a reader reads."""
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "details", "div", "dl", "dd",
     "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html",
     "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table",
     "tbody", "thead", "tfoot", "tr", "td", "th", "ul", "caption", "h1", "h2", "h3", "h4", "h5",
     "h6", "title", "math-block"}
)  # fmt: skip
_TIGHT = frozenset({"li", "dt", "dd", "tr", "td", "th", "summary"})
_HEADING = re.compile(r"h([1-6])")
_SPACES = re.compile(" {2,}")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_PERMALINK = re.compile(r"[\W_]?")
_TEX = re.compile(r"application/x-tex|text/latex", re.I)


def read(root: Any, flow: Flow) -> None:
    """Write all that is read below `root`; what is hidden or no text is left out."""
    reader = _Reader(flow)
    reader.element(root, 0)
    reader.flush()


def line_of(element: Any) -> str:
    """What is read in an element, on one line."""
    flow = Flow()
    read(element, flow)
    return " ".join(" ".join(flow.lines).split())


def hidden(element: Any) -> bool:
    """Whether a browser does not show the element."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


class _Reader:
    """Text is gathered in `_words` until a block ends; `_before` opens the next line written;
    `_within` counts the lists and tables around it."""

    def __init__(self, flow: Flow, within: int = 0) -> None:
        self._flow = flow
        self._words: list[str] = []
        self._links: list[str] = []
        self._before = ""
        self._within = within
        self._in_pre = False

    def element(self, element: Any, depth: int) -> None:
        name = local(element).lower()
        if not name or name in SILENT or hidden(element):
            return
        if depth > DEEPEST:
            self._text(" ".join(element.itertext()))
        elif match := _HEADING.fullmatch(name):
            self._heading(element, int(match[1]), depth)
        elif name == "table":
            self._table(element, depth)
        elif name in ("ul", "ol", "menu"):
            self._list(element, depth, ordered=name == "ol")
        elif name == "pre":
            self._code(element, depth)
        elif name in _BLOCKS:
            self._block(element, name, depth)
        else:
            self._inline(element, name, depth)

    def flush(self) -> None:
        """Write the text gathered so far as a paragraph's lines."""
        text = "".join(self._words)
        if not self._in_pre:
            text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
        if text.strip():
            self._flow.line(self._before + text, self._links)
            self._before = " " * len(self._before)
        self._words, self._links = [], []

    def _block(self, element: Any, name: str, depth: int) -> None:
        self.flush()
        apart = name not in _TIGHT and not self._within
        if apart:
            self._flow.gap()
        self._inside(element, depth)
        self.flush()
        if apart:
            self._flow.gap()

    def _inside(self, element: Any, depth: int) -> None:
        self._text(element.text)
        for child in element:
            self.element(child, depth + 1)
            self._text(child.tail)

    def _inline(self, element: Any, name: str, depth: int) -> None:
        if name == "br":
            self._words.append("\n")
        elif name == "img":
            self._words.append(_SPACE.sub(" ", element.get("alt") or ""))
        elif name == "input":
            if element.get("type") == "checkbox":
                self._words.append("[x] " if element.get("checked") is not None else "[ ] ")
        elif name == "math":
            self._words.append(_math(element))
        elif name == "svg":
            self._text(" ".join(t.text or "" for t in element.iter("{*}title", "{*}text")))
        elif name == "a":
            before = len(self._words)
            self._inside(element, depth)
            said = "".join(self._words[before:]).strip()
            target = (element.get("href") or "").strip()
            if target.startswith("#") and _PERMALINK.fullmatch(said):
                del self._words[before:]
            elif _worth_keeping(target) and target != said:
                self._links.append(target[:2000])
        else:
            self._inside(element, depth)

    def _text(self, text: str | None) -> None:
        if text:
            self._words.append(text if self._in_pre else _SPACE.sub(" ", text))

    def _heading(self, element: Any, level: int, depth: int) -> None:
        self.flush()
        self._inside(element, depth)
        title, links = " ".join("".join(self._words).split()), self._links
        self._words, self._links = [], []
        if self._within:  # in a table or a list: no section begins there
            self._flow.line(self._before + title, links)
            self._before = " " * len(self._before)
            return
        self._flow.heading(level, title)
        for target in links:
            self._flow.mark(Mark(0, "link", target))

    def _list(self, element: Any, depth: int, ordered: bool) -> None:
        self.flush()
        before = self._before
        outermost = not self._within
        if outermost:
            self._flow.gap()
        self._within += 1
        number = _whole_number(element.get("start"), 1)
        self._text(element.text)
        self.flush()
        for child in element:
            if local(child).lower() == "li":
                self._before = before + (f"{number}. " if ordered else "- ")
                number += 1
            self.element(child, depth + 1)
            self.flush()
            self._before = before
            self._text(child.tail)
            self.flush()
        self._within -= 1
        if outermost:
            self._flow.gap()

    def _code(self, element: Any, depth: int) -> None:
        self.flush()
        self._in_pre = True
        self._inside(element, depth)
        self._in_pre = False
        text = "".join(self._words)
        self._words = []
        if self._within:
            self._flow.line("\n".join(self._before + line for line in text.split("\n")))
        else:
            self._flow.code(text)
        self._links = []

    def _table(self, element: Any, depth: int) -> None:
        """A table of data has a line for each row; one that lays out a page is read as it comes."""
        self.flush()
        if not _is_data(element):
            self._inside(element, depth)
            self.flush()
            return
        outermost = not self._within
        if outermost:
            self._flow.gap()
        self._within += 1
        for row in element.iter("{*}tr", "{*}caption"):
            if hidden(row):
                continue
            links: list[str] = []
            cells = []
            for cell in row if local(row).lower() == "tr" else [row]:
                if local(cell):
                    cells.append(self._cell(cell, depth, links))
            said = " | ".join(cells)
            if said.strip(" |"):
                self._flow.line(self._before + said, links)
        self._within -= 1
        if outermost:
            self._flow.gap()

    def _cell(self, cell: Any, depth: int, links: list[str]) -> str:
        if not len(cell):
            return "" if hidden(cell) else " ".join((cell.text or "").split())
        flow = Flow()
        reader = _Reader(flow, within=1)
        reader.element(cell, min(depth + 3, DEEPEST))
        reader.flush()
        links += [mark.value for mark in flow.marks]
        return " ".join(" ".join(flow.lines).split())


_LONG_CELL = 1500  # characters: no cell of a table of data holds so many


def _is_data(table: Any) -> bool:
    """Whether a table holds data: rows of short cells, no tables, and nothing between them."""
    for part in table.iter():
        name = local(part).lower()
        if name == "table" and part is not table:
            return False
        if name in ("td", "th", "caption"):
            if len("".join(part.itertext())) > _LONG_CELL:
                return False
        elif name in _FRAME:
            inside = (local(child).lower() for child in part)
            if (part.text or "").strip() or not _FRAME_CHILDREN.issuperset(inside):
                return False
            if any((child.tail or "").strip() for child in part):
                return False
    return True


_FRAME = frozenset({"table", "tbody", "thead", "tfoot", "tr"})
_FRAME_CHILDREN = _FRAME | {"td", "th", "caption", "colgroup", "col", ""}


def _math(element: Any) -> str:
    """The source of a formula where the page holds it, else its letters."""
    for note in element.iter("{*}annotation"):
        if _TEX.search(note.get("encoding") or ""):
            return " ".join((note.text or "").split())
    said = "".join(element.itertext())
    return _SPACE.sub(" ", said) if said.strip() else element.get("alttext") or ""


def _worth_keeping(target: str) -> bool:
    return bool(target) and not target.lower().startswith(
        ("#", "javascript:", "data:", "blob:", "about:")
    )


def _whole_number(text: str | None, otherwise: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return otherwise
