"""How many tokens a text has, by a model whose tokenizer is out of reach: rather too many.

Too low an estimate overflows the context, and some servers then cut the prompt silently; too high
a one leaves some passages out. The weights are above what the greediest of four tokenizers (32K
and 131K Mistral, whose first is close to Llama 2's, and 152K Qwen) made of natural text in 19
languages, code, tables and keys: see docs/decisions/132.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

_PARTS = re.compile(r"[^\W_]+|\s+|[\W_]", re.DOTALL)
_ONE_TOKEN, _LETTERS_A_TOKEN = 4, 1.8
"""Words of so many letters are one token; longer ones have one more for so many letters."""
_CAPITALS_A_TOKEN = 2.0
_LONG_WORD, _LONG_WORD_RATE = 16, 0.7
"""Words of more letters are keys or compounds; the former have hardly a letter per token."""
_RANGES = (
    (0x0410, 0x042F, 1.0),  # Russian capitals
    (0x0430, 0x044F, 0.55),  # Russian letters
    (0x0370, 0x03FF, 1.35),  # Greek
    (0x0590, 0x06FF, 1.3),  # Hebrew, Arabic
    (0x0900, 0x0DFF, 1.55),  # Devanagari and the other scripts of India
    (0x0E00, 0x0E7F, 1.3),  # Thai
    (0x10A0, 0x10FF, 1.3),  # Georgian
    (0x3000, 0x30FF, 1.3),  # kana and their punctuation
    (0x4E00, 0x9FFF, 1.7),  # Chinese characters; rare ones are three tokens each
    (0xAC00, 0xD7A3, 1.7),  # Korean syllables
)  # fmt: skip


def estimate(text: str) -> int:
    """At least the tokens of `text`, in any language."""
    total = 0.0
    for match in _PARTS.finditer(text):
        part = match[0]
        if part.isspace():
            total += _blank(part, text[match.end() : match.end() + 1])
        elif not part.isascii():
            total += _mixed(part)
        elif len(part) == 1:
            total += 1
        elif part.isalpha():
            total += _word(part)
        else:
            total += len(part)  # digits, most tokenizers take them one by one; and keys
    return math.ceil(total) + 1


def _word(letters: str) -> float:
    if len(letters) > _LONG_WORD:
        return len(letters) * _LONG_WORD_RATE
    if letters.islower() or letters.istitle():
        return 1 + max(0, len(letters) - _ONE_TOKEN) / _LETTERS_A_TOKEN
    if letters.isupper():
        return math.ceil(len(letters) / _CAPITALS_A_TOKEN)
    return len(letters)  # a key, or names run together


def _blank(space: str, following: str) -> float:
    """A space belongs to the Latin word behind it; before anything else it may be a token of its
    own, as lines and tabs are. Spaces in rows are taken several at a time."""
    if space == " ":
        return 0 if following.isascii() and following.isalpha() else 1
    blanks = space.count(" ")
    return math.ceil(blanks / 2) + sum(
        1 if mark.isascii() else _weight(mark) for mark in space if mark != " "
    )


def _mixed(part: str) -> float:
    """A word with letters beyond ASCII. Its ASCII letters are pieces between the others."""
    total, plain = 0.0, 0
    for letter in part:
        if letter.isascii():
            plain += 1
        else:
            total += math.ceil(plain / 2) + _weight(letter)
            plain = 0
    return total + math.ceil(plain / 2)


@lru_cache(4096)
def _weight(letter: str) -> float:
    code = ord(letter)
    if letter.isdigit():
        return float(len(letter.encode("utf-8")))
    for first, last, weight in _RANGES:
        if first <= code <= last:
            return weight
    # What a tokenizer does not know it takes byte by byte.
    return float(len(letter.encode("utf-8", "replace")))
