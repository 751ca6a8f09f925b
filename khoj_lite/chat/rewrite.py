"""A follow-up written out by the model as a question that stands alone. Checked, never trusted."""

from __future__ import annotations

from collections.abc import Sequence

from khoj_lite.chat import answer_model
from khoj_lite.chat.answer_model import Cancelled, Voice
from khoj_lite.chat.prompt import Exchange, Window, follow_up
from khoj_lite.chat.thinking import Thinking
from khoj_lite.errors import ModelError, UsageError
from khoj_lite.models.extractive_words import Terms, stop_terms

LONGEST = 64
"""Tokens of a question written out; one that needs more is no question."""


def written_out(
    question: str,
    exchanges: Sequence[Exchange],
    voice: Voice,
    dropped: int,
    terms: Terms,
    cancelled: Cancelled,
) -> str | None:
    """`question` as it would be asked without the conversation; None when the model fails at it.

    The prompt begins as the answer's will, so that reading it is no lost work."""
    window = Window(voice.model.context_tokens, voice.max_tokens)
    try:
        turns = follow_up(question, exchanges, window, voice.model.count, dropped)
        said, thinking = [], Thinking()
        stream = voice.model.stream(
            turns, max_tokens=LONGEST, temperature=0.0, adapters=voice.adapters,
            cancelled=cancelled,
        )  # fmt: skip
        with answer_model.ending(stream):
            for item in stream:
                if isinstance(item, str):
                    said.append(thinking.feed(item))
    except (ModelError, UsageError):
        return None  # the answer, which asks the same model, will say so
    return accepted("".join([*said, thinking.end()]), question, exchanges, terms)


def accepted(said: str, question: str, exchanges: Sequence[Exchange], terms: Terms) -> str | None:
    """The question in what the model said; None when it lost a word of the follow-up, or brought
    one that nobody in the conversation has said."""
    line = next((line.strip() for line in said.splitlines() if line.strip()), "")
    line = line.removeprefix("Question:").strip(" \"'“”„*`")
    stops = stop_terms(terms)
    asked, got = frozenset(terms(question)) - stops, frozenset(terms(line)) - stops
    spoken = frozenset(terms(" ".join(f"{e.question} {e.answer}" for e in exchanges)))
    if not got - asked or not asked <= got or not got <= asked | spoken:
        return None
    return line
