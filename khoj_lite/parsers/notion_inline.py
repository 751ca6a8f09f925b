"""Running text of Notion's HTML pages as Markdown."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from khoj_lite.parsers.package import local

_SPACE = re.compile(r"[ \t\r\f]*\n[ \t\r\f\n]*|[ \t\r\f]+")
_SPECIAL = re.compile(r"[\\`*_\[\]<>~$]|(?<![\w&/])#(?=[\w/-])")
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
BREAK = "\x1e"  # stands for a forced line break until lines are written
_TEX = re.compile(r"application/x-tex|text/latex", re.I)
DEEPEST = 60
"""Blocks in one another; deeper ones are read as running text."""
SILENT = frozenset({"script", "style", "head", "template", "link", "meta", "noscript", "iframe",
                     "nav", "colgroup", "object", "embed", "button", "select"})  # fmt: skip


def inline(element: Any) -> str:
    return words_of(element.text) + "".join(mark(c, 0) + words_of(c.tail) for c in element)


def mark(element: Any, depth: int) -> str:
    """An element in running text, as Markdown."""
    name = local(element).lower()
    kinds = classes(element)
    if not name or name in SILENT:
        return ""
    if depth > DEEPEST:
        return words_of("".join(element.itertext()))
    if name == "br":
        return BREAK
    if name == "img":
        if "icon" in kinds:
            return ""
        target = _target(element.get("src") or "")
        return f"![{escaped(element.get('alt') or '')}]({target})" if target else ""
    if "katex" in kinds or "notion-text-equation-token" in kinds or name == "math":
        tex = " ".join(formula(element).split())
        return f"${tex}$" if tex else ""
    if name == "input":
        return ""
    inner = words_of(element.text) + "".join(mark(c, depth + 1) + words_of(c.tail) for c in element)
    if name == "code":
        text = " ".join("".join(element.itertext()).split())
        fence = "``" if "`" in text else "`"
        return f"{fence}{text}{fence}" if text else ""
    if name == "a":
        target = href(element)
        said = inner.strip() or escaped(target)
        if "://" not in target and target.endswith(said.rpartition("/")[2].replace("\\", "")):
            said = escaped(unquote(PurePosixPath(target).stem))  # an address inside the export
        return f"[{said}]({target})" if target and not target.startswith("#") else inner
    if sign := _MARKS.get(name):
        return BREAK.join(_signed(part, sign) for part in inner.split(BREAK))
    return inner


def _signed(text: str, sign: str) -> str:
    """Emphasised text, the white space at its ends outside."""
    said = text.strip()
    if not said:
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return f"{before}{sign}{said}{sign}{after}"


def formula(element: Any) -> str:
    """The TeX that a formula was written in; its letters where the page does not hold it."""
    for note in element.iter("{*}annotation", "annotation"):
        if _TEX.search(note.get("encoding") or ""):
            return "\n".join(
                line.strip() for line in (note.text or "").strip().split("\n") if line.strip()
            )
    return " ".join(text_of(element).split())


def is_display(element: Any) -> bool:
    return "katex-display" in classes(element)


def href(element: Any) -> str:
    return _target(element.get("href") or "")


def _target(target: str) -> str:
    """A link's target as Markdown holds it."""
    target = target.strip()
    if target.lower().startswith(("javascript:", "data:", "blob:")):
        return ""
    return target.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("\n", "")


def words_of(text: str | None) -> str:
    return escaped(_SPACE.sub(" ", text)) if text else ""


def escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def text_of(element: Any) -> str:
    return "" if element is None else "".join(element.itertext())


def classes(element: Any) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []
