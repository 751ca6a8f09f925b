"""The text of a page without the ids of pages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote

from khoj_lite.sources.notion_path import ID

_TARGET = re.compile(r'(\]\(<?|\b(?:href|src)="|<(?=https?:))([^)"<>\n]{1,4000})')
"""The target of a link in Markdown or HTML."""
_WEB = re.compile(r"https?://(?:[\w-]+\.)*notion\.(?:so|site)/[^\s)\"'<>\]]*", re.I)
_IN_NAME = re.compile(
    r"(?:%20|[ _+-])+" + ID.pattern + r"(?=(?:_all)?(?:\.\w{1,8})?(?:[/?#&]|$))", re.I
)
_ENCODED = re.compile("(?:%20)+" + ID.pattern + r"(?=[/.?#)_]|$)", re.I)
_RELATION = re.compile(
    r"(?<![\w\]])([^\s,:()\[\]\"][^,:()\[\]\n\"]{0,200}?) \(((?:[^()\s\"]{1,1000}(?:%20|[ _-]))?"
    + ID.pattern + r"(?:_all)?\.(?:md|html|csv))\)", re.I
)  # fmt: skip
"""A related page in a property: its title, and its file in brackets."""
_FILE_NAME = re.compile(r"[ _-]+" + ID.pattern + r"((?:_all)?\.(?:md|html|csv))\b", re.I)


def without_ids(text: str, pages: Mapping[str, str], folder: str = "") -> str:
    """`text` with no id of a page left in it. Links to pages in the export (`pages`: id -> name
    as shown) lead to them, by the names that they are shown under, from `folder`."""
    text = _RELATION.sub(r"[\1](\2)", text)
    text = _WEB.sub(lambda match: _web(match[0], pages, folder), text)
    text = _TARGET.sub(lambda match: match[1] + _target(match[2]), text)
    text = _ENCODED.sub("", text)
    text = _FILE_NAME.sub(r"\2", text)
    return ID.sub(lambda match: "" if _key(match[1]) in pages else match[0], text)


def _web(address: str, pages: Mapping[str, str], folder: str) -> str:
    """A page's address on the web, as a link inside the export if the page is in it."""
    found = list(ID.finditer(address))
    if not found:
        return address
    name = pages.get(_key(found[0][1]))
    if name is not None:
        return quote(posixpath.relpath(name, folder or "."), safe="/")
    return re.sub(r"[-/?=&]+(?=[?#&]|$)", "", ID.sub("", address))


def _target(target: str) -> str:
    if not ID.search(target):
        return target
    target = _IN_NAME.sub("", target)
    return ID.sub("", target) if target.startswith("#") or "://" not in target else target


def _key(page: str) -> str:
    return page.replace("-", "").lower()
