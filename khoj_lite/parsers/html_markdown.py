"""Markdown of a piece of a web page: what a reader reads, with its links and its emphasis.

Reading pages for the index (`html_read`) keeps their text alone. What is clipped becomes a note
that people go on writing in, so here headings, lists, links, tables and code stay what they are.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from khoj_lite.parsers.flow import printable
from khoj_lite.parsers.html_main import main_part
from khoj_lite.parsers.html_read import DEEPEST, SILENT, hidden
from khoj_lite.parsers.html_tree import html_root, without_tags
from khoj_lite.parsers.package import local

_PLAIN_BLOCKS = frozenset(
    {"address", "article", "aside", "body", "center", "details", "div", "dl", "dd", "dt",
     "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "html", "legend",
     "main", "nav", "p", "section", "summary", "caption", "li", "tbody", "thead", "tr", "td", "th"}
)  # fmt: skip
_OUTER = frozenset(
    {"p", "div", "ul", "ol", "pre", "table", "blockquote", "h1", "h2", "h3", "h4", "section",
     "article"}
)  # fmt: skip
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "mark": "=="}
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|\d+[.)](?=\s)|=+$|-+$|~{3,}|>)")
_FENCE = re.compile(r"`{3,}")
_LANGUAGE = re.compile(r"(?:language|lang|highlight-source)-([\w+#.-]{1,20})")
_BREAK = "\0"


def markdown_of(source: str, url: str = "", whole: bool = False) -> str:
    """The Markdown of HTML. Addresses are made whole by `url`; of a `whole` page only its main
    part is taken. FileParseError when there is no HTML in it."""
    root = html_root(source)
    top = main_part(root) if whole else next(root.iter("{*}body"), root)
    blocks = [block for block in _Writer(url).blocks(top, 0) if block.strip()]
    if not blocks and not "".join(top.itertext()).strip():
        blocks = [_paragraph(_escaped(line)) for line in without_tags(source).split("\n")]
    return "\n\n".join(block for block in blocks if block)


class _Writer:
    def __init__(self, url: str) -> None:
        self._url = url

    def blocks(self, element: Any, depth: int) -> list[str]:
        """The blocks that stand in an element, each as Markdown of its own."""
        done: list[str] = []
        words: list[str] = []

        def end() -> None:
            if paragraph := _paragraph("".join(words)):
                done.append(paragraph)
            words.clear()

        words.append(_escaped(element.text))
        for child in element:
            name = local(child).lower()
            if name and name not in SILENT and not hidden(child):
                if depth > DEEPEST:
                    words.append(_escaped(" ".join(child.itertext())))
                elif (made := self._block(child, name, depth + 1)) is not None:
                    end()
                    done += made
                else:
                    words.append(self._inline(child, name, depth + 1))
            words.append(_escaped(child.tail))
        end()
        return done

    def _block(self, element: Any, name: str, depth: int) -> list[str] | None:
        """The blocks of a block; None for an element of running text."""
        if re.fullmatch("h[1-6]", name):
            title = " ".join(self._line(element, depth).split())
            return [f"{'#' * int(name[1])} {title}"] if title else []
        if name in ("ul", "ol", "menu"):
            return self._list(element, depth, name == "ol")
        if name == "blockquote":
            quoted = "\n\n".join(self.blocks(element, depth))
            return ["\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))]
        if name == "pre":
            return _code(element)
        if name == "table":
            return self._table(element, depth)
        if name == "hr":
            return ["---"]
        if name in _PLAIN_BLOCKS or _holds_blocks(element):
            return self.blocks(element, depth)
        return None

    def _list(self, element: Any, depth: int, ordered: bool) -> list[str]:
        items: list[str] = []
        number = 1
        for child in element:
            if not local(child) or hidden(child):
                continue
            mark = f"{number}. " if ordered else "- "
            inside = self.blocks(child, depth)
            if not inside:
                continue
            number += 1
            tight = inside[0] + "".join(
                ("\n" if part.startswith(("- ", "1. ")) else "\n\n") + part for part in inside[1:]
            )
            items.append(mark + tight.replace("\n", "\n" + " " * len(mark)))
        text = "\n".join(items)
        return [re.sub(r"\n +(?=\n)", "\n", text)] if items else []

    def _table(self, element: Any, depth: int) -> list[str]:
        """A table of data; one that lays out the page is read as it comes."""
        inner = element.iter("{*}table", "{*}h1", "{*}h2", "{*}p", "{*}pre")
        if any(part is not element for part in inner):
            return self.blocks(element, depth)
        rows = []
        for row in element.iter("{*}tr"):
            cells = [" ".join(self._line(cell, depth).replace(_BREAK, " ").split())
                     for cell in row if local(cell).lower() in ("td", "th")]  # fmt: skip
            if any(cells):
                rows.append([cell.replace("|", "\\|") for cell in cells])
        if not rows:
            return []
        width = max(map(len, rows))
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
        return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]

    def _line(self, element: Any, depth: int) -> str:
        """What stands in an element as running text."""
        if depth > DEEPEST:
            return _escaped(" ".join(element.itertext()))
        words = [_escaped(element.text)]
        for child in element:
            name = local(child).lower()
            if name and name not in SILENT and not hidden(child):
                words.append(self._inline(child, name, depth + 1))
            words.append(_escaped(child.tail))
        return "".join(words)

    def _inline(self, element: Any, name: str, depth: int) -> str:
        if name == "br":
            return _BREAK
        if name == "img":
            return self._picture(element)
        if name in ("code", "kbd", "samp", "tt"):
            return _code_span("".join(element.itertext()))
        text = self._line(element, depth)
        if name == "a":
            return self._link(element, text)
        mark = _MARKS.get(name, "")
        said = text.strip()
        if not mark or not said or _BREAK in said or said.startswith(mark[0]):
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}{mark}{said}{mark}{after}"

    def _link(self, element: Any, text: str) -> str:
        said = " ".join(text.replace(_BREAK, " ").split())
        target = self._address(element.get("href"))
        if not target or not said:
            return text
        return f"[{said}]({target})"

    def _picture(self, element: Any) -> str:
        """A picture is kept as what it shows, and as a link: opening the note fetches nothing."""
        said = _escaped(element.get("alt")).strip()
        target = self._address(element.get("src"))
        return f"[{said}]({target})" if said and target else said

    def _address(self, target: str | None) -> str:
        """A web address, made whole; "" for anything else."""
        target = (target or "").strip()
        if not target or target.startswith("#") or len(target) > 2000:
            return ""
        try:
            target = urljoin(self._url, target)
            if urlsplit(target).scheme not in ("http", "https", "mailto"):
                return ""
        except ValueError:
            return ""
        return re.sub(r"[\s()<>]", lambda found: f"%{ord(found[0]):02X}", target)


def _holds_blocks(element: Any) -> bool:
    """Whether an element that HTML does not know as a block (`a`, `span`, an element of the
    page's own) has blocks in it."""
    return any(local(part).lower() in _OUTER for part in element.iter() if part is not element)


def _escaped(text: str | None) -> str:
    """Text of the page that means in Markdown what it says."""
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", printable(text or "")))


def _paragraph(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split(_BREAK)]
    lines = [_LINE_START.sub(_meant, line) for line in lines]
    return "  \n".join(lines).strip() if any(lines) else ""


def _meant(start: re.Match[str]) -> str:
    """The beginning of a line that Markdown would take for a list, a heading or a quote."""
    return (
        f"{start[1]}{start[2][:-1]}\\{start[2][-1]}"
        if start[2][0].isdigit()
        else (f"{start[1]}\\{start[2]}")
    )


def _code_span(text: str) -> str:
    text = " ".join(printable(text).split())
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    space = " " if "`" in text else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _code(element: Any) -> list[str]:
    for part in element.iter("{*}br"):
        part.text = "\n"
    text = printable("".join(element.itertext())).strip("\n")
    if not text.strip():
        return []
    named = " ".join(part.get("class") or "" for part in element.iter())
    language = found[1] if (found := _LANGUAGE.search(named[:500])) else ""
    fence = "`" * max([3, *(len(run) + 1 for run in _FENCE.findall(text))])
    return [f"{fence}{language}\n{text}\n{fence}"]
