"""One note summarised by a model, a book of any length: part after part, then the whole."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterator, Sequence

from khoj_lite.chat import answer_model, summary_prompt
from khoj_lite.chat.answer_model import Cancelled, Sources, Voice, Written
from khoj_lite.chat.asking import Note
from khoj_lite.chat.contain import label
from khoj_lite.chat.marks import MARK
from khoj_lite.chat.prompt import Asked, Prompt, Window, build
from khoj_lite.chat.summary_prompt import PART_ANSWER, Part
from khoj_lite.chat.thinking import Thinking
from khoj_lite.errors import UsageError
from khoj_lite.types import ChatEvent, Hit, Notice


def summarize(
    note: Note,
    voice: Voice,
    sources: Sources,
    today: str,
    cancelled: Cancelled,
    written: Written,
) -> Iterator[ChatEvent | Prompt]:
    """The events of a summary of `note`; the prompt of its last step comes among them, before
    the words.

    What fits the context is read as a whole, a longer note part after part: each part becomes a
    few sentences, these again if need be, until they fit."""
    window = Window(voice.model.context_tokens, voice.max_tokens)
    count = voice.model.count
    title, hits = note.title, note.hits
    asked = Asked(summary_prompt.OF_WHOLE.format(title=label(title)), today, secrets.token_hex(4))
    cut = summary_prompt.parts(hits, window, count)
    if len(cut) <= 1:
        prompt = build(asked, hits, [], window, count, whole=True)
        sources.given = prompt.given
    else:
        texts, held = yield from _reduced(title, cut, window, voice, cancelled)
        if cancelled():
            return
        firsts = [each[0] for each in held]
        prompt = summary_prompt.of_parts(texts, firsts, title, asked.fence, window, count, len(cut))
        sources.given = prompt.given
        sources.parts = dict(enumerate(held, 1))
    yield prompt
    yield ChatEvent("status", {"text": "Writing the summary"})
    yield from answer_model.write(prompt, voice, sources, cancelled, written)


def _reduced(
    title: str, cut: Sequence[Part], window: Window, voice: Voice, cancelled: Cancelled
) -> Generator[ChatEvent, None, tuple[list[str], list[tuple[Hit, ...]]]]:
    """Returns summaries that fit the context together, and the entries that each is about."""
    texts: list[str] = []
    held: list[tuple[Hit, ...]] = []
    for n, part in enumerate(cut):
        yield _progress("Reading part", n, len(cut))
        texts.append((yield from _of_part(part.text, title, voice, cancelled)))
        held.append(part.hits)
        if cancelled():
            return [], []
    while len(together := summary_prompt.groups(texts, window, voice.model.count)) > 1:
        shorter, wider = [], []
        for n, group in enumerate(together):
            yield _progress("Drawing together part", n, len(together))
            body = "\n\n".join(texts[i] for i in group)
            shorter.append((yield from _of_part(body, title, voice, cancelled)))
            wider.append(tuple(hit for i in group for hit in held[i]))
            if cancelled():
                return [], []
        if len(shorter) >= len(texts):
            raise UsageError(
                "the model's context is too small for a summary of this note",
                "Choose a larger chat.context_tokens.",
            )
        texts, held = shorter, wider
    return texts, held


def _of_part(
    text: str, title: str, voice: Voice, cancelled: Cancelled
) -> Generator[ChatEvent, None, str]:
    """Returns the summary of one part, without marks."""
    thinking = Thinking()
    said: list[str] = []
    stream = voice.model.stream(
        summary_prompt.of_part(text, title, secrets.token_hex(4)),
        max_tokens=min(PART_ANSWER, voice.model.context_tokens // 4),
        temperature=voice.temperature, adapters=voice.adapters, cancelled=cancelled,
    )  # fmt: skip
    with answer_model.ending(stream):
        for item in stream:
            if isinstance(item, Notice):
                yield ChatEvent("status", {"text": item.text})
            elif isinstance(item, str):
                said.append(thinking.feed(item))
    return MARK.sub("", "".join([*said, thinking.end()])).strip()


def _progress(what: str, done: int, total: int) -> ChatEvent:
    return ChatEvent(
        "status", {"text": f"{what} {done + 1} of {total}", "done": done, "total": total}
    )
