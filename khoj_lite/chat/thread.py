"""What a conversation so far means for the next message: its topic and its turns. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from khoj_lite.chat import commands
from khoj_lite.chat.followup import resolve
from khoj_lite.chat.prompt import Exchange
from khoj_lite.errors import UsageError
from khoj_lite.search.query import parse_query
from khoj_lite.types import Message, Query

_MARK = re.compile(r"[ \t]*\[\d{1,4}\]")


def with_thread(query: Query, messages: Sequence[Message]) -> Query:
    """The query with what the message leaves unsaid taken from the conversation: the topic, and
    the filters when it brings none of its own."""
    thread = Query("")
    for message in messages:
        if message.role == "user":
            thread = _continued(_said(message.text), thread)
    return _continued(query, thread)


def exchanges(messages: Sequence[Message]) -> list[Exchange]:
    """Questions with their answers, oldest first. What was never answered is left out."""
    found = []
    for question, answer in pairwise(messages):
        if question.role == "user" and answer.role == "assistant" and answer.text.strip():
            prompt: Mapping[str, Any] = _prompt(answer)
            found.append(
                Exchange(
                    question.text,
                    _MARK.sub("", answer.text),
                    str(prompt.get("user", "")),
                    str(prompt.get("assistant", "")),
                    {int(n): int(entry) for n, entry in prompt.get("given", [])},
                )
            )
    return found


def cited_last(messages: Sequence[Message]) -> set[int]:
    """The entries that the last answer quoted."""
    for message in reversed(messages):
        if message.role == "assistant":
            cited: Any = message.details.get("citations", ())
            return {int(each["hit"]["id"]) for each in cited if each["status"] == "supported"}
    return set()


def dropped_before(messages: Sequence[Message]) -> int:
    """How many of the oldest exchanges the last prompt left out."""
    for message in reversed(messages):
        if message.role == "assistant" and _prompt(message):
            return int(_prompt(message).get("dropped", 0))
    return 0


def _prompt(answer: Message) -> Mapping[str, Any]:
    kept = answer.details.get("prompt")
    return kept if isinstance(kept, dict) else {}


def topic(request: commands.Request) -> Query:
    """What a message asks of the notes; QueryError for a filter that cannot be read. After a
    summary, "it" is the note that was summarised."""
    if request.mode == "summarize":
        name = re.split(r"[/\\]", request.question)[-1]
        return Query(name, paths=(_literally(request.question),))
    if request.mode == "general":
        return Query(request.question)
    return parse_query(request.question)


def _literally(path: str) -> str:
    """A path as a glob that matches only itself."""
    return re.sub(r"([*?[])", r"[\1]", path)


def _said(message: str) -> Query:
    try:
        return topic(commands.read(message))
    except UsageError:
        return Query("")


def _continued(query: Query, thread: Query) -> Query:
    if not query.text:
        return thread if not query.has_filters else query
    text = resolve(query.text, thread.text)
    if text == query.text or query.has_filters:
        return replace(query, text=text)
    return replace(thread, text=text, phrases=(), limit=query.limit)
