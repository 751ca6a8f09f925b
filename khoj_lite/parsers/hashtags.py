"""#tags in running text, as Obsidian and Logseq know them."""

from __future__ import annotations

import re
from collections.abc import Iterator

TAG = re.compile(
    r"#(?:\[\[([^\[\]\n]+)\]\]|([^\s\x00-,.:-@\[-^`{-\x7f\u2000-\u200c\u200e-\u206f\u3000-\u303f"
    r"\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+))"
)
"""#tag, #nested/tag or #[[a tag]], the sign included."""
MAY_FOLLOW = re.compile(r"[\s(\[{\"'“‘「『（【、，。：；！？*_~>|,;]")
"""The characters after which a tag may begin."""


def is_tag(match: re.Match[str]) -> bool:
    """Whether a match of `TAG` is one: #123 is none."""
    return not match[2] or any(c.isalpha() or ord(c) > 0x2FFF for c in match[2])


def name_of(match: re.Match[str]) -> str:
    """The tag that a match of `TAG` names."""
    return (match[1] or match[2]).strip("/-")


def hashtags(line: str) -> Iterator[str]:
    """The tags in a line of text."""
    for match in TAG.finditer(line) if "#" in line else ():
        before = line[match.start() - 1 : match.start()]
        if (not before or MAY_FOLLOW.match(before)) and is_tag(match):
            yield name_of(match)
