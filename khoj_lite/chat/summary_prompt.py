"""What a model is told to summarise a long note: its parts, then what the parts came to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khoj_lite.chat.contain import label, speech
from khoj_lite.chat.passage_text import Count, passage
from khoj_lite.chat.prompt import MARGIN_TOKENS, SYSTEM, TURN_TOKENS, Budget, Prompt, Window
from khoj_lite.types import Hit, Turn

PART_TOKENS = 4096
"""Of a book, read at a time: a small model summarises a chapter better than half a book, and a
cancelled or broken part costs little."""

PART_ANSWER = 256
"""Tokens that the summary of one part may have."""

OF_PART = (
    "Summarise this part of {title} in at most five sentences. Keep the names, numbers and dates "
    "that matter. No introduction."
)
OF_PARTS = (
    "These are summaries of the parts of {title}, in order. Summarise the whole in one to three "
    "paragraphs; after each sentence write the number of the part it rests on, like [2]."
)
OF_WHOLE = (
    "Summarise {title} in one to three paragraphs; after each sentence write the number of the "
    "passage it rests on, like [2]."
)


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring entries that are read at once; `text` is what the model reads of them."""

    hits: tuple[Hit, ...]
    text: str


def parts(hits: Sequence[Hit], window: Window, count: Count) -> list[Part]:
    """A note cut into parts that fit, at entries where possible, in reading order."""
    room = _room(window)
    pieces: list[tuple[Hit, str, int]] = []
    made = [passage(n, hit.stored, hit.stored.entry.plain) for n, hit in enumerate(hits, 1)]
    for hit, text, cost in zip(hits, made, count(made), strict=True):
        pieces += [(hit, each, tokens) for each, tokens in _cut(text, cost, room, count)]
    found: list[Part] = []
    held: list[tuple[Hit, str]] = []
    spent = 0
    for hit, text, cost in pieces:
        if held and spent + cost + 2 > room:
            found.append(_part(held))
            held, spent = [], 0
        held.append((hit, text))
        spent += cost + 2
    return [*found, _part(held)] if held else found


def of_part(part: str, title: str, fence: str) -> list[Turn]:
    """The turns that ask for the summary of one part."""
    return _turns(part, OF_PART.format(title=label(title)), fence)


def of_parts(
    summaries: Sequence[str], hits: Sequence[Hit], title: str, fence: str, window: Window,
    count: Count, cut: int,
) -> Prompt:  # fmt: skip
    """The prompt of the whole from the summaries of its parts, numbered from 1. `cut`: how many
    parts of the note there were."""
    body = "\n\n".join(f"[{n}] {speech(text).strip()}" for n, text in enumerate(summaries, 1))
    turns = _turns(body, OF_PARTS.format(title=label(title)), fence)
    system, whole, bare = count([SYSTEM, turns[1].content, turns[1].content.replace(body, "")])
    answer = min(window.answer, window.context // 2)
    budget = Budget(window.context, answer, system, 0, whole - bare, bare, cut, 0, 0, 0)
    return Prompt(tuple(turns), dict(enumerate(hits, 1)), {}, budget)


def groups(summaries: Sequence[str], window: Window, count: Count) -> list[list[int]]:
    """Which neighbouring summaries are read together, so that each group fits; one group is all."""
    room = _room(window)
    found: list[list[int]] = [[]]
    spent = 0
    for n, cost in enumerate(count(list(summaries))):
        if found[-1] and spent + cost + 8 > room and len(found[-1]) > 1:
            found.append([])
            spent = 0
        found[-1].append(n)
        spent += cost + 8
    return found


def _turns(body: str, task: str, fence: str) -> list[Turn]:
    return [
        Turn("system", SYSTEM),
        Turn("user", f"<notes {fence}>\n{body}\n</notes {fence}>\n\n{task}"),
    ]


def _room(window: Window) -> int:
    """Tokens that a part may have: what is read well at once, and fits a small context."""
    taken = 2 * TURN_TOKENS + MARGIN_TOKENS + 320  # the rules and the task, with room to spare
    answer = min(PART_ANSWER, window.context // 4)
    return max(64, min(PART_TOKENS, window.context - answer - taken))


def _part(held: Sequence[tuple[Hit, str]]) -> Part:
    hits = {hit.stored.id: hit for hit, _ in held}
    return Part(tuple(hits.values()), "\n\n".join(text for _, text in held))


def _cut(text: str, cost: int, room: int, count: Count) -> list[tuple[str, int]]:
    """The text in pieces of at most `room` tokens, cut at lines, in a long line at spaces."""
    if cost <= room:
        return [(text, cost)]
    middle = len(text) // 2
    for mark in ("\n\n", "\n", ". ", " "):
        place = text.rfind(mark, len(text) // 4, middle)
        if place > 0:
            middle = place + len(mark)
            break
    halves = [half for half in (text[:middle], text[middle:]) if half.strip()]
    if len(halves) < 2:
        return [(text, cost)]
    return [
        piece
        for half, tokens in zip(halves, count(halves), strict=True)
        for piece in _cut(half, tokens, room, count)
    ]
