"""What must never be learned by heart, replaced before anything is learned: addresses, numbers
that reach or pay somebody, keys. Pure.

A mask is a word in angle brackets that says what stood there. It is better to mask too much: an
answer that rests on a masked place is not learned at all.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from khoj_lite.train.mask_patterns import (
    BEARER,
    BLOCK,
    CARD,
    EMAIL,
    EMAIL_SPELT,
    HOOKS,
    IBAN,
    IBAN_LENGTHS,
    ID_NAMED,
    IN_ADDRESS,
    KNOWN_KEYS,
    LABEL,
    LONG,
    PHONE,
    PHONE_NAMED,
    PIN,
    SAID,
)

MASK = re.compile(r"<(?:key|e-mail|iban|card|phone|id)>")
"""What stands where something was."""

MOST_LINE = 300
"""Characters that are looked at behind a label."""
MOST_WORDS = 26
"""Words of a secret that stands alone on the rest of its line: a recovery phrase has 24."""

_DIGITS = re.compile(r"\D")
_QUOTES = "\"'`“„«"
_CLOSING = {"“": "”", "„": "“", "«": "»"}

Put = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Masked:
    """The text without what it must not hold, and how much of each kind that was."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)


def mask(text: str) -> Masked:
    """`text` with keys, passwords, e-mail addresses, IBANs, card, phone and labelled identity
    numbers replaced.

    Numbers are checked by their own sums where they have one (ISO 7064 for IBANs, Luhn for cards),
    so that others stay; a long word that looks drawn by lot counts as a key. What follows
    `password:` up to the end of its line counts, too, so text is best masked with its lines."""
    counts: Counter[str] = Counter()

    def put(kind: str) -> str:
        counts[kind] += 1
        return f"<{kind}>"

    def checked(kind: str, fits: bool, match: re.Match[str]) -> str:
        return put(kind) if fits else match.group()

    text = BLOCK.sub(lambda m: put("key"), text)
    text = KNOWN_KEYS.sub(lambda m: put("key"), text)
    text = HOOKS.sub(lambda m: put("key"), text)
    text = IN_ADDRESS.sub(lambda m: put("key"), text)
    text = BEARER.sub(lambda m: m.group(1) + put("key"), text)
    text = EMAIL.sub(lambda m: put("e-mail"), text)
    text = EMAIL_SPELT.sub(lambda m: put("e-mail"), text)
    text = "".join(_announced(text, put))
    text = PIN.sub(lambda m: m.group(1) + m.group(2) + put("key"), text)
    text = IBAN.sub(lambda m: _iban(m.group(), put), text)
    text = CARD.sub(lambda m: checked("card", is_card(m.group()), m), text)
    text = LONG.sub(lambda m: checked("key", is_random(m.group()), m), text)
    text = ID_NAMED.sub(
        lambda m: m.group(1) + put("id") if _digits(m.group(2)) >= 6 else m.group(), text
    )
    text = PHONE_NAMED.sub(lambda m: m.group(1) + put("phone"), text)
    text = PHONE.sub(lambda m: put("phone"), text)
    return Masked(text, dict(counts))


def is_card(text: str) -> bool:
    """Whether the digits are those of a payment card: 13 to 19, with a first one that cards have
    (ISO/IEC 7812: 2 to 6) and a right Luhn sum. Times in milliseconds begin with 1."""
    digits = [int(d) for d in _DIGITS.sub("", text)]
    if not 13 <= len(digits) <= 19 or not 2 <= digits[0] <= 6 or len(set(digits)) == 1:
        return False
    doubled = [d if i % 2 == 0 else (2 * d if d < 5 else 2 * d - 9)
               for i, d in enumerate(reversed(digits))]  # fmt: skip
    return sum(doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Whether length and sum are those of an IBAN (ISO 13616) of its country."""
    bare = re.sub(r"[ -]", "", text).upper()
    if not bare.isascii() or len(bare) != IBAN_LENGTHS.get(bare[:2]):
        return False
    return int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def is_random(word: str) -> bool:
    """Whether a long word looks drawn by lot: letters and digits mixed, at 3.3 bits a character or
    more (English words of that length stay below; hexadecimal digests reach 3.6). One of fewer
    than 24 characters has to change between letters, capitals and digits again and again."""
    if not (any(c.isdigit() for c in word) and any(c.isalpha() for c in word)):
        return False
    pieces = [piece for piece in re.split(r"[/_=+-]", word) if piece]
    if len(pieces) > 2 and sum(map(str.isalpha, pieces)) >= 0.6 * len(pieces):
        return False  # a path or a name of several words
    if all(piece.isalpha() or piece.isdigit() for piece in pieces) and any(
        piece.isalpha() and piece.islower() and len(piece) > 5 for piece in pieces
    ):
        return False  # words with numbers between them, as of chemistry
    kinds = ["0" if c.isdigit() else "A" if c.isupper() else "a" for c in word]
    changes = sum(one != other for one, other in pairwise(kinds))
    if len(word) < 24 and (changes < len(word) / 2 or len(set(kinds)) < 3):
        return False
    share = [count / len(word) for count in Counter(word).values()]
    return -sum(p * math.log2(p) for p in share) >= 3.3


def _announced(text: str, put: Put) -> Iterator[str]:
    """The text piece by piece, without what labels like `password:` announce."""
    at = 0
    for label in LABEL.finditer(text):
        said = SAID.match(text, label.end())
        if said is None or label.start() < at:
            continue
        if secret := _secret(text, said, weak=label["weak"] is not None):
            yield text[at : secret[0]] + put("key")
            at = secret[1]
    yield text[at:]


def _secret(text: str, said: re.Match[str], *, weak: bool) -> tuple[int, int] | None:
    """Where the announced secret begins and ends; None when the next words are none."""
    start = said.end()
    line = text[start : start + MOST_LINE + 1].partition("\n")[0]
    ends = len(line) <= MOST_LINE
    line = line.rstrip()
    if not line or line.startswith("<"):
        return None
    if line[0] in _QUOTES:
        close = line.find(_CLOSING.get(line[0], line[0]), 1)
        if close > 1:
            kept = line[1:close].startswith("<") or (weak and not _telling(line[1:close]))
            return None if kept else (start + 1, start + close)
    word = re.split(r"[\s<>]", line, maxsplit=1)[0].rstrip(",;.:)]}\"'`")
    if said["verb"] or weak:
        return (start, start + len(word)) if _telling(word) else None
    if word and (len(word) >= 12 or any(not c.isalpha() for c in word.strip("([{!?"))):
        return start, start + len(word)
    words = line.split()
    alone = len(words) == 1 or (ends and len(words) <= MOST_WORDS and line[-1] not in ".!?。！？")
    return (start, start + len(line)) if alone and "<" not in line else None


def _telling(word: str) -> bool:
    """Whether a word is no word of a sentence: it holds a digit, or is long and no path."""
    return len(word) >= 4 and (_digits(word) > 0 or (len(word) >= 16 and "/" not in word))


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _iban(found: str, put: Put) -> str:
    """The longest beginning of `found` that is an IBAN, masked: a word may follow it."""
    for end in range(len(found), 14, -1):
        if (end == len(found) or not found[end].isalnum()) and is_iban(found[:end]):
            return f"{put('iban')}{found[end:]}"
    return found
