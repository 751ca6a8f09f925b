"""The tree of an HTML file, whatever its encoding and however broken."""

from __future__ import annotations

import codecs
import html
import re
from typing import Any

from lxml import etree

from khoj_lite.errors import FileParseError
from khoj_lite.parsers.decode import decode

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=["']([\w.-]+)""",
    re.I,
)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
          "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254",
          "big5": "big5hkscs"}  # fmt: skip
"""What browsers read where the narrower encoding is named (WHATWG Encoding, 4.2)."""
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.I | re.S)
_OWN_ENTITIES = re.compile(r"<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.I | re.S)
_HEAD = 20_000  # characters in which declarations stand
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_TAGS = re.compile(
    r"<(script|style)\b[^>]{0,5000}>.{0,100000}?</\1>|<!--.{0,100000}?-->|<[^<>]{1,5000}>",
    re.I | re.S,
)
_SURROGATES = re.compile("[\ud800-\udfff\x00]")


def html_text(data: bytes) -> str:
    """The characters of an HTML file: by its byte-order mark, else the encoding that it names if
    its bytes fit, else by the looks of it."""
    found = None if data.startswith(_BOMS) else _CHARSET.search(data[:8192])
    if found and b"\0" not in data[:8192]:
        name = (found[1] or found[2]).decode("ascii", "replace")
        try:
            codec = codecs.lookup(name).name
            text = data.decode(_WIDER.get(codec, codec))
        except (LookupError, UnicodeError, ValueError):
            pass
        else:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    return decode(data)


def html_root(text: str) -> Any:
    """The root of the tree, read as browsers read it. FileParseError when there is nothing."""
    text = _SURROGATES.sub("", _without_declaration(text))
    if doctype := _OWN_ENTITIES.search(text, 0, _HEAD):
        text = text[: doctype.start()] + text[doctype.end() :]
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True, recover=True
    )
    root = None
    if text.strip():
        try:
            root = etree.fromstring(text.encode("utf-8"), parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as fault:
            raise FileParseError("this is no web page that can be read") from fault
    return etree.Element("html") if root is None else root


def without_tags(text: str) -> str:
    """What is left of a source when all that looks like a tag is taken out: all there is to be
    had of a page whose elements stand in one another by the thousand."""
    return html.unescape(_TAGS.sub(" ", text))


def xhtml_root(text: str) -> Any:
    """The root of a tree that is XML if it can be, where `<title/>` and `<a/>` are closed; else
    as `html_root`."""
    xml = _without_declaration(text)
    if doctype := _DOCTYPE.search(xml, 0, _HEAD):
        xml = xml[: doctype.start()] + xml[doctype.end() :]
    xml = _NAMED.sub(_character, _SURROGATES.sub("", xml))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_pis=True, recover=False
    )
    try:
        root = etree.fromstring(xml.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return html_root(text)
    return root


def _without_declaration(text: str) -> str:
    """The text without `<?xml ...?>`: it names an encoding that the text is no longer in."""
    found = _DECLARATION.match(text, 0, _HEAD)
    return text[found.end() :] if found else text


def _character(match: re.Match[str]) -> str:
    return match[0] if match[1] in _XML_ENTITIES else html.escape(html.unescape(match[0]))
