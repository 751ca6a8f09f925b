"""Conversations kept as notes: who says what, so that a turn is read and quoted as a whole.

"Tom: Four, and a balcony." means nothing without the question before it, and an answer that Tom
gave says nothing about Nadia. Told by the look of the lines alone: `Name: text`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

LEAST_TURNS = 3
MOST_SPEAKERS = 8

_LABEL = re.compile(
    r"""^[ \t]*(?:[-*+•>]\ )?
    (?:[\[(]?\d[\d:./\- TZ]*(?:[ap]\.?m\.?)?[\])]?[ \t]*[,–-]?[ \t]*)?      # a time of day
    (?P<who>[^\W\d_][^\n:：|\[\](){}=<>/\\]{0,30})[ \t]*[:：](?=\s|[\u3400-\u9fff])""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
ROLES = frozenset(
    """user assistant human ai bot system chatgpt gpt claude copilot khoj model me you ich du
    assistent assistentin nutzer moi usuario asistente 我 用户 助手 أنا المستخدم المساعد""".split()  # noqa: SIM905
)
"""Names that are speakers wherever they stand before a colon twice."""

ANSWERS = frozenset(
    """assistant ai bot system chatgpt gpt claude copilot khoj model assistent assistentin
    asistente 助手 المساعد""".split()  # noqa: SIM905
)
"""Speakers that are programs: what they say is advice, not what happened to somebody."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`plain[start:end]` is what `speaker` says, label and all; `body` is where the words begin."""

    start: int
    body: int
    end: int
    speaker: str


def turns(plain: str) -> list[Turn]:
    """The turns of a conversation in reading order; none where the text is no conversation.

    At least three lines begin with a name and a colon, by few names that come again: a list of
    `key: value` lines has many names, each once."""
    found = [(m.start(), m.end(), m.group("who").strip()) for m in _LABEL.finditer(plain)]
    found = [each for each in found if len(each[2].split()) <= 4]
    counts = Counter(who.lower() for _, _, who in found)
    speaking = {who for who, n in counts.items() if n > 1 or (n and who in ROLES)}
    answering = any(counts[who] > 1 for who in speaking)
    found = [each for each in found if _speaks(each[2].lower(), speaking, answering, len(counts))]
    roles = sum(each[2].lower() in ROLES for each in found)
    if len(found) < LEAST_TURNS and roles < 2:
        return []
    names = len({who.lower() for _, _, who in found})
    if names > MOST_SPEAKERS or (2 * names > len(found) + 1 and not roles):
        return []
    ends = [start for start, _, _ in found[1:]] + [len(plain)]
    return [
        Turn(start, body, end, who) for (start, body, who), end in zip(found, ends, strict=True)
    ]


def _speaks(who: str, speaking: set[str], answering: bool, names: int) -> bool:
    """Whether a name is a speaker: it comes again, is a role, or speaks once among few others."""
    return who in speaking or (answering and names <= MOST_SPEAKERS and len(who.split()) <= 2)
