"""Jupyter notebooks: their cells read as one Markdown text, code and its output as code blocks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from khoj_lite.errors import FileParseError
from khoj_lite.parsers import markdown
from khoj_lite.parsers.decode import decode
from khoj_lite.parsers.flow import Flow, printable
from khoj_lite.parsers.html_read import read
from khoj_lite.parsers.html_tree import html_root
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

MOST_OUTPUT = 20_000
"""Characters of one cell's output: more is a log or a dump, whose beginning says what it is."""
MOST_CELLS = 20_000

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
_FENCES = re.compile(r"`{3,}")


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a notebook, its lines counted in the text made of its cells.
    FileParseError when it is none."""
    text = decode(data)
    try:
        book = json.loads(text, strict=False) if text.strip() else None
    except (ValueError, RecursionError) as fault:
        raise FileParseError("this is no Jupyter notebook: it is no valid JSON") from fault
    if not isinstance(book, dict):
        raise FileParseError("this is no Jupyter notebook")
    cells = book.get("cells")
    if cells is None and "worksheets" in book:  # the third format, of before 2015
        sheets = _list(book.get("worksheets"))
        cells = [cell for sheet in sheets for cell in _list(_map(sheet).get("cells"))]
    if not isinstance(cells, list):
        raise FileParseError("this is no Jupyter notebook: it has no cells")
    about = _map(book.get("metadata"))
    language = _language(about)
    lines = [line for cell in cells[:MOST_CELLS] for line in _cell(_map(cell), language)]
    made = markdown.parse(printable("\n".join(lines)), path)
    title = about.get("title")
    titled = isinstance(title, str) and bool(title.strip())
    properties = {
        "language": language,
        "author": ", ".join(
            str(_map(author).get("name") or "") for author in _list(about.get("authors"))
        ),
    }
    return replace(
        made,
        type="notebook",
        title=str(title).strip() if titled else made.title,
        entries=tuple(
            replace(
                entry,
                type="notebook",
                title=str(title).strip() if titled else made.title,
                title_is_filename=entry.title_is_filename and not titled,
                properties={
                    **{key: value for key, value in properties.items() if value},
                    **entry.properties,
                },
            )
            for entry in made.entries
        ),
    )


def _language(about: Mapping[str, Any]) -> str:
    for key, name in (("language_info", "name"), ("kernelspec", "language"),
                      ("kernelspec", "name")):  # fmt: skip
        value = _map(about.get(key)).get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _cell(cell: Mapping[str, Any], language: str) -> Iterator[str]:
    source = _text(cell.get("source", cell.get("input")))
    kind = cell.get("cell_type")
    if kind == "heading":
        level = cell.get("level")
        yield f"{'#' * (level if isinstance(level, int) and 0 < level < 7 else 1)} {source}"
    elif kind == "code":
        if source.strip():
            yield from _fenced(source, language)
        for output in _list(cell.get("outputs")):
            yield from _output(_map(output))
    elif kind == "raw":
        yield from _fenced(source, "")
    else:
        yield source
    yield ""


def _fenced(source: str, language: str) -> Iterator[str]:
    """A code block whose fence is longer than any in it."""
    longest = max((len(fence) for fence in _FENCES.findall(source)), default=2)
    fence = "`" * (longest + 1)
    yield fence + re.sub(r"[`\s]", "", language)
    yield source.rstrip("\n")
    yield fence
    yield ""


def _output(output: Mapping[str, Any]) -> Iterator[str]:
    """What a cell printed, as text; pictures and scripts are left out."""
    data = _map(output.get("data", output))
    said = _text(output.get("text"))
    if output.get("output_type") in ("error", "pyerr"):
        said = "\n".join(_text(line) for line in _list(output.get("traceback")))
        said = said or f"{output.get('ename')}: {output.get('evalue')}"
    elif markup := _text(data.get("text/markdown")):
        yield markup[:MOST_OUTPUT]
        yield ""
        return
    elif (page := _text(data.get("text/html"))) and "<script" not in page:
        flow = Flow(MOST_OUTPUT)
        read(html_root(page), flow)
        said = "\n".join(flow.lines)
    elif plain := _text(data.get("text/plain", data.get("text/latex"))):
        said = plain
    said = _ANSI.sub("", said)[:MOST_OUTPUT]
    if said.strip():
        yield from _fenced(said, "")


def _text(value: object) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
