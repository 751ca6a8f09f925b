"""Mail: a message (.eml), a box of them (.mbox), or a web page saved as one (.mhtml)."""

from __future__ import annotations

import contextlib
import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from datetime import date
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from khoj_lite.errors import FileParseError
from khoj_lite.parsers import html
from khoj_lite.parsers.decode import decode
from khoj_lite.parsers.flow import Flow, one_line
from khoj_lite.parsers.html_read import read
from khoj_lite.parsers.html_tree import html_root, html_text
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, EntryDate

MOST_PARTS = 500
MOST_MESSAGES = 50_000
DEEPEST = 8  # messages attached to messages
RESERVE_SECONDS = 8.0

_FROM = re.compile(rb"^From [^\n]*\d{4}[^\n]*\n", re.M)
_HEADER = re.compile(rb"[!-9;-~]+:|From ")
_MANGLED = re.compile(r"^>(>*From )", re.M)
_PEOPLE = ("from", "to", "cc")
_PLAIN_ENOUGH = 0.3
"""A plain part with less of the words of the HTML one only says that one should read that."""
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, RecursionError, IndexError)


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a message: type `mail`, its title the subject. FileParseError when it
    is none."""
    suffix = path.lower().rpartition(".")[2]
    if suffix in ("mhtml", "mht"):
        return _page(data, path)
    if suffix == "mbox" or (data.startswith(b"From ") and len(_FROM.findall(data)) > 1):
        return _box(data, path, work)
    data = _FROM.sub(b"", data, count=1) if data.startswith(b"From ") else data
    message = _message(data)
    flow = Flow()
    _body(message, flow, 0)
    return flow.document(
        "mail", path, _header(message, "subject"), _properties(message), _dates(message)
    )


def _box(data: bytes, path: str, work: Work) -> Document:
    """An entry for each message, under its subject; longer ones in several."""
    flow = Flow()
    notes = []
    broken = 0
    starts = [match.start() for match in _FROM.finditer(data)]
    if not starts:
        raise FileParseError("this is no mailbox: it holds no message" if data else "it is empty")
    for count, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=False)):
        if work.left < RESERVE_SECONDS or count >= MOST_MESSAGES or flow.full:
            notes.append(f"{len(starts) - count} of {len(starts)} messages were left out")
            break
        try:
            message = _message(_FROM.sub(b"", data[start:end], count=1))
        except FileParseError:
            broken += 1
            continue
        subject = _header(message, "subject") or "(no subject)"
        flow.heading(1, subject, _dates(message), _properties(message))
        inner = Flow()
        _body(message, inner, 0)
        for line in inner.lines:
            if line:
                flow.line(_MANGLED.sub(r"\1", line))
            else:
                flow.gap()
    if broken:
        notes.append(f"{broken} messages cannot be read")
    return flow.document("mail", path, notes=notes)


def _page(data: bytes, path: str) -> Document:
    """A web page that a browser saved with all its parts in one file."""
    message = _message(data)
    for part in _parts(message, 0):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return html.document(html_text(_bytes(part)), path)
    raise FileParseError("this is no saved web page: there is none in it")


def _message(data: bytes) -> Message:
    if not _HEADER.match(data.lstrip()):
        raise FileParseError("this is no mail message" if data.strip() else "the file is empty")
    try:
        return email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    except _FAULTS as fault:
        raise FileParseError("this mail message is damaged") from fault


def _header(message: Message, name: str) -> str:
    """A header's value, decoded; as it stands where that fails."""
    values = []
    for value in message.get_all(name, [])[:50]:
        raw = str(value)[:100_000]
        try:
            values.append(one_line(str(make_header(decode_header(raw)))))
        except (*_FAULTS, email.errors.MessageError):
            values.append(one_line(raw))
    return ", ".join(value for value in values if value)


def _properties(message: Message) -> dict[str, str]:
    found = {name: _header(message, name) for name in (*_PEOPLE, "bcc", "reply-to")}
    found["mailing list"] = _header(message, "list-id")
    found["message id"] = _header(message, "message-id").strip("<>")
    found["labels"] = _header(message, "x-gmail-labels") or _header(message, "keywords")
    found["sent"] = _header(message, "date")
    return {key: value for key, value in found.items() if value}


def _dates(message: Message) -> tuple[EntryDate, ...]:
    try:
        day: date = parsedate_to_datetime(_header(message, "date")).date()
    except (*_FAULTS, OverflowError):
        return ()
    return (EntryDate("date", day),)


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """The parts that hold no others."""
    inside = message.get_payload() if message.is_multipart() else None
    if not isinstance(inside, list):
        yield message
        return
    for part in inside[:MOST_PARTS] if depth < DEEPEST * 2 else ():
        if isinstance(part, Message):
            yield from _parts(part, depth + 1)


def _body(message: Message, flow: Flow, depth: int) -> None:
    """Write what a message says, then the names of what is attached to it."""
    attached: list[str] = []
    _part(message, flow, attached, depth)
    names = [name for name in dict.fromkeys(attached) if name]
    if names:
        flow.paragraph(f"Attachments: {', '.join(names)}")


def _part(part: Message, flow: Flow, attached: list[str], depth: int) -> None:
    kind = part.get_content_type()
    inside = part.get_payload() if part.is_multipart() else None
    if kind == "message/rfc822" and isinstance(inside, list):
        for message in inside[:1]:
            if isinstance(message, Message) and depth < DEEPEST:
                about = [f"{n}: {_header(message, n)}" for n in ("subject", *_PEOPLE, "date")]
                flow.paragraph("\n".join(line for line in about if not line.endswith(": ")))
                _body(message, flow, depth + 1)
    elif isinstance(inside, list):
        parts = [item for item in inside[:MOST_PARTS] if isinstance(item, Message)]
        if kind == "multipart/alternative" and depth < DEEPEST:
            _alternative(parts, flow, attached, depth)
            return
        for item in parts:
            if depth < DEEPEST:
                _part(item, flow, attached, depth + 1)
    elif name := _filename(part):
        attached.append(name)
    elif kind == "text/html":
        read(html_root(html_text(_bytes(part))), flow)
    elif kind.startswith("text/") and kind not in ("text/css", "text/calendar"):
        _plain(part, flow)


def _alternative(parts: list[Message], flow: Flow, attached: list[str], depth: int) -> None:
    """The plain one of several ways of saying the same, unless it leaves most of it out."""
    found = []
    for part in parts:
        said = Flow()
        _part(part, said, attached, depth + 1)
        found.append((part.get_content_type(), said))
    best = max(found, key=lambda item: sum(map(len, item[1].lines)), default=None)
    plain = next((said for kind, said in found if kind == "text/plain"), None)
    if best is None:
        return
    chosen = best[1]
    most = sum(map(len, chosen.lines))
    if plain is not None and sum(map(len, plain.lines)) > _PLAIN_ENOUGH * most:
        chosen = plain
    for line in chosen.lines:
        if line:
            flow.line(line)
        else:
            flow.gap()


def _plain(part: Message, flow: Flow) -> None:
    data = _bytes(part)
    charset = part.get_content_charset() or ""
    try:
        text = data.decode(charset) if charset else decode(data)
    except (LookupError, UnicodeError):
        text = data.decode("latin-1") if b"\0" in data else decode(data)
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            flow.line(line)
        else:
            flow.gap()


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _FAULTS:
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _filename(part: Message) -> str:
    """The name of an attachment; empty for what is to be read where it stands."""
    try:
        name = part.get_filename() or ""
    except _FAULTS:
        name = ""
    if not name and part.get_content_disposition() == "attachment":
        name = part.get_content_type()
    if name:
        with contextlib.suppress(*_FAULTS, email.errors.MessageError):
            name = str(make_header(decode_header(name)))
    return one_line(name.replace("\\", "/").rstrip("/").rpartition("/")[2])
