"""What a web page says of itself: title, author, days, address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from khoj_lite.parsers.dates import day_of
from khoj_lite.parsers.flow import one_line
from khoj_lite.parsers.html_read import line_of
from khoj_lite.parsers.package import local
from khoj_lite.types import EntryDate

_AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author",
           "parsely-author", "byl", "sailthru.author", "twitter:creator")  # fmt: skip
_DATE = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.date",
         "dcterms.created", "citation_publication_date", "citation_date", "publish_date",
         "parsely-pub-date", "dc.date.issued", "pubdate", "dcterms.issued")  # fmt: skip
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified",
             "last-modified")  # fmt: skip
_SAVED = re.compile(r"saved from url=\(\d+\)\s*(\S+)|^[ \t]*url:[ \t]*(\S+)", re.M)
_URL = re.compile(r"https?://", re.I)
_NO_TITLE = re.compile(r"untitled.*|document|index|home|\W*", re.I)


@dataclass(frozen=True, slots=True)
class About:
    """`title` is empty when the page names none."""

    title: str
    properties: Mapping[str, str]
    dates: tuple[EntryDate, ...]
    tags: tuple[str, ...]


def about(root: Any, main: Any) -> About:
    """What the page's head, its structured data and the headings of its main part say."""
    meta = _meta(root)
    data = _structured(root)
    whole = next((line_of_title(item) for item in root.iter("{*}title")), "")
    site = _first(meta, ("og:site_name", "application-name"))
    title = _title(list(main.iter("{*}h1")), meta, whole)
    author = _first(meta, _AUTHOR) or _names(data.get("author"))
    published = _first(meta, _DATE) or _string(data.get("datePublished")) or _time(root)
    modified = _first(meta, _MODIFIED) or _string(data.get("dateModified"))
    html = next(root.iter("{*}html"), root)
    properties = {
        "author": "" if _URL.match(author) else author,
        "url": _address(root, meta),
        "site": site,
        "description": _first(meta, ("description", "og:description", "dc.description")),
        "keywords": _first(meta, ("keywords", "news_keywords", "article:tag")),
        "published": published,
        "language": html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        "page title": whole if whole != title else "",
    }
    dates = [
        EntryDate(kind, day)
        for kind, value in (("date", published), ("modified", modified))
        if value and (day := day_of(value))
    ]
    return About(
        title, {key: one_line(value) for key, value in properties.items() if value},
        tuple(dates), (),
    )  # fmt: skip


def line_of_title(element: Any) -> str:
    """The text of a title element on one line; that of an SVG's title is none of the page's."""
    parent = element.getparent()
    if parent is not None and local(parent).lower() == "svg":
        return ""
    return one_line("".join(element.itertext()))


def _title(h1: Sequence[Any], meta: Mapping[str, list[str]], whole: str) -> str:
    """The page's own heading where the title holds it (the rest names the site), else what is
    shared as its title, else the title, else its first heading."""
    headings = [heading for item in h1[:50] if (heading := line_of(item))]
    shared = one_line(_first(meta, ("og:title", "twitter:title", "dc.title", "citation_title")))
    for heading in headings:
        if len(heading) > 3 and (heading in whole or heading in shared):
            return heading
    if shared and not _NO_TITLE.fullmatch(shared):
        return shared
    if whole and not _NO_TITLE.fullmatch(whole):
        return whole
    return headings[0] if headings else ""


def _meta(root: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in root.iter("{*}meta"):
        name = item.get("property") or item.get("name") or item.get("itemprop") or ""
        if (value := one_line(item.get("content") or "")) and name:
            found.setdefault(name.lower(), []).append(value)
    return found


def _first(meta: Mapping[str, list[str]], names: Sequence[str]) -> str:
    for name in names:
        if values := meta.get(name):
            return ", ".join(dict.fromkeys(values))
    return ""


def _address(root: Any, meta: Mapping[str, list[str]]) -> str:
    """The page's address: as its makers name it, else as the browser that saved it noted."""
    for link in root.iter("{*}link"):
        if (link.get("rel") or "").lower() == "canonical" and _URL.match(link.get("href") or ""):
            return str(link.get("href"))
    shared = _first(meta, ("og:url",))
    if _URL.match(shared):
        return shared
    tree = root.getroottree()
    for comment in [*tree.xpath("//comment()")[:20], *_before(root)]:
        if match := _SAVED.search(comment.text or ""):
            return str(match[1] or match[2])
    return ""


def _before(root: Any) -> Iterator[Any]:
    sibling = root.getprevious()
    while sibling is not None:
        yield sibling
        sibling = sibling.getprevious()


def _structured(root: Any) -> Mapping[str, Any]:
    """The JSON-LD object that describes the page, if it can be read."""
    for script in root.iter("{*}script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            loaded = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(loaded, 0):
            if "datePublished" in item or ("headline" in item and "author" in item):
                return item
    return {}


def _objects(loaded: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(loaded, dict):
        yield loaded
        loaded = loaded.get("@graph")
    if isinstance(loaded, list) and depth < 3:
        for item in loaded:
            yield from _objects(item, depth + 1)


def _names(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(name for item in value[:20] if (name := _names(item)))
    return _string(value.get("name")) if isinstance(value, dict) else _string(value)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _time(root: Any) -> str:
    for item in root.iter("{*}time"):
        if item.get("pubdate") is not None or item.get("itemprop") == "datePublished":
            return item.get("datetime") or line_of(item)
    return ""
