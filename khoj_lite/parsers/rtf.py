"""RTF: its text paragraph by paragraph, and what its head says of it."""

from __future__ import annotations

import re
from datetime import date

from striprtf.striprtf import rtf_to_text

from khoj_lite.errors import FileParseError
from khoj_lite.parsers.flow import Flow, one_line
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, EntryDate

_PICTURES = re.compile(r"(?<=[\s}a-z0-9])[0-9a-fA-F\s]{2000,}")
_NOTES = re.compile(r"\{(?:\\\*)?\\(?:footnote|annotation)\b ?")
"""What begins a footnote or a comment, which striprtf would leave out."""
_BYTES = re.compile(r"\\bin(\d{1,9}) ?")
_PAGE = re.compile(r"\\ansicpg\d{1,5}")
_NAMES = {"author": "author", "subject": "subject", "keywords": "keywords",
          "doccomm": "description", "operator": "last modified by"}  # fmt: skip
_STAMP = re.compile(r"\{\\(creatim|revtim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of an RTF file; FileParseError when it is none."""
    source = data.lstrip(b"\xef\xbb\xbf \t\r\n").decode("latin-1")
    if not source.startswith("{\\rt"):
        raise FileParseError("this is no RTF file" if data else "the file is empty")
    source = _without_bytes(source)
    source = _NOTES.sub("{ ", _PICTURES.sub("", source))
    try:
        text = rtf_to_text(source, errors="replace")
    except (ValueError, LookupError, OverflowError, RecursionError) as fault:
        raise FileParseError("this RTF file is damaged") from fault
    flow = Flow()
    for line in text.split("\n"):
        if "|" in line:  # a row of a table
            flow.line(" | ".join(cell.strip() for cell in line.strip().strip("|").split("|")))
        else:
            flow.paragraph(line.strip())
    page = _PAGE.search(source, 0, 4096)
    title, properties, dates = _about(source, page[0] if page else "")
    return flow.document("rtf", path, title, properties, dates)


def _without_bytes(source: str) -> str:
    """The source without raw bytes (`\\bin5 ` and five of them), which mean nothing here."""
    parts = []
    start = 0
    while (match := _BYTES.search(source, start)) is not None:
        parts.append(source[start : match.start()])
        end = match.end() + int(match[1])
        start = end if end <= len(source) else match.end()
    return "".join([*parts, source[start:]])


def _about(source: str, code_page: str) -> tuple[str, dict[str, str], list[EntryDate]]:
    start = source.find("{\\info")
    block = source[start : start + 20_000] if start >= 0 else ""
    found = {}
    for name in ("title", *_NAMES):
        match = re.search(rf"\{{\\{name}\b ?((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}", block)
        if match:
            found[name] = one_line(
                rtf_to_text(f"{{\\rtf1\\ansi{code_page} {match[1]}}}", errors="replace")
            )
    dates = []
    for kind, year, month, day in _STAMP.findall(block):
        try:
            when = EntryDate(
                "created" if kind == "creatim" else "modified",
                date(int(year), int(month), int(day)),
            )
        except ValueError:
            continue
        dates.append(when)
    properties = {key: found[name] for name, key in _NAMES.items() if found.get(name)}
    return found.get("title", ""), properties, dates
