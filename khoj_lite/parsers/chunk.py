"""An entry cut into what the embedding model can take in at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence

from khoj_lite.types import Chunk, Entry

TokenOffsets = Callable[[str], Sequence[tuple[int, int]]]

SLICE = 16_000
"""Characters tokenised at a time, so that a very long entry takes little memory."""

HEADER_SHARE = 4  # the header takes at most one in so many tokens
NAME_TOKENS = 24  # of a header are for a title that is the file's name
SPECIAL_TOKENS = 2  # that the model adds around a text
_LAST_SHARE = 0.6  # a chunk is cut at a border in the last two fifths of its room, if any is there

_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"[.!?…]['\")\]»”’]*\s|[。！？｡؟।]['\"」』）]*")


def chunks(entry: Entry, token_offsets: TokenOffsets, max_tokens: int) -> list[Chunk]:
    """The chunks of an entry, in order, none empty; together they hold every token of its plain
    text. An entry of nothing but a heading is one chunk, its outline; one without even that has
    none. Takes time and memory in proportion to the text."""
    room = max(max_tokens - SPECIAL_TOKENS, 4)
    header, used = _header_and_room(entry, token_offsets, room // HEADER_SHARE)
    made = [
        _chunk(entry, header, start, end)
        for start, end in _windows(entry.plain, token_offsets, room - used)
    ]
    if not made and header and (entry.outline or not entry.title_is_filename):
        made = [_chunk(entry, header, 0, 0)]
    return made


def _chunk(entry: Entry, header: str, start: int, end: int) -> Chunk:
    body = entry.plain[start:end]
    title = "" if entry.title_is_filename else entry.title
    content = "\x1e".join((title, *entry.outline, "\x1f" + body))
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return Chunk("\n".join(part for part in (header, body) if part), digest, start, end)


def _header_and_room(entry: Entry, token_offsets: TokenOffsets, room: int) -> tuple[str, int]:
    """The line above each passage, and how many tokens are set aside for it.

    For a title that is the file's name it is always as many: a note that is copied under another
    name must be cut in the same places, or it would be embedded again."""
    if not entry.title_is_filename:
        return _header((entry.title, *entry.outline), token_offsets, room)
    aside = min(NAME_TOKENS, room // 2)
    outline, used = _header(entry.outline, token_offsets, max(room - aside - 1, 0))
    name, _ = _header((entry.title,), token_offsets, aside)
    parts = [] if entry.title in entry.outline else [name]
    return " > ".join(part for part in (*parts, outline) if part), used + aside + 1


def _header(titles: Sequence[str], token_offsets: TokenOffsets, room: int) -> tuple[str, int]:
    """Title and outline in one line of at most `room` tokens, and how many they are. Where they
    do not fit, what is nearest to the text stays."""
    parts = list(dict.fromkeys(titles))
    while True:
        header = " > ".join(" ".join(part.split()) for part in parts if part.strip())
        offsets = token_offsets(header[:2000])
        if len(offsets) <= room and len(header) <= 2000:
            return header, len(offsets)
        if len(parts) <= 1:
            kept = offsets[:room]
            return (header[: kept[-1][1]] if kept else ""), len(kept)
        del parts[1 if len(parts) > 2 else 0]


def _windows(text: str, token_offsets: TokenOffsets, room: int) -> Iterator[tuple[int, int]]:
    for low, high in _slices(text):
        piece = text[low:high]
        offsets = [span for span in token_offsets(piece) if span[1] > span[0]]
        first = 0
        while first < len(offsets):
            last = _window_end(piece, offsets, first, room)
            yield low + offsets[first][0], low + offsets[last - 1][1]
            first = last


def _slices(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = min(start + SLICE, len(text))
        if end < len(text):
            for border in ("\n\n", "\n", ". ", "。", " "):
                found = text.rfind(border, start + SLICE // 2, end)
                if found >= 0:
                    end = found + len(border)
                    break
        yield start, end
        start = end


def _window_end(text: str, offsets: Sequence[tuple[int, int]], first: int, room: int) -> int:
    """The token before which the window that begins at `first` ends: at a paragraph's, line's or
    sentence's end if there is one in reach, else at a space, else where it must."""
    rest = len(offsets) - first
    if rest <= room:
        return len(offsets)
    even = -(-rest // -(-rest // room))  # windows of equal size, rather than a last small one
    earliest = first + max(int(even * _LAST_SHARE), 1)
    latest = first + room
    start, end = offsets[earliest - 1][1], offsets[latest][0]
    zone = text[start:end]
    for border in (_PARAGRAPH, _LINE, _SENTENCE, re.compile(r"\s")):
        matches = [match.end() + start for match in border.finditer(zone)]
        if matches:
            goal = offsets[first + even - 1][1]
            at = min(matches, key=lambda place: abs(place - goal))
            return next(index for index in range(earliest, latest + 1) if offsets[index][0] >= at)
    return latest
