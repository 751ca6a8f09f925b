"""Zip files of XML, as office programs and book readers write them, opened with suspicion."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

from lxml import etree

from khoj_lite.errors import FileEncryptedError, FileParseError, FileTooLargeError

MOST_PART = 80_000_000
"""Bytes of one part: its tree takes ten times as much, and a parser has 1.2 GB."""
MOST_ALL = 400_000_000  # bytes of all parts that are read
MOST_NAMES = 100_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FAULTS = (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError,
           RuntimeError, KeyError, IndexError)  # fmt: skip


class Package:
    """A zip file. Names are looked up as written, else without regard to case."""

    def __init__(self, data: bytes, what: str) -> None:
        """`what` names the kind of file, for messages.

        FileEncryptedError when it needs a password, FileParseError when it is no zip file."""
        self._what = what
        self._mended: dict[str, None] = {}
        self._left = MOST_ALL
        if data.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise FileEncryptedError("it is protected by a password")
            raise FileParseError(
                f"this is no {what} but a file of an older office program",
                "Open it there and save it in the present format.",
            )
        if not data:
            raise FileParseError("the file is empty")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._infos = {
                info.filename.replace("\\", "/").lstrip("/"): info
                for info in self._zip.infolist()[:MOST_NAMES]
            }
        except _FAULTS as fault:
            raise FileParseError(f"this is no {what}: the file is damaged or cut short") from fault
        self._folded = {name.lower(): name for name in self._infos}

    @property
    def names(self) -> list[str]:
        return list(self._infos)

    def size(self, name: str) -> int:
        """Bytes of a part when unpacked, as the file claims; no more are ever unpacked."""
        info = self._info(name)
        return info.file_size if info else 0

    def read(self, name: str) -> bytes | None:
        """A part, None where there is none. FileTooLargeError when it is absurdly large,
        FileParseError when it is damaged."""
        info = self._info(name)
        if info is None:
            return None
        if info.flag_bits & 1:
            raise FileEncryptedError("it is protected by a password")
        if info.file_size > MOST_PART or info.file_size > self._left:
            raise FileTooLargeError(
                f"it unpacks to more than such a file should hold ({info.file_size:,} bytes)"
            )
        self._left -= info.file_size
        try:
            return self._zip.read(info)
        except _FAULTS as fault:
            raise FileParseError(f"a part of it is damaged: {name[:100]}") from fault

    def xml(self, name: str) -> Any | None:
        """The root of a part's tree; None where there is no such part or it is no XML at all."""
        data = self.read(name)
        if data is None:
            return None
        root, mended = xml_tree(data)
        if mended:
            self._mended[name] = None
        return root

    @property
    def notes(self) -> list[str]:
        """What its owner should know of the parts that were read as XML: which were mended."""
        if not self._mended:
            return []
        names = ", ".join(name[:100] for name in list(self._mended)[:5])
        return [f"a part of it is damaged, and words may be missing: {names}"]

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by id: the last word of the kind, and the part or address."""
        folder, base = posixpath.split(name)
        root = self.xml(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        for relation in root if root is not None else ():
            if local(relation) != "Relationship":
                continue
            target = relation.get("Target") or ""
            if relation.get("TargetMode") != "External":
                target = resolved(folder, target)
            kind = (relation.get("Type") or "").rpartition("/")[2]
            found[relation.get("Id") or ""] = (kind, target)
        return found

    def related(self, name: str, kind: str) -> list[str]:
        """The parts of one kind that a part refers to."""
        return [target for found, target in self.relations(name).values() if found == kind]

    def _info(self, name: str) -> zipfile.ZipInfo | None:
        found = self._infos.get(name)
        return found or self._infos.get(self._folded.get(name.lower(), ""))


def resolved(folder: str, target: str) -> str:
    """The name of the part that an address in a part of `folder` means."""
    target = unquote(target.split("#")[0])
    path = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path).lstrip("/")


def xml_root(data: bytes) -> Any | None:
    """The root of an XML tree, as `xml_tree` has it."""
    return xml_tree(data)[0]


def xml_tree(data: bytes) -> tuple[Any | None, bool]:
    """The root of an XML tree, repaired where it can be, and whether that was needed; None where
    there is nothing of one. Nothing outside is opened, and no entity but XML's own and characters
    is read."""
    if _DOCTYPE.search(data[:4096].replace(b"\0", b"")):
        found = _DOCTYPE.search(data, 0, 4096)
        whole = _WHOLE_DOCTYPE.match(data, found.start()) if found else None
        if not whole:  # broken, or two bytes a character: nobody writes such, but to do harm
            return None, True
        data = data[: whole.start()] + data[whole.end() :]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        recover=True, huge_tree=True, remove_pis=True, remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, True
    return root, any(
        fault.domain == etree.ErrorDomains.PARSER and fault.level >= etree.ErrorLevels.ERROR
        for fault in parser.error_log
    )


_DOCTYPE = re.compile(rb"<!DOCTYPE", re.I)
_WHOLE_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.I | re.S)
"""No office program writes one; what it could declare are entities that unfold to gigabytes."""


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """An attribute's value, whatever its namespace; empty where there is none."""
    value = element.get(name)
    if value is not None:
        return str(value)
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def text_of(element: Any | None) -> str:
    """All text below an element."""
    return "" if element is None else "".join(element.itertext())
