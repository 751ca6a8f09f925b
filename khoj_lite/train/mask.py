"""What must never be learned by heart, replaced before anything is learned: addresses, numbers
that reach or pay somebody, keys. Pure.

A mask is a word in angle brackets that says what stood there. It is better to mask too much: an
answer that rests on a masked place is not learned at all.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

MASK = re.compile(r"<(?:key|e-mail|iban|card|phone)>")
"""What stands where something was."""

_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}(?:KEY|MESSAGE|CERTIFICATE)[A-Z ]{0,20}-----"
    r".*?(?:-----END [A-Z0-9 ]{0,60}-----|\Z)",
    re.DOTALL,
)
_KNOWN_KEYS = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"  # Amazon
    r"|\bgh[pousr]_[0-9A-Za-z]{20,}|\bgithub_pat_[0-9A-Za-z_]{20,}|\bglpat-[0-9A-Za-z_-]{16,}"
    r"|\b[srp]k[-_](?:live|test|proj|ant)?[-_]?[0-9A-Za-z_-]{16,}|\bxox[abeoprs]-[0-9A-Za-z-]{10,}"
    r"|\bAIza[0-9A-Za-z_-]{30,}|\bhf_[0-9A-Za-z]{20,}|\bntn_[0-9A-Za-z]{20,}"
    r"|\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]+)?"  # JSON web tokens
)
_NAMED = re.compile(
    r"(?i)\b((?:api|access|secret|private|auth|client)?[ _-]?(?:password|passwd|passphrase|passwort"
    r"|kennwort|mot de passe|contraseña|pwd|pin|secret|token|key|tan)\b[ \t]*"
    r"(?:is|ist|est|lautet|es)?[ \t]*[:=][ \t]*[\"'`]?)([^\s\"'`<>]{4,})"
)
_LONG = re.compile(r"(?<![\w/.+-])[0-9A-Za-z_+/=-]{24,}(?![\w/.])")
_EMAIL = re.compile(r"(?i)[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[0-9A-Za-z]{2,4}){3,9}\b")
_CARD = re.compile(r"(?<![\d.,/-])\d(?:[ -]?\d){12,18}(?![\d-]|[.,]\d)")
_PHONE = re.compile(
    r"(?<![\w.,/=-])(?:"
    r"(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(0?\d{1,5}\)[ ./-]?)?\d(?:[ ./-]?\d){5,12}"  # abroad
    r"|\(\d{2,5}\)[ ./-]?\d(?:[ ./-]?\d){4,9}"  # (030) 1234567
    r"|0\d{2,4}[ /-]\d(?:[ -]?\d){4,9}"  # 030 1234567
    r"|\d{3}[ .-]\d{3}[ .-]\d{4}"  # 555-123-4567
    r")(?![\w-]|[.,]\d)"
)
_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Masked:
    """The text without what it must not hold, and how much of each kind that was."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)


def mask(text: str) -> Masked:
    """`text` with keys, e-mail addresses, IBANs, card and phone numbers replaced.

    Numbers are checked by their own sums (ISO 7064 for IBANs, Luhn for cards), so that others
    stay; a long word that looks drawn by lot counts as a key."""
    counts: Counter[str] = Counter()

    def put(kind: str) -> str:
        counts[kind] += 1
        return f"<{kind}>"

    def named(match: re.Match[str]) -> str:
        word = match.group(2)
        return match.group(1) + put("key") if _is_secret(word) else match.group()

    def checked(kind: str, fits: bool, match: re.Match[str]) -> str:
        return put(kind) if fits else match.group()

    text = _BLOCK.sub(lambda m: put("key"), text)
    text = _KNOWN_KEYS.sub(lambda m: put("key"), text)
    text = _EMAIL.sub(lambda m: put("e-mail"), text)
    text = _NAMED.sub(named, text)
    text = _IBAN.sub(lambda m: _iban(m.group(), put), text)
    text = _CARD.sub(lambda m: checked("card", is_card(m.group()), m), text)
    text = _LONG.sub(lambda m: checked("key", is_random(m.group()), m), text)
    text = _PHONE.sub(lambda m: put("phone"), text)
    return Masked(text, dict(counts))


def is_card(text: str) -> bool:
    """Whether the digits are those of a payment card: 13 to 19, with a right Luhn sum."""
    digits = [int(d) for d in _DIGITS.sub("", text)]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [d if i % 2 == 0 else (2 * d if d < 5 else 2 * d - 9)
               for i, d in enumerate(reversed(digits))]  # fmt: skip
    return sum(doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Whether the sum of an IBAN (ISO 13616) is right."""
    bare = re.sub(r"[ -]", "", text).upper()
    if not 15 <= len(bare) <= 34 or not bare.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def is_random(word: str) -> bool:
    """Whether a long word looks drawn by lot: letters and digits mixed, at 3.3 bits a character or
    more (English words of that length stay below; hexadecimal digests reach 3.6)."""
    if not (any(c.isdigit() for c in word) and any(c.isalpha() for c in word)):
        return False
    if len(re.findall(r"[/_-]", word)) > len(word) / 6:
        return False  # a path or a name of several words
    share = [count / len(word) for count in Counter(word).values()]
    return -sum(p * math.log2(p) for p in share) >= 3.3


def _iban(found: str, put: object) -> str:
    """The longest beginning of `found` that is an IBAN, masked: a word may follow it."""
    assert callable(put)
    for end in range(len(found), 14, -1):
        if (end == len(found) or not found[end].isalnum()) and is_iban(found[:end]):
            return f"{put('iban')}{found[end:]}"
    return found


def _is_secret(word: str) -> bool:
    """Whether what follows `password:` is one, and not the next word of a sentence."""
    return len(word) >= 12 or any(not c.isalpha() for c in word.strip(".,;:!?)"))
