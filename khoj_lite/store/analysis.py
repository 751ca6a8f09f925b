"""Text -> words and terms for full-text search; notes and questions go the same way.

A *word* is what a reader would call one, folded: lower case, no diacritics, one form for letters
that are written several ways. Scripts without spaces between words give overlapping pairs of
characters instead. A *term* is the stem of a word; a *gram* is a piece of four letters of it,
which also finds compounds and the inflections of languages that the stemmer does not know.

The script of a word chooses its stemmer, so that nobody has to guess a language: English for
Latin letters, whatever the language (decision 030 has the figures).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import Stemmer

_DENSE = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3005-\u3007\u303b\u3041-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7a3\u1100-\u11ff"  # Hangul
)
"""Scripts that do not put spaces between words, and Hangul, whose particles stick to words."""

_MARK_BLOCKS = ((0x0300, 0x1200), (0x1700, 0x1E00), (0xA800, 0xAC00), (0x11000, 0x11800))
_MARKS = "".join(
    chr(code)
    for first, last in _MARK_BLOCKS
    for code in range(first, last)
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
"""Vowel signs and other marks that belong to the letter before them (`\\w` leaves them out)."""

_DROPPED = re.compile(
    "[\u0300-\u0305\u0307-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # Latin ...
    "\u0483-\u0487\u0591-\u05c7"  # Cyrillic, Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"  # Arabic vowel signs, tatweel
    "\u093c\u09bc\u0a3c\u0abc\u0b3c"  # nukta
    "\u00ad\u200b-\u200f\u2060\ufeff]"  # soft hyphen, joiners, direction marks
    "|(?<![иИ])\u0306"  # й is a letter of its own
)
_SAME_LETTERS = str.maketrans(
    {
        "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ٱ": "ا",
        "ँ": "ं", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe",
        "þ": "th", "ħ": "h", "ŋ": "n", "’": "'", "‘": "'", "ʼ": "'",
        **{chr(0x0660 + d): str(d) for d in range(10)},
        **{chr(0x06F0 + d): str(d) for d in range(10)},
        **{chr(0x0966 + d): str(d) for d in range(10)},
    }
)  # fmt: skip

_WORD_CLASS = rf"[\w{_MARKS}]"
_WORDS = re.compile(rf"{_WORD_CLASS}+(?:'[^\W\d_]+)*")
_ASCII_WORDS = re.compile(r"\w+(?:'[a-z]+)*")
_DENSE_RUN = re.compile(rf"[{_DENSE}]+")
_CLUSTER = re.compile(
    rf"[\u0e40-\u0e44\u0ec0-\u0ec4]?[{_DENSE}](?<![{_MARKS}])[{_MARKS}]*|[{_MARKS}]"
)
_RUNS = re.compile(rf"[{_DENSE}]+|[^{_DENSE}]+")
_CAMEL_WORD = re.compile(r"\b\w*[a-z][A-Z]\w*")
"""From where a word begins: tried at each of its letters, a long one takes the square of time."""
_CAMEL_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FRACTION = re.compile("(?<=[0-9])(?=[¼-¾⅐-⅟↉])")

_ARABIC = "\u0600"
_ENGLISH = Stemmer.Stemmer("english")
_SCRIPT_STEMMERS = tuple(
    (first, last, Stemmer.Stemmer(language))
    for first, last, language in (
        ("\u0370", "\u03ff", "greek"),
        ("\u0400", "\u052f", "russian"),
        ("\u0530", "\u058f", "armenian"),
        (_ARABIC, "\u06ff", "arabic"),
        ("\u0900", "\u097f", "hindi"),
        ("\u0b80", "\u0bff", "tamil"),
    )
)
LONGEST_WORD = 64
"""Characters of a word that are looked at: beyond are keys, hashes and encoded data."""

GRAM = 4
"""Letters of a gram, of which a word's border counts as one. Of 3, 4 and 5 the best on average."""


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch [start, end) of the text and the words that it stands for."""

    start: int
    end: int
    words: tuple[str, ...]


def fold(text: str) -> str:
    """The text in the form in which letters are compared: case, diacritics and variants gone."""
    if text.isascii():
        return text.lower()
    if _FRACTION.search(text):
        text = _FRACTION.sub(" ", text)
    plain = _DROPPED.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", plain.casefold()).translate(_SAME_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of a text in reading order, pairs of characters for dense scripts."""
    parts = _camel_parts(text)
    folded = fold(text)
    if folded.isascii():
        found = _ASCII_WORDS.findall(folded)
    else:
        if _DENSE_RUN.search(folded):
            folded = _DENSE_RUN.sub(lambda run: f" {' '.join(_pairs(run.group()))} ", folded)
        found = _WORDS.findall(folded)
    split: list[str] = []
    for word in found:
        if "_" in word or "'" in word:
            split += _split(word)
        else:
            split.append(word)
    if folded and len(max(split, key=len, default="")) > LONGEST_WORD:
        split = [word[:LONGEST_WORD] for word in split]
    return split + parts


def terms(text: str) -> list[str]:
    """The index terms of a text: the stems of its words."""
    return [stem(word) for word in words(text)]


_CACHED = 200_000
_stems: dict[str, str] = {}
_grams: dict[str, tuple[str, ...]] = {}


def stem(word: str) -> str:
    """The index term of a folded word."""
    found = _stems.get(word)
    if found is None:
        if len(_stems) > _CACHED:
            _stems.clear()
        found = _stems[word] = _stem(word)
    return found


def grams(word: str) -> tuple[str, ...]:
    """The overlapping pieces of a folded word, its borders marked: `^hau`, `haus`, `aus$`.

    A pair of characters gives each of them, so that one alone can be looked for; short words
    and numbers give none."""
    found = _grams.get(word)
    if found is None:
        if len(_grams) > _CACHED:
            _grams.clear()
        found = _grams[word] = _cut(word)
    return found


def is_dense(word: str) -> bool:
    """Whether a word is a pair of characters of a script without spaces."""
    return _DENSE_RUN.match(word) is not None


def _stem(word: str) -> str:
    if not word.isascii():
        for first, last, stemmer in _SCRIPT_STEMMERS:
            if first <= word[0] <= last:
                return str(stemmer.stemWord(_light(word) if first == _ARABIC else word))
    return str(_ENGLISH.stemWord(word)) if word.isalpha() else word


def _light(word: str) -> str:
    """An Arabic word without its article, conjunction and ending: the light10 stemmer (Larkey,
    Ballesteros, Connell 2007). Before Snowball's, it finds what that alone misses."""
    for prefix in ("وال", "بال", "كال", "فال", "لل", "ال", "و"):
        if word.startswith(prefix) and len(word) - len(prefix) >= (3 if prefix == "و" else 2):
            word = word[len(prefix) :]
            break
    for suffix in ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 2:
            return word[: -len(suffix)]
    return word


def _cut(word: str) -> tuple[str, ...]:
    if is_dense(word):
        clusters = _CLUSTER.findall(word)
        return tuple(clusters) if len(clusters) > 1 else ()
    if len(word) < GRAM or word.isdecimal():
        return ()
    marked = f"^{word}$"
    return tuple(marked[i : i + GRAM] for i in range(len(marked) - GRAM + 1))


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text with their places in it."""
    for match in _WORDS.finditer(text.replace("’", "'")):
        yield from _tokens_of(text, match.start(), match.end())


def matches(text: str, wanted: Collection[str]) -> Iterator[Token]:
    """The tokens that stand for a term of `wanted`; much cheaper than looking at all of them."""
    for match in _WORDS.finditer(text.replace("’", "'")):
        if not _terms_of(match.group()).isdisjoint(wanted):
            for token in _tokens_of(text, match.start(), match.end()):
                if any(stem(word) in wanted for word in token.words):
                    yield token


def _tokens_of(text: str, first: int, last: int) -> Iterator[Token]:
    for run in _RUNS.finditer(text, first, last):
        clusters = list(_CLUSTER.finditer(text, run.start(), run.end()))
        if is_dense(run.group()) and len(clusters) > 1:
            for one, other in pairwise(clusters):
                piece = text[one.start() : other.end()]
                yield Token(one.start(), other.end(), tuple(words(piece)))
        else:
            yield Token(run.start(), run.end(), tuple(words(run.group())))


@lru_cache(50_000)
def _terms_of(piece: str) -> frozenset[str]:
    return frozenset(terms(piece))


def _pairs(run: str) -> list[str]:
    """Overlapping pairs of the characters of a run, each with its marks; a lone one as it is."""
    clusters = _CLUSTER.findall(run)
    return [a + b for a, b in pairwise(clusters)] if len(clusters) > 1 else clusters


def _split(word: str) -> list[str]:
    """snake_case and its parts; `don't` as `dont`, `user's` as `user`, `l'eau` as `l` and `eau`."""
    if "'" in word:
        head, _, tail = word.partition("'")
        if tail in ("s", ""):
            return _split(head)
        if tail in ("t", "re", "ve", "ll", "d", "m"):
            return [head + tail]
        return [part for piece in word.split("'") for part in _split(piece) if part]
    parts = [part for part in word.split("_") if part]
    return [word.strip("_"), *parts] if len(parts) > 1 else parts


def _camel_parts(text: str) -> list[str]:
    """The parts of every camelCase name: `parseHTTPHeader` gives parse, http, header."""
    return [
        part.lower()
        for name in _CAMEL_WORD.findall(text)
        for part in _CAMEL_PART.findall(name)
        if len(part) > 1
    ]
