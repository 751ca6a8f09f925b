"""A page of Notion's HTML export as the Markdown that Notion itself would have written."""

from __future__ import annotations

import re
from typing import Any

from khoj_lite.parsers.notion_inline import (
    BREAK,
    DEEPEST,
    SILENT,
    classes,
    escaped,
    formula,
    href,
    inline,
    is_display,
    mark,
    text_of,
    words_of,
)
from khoj_lite.parsers.package import local

_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "pre", "figure", "blockquote", "table", "h1", "h2", "h3", "h4",
     "h5", "h6", "hr", "details", "summary", "article", "header", "section", "body", "html",
     "figcaption", "aside", "dl", "dt", "dd", "form", "footer", "main", "center", "address"}
)  # fmt: skip
_LINE_START = re.compile(
    r"^(\s*\d{0,9})(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|(?<=\d)[.)](?=\s|$)|={2,}|-{2,})", re.M
)
"""What would begin a heading, an item or a quote where a paragraph begins a line with it."""
_WORD = re.compile(r"[^\W_]+")
_ITEM = re.compile(r"(?:-|\d+\.) ")
_SIZES = (("1.875em", 1), ("1.5em", 2), ("1.25em", 3))
"""How large the summary of a toggle heading is written, and its level."""


def page(root: Any) -> str | None:
    """The page below an HTML root: title, properties as `Name: value`, text. None where there is
    no page of Notion's."""
    article = next((e for e in root.iter("article") if "page" in classes(e)), None)
    if article is None:
        return None
    title = ""
    above: list[str] = []
    body: list[str] = []
    for header in [part for part in article if local(part) == "header"]:
        heading = next((e for e in header.iter("h1") if "page-title" in classes(e)), None)
        if heading is not None:
            title = " ".join(text_of(heading).split())
        above += _properties(header)
        for line in header.iter("p"):
            if "page-description" in classes(line):
                body += _paragraph([inline(line)])
        header.clear(keep_tail=True)
    body += _inside(article, 0)
    if not title:
        title = next((" ".join(text_of(e).split()) for e in root.iter("title")), "")
    head = [f"# {title or 'Untitled'}"]
    if above:
        head.append("\n".join(above))
    text = "\n\n".join([*head, *body])
    return "\n\n".join([text, *_left_out(article, text)]) + "\n"


def _left_out(article: Any, text: str) -> list[str]:
    """Pieces of a page that hold a word which `text` does not, as paragraphs: what stands where no
    page of Notion's has anything is read too."""
    known = set(_WORD.findall(text))
    lost: list[str] = []
    pending = [(article, False)]
    while pending:
        element, after = pending.pop()
        name = local(element).lower()
        silent = name in SILENT or (name == "span" and "katex" in classes(element))
        piece = element.tail if after else "" if silent else element.text
        if piece and not known.issuperset(words := _WORD.findall(piece)):
            lost.append(escaped(" ".join(piece.split())))
            known.update(words)
        if not after and not silent:
            for child in reversed(element):
                pending += [(child, True), (child, False)]
    return lost


def _properties(header: Any) -> list[str]:
    lines = []
    for table in header.iter("table"):
        if "properties" not in classes(table):
            continue
        for row in table.iter("tr"):
            cells = [cell for cell in row if local(cell) in ("th", "td")]
            if len(cells) < 2:
                continue
            name = " ".join(text_of(cells[0]).split()).replace(":", " ")
            value = _value(cells[1])
            if name and value:
                lines.append(f"{name}: {value}")
    return lines


def _value(cell: Any) -> str:
    """A property's value: options with commas between, boxes as Yes and No."""
    boxes = [c for c in cell.iter("div") if "checkbox" in classes(c)]
    if boxes:
        return "Yes" if "checkbox-on" in classes(boxes[0]) else "No"
    options = [e for e in cell.iter("span") if "selected-value" in classes(e)]
    parts = options or [e for e in cell if local(e) in ("a", "span", "time", "div")]
    if parts and not (cell.text or "").strip():
        return ", ".join(filter(None, map(_said, parts)))
    return " ".join(text_of(cell).split())


def _said(part: Any) -> str:
    """What a part of a value says: a page without its icon, a day without the sign before it."""
    icon = next((e for e in part if "icon" in classes(e)), None)
    text = (icon.tail or "") if icon is not None else text_of(part)
    return " ".join(text.split()).removeprefix("@" if local(part) == "time" else "")


def _blocks(element: Any, depth: int) -> list[str]:
    """The blocks that an element is."""
    name = local(element).lower()
    if not name or name in SILENT:
        return []
    if depth > DEEPEST:
        said = " ".join("".join(element.itertext()).split())
        return [escaped(said)] if said else []
    if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        title = " ".join(inline(element).replace(BREAK, " ").split())
        return [f"{'#' * int(name[1])} {title}"] if title else []
    if name == "pre":
        return [_code(element)]
    if name in ("ul", "ol"):
        return _list(element, depth, ordered=name == "ol")
    if name == "table":
        return _table(element)
    if name == "hr":
        return ["---"]
    if name == "blockquote":
        return _quoted(_inside(element, depth))
    if name == "details":
        return _toggle(element, depth)
    if name == "figure":
        return _figure(element, depth)
    if name == "div" and "equation-container" in classes(element):
        return _equation(element)
    return _inside(element, depth)


def _inside(element: Any, depth: int) -> list[str]:
    """The blocks in an element; text that stands between them is a paragraph."""
    blocks: list[str] = []
    words: list[str] = [words_of(element.text)]
    for child in element:
        if local(child).lower() in _BLOCKS or is_display(child):
            blocks += _paragraph(words)
            words = []
            blocks += _equation(child) if is_display(child) else _blocks(child, depth + 1)
        else:
            words.append(mark(child, depth))
        words.append(words_of(child.tail))
    return _joined(blocks + _paragraph(words))


def _paragraph(words: list[str]) -> list[str]:
    text = "".join(words)
    lines = [line.strip() for line in text.split(BREAK)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    paragraphs = re.split(r"\n{2,}", "\n".join(lines))
    return [_LINE_START.sub(r"\1\\\2", p) if p[:1] != "$" else p for p in paragraphs if p.strip()]


def _list(element: Any, depth: int, ordered: bool) -> list[str]:
    """One block for each item of a list; their own blocks are indented below them."""
    number = int(element.get("start") or 1) if (element.get("start") or "1").isdigit() else 1
    blocks = _paragraph([words_of(element.text)])
    for child in element:
        tail = _paragraph([words_of(child.tail)])
        if local(child).lower() != "li":
            running = local(child).lower() not in _BLOCKS
            blocks += _paragraph([mark(child, depth)]) if running else _blocks(child, depth + 1)
            blocks += tail
            continue
        marker = f"{number}. " if ordered else "- "
        number += 1
        box = next((c for c in child if "checkbox" in classes(c)), None)
        if box is not None:
            marker += "[x] " if "checkbox-on" in classes(box) else "[ ] "
            child.remove(box) if not (box.tail or "").strip() else None
        inner = _inside(child, depth + 1)
        title = _toggle_level(child)
        if title:
            blocks += inner
        else:
            blocks.append(_item(marker, inner))
        blocks += tail
    return _joined(blocks)


def _joined(blocks: list[str]) -> list[str]:
    """Items of one kind that follow each other as one block: Notion makes a list of each."""
    joined: list[str] = []
    before = None
    for block in blocks:
        item = _ITEM.match(block)
        kind = item[0][-2] if item else None
        if joined and kind and kind == before:
            joined[-1] += "\n" + block
        else:
            joined.append(block)
        before = kind
    return joined


def _item(marker: str, blocks: list[str]) -> str:
    indent = " " * (len(marker) if marker[0].isdigit() else 2)
    if not blocks:
        return marker.rstrip() if "[" not in marker else marker
    first, rest = blocks[0], blocks[1:]
    if re.match(r"#{1,6} |```|- |\d+\. |\||> |\$\$", first):
        first, rest = "", blocks
    lines = [marker + first.replace("\n", "\n" + indent)]
    for block in rest:
        tight = re.match(r"- |\d+\. ", block)
        lines.append(("" if tight else "\n") + indent + block.replace("\n", "\n" + indent))
    return "\n".join(line if line.strip() else "" for line in "\n".join(lines).split("\n"))


def _toggle_level(item: Any) -> int:
    summary = next(item.iter("summary"), None)
    style = (summary.get("style") or "") if summary is not None else ""
    return next((level for size, level in _SIZES if f"font-size:{size}" in style), 0)


def _toggle(element: Any, depth: int) -> list[str]:
    """A toggle's title, then what it hides; a toggle heading begins a section."""
    summary = next((c for c in element if local(c) == "summary"), None)
    level = _toggle_level(element)
    title = " ".join(inline(summary).replace(BREAK, " ").split()) if summary is not None else ""
    rest: list[str] = _paragraph([words_of(element.text)])
    for child in element:
        if child is not summary:
            rest += (
                _blocks(child, depth + 1)
                if local(child).lower() in _BLOCKS
                else _paragraph([mark(child, depth)])
            )
        rest += _paragraph([words_of(child.tail)])
    if level:
        return [f"{'#' * level} {title}", *rest] if title else rest
    if local(element.getparent()) == "li":
        return [title, *rest] if title else rest
    return [_item("- ", [title, *rest] if title else rest)]


def _figure(element: Any, depth: int) -> list[str]:
    kinds = classes(element)
    if "callout" in kinds:
        icon = next((e for e in element.iter("span", "img") if "icon" in classes(e)), None)
        sign = text_of(icon).strip() if icon is not None and local(icon) == "span" else ""
        inner = [b for part in element if (icon is None or icon not in set(part.iter()))
                 for b in _blocks(part, depth + 1)]  # fmt: skip
        if sign and inner:
            inner[0] = f"{sign} {inner[0]}"
        return _quoted(inner or ([sign] if sign else []))
    if "equation" in kinds:
        return _equation(element)
    bookmark = next((e for e in element.iter("a") if "bookmark" in classes(e)), None)
    if bookmark is not None:
        return _bookmark(element, bookmark)
    return _inside(element, depth)


def _bookmark(element: Any, link: Any) -> list[str]:
    """A saved web page: its title, what it says of itself, and the caption below."""

    def part(name: str) -> str:
        found = next((e for e in link.iter() if name in classes(e)), None)
        return escaped(" ".join(text_of(found).split())) if found is not None else ""

    target = href(link)
    title = part("bookmark-title") or target
    said = [f"[{title}]({target})" if target else title, part("bookmark-description")]
    said += [inline(e).replace(BREAK, " ").strip() for e in element.iter("figcaption")]
    said.append(escaped(target) if target and title != target else "")
    return [s for s in said if s]


def _quoted(blocks: list[str]) -> list[str]:
    if not blocks:
        return []
    lines = "\n\n".join(blocks).split("\n")
    return ["\n".join(f"> {line}".rstrip() for line in lines)]


def _equation(element: Any) -> list[str]:
    tex = formula(element)
    return [f"$$\n{tex}\n$$"] if tex else []


def _code(element: Any) -> str:
    code = next(element.iter("code"), element)
    language = next(
        (c.removeprefix("language-") for c in classes(code) if c.startswith("language-")), ""
    )
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    text = "".join(code.itertext()).strip("\n")
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def _table(element: Any) -> list[str]:
    rows = [row for row in element.iter("tr") if row.iterancestors("table").__next__() is element]
    lines: list[list[str]] = []
    for row in rows:
        cells = [cell for cell in row if local(cell) in ("td", "th")]
        lines.append([_cell(cell) for cell in cells])
    lines = [line for line in lines if any(line)]
    if not lines:
        return []
    width = max(map(len, lines))
    lines = [line + [""] * (width - len(line)) for line in lines]
    lines.insert(1, ["---"] * width)
    return ["\n".join(f"| {' | '.join(line)} |" for line in lines)]


def _cell(cell: Any) -> str:
    boxes = [c for c in cell.iter("div") if "checkbox" in classes(c)]
    if boxes and not text_of(cell).strip():
        return "Yes" if "checkbox-on" in classes(boxes[0]) else "No"
    options = [e for e in cell.iter("span") if "selected-value" in classes(e)]
    if options:
        said = ", ".join(escaped(" ".join(text_of(o).split())) for o in options)
    else:
        said = " ".join(block.replace("\n", " ") for block in _inside(cell, DEEPEST - 3))
    return " ".join(said.replace("|", "\\|").split())
