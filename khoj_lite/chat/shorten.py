"""An answer that quotes, cut to the length that was asked for. Pure."""

from __future__ import annotations

import re
from collections import Counter

from khoj_lite.chat.answer import Answer
from khoj_lite.models.openai_server_count import estimate

_WORD = re.compile(r"\s*\S+")
_MARK = re.compile(r"(?<!\\)\[(\d{1,4})\]")


def shortened(answer: Answer, most_tokens: int) -> Answer | None:
    """The answer up to the last word that fits into so many tokens (there is always one), with the
    citations whose marks are left; None when it fits as it is.

    Tokens are estimated, rather too many than too few: no model has made them."""
    if estimate(answer.text) <= most_tokens:
        return None
    words = _WORD.findall(answer.text)
    few, many = 1, len(words)
    while many - few > 1:
        middle = (few + many) // 2
        if estimate("".join(words[:middle])) <= most_tokens:
            few = middle
        else:
            many = middle
    text = "".join(words[:few])
    marks = Counter(int(n) for n in _MARK.findall(text))
    citations = []
    for citation in answer.citations:  # those of one note stand in the order of their marks
        number = int(str(citation["n"]))
        if marks[number]:
            marks[number] -= 1
            citations.append(citation)
    return Answer((text,), answer.sources, tuple(citations))
