"""Reads files before their turn, so that every core has a hard one to parse."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol

from khoj_lite.errors import FileError, FileParseError
from khoj_lite.parsers import is_hard
from khoj_lite.sources.folder import content_digest
from khoj_lite.types import Document, FileRef

AHEAD_FILES = 32
"""Files looked at before their turn: enough to find hard ones among many easy ones."""
AHEAD_BYTES = 100_000_000
"""Bytes of hard files held at once; a larger one is held alone."""

log = logging.getLogger(__name__)


class Parse(Protocol):
    """What reads files: the easy ones here, the hard ones in child processes."""

    @property
    def children(self) -> int: ...

    def parse(self, data: bytes, path: str) -> Document: ...

    def submit(self, data: bytes, path: str) -> Future[Document]: ...


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file whose turn it is: what it was called before (None: it is no rename), the file with
    its digest, if its bytes could be read, and the document or what went wrong."""

    old: str | None
    ref: FileRef
    outcome: Document | FileError


@dataclass(frozen=True, slots=True)
class _Begun:
    old: str | None
    ref: FileRef
    future: Future[Document] | None
    fault: FileError | None = None


def parsed_in_order(
    work: Iterable[tuple[str | None, FileRef]],
    read: Callable[[FileRef], bytes],
    parse: Parse,
) -> Iterator[Parsed]:
    """Each file of `work` in its order, parsed. Hard files of the next few are begun early; all
    others are read when it is their turn, so that little is held."""
    begun: deque[_Begun] = deque()
    held = 0
    for old, ref in work:
        hard = is_hard(ref.path + ref.form)
        while begun and (
            len(begun) >= AHEAD_FILES
            or (hard and _running(begun) and held + ref.size > AHEAD_BYTES)
            or (hard and _running(begun) > 2 * parse.children)
        ):
            held -= begun[0].ref.size if begun[0].future else 0
            yield _finished(begun.popleft(), read, parse)
        begun.append(_begin(old, ref, read, parse) if hard else _Begun(old, ref, None))
        held += begun[-1].ref.size if begun[-1].future else 0
    while begun:
        yield _finished(begun.popleft(), read, parse)


def _running(begun: Iterable[_Begun]) -> int:
    return sum(1 for item in begun if item.future)


def _begin(old: str | None, ref: FileRef, read: Callable[[FileRef], bytes], parse: Parse) -> _Begun:
    try:
        data = read(ref)
    except FileError as fault:
        return _Begun(old, ref, None, fault)
    ref = replace(ref, digest=content_digest(data))
    return _Begun(old, ref, parse.submit(data, ref.path + ref.form))


def _finished(item: _Begun, read: Callable[[FileRef], bytes], parse: Parse) -> Parsed:
    ref = item.ref
    if item.fault is not None:
        return Parsed(item.old, ref, item.fault)
    try:
        if item.future is not None:
            return Parsed(item.old, ref, item.future.result())
        data = read(ref)
        ref = replace(ref, digest=content_digest(data))
        return Parsed(item.old, ref, _parsed(data, ref.path + ref.form, parse))
    except FileError as fault:
        return Parsed(item.old, ref, fault)


def _parsed(data: bytes, path: str, parse: Parse) -> Document:
    try:
        return parse.parse(data, path)
    except FileError:
        raise
    except Exception as fault:
        log.exception("cannot parse %s", path)
        raise FileParseError(f"this file breaks its parser: {fault}") from fault
