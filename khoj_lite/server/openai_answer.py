"""The parts of an answer for OpenAI's clients, from the notes or from a model alone."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.chat.answering import MODEL
from khoj_lite.engine import Engine
from khoj_lite.errors import KhojLiteError, UsageError
from khoj_lite.server.openai_wire import ChatRequest, Message, usage_object
from khoj_lite.server.stream import Cancelled
from khoj_lite.server.wire import Json
from khoj_lite.server.wire_chat import event_line
from khoj_lite.types import ChatModel, Conversation, Notice, Usage
from khoj_lite.types import Message as Kept

_SPECIAL = re.compile(r"[\\\[\]`*_<>]")


@dataclass(frozen=True, slots=True)
class Ended:
    """How an answer ended: `finish` is OpenAI's reason, stop or length."""

    finish: str
    usage: Mapping[str, int]
    citations: tuple[Json, ...] | None = None  # None: the notes were not asked


Part = str | Notice | Ended
"""Text of the answer, or what to know while waiting; an Ended comes last."""


class Thread:
    """One conversation that is as old as its request: what OpenAI's clients send is the whole of
    it every time, and they keep it themselves."""

    def __init__(self, messages: Sequence[Message]) -> None:
        now = time.time()
        kept = tuple(
            Kept(uuid.uuid4().hex, message.role, message.content, now)
            for message in messages
            if message.role in ("user", "assistant") and message.content.strip()
        )
        self.conversation = Conversation(uuid.uuid4().hex, "", now, now, kept)

    def create(self) -> Conversation:
        return self.conversation

    def get(self, conversation_id: str) -> Conversation:
        return self.conversation

    def add_message(
        self,
        conversation_id: str,
        role: str,
        text: str,
        details: Mapping[str, object] | None = None,
        message_id: str | None = None,
    ) -> Kept:
        """The message, kept nowhere."""
        return Kept(message_id or uuid.uuid4().hex, role, text, time.time(), dict(details or {}))


def from_notes(engine: Engine, request: ChatRequest, cancelled: Cancelled) -> Iterator[Part]:
    """An answer from the notes to the last message of the user; those before are the thread.

    Raises at once what `Chat.ask` refuses. System messages are not used: how notes are quoted and
    what of them may be said is not the client's to change."""
    users = [n for n, message in enumerate(request.messages) if message.role == "user"]
    if not users:
        raise UsageError("there is no message of the user", "Send one with the role `user`.")
    thread = Thread(request.messages[: users[-1]])
    chat = engine.chat.over(thread)
    events = chat.ask(
        request.messages[users[-1]].content, thread.conversation.id, None, cancelled,
        temperature=request.temperature, max_tokens=request.most_tokens,
    )  # fmt: skip
    return _noted(map(event_line, events))


def _noted(events: Iterator[Json]) -> Iterator[Part]:
    """The notes cited are listed behind the answer, unless quotes were cut to a length."""
    citations: list[Json] = []
    for event in events:
        match event["event"]:
            case "status":
                yield Notice(event["text"])
            case "token":
                yield event["text"]
            case "citations":
                citations = [_citation(each) for each in event["citations"]]
            case "error":
                raise error_from(event["error"])
            case "done":
                used = event["usage"]
                cut = event["model"] == MODEL and used.get("finish") == "length"
                if citations and not cut:
                    yield "\n\n" + _listed(citations)
                usage = usage_object(used["prompt_tokens"], used["completion_tokens"])
                yield Ended(_finish(used.get("finish")), usage, tuple(citations))


def _finish(finish: object) -> str:
    """OpenAI knows no `cancelled`; nobody is there to read it either."""
    return "length" if finish == "length" else "stop"


def from_model(
    model: ChatModel,
    request: ChatRequest,
    max_tokens: int,
    temperature: float,
    cancelled: Cancelled,
) -> Iterator[Part]:
    """What the model says to these messages, without the notes."""
    for part in model.stream(
        [message.turn for message in request.messages],
        max_tokens=request.most_tokens or max_tokens,
        temperature=temperature if request.temperature is None else request.temperature,
        cancelled=cancelled,
    ):
        if isinstance(part, Usage):
            usage = usage_object(part.prompt_tokens, part.completion_tokens)
            yield Ended(_finish(part.finish), usage)
        else:
            yield part


def until(
    parts: Callable[[Cancelled], Iterator[Part]], stops: Sequence[str], cancelled: Cancelled
) -> Iterator[Part]:
    """The parts up to the first of these texts, which is left out itself.

    Text that may be the beginning of one is held back until the next part tells. What is
    generated is stopped there, and its Ended still taken."""
    found = threading.Event()
    source = parts(lambda: found.is_set() or cancelled())
    return _cut(source, [stop for stop in stops if stop], found)


def _cut(source: Iterator[Part], stops: Sequence[str], found: threading.Event) -> Iterator[Part]:
    held = ""
    ended = Ended("stop", usage_object(0, 0))
    for part in source:
        if isinstance(part, Ended):
            ended = part
        elif isinstance(part, Notice):
            yield part
        elif not found.is_set():
            held += part
            places = [at for at in (held.find(stop) for stop in stops) if at >= 0]
            if places:
                found.set()
                sure, held = held[: min(places)], ""
            else:
                keep = _beginning(held, stops)
                sure, held = held[: len(held) - keep], held[len(held) - keep :]
            if sure:
                yield sure
    if held:
        yield held
    yield Ended("stop", ended.usage, ended.citations) if found.is_set() else ended


def _beginning(text: str, stops: Sequence[str]) -> int:
    """How many characters at the end of `text` may be the beginning of a stop."""
    longest = min(len(text), max((len(stop) - 1 for stop in stops), default=0))
    for length in range(longest, 0, -1):
        if any(stop.startswith(text[-length:]) for stop in stops):
            return length
    return 0


def error_from(data: Mapping[str, str]) -> KhojLiteError:
    """The error that an event tells of, as it was before it travelled."""
    kinds = [KhojLiteError]
    for kind in kinds:
        if kind.code == data["code"]:
            return kind(data["message"], data["hint"])
        kinds += kind.__subclasses__()
    return KhojLiteError(data["message"], data["hint"])


def _citation(citation: Json) -> Json:
    hit = citation["hit"]
    return {
        "n": citation["n"],
        "quote": citation["quote"],
        "status": citation["status"],
        **{key: hit.get(key) for key in ("title", "outline", "path", "uri", "line", "page")},
    }


def _listed(citations: Sequence[Json]) -> str:
    """The notes that are cited, as a Markdown list of links."""
    lines: dict[int, str] = {}
    for each in sorted(citations, key=lambda c: int(c["n"])):
        below = [part for part in each["outline"] or [] if part != each["title"]][-1:]
        name = " › ".join(_escaped(part) for part in (each["title"], *below))
        page = f", page {each['page']}" if each["page"] else ""
        lines.setdefault(each["n"], f"- \\[{each['n']}\\] [{name}](<{each['uri']}>){page}")
    return "\n".join(lines.values())


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda m: "\\" + m.group(), " ".join(text.split()))
