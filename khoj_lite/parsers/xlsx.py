"""XLSX: a section for each sheet, a line for each row, each value with its column's name."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from khoj_lite.errors import FileError, FileParseError, FileTooLargeError
from khoj_lite.parsers.flow import Flow, one_line
from khoj_lite.parsers.office import about
from khoj_lite.parsers.package import Package, attribute, local, text_of
from khoj_lite.parsers.sheet_rows import SheetRows
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

RESERVE_SECONDS = 8.0
MOST_WHOLE = 150_000_000
"""Bytes of a part that is held whole, such as the table of all texts; sheets are not."""
MOST_GAP = 100_000  # empty rows in a row, after which a sheet is at its end


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a workbook. FileEncryptedError when it needs a password, FileParseError
    when it is none that can be read, FileTooLargeError when it unpacks to absurd sizes."""
    package = Package(data, "Excel workbook")
    for name in package.names:
        if "worksheets/" not in name and package.size(name) > MOST_WHOLE and name.endswith("l"):
            raise FileTooLargeError(f"it unpacks to more than a workbook should hold: {name[:100]}")
    says = about(package)
    flow = Flow()
    notes: list[str] = []
    broken = []
    book = _opened(data)
    for sheet in book.worksheets:
        rows = SheetRows(flow, sheet.title)
        try:
            for row in _rows(sheet):
                if work.left < RESERVE_SECONDS:
                    notes.append(f"the rest of sheet {sheet.title} was left out: no time left")
                    break
                if not rows.add(row):
                    break
        except MemoryError:
            raise
        except Exception:  # whatever a broken sheet makes of openpyxl: the others may be whole
            broken.append(sheet.title)
        rows.end()
    if broken and len(broken) == len(book.worksheets) and len(flow.lines) <= 2 * len(broken):
        raise FileParseError("this workbook is damaged: none of its sheets can be read")
    if broken:
        notes.append(f"damaged, and read in part only: sheet {', '.join(broken[:10])}")
    _comments(package, flow)
    return flow.document("xlsx", path, says.title, says.properties, says.dates, notes=notes)


def _opened(data: bytes) -> Any:
    import openpyxl

    warnings.simplefilter("ignore")  # about parts of a workbook that hold no text
    try:
        return openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
    except MemoryError:
        raise
    except Exception as fault:  # openpyxl lets through what its parts raise: KeyError, TypeError
        raise FileParseError("this is no Excel workbook that can be read") from fault


def _rows(sheet: Any) -> Iterator[list[str]]:
    """The rows of a sheet as text. What a sheet claims of its size is not believed."""
    sheet.reset_dimensions()
    gap = 0
    for row in sheet.iter_rows(values_only=True):
        cells = [_shown(value) for value in row]
        if any(cells):
            gap = 0
            yield cells
        else:
            gap += 1
            if gap > MOST_GAP:
                return


def _shown(value: object) -> str:
    """A value as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        whole = value.time() == time()
        return value.date().isoformat() if whole else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _comments(package: Package, flow: Flow) -> None:
    """What people remarked on cells, at the end."""
    lines = []
    for name in package.names:
        if not name.lower().startswith(("xl/comments", "xl/threadedcomments")):
            continue
        try:
            root = package.xml(name)
        except FileError:
            continue
        for item in root.iter("{*}comment", "{*}threadedComment") if root is not None else ():
            said = one_line(" ".join(text_of(text) for text in item if local(text) == "text"))
            if said:
                lines.append(f"{attribute(item, 'ref')}: {said}")
    if lines:
        flow.heading(1, "Comments")
        for line in lines:
            flow.line(line)
