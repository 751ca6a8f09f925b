"""Which part of a saved web page its reader came for.

What surrounds it is found by what the page's makers call it (nav, banner, cookie notice); what is
left is narrowed down only as long as nearly all of its text stays. To show a menu costs little,
to lose a paragraph of somebody's page is not to be forgiven.
"""

from __future__ import annotations

import re
from typing import Any

from khoj_lite.parsers.html_read import SILENT, hidden
from khoj_lite.parsers.package import local

ENOUGH = 0.5
"""Of a page's running text must stand in the element that its makers call its main one."""
NEARLY_ALL = 0.8  # must stand in an element that nobody names, for the rest to be left out
MOST_AROUND = 0.4
"""Of all running text: what is named as surroundings but holds more is none."""
LINKS = 0.5  # of the text of surroundings known by a class name alone must be links

_SHORT = 1000  # characters of running text: a shorter page is shown as a whole
_CONTAINERS = ("div", "section", "nav", "aside", "header", "footer", "ul", "ol", "form", "table",
               "main", "article", "td", "p", "details", "menu", "dl", "span", "a",
               "body")  # fmt: skip
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog",
                    "alertdialog", "toolbar", "complementary"})  # fmt: skip
_AROUND = frozenset({"nav", "aside", "footer", "header"})
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|navbox|menu|sidebar|side-?bar|breadcrumbs?|toc|"
    r"related|share|sharing|social|pagination|pager|tags?|tabs|site-?header|site-?footer|masthead|"
    r"footer|topbar|toolbar|mw-editsection|vector-\w+|skip-?links?|language-?list|catlinks|"
    r"recommend(?:ed|ations)?|popular|trending)(?:$|[\s_-])",
    re.I,
)
_NEVER = re.compile(
    r"(?:^|[\s_-])(?:cookies?|cookie-?(?:banner|consent|notice|bar)|consent|gdpr|advert\w*|ads?|"
    r"ad-?(?:slot|unit|container)|newsletter|subscribe|subscription|paywall|popup|pop-up|modal|"
    r"promo|sponsored|mw-editsection|skip-?links?|skip-to-\w+|screen-reader-shortcut|"
    r"sr-only|visually-hidden|printfooter|noprint)(?:$|[\s_-])",
    re.I,
)
_MAIN_NAMES = re.compile(
    r"(?:^|\s)(?:main|content|main-?content|page-?content|post-?content|entry-?content|"
    r"article-?(?:body|content)|post-?body|story-?body|markdown-body|mw-parser-output|"
    r"mw-content-text|bodycontent|documentwrapper)(?:$|\s)",
    re.I,
)
_NEVER_SHARE = 0.15  # of all running text: a notice with more is the page itself


def main_part(root: Any) -> Any:
    """The element with the page's own text. What surrounds it is hidden in the tree."""
    body = next(root.iter("{*}body"), root)
    whole = _Weights(body)
    everything = max(whole.words(body), 1)
    for element in list(body.iter(*_CONTAINERS)):
        if element is not body and _is_around(element, whole, everything):
            element.set("hidden", "")
    rest = _Weights(body)
    if not rest.words(body):
        return body
    return _narrowed(_called_main(body, rest), rest)


class _Weights:
    """How many characters of running text, and of links, stand below each element shown."""

    def __init__(self, body: Any) -> None:
        self._words: dict[Any, int] = {}
        self._linked: dict[Any, int] = {}
        order = [element for element in body.iter() if local(element)]
        silent = {element for element in order if local(element) in SILENT or hidden(element)}
        for element in reversed(order):  # children before their parents
            words = linked = 0
            if element not in silent:
                words = len((element.text or "").strip())
                for child in element:
                    words += self._words.get(child, 0) + len((child.tail or "").strip())
                    linked += self._linked.get(child, 0)
                if local(element).lower() == "a":
                    words, linked = 0, linked + words
            self._words[element] = words
            self._linked[element] = linked

    def words(self, element: Any) -> int:
        return self._words.get(element, 0)

    def linked(self, element: Any) -> int:
        return self._linked.get(element, 0)


def _is_around(element: Any, whole: _Weights, everything: int) -> bool:
    """Whether an element surrounds the page's own text, of `everything` characters in all."""
    name = local(element)
    share = whole.words(element) / everything
    called = f"{element.get('class') or ''} {element.get('id') or ''}"
    if len(called) < 500 and _NEVER.search(called):
        return share < _NEVER_SHARE
    role = (element.get("role") or "").lower()
    if name == "nav" or role in _ROLES - {"complementary"}:
        return share < MOST_AROUND
    if name in ("header", "footer") and _in_main(element):
        return False
    if name in _AROUND or role == "complementary":
        if name == "header" and next(element.iter("{*}h1"), None) is not None:
            return False
        return share < MOST_AROUND and (name != "aside" or not _in_main(element))
    if len(called) < 500 and _NAMED.search(called):
        text = whole.words(element) + whole.linked(element)
        return text > 0 and whole.linked(element) / text >= LINKS and share < MOST_AROUND
    return False


def _in_main(element: Any) -> bool:
    return next(element.iterancestors("{*}article", "{*}main"), None) is not None


def _called_main(body: Any, weights: _Weights) -> Any:
    """The element that the page's makers call its main one, if enough of its text is in there."""
    enough = ENOUGH * weights.words(body)
    for wanted in ("main", "article", "name"):
        found = [element for element in body.iter(*_CONTAINERS) if _is_called(element, wanted)]
        found = [element for element in found if weights.words(element) >= enough]
        if found:
            return found[-1] if wanted == "name" else found[0]
    return body


def _is_called(element: Any, wanted: str) -> bool:
    name = local(element).lower()
    if wanted == "main":
        return name == "main" or ((element.get("role") or "").lower() == "main" and bool(name))
    if wanted == "article":
        return name == "article" or "articleBody" in (element.get("itemprop") or "")
    called = f"{element.get('class') or ''} {element.get('id') or ''}" if name else ""
    return bool(called.strip()) and len(called) < 500 and bool(_MAIN_NAMES.search(called))


def _narrowed(element: Any, weights: _Weights) -> Any:
    """The innermost element with nearly all running text, every heading and every paragraph."""
    goal = NEARLY_ALL * weights.words(element)
    while goal > NEARLY_ALL * _SHORT:
        inside = next((child for child in element if weights.words(child) >= goal), None)
        if inside is None or local(inside) not in ("div", "section", "article", "main", "body"):
            return element
        if any(child is not inside and _has_prose(child, weights) for child in element):
            return element
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            return element
        element = inside
    return element


def _has_prose(element: Any, weights: _Weights) -> bool:
    """Whether there is a heading or a paragraph in an element that is more than links."""
    return weights.words(element) > 0 and any(
        weights.words(part) for part in element.iter("h1", "h2", "h3", "h4", "h5", "h6", "p")
    )
