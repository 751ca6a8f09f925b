"""Markdown inside a paragraph, as a reader reads it: the marks go, every line break stays.

markdown-it decides what is a mark; its inline tokens do not say where they stand in the source,
so its tokenizer is run here with a note taken of the place of each token. What is read is then
the source with some stretches taken out. Line i therefore stays line i.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt, rules_inline
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from khoj_lite.parsers import hashtags, logseq

MAX_PARSED = 50_000
"""Characters of one paragraph that are looked at for marks; a longer one (a data dump, minified
code) is kept as it is, since some rules take more than linear time."""

_SPECIAL = re.compile(r"[\\`*_~<&\[\]!#=^%]|\(\(|\{[:{]")
_WIKILINK = re.compile(r"(!?\[\[)([^\[\]\n]+)\]\]")
_PAIRED = re.compile(r"(==|\^\^)(?=[^\s=^])([^\n]{1,1000}?)(?<=\S)\1|(%%)(.{1,5000}?)%%", re.S)
_MACRO = re.compile(
    r"(\{\{(?:embed|cloze|video|youtube|tweet|twitter|pdf)\s+)([^{}\n]{1,2000})\}\}"
)
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}")
_SIZE = re.compile(r"\d+(?:x\d+)?")


@dataclass(slots=True)
class Inline:
    """`plain` has as many lines as the source. `links` and `tags` stand with their line in it."""

    plain: str
    links: list[tuple[int, str]] = field(default_factory=list)
    tags: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """`cuts` are stretches of the source with what is read in their place."""

    cuts: list[tuple[int, int, str]] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    tags: list[tuple[int, str]] = field(default_factory=list)
    markers: list[tuple[int, int, Token]] = field(default_factory=list)


def render(source: str, md: MarkdownIt, env: MutableMapping[str, Any]) -> Inline:
    """What is read in a paragraph's source, with the tags and link targets in it."""
    if len(source) > MAX_PARSED or not _SPECIAL.search(source):
        return Inline(source)
    found = _Found()
    _place(_PlacedState(source, md, env, found, 0))
    plain = _apply(source, found.cuts)
    return Inline(
        plain,
        [(source.count("\n", 0, at), target) for at, target in found.links],
        [(source.count("\n", 0, at), tag) for at, tag in found.tags],
    )


def _apply(source: str, cuts: list[tuple[int, int, str]]) -> str:
    """The source with the cuts made; line breaks inside a cut stay."""
    pieces: list[str] = []
    at = 0
    for start, end, replacement in sorted(cuts):
        if end <= at:
            continue
        start = max(start, at)
        pieces += (source[at:start], replacement, "\n" * source.count("\n", start, end))
        at = end
    pieces.append(source[at:])
    return "".join(pieces)


class _PlacedState(StateInline):
    """A state that keeps what was found; `base` is the place of its source in the paragraph."""

    def __init__(
        self, source: str, md: MarkdownIt, env: MutableMapping[str, Any], found: _Found, base: int
    ) -> None:
        super().__init__(source, md, env, [])
        self.found = found
        self.base = base


def _place(state: _PlacedState) -> None:
    """Fill the state's `found`."""
    found, parser = state.found, state.md.inline
    first = len(found.markers)
    parser.tokenize(state)
    for rule in parser.ruler2.getRules(""):
        if rule.__name__ != "fragments_join":  # it would move tokens away from their markers
            rule(state)
    for start, end, token in found.markers[first:]:
        if token.type != "text" or not token.content:
            found.cuts.append((start, end, ""))
    del found.markers[first:]


class PlacedInline(ParserInline):
    """markdown-it's inline parser, noting for each rule that matched where it did. It holds
    nothing of a text itself, so one serves all threads."""

    def __init__(self) -> None:
        super().__init__()
        self.add_terminator_char("(")
        self.ruler.before("link", "tag", _tag)
        self.ruler.before("link", "wikilink", _wikilink)
        self.ruler.before("link", "paired", _paired)
        self.ruler.before("link", "block_reference", _block_reference)
        self.ruler.before("link", "macro", _macro)

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """Nothing: markdown-it asks this for an image's text, which `_note_link` looks at."""
        return tokens

    def tokenize(self, state: StateInline) -> None:
        """As markdown-it does, but asking only the rules that a character can begin."""
        end = state.posMax
        max_nesting = state.md.options["maxNesting"]
        while state.pos < end:
            start, before = state.pos, len(state.tokens)
            matched: Callable[[StateInline, bool], bool] | None = None
            if state.level < max_nesting:
                for rule in _RULES.get(state.src[start], _TEXT_RULE):
                    if rule(state, False):
                        matched = rule
                        break
            if matched:
                assert isinstance(state, _PlacedState)
                _note(state, matched.__name__, start, before)
                if state.pos >= end:
                    break
                continue
            state.append_pending(state.src[state.pos])
            state.pos += 1
        if state.pending:
            state.pushPending()


def _note(state: _PlacedState, rule: str, start: int, before: int) -> None:
    """Keep what the rule that matched from `start` on takes out of what is read."""
    found, base, end, source = state.found, state.base, state.pos, state.src
    if rule == "tokenize":  # emphasis and strikethrough: what is a mark is known at the end
        at = end
        for token in reversed(state.tokens[before:]):
            if at <= start:
                break
            at -= len(token.content)
            found.markers.append((base + at, base + at + len(token.content), token))
    elif rule in ("link", "image"):
        _note_link(state, rule, start, before)
    elif rule == "backtick":
        fence = len(source[start:end]) - len(source[start:end].lstrip("`"))
        if state.tokens[-1:] and state.tokens[-1].type == "code_inline" and not state.pending:
            found.cuts.append((base + start, base + start + fence, ""))
            found.cuts.append((base + end - fence, base + end, ""))
    elif rule == "escape":
        if state.pending or state.tokens[-1].content != source[start:end]:  # `C:\\Users` is none
            found.cuts.append((base + start, base + start + 1, ""))
    elif rule == "autolink":
        found.cuts.append((base + start, base + start + 1, ""))
        found.cuts.append((base + end - 1, base + end, ""))
    elif rule == "html_inline":
        found.cuts.extend(html_cuts(source[start:end], base + start))
    elif rule == "entity":
        found.cuts.append((base + start, base + end, _unescaped(source[start:end])))
    elif rule == "_tag":
        match = hashtags.TAG.match(source, start)
        if match:
            found.tags.append((base + start, hashtags.name_of(match)))
    elif rule == "_wikilink":
        _note_wikilink(state, start)
    elif rule == "_paired":
        match = _PAIRED.match(source, start)
        if match:
            found.cuts.append((base + start, base + start + 2, ""))
            found.cuts.append((base + match.end() - 2, base + match.end(), ""))
    elif rule == "_block_reference":
        reference = logseq.REFERENCE.match(source, start)
        match = reference or _ATTRIBUTES.match(source, start)
        if match:
            read = _block_text(state, reference[1]) if reference else ""
            found.cuts.append((base + start, base + match.end(), read))
    elif rule == "_macro":
        match = _MACRO.match(source, start)
        if match:
            found.cuts.append((base + start, base + match.end(1), ""))
            found.cuts.append((base + match.end() - 2, base + match.end(), ""))


def _block_text(state: _PlacedState, name: str) -> str:
    """What is read of a block that is referred to, if it is one of this file's."""
    known = state.env.get("blocks", {})
    return logseq.read_block(known, name, lambda source: render(source, state.md, {}).plain)


def _note_link(state: _PlacedState, rule: str, start: int, before: int) -> None:
    found, base, end, source = state.found, state.base, state.pos, state.src
    label_start = start + (2 if rule == "image" else 1)
    opening = next(token for token in state.tokens[before:] if token.type in ("link_open", "image"))
    if rule == "image":
        label_end = label_start + len(opening.content)
        if opening.content:
            inner = base + label_start
            _place(_PlacedState(opening.content, state.md, state.env, found, inner))
    else:
        label_end = state.md.helpers.parseLinkLabel(state, start, True)
    found.cuts.append((base + start, base + label_start, ""))
    found.cuts.append((base + label_end, base + end, ""))
    target = source[label_end + 1 : end].strip("()[]<> \n")
    if target:
        found.links.append((base + label_end, " ".join(target.split())))


def _note_wikilink(state: _PlacedState, start: int) -> None:
    found, base = state.found, state.base
    match = _WIKILINK.match(state.src, start)
    if not match:
        return
    found.cuts.append((base + start, base + match.start(2), ""))
    found.cuts.append((base + match.end(2), base + match.end(), ""))
    target, bar, label = match[2].partition("|")
    if bar and match[1] == "![[" and _SIZE.fullmatch(label.strip()):
        found.cuts.append((base + match.start(2) + len(target), base + match.end(2), ""))
    elif bar:
        found.cuts.append((base + match.start(2), base + match.start(2) + len(target) + 1, ""))
        found.links.append((base + start, target.removesuffix("\\").strip()))


def html_cuts(source: str, base: int = 0) -> list[tuple[int, int, str]]:
    """The stretches of an HTML source that are no text: tags, and the marks of a comment."""
    cuts = []
    for match in _HTML.finditer(source):
        if match[0].startswith("<!--"):
            cuts.append((base + match.start(), base + match.start() + 4, ""))
            if match[0].endswith("-->") and len(match[0]) >= 7:
                cuts.append((base + match.end() - 3, base + match.end(), ""))
        else:
            cuts.append((base + match.start(), base + match.end(), ""))
    return cuts


_HTML = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*>", re.S)


def html_plain(source: str) -> str:
    """What is read in an HTML block, line by line."""
    read = _apply(source, html_cuts(source))
    return "\n".join(map(_unescaped, read.split("\n"))) if "&" in read else read


def _unescaped(source: str) -> str:
    """The source with its entities read; those for line ends as spaces, for lines must stay."""
    return re.sub(r"[\r\n]", " ", html.unescape(source))


# --- rules that markdown-it does not have -----------------------------------------------------


def _tag(state: StateInline, silent: bool) -> bool:
    """#tag, #nested/tag, #[[a tag]]; not #123, and not the anchor of an address."""
    if state.src[state.pos] != "#":
        return False
    match = hashtags.TAG.match(state.src, state.pos, state.posMax)
    if not match or (state.pos and not hashtags.MAY_FOLLOW.match(state.src[state.pos - 1])):
        return False
    if not hashtags.is_tag(match):
        return False
    return _take(state, match.end(), silent) if match[2] else _take(state, state.pos + 1, silent)


def _wikilink(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "[!":
        return False
    match = _WIKILINK.match(state.src, state.pos, state.posMax)
    return bool(match) and _take(state, match.end() if match else 0, silent)


def _paired(state: StateInline, silent: bool) -> bool:
    """==highlight==, ^^highlight^^ and %%comment%%: the marks go, what is inside stays."""
    if state.src[state.pos] not in "=^%":
        return False
    match = _PAIRED.match(state.src, state.pos, state.posMax)
    return bool(match) and _take(state, state.pos + 2, silent)


def _block_reference(state: StateInline, silent: bool) -> bool:
    """((a block's id)), in whose place its text is read, and {:height 20} after an image."""
    if state.src[state.pos] not in "({":
        return False
    match = logseq.REFERENCE.match(state.src, state.pos, state.posMax) or _ATTRIBUTES.match(
        state.src, state.pos, state.posMax
    )
    return bool(match) and _take(state, match.end() if match else 0, silent)


def _macro(state: StateInline, silent: bool) -> bool:
    """{{embed something}} and the like, of which what they show is read."""
    match = _MACRO.match(state.src, state.pos, state.posMax)
    return bool(match) and _take(state, match.end(1) if match else 0, silent)


def _take(state: StateInline, end: int, silent: bool) -> bool:
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


_TEXT_RULE: tuple[RuleFuncInlineType, ...] = (rules_inline.text,)
_RULES: dict[str, tuple[RuleFuncInlineType, ...]] = {
    "\n": (rules_inline.newline,),
    "\\": (rules_inline.escape,),
    "`": (rules_inline.backtick,),
    "~": (rules_inline.strikethrough.tokenize,),
    "*": (rules_inline.emphasis.tokenize,),
    "_": (rules_inline.emphasis.tokenize,),
    "[": (_wikilink, rules_inline.link),
    "!": (_wikilink, rules_inline.image),
    "<": (rules_inline.autolink, rules_inline.html_inline),
    "&": (rules_inline.entity,),
    "#": (_tag,),
    "=": (_paired,),
    "^": (_paired,),
    "%": (_paired,),
    "(": (_block_reference,),
    "{": (_block_reference, _macro),
}
"""The rules that a character can begin; any other begins a stretch of text."""
