"""A page of Notion's HTML export as the Markdown that Notion itself would have written."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from khoj_lite.parsers.package import local

DEEPEST = 60
"""Blocks in one another; deeper ones are read as running text."""

_SILENT = frozenset({"script", "style", "head", "template", "link", "meta", "noscript", "iframe",
                     "nav", "colgroup", "object", "embed", "button", "select"})  # fmt: skip
_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "pre", "figure", "blockquote", "table", "h1", "h2", "h3", "h4",
     "h5", "h6", "hr", "details", "summary", "article", "header", "section", "body", "html",
     "figcaption", "aside", "dl", "dt", "dd", "form", "footer", "main", "center", "address"}
)  # fmt: skip
_SPACE = re.compile(r"[ \t\r\f]*\n[ \t\r\f\n]*|[ \t\r\f]+")
_SPECIAL = re.compile(r"([\\`*_\[\]<>~$])")
_LINE_START = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|\d{1,9}(?=[.)](?:\s|$))|={2,}|-{2,})", re.M
)
_WORD = re.compile(r"[^\W_]+")
_SIZES = (("1.875em", 1), ("1.5em", 2), ("1.25em", 3))
"""How large the summary of a toggle heading is written, and its level."""
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_BREAK = "\x1e"  # stands for a forced line break until lines are written
_TEX = re.compile(r"application/x-tex|text/latex", re.I)


def page(root: Any) -> str | None:
    """The page below an HTML root: title, properties as `Name: value`, text. None where there is
    no page of Notion's."""
    article = next((e for e in root.iter("article") if "page" in _classes(e)), None)
    if article is None:
        return None
    title = ""
    above: list[str] = []
    body: list[str] = []
    for header in [part for part in article if local(part) == "header"]:
        heading = next((e for e in header.iter("h1") if "page-title" in _classes(e)), None)
        if heading is not None:
            title = " ".join(_text(heading).split())
        above += _properties(header)
        for line in header.iter("p"):
            if "page-description" in _classes(line):
                body += _paragraph([_inline(line)])
        header.clear(keep_tail=True)
    body += _inside(article, 0)
    if not title:
        title = next((" ".join(_text(e).split()) for e in root.iter("title")), "")
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
        silent = name in _SILENT or (name == "span" and "katex" in _classes(element))
        piece = element.tail if after else "" if silent else element.text
        if piece and not known.issuperset(words := _WORD.findall(piece)):
            lost.append(_escaped(" ".join(piece.split())))
            known.update(words)
        if not after and not silent:
            for child in reversed(element):
                pending += [(child, True), (child, False)]
    return lost


def _properties(header: Any) -> list[str]:
    lines = []
    for table in header.iter("table"):
        if "properties" not in _classes(table):
            continue
        for row in table.iter("tr"):
            cells = [cell for cell in row if local(cell) in ("th", "td")]
            if len(cells) < 2:
                continue
            name = " ".join(_text(cells[0]).split()).replace(":", " ")
            value = _value(cells[1])
            if name and value:
                lines.append(f"{name}: {value}")
    return lines


def _value(cell: Any) -> str:
    """A property's value: options with commas between, boxes as Yes and No."""
    boxes = [c for c in cell.iter("div") if "checkbox" in _classes(c)]
    if boxes:
        return "Yes" if "checkbox-on" in _classes(boxes[0]) else "No"
    options = [e for e in cell.iter("span") if "selected-value" in _classes(e)]
    parts = options or [e for e in cell if local(e) in ("a", "span", "time", "div")]
    if len(parts) > 1 and not (cell.text or "").strip():
        return ", ".join(filter(None, (" ".join(_text(part).split()) for part in parts)))
    return " ".join(_text(cell).split())


def _blocks(element: Any, depth: int) -> list[str]:
    """The blocks that an element is."""
    name = local(element).lower()
    if not name or name in _SILENT:
        return []
    if depth > DEEPEST:
        said = " ".join("".join(element.itertext()).split())
        return [_escaped(said)] if said else []
    if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        title = " ".join(_inline(element).replace(_BREAK, " ").split())
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
    if name == "div" and "equation-container" in _classes(element):
        return _equation(element)
    return _inside(element, depth)


def _inside(element: Any, depth: int) -> list[str]:
    """The blocks in an element; text that stands between them is a paragraph."""
    blocks: list[str] = []
    words: list[str] = [_said(element.text)]
    for child in element:
        if local(child).lower() in _BLOCKS or _is_display(child):
            blocks += _paragraph(words)
            words = []
            blocks += _equation(child) if _is_display(child) else _blocks(child, depth + 1)
        else:
            words.append(_mark(child, depth))
        words.append(_said(child.tail))
    return blocks + _paragraph(words)


def _paragraph(words: list[str]) -> list[str]:
    text = "".join(words)
    lines = [line.strip() for line in text.split(_BREAK)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    paragraphs = re.split(r"\n{2,}", "\n".join(lines))
    return [_LINE_START.sub(r"\1\\\2", p) if p[:1] != "$" else p for p in paragraphs if p.strip()]


def _list(element: Any, depth: int, ordered: bool) -> list[str]:
    """One block for each item of a list; their own blocks are indented below them."""
    number = int(element.get("start") or 1) if (element.get("start") or "1").isdigit() else 1
    blocks = _paragraph([_said(element.text)])
    for child in element:
        tail = _paragraph([_said(child.tail)])
        if local(child).lower() != "li":
            inline = local(child).lower() not in _BLOCKS
            blocks += _paragraph([_mark(child, depth)]) if inline else _blocks(child, depth + 1)
            blocks += tail
            continue
        marker = f"{number}. " if ordered else "- "
        number += 1
        box = next((c for c in child if "checkbox" in _classes(c)), None)
        if box is not None:
            marker += "[x] " if "checkbox-on" in _classes(box) else "[ ] "
            child.remove(box) if not (box.tail or "").strip() else None
        inner = _inside(child, depth + 1)
        title = _toggle_level(child)
        if title:
            blocks += inner
        else:
            blocks.append(_item(marker, inner))
        blocks += tail
    return _joined(blocks)


def _joined(items: list[str]) -> list[str]:
    """Items that belong together as one block, unless one is a heading."""
    groups: list[list[str]] = []
    for item in items:
        listed = re.match(r"- |\d+\. ", item)
        if listed and groups and re.match(r"- |\d+\. ", groups[-1][0]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return ["\n".join(group) for group in groups]


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
    title = " ".join(_inline(summary).replace(_BREAK, " ").split()) if summary is not None else ""
    rest: list[str] = _paragraph([_said(element.text)])
    for child in element:
        if child is not summary:
            rest += (
                _blocks(child, depth + 1)
                if local(child).lower() in _BLOCKS
                else _paragraph([_mark(child, depth)])
            )
        rest += _paragraph([_said(child.tail)])
    if level:
        return [f"{'#' * level} {title}", *rest] if title else rest
    if local(element.getparent()) == "li":
        return [title, *rest] if title else rest
    return [_item("- ", [title, *rest] if title else rest)]


def _figure(element: Any, depth: int) -> list[str]:
    classes = _classes(element)
    if "callout" in classes:
        icon = next((e for e in element.iter("span", "img") if "icon" in _classes(e)), None)
        sign = _text(icon).strip() if icon is not None and local(icon) == "span" else ""
        inner = [b for part in element if (icon is None or icon not in set(part.iter()))
                 for b in _blocks(part, depth + 1)]  # fmt: skip
        if sign and inner:
            inner[0] = f"{sign} {inner[0]}"
        return _quoted(inner or ([sign] if sign else []))
    if "equation" in classes:
        return _equation(element)
    bookmark = next((e for e in element.iter("a") if "bookmark" in _classes(e)), None)
    if bookmark is not None:
        return _bookmark(element, bookmark)
    return _inside(element, depth)


def _bookmark(element: Any, link: Any) -> list[str]:
    """A saved web page: its title, what it says of itself, and the caption below."""

    def part(name: str) -> str:
        found = next((e for e in link.iter() if name in _classes(e)), None)
        return _escaped(" ".join(_text(found).split())) if found is not None else ""

    target = _href(link)
    title = part("bookmark-title") or target
    said = [f"[{title}]({target})" if target else title, part("bookmark-description")]
    said += [_inline(e).replace(_BREAK, " ").strip() for e in element.iter("figcaption")]
    said.append(_escaped(target) if target and title != target else "")
    return [s for s in said if s]


def _quoted(blocks: list[str]) -> list[str]:
    if not blocks:
        return []
    lines = "\n\n".join(blocks).split("\n")
    return ["\n".join(f"> {line}".rstrip() for line in lines)]


def _equation(element: Any) -> list[str]:
    tex = _math(element)
    return [f"$$\n{tex}\n$$"] if tex else []


def _code(element: Any) -> str:
    code = next(element.iter("code"), element)
    language = next(
        (c.removeprefix("language-") for c in _classes(code) if c.startswith("language-")), ""
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
    boxes = [c for c in cell.iter("div") if "checkbox" in _classes(c)]
    if boxes and not _text(cell).strip():
        return "Yes" if "checkbox-on" in _classes(boxes[0]) else "No"
    options = [e for e in cell.iter("span") if "selected-value" in _classes(e)]
    if options:
        said = ", ".join(_escaped(" ".join(_text(o).split())) for o in options)
    else:
        said = " ".join(block.replace("\n", " ") for block in _inside(cell, DEEPEST - 3))
    return " ".join(said.replace("|", "\\|").split())


def _inline(element: Any) -> str:
    return _said(element.text) + "".join(_mark(c, 0) + _said(c.tail) for c in element)


def _mark(element: Any, depth: int) -> str:
    """An element in running text, as Markdown."""
    name = local(element).lower()
    classes = _classes(element)
    if not name or name in _SILENT:
        return ""
    if depth > DEEPEST:
        return _said("".join(element.itertext()))
    if name == "br":
        return _BREAK
    if name == "img":
        if "icon" in classes:
            return ""
        target = _target(element.get("src") or "")
        return f"![{_escaped(element.get('alt') or '')}]({target})" if target else ""
    if "katex" in classes or "notion-text-equation-token" in classes or name == "math":
        tex = " ".join(_math(element).split())
        return f"${tex}$" if tex else ""
    if name == "input":
        return ""
    inner = _said(element.text) + "".join(_mark(c, depth + 1) + _said(c.tail) for c in element)
    if name == "code":
        text = " ".join("".join(element.itertext()).split())
        fence = "``" if "`" in text else "`"
        return f"{fence}{text}{fence}" if text else ""
    if name == "a":
        target = _href(element)
        said = inner.strip() or _escaped(target)
        if "://" not in target and target.endswith(said.rpartition("/")[2].replace("\\", "")):
            said = _escaped(unquote(PurePosixPath(target).stem))  # an address inside the export
        return f"[{said}]({target})" if target and not target.startswith("#") else inner
    if sign := _MARKS.get(name):
        return _BREAK.join(_signed(part, sign) for part in inner.split(_BREAK))
    return inner


def _signed(text: str, sign: str) -> str:
    """Emphasised text, the white space at its ends outside."""
    said = text.strip()
    if not said:
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return f"{before}{sign}{said}{sign}{after}"


def _math(element: Any) -> str:
    """The TeX that a formula was written in; its letters where the page does not hold it."""
    for note in element.iter("{*}annotation", "annotation"):
        if _TEX.search(note.get("encoding") or ""):
            return "\n".join(
                line.strip() for line in (note.text or "").strip().split("\n") if line.strip()
            )
    return " ".join(_text(element).split())


def _is_display(element: Any) -> bool:
    return "katex-display" in _classes(element)


def _href(element: Any) -> str:
    return _target(element.get("href") or "")


def _target(target: str) -> str:
    """A link's target as Markdown holds it."""
    target = target.strip()
    if target.lower().startswith(("javascript:", "data:", "blob:")):
        return ""
    return target.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("\n", "")


def _said(text: str | None) -> str:
    return _escaped(_SPACE.sub(" ", text)) if text else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _text(element: Any) -> str:
    return "" if element is None else "".join(element.itertext())


def _classes(element: Any) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []
