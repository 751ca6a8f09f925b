"""Note text made into data: what a chat template or this program would obey is broken up. Pure.

A template joins roles and texts into one string; a note that holds `<|im_end|>` or `[INST]` would
otherwise end its turn and speak as somebody else. Broken up, such a mark is still readable.
"""

from __future__ import annotations

import re

_ANGLED = re.compile(
    r"""<(?=\s*[|｜]                                        # <|im_start|>, <｜User｜>
    |<\s*/?SYS>>                                          # <<SYS>>
    |/?(?:s|bos|eos|pad|unk|mask|sep|cls|think|thinking|tool_call|tool_response|tools
        |start_of_turn|end_of_turn|start_of_role|end_of_role|end_of_text|begin_of_text
        |system|user|assistant|human|instructions?)(?:\s[^<>\n]{0,80})?/?>
    |/?notes\b)                                           # our own fence
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PIPED = re.compile(r"(?<=[|｜])>")
_SQUARE = re.compile(
    r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|IMG"
    r"|gMASK|sMASK|MASK|CLS|SEP|PAD|UNK|BOS|EOS)\])",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^([ \t>#*_-]*(?:system|user|assistant|human|ai|bot|instructions?|response|input|output|tool"
    r"|question|context)[ \t*_]*):",
    re.IGNORECASE | re.MULTILINE,
)
_MARK = re.compile(r"\[(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\]")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def speech(text: str) -> str:
    """What the user or the model said, fit for a turn of its own: no mark of a template in it."""
    broken = _ANGLED.sub("< ", _CONTROL.sub("", text))
    return _SQUARE.sub("[ ", _PIPED.sub(" >", broken))


def data(text: str) -> str:
    """Note text as a passage: no mark of a template, no line that begins as another speaker's, no
    number in square brackets, since that is how passages are cited."""
    return _MARK.sub(r"(\1)", _ROLE.sub(r"\1 :", speech(text)))


def label(text: str) -> str:
    """A title or heading on one line, as `data`."""
    return data(" ".join(text.split()))
