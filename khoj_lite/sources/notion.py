"""A Notion export: its pages, the rows of its databases, and what is attached to them."""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from khoj_lite.errors import FileError, FileUnreadableError, SourceOfflineError
from khoj_lite.sources.ignore import Globs
from khoj_lite.sources.notion_archive import Member, Members
from khoj_lite.sources.notion_export import Pages
from khoj_lite.sources.notion_path import INSIDE, page_id, shown_name
from khoj_lite.sources.notion_text import without_ids
from khoj_lite.sources.source import Listing, Setup
from khoj_lite.types import FileRef, Source

FORMS = {".md": ".notion-md", ".html": ".notion-html", ".csv": ".notion-csv"}
_WORDS = re.compile(r"\w+")
_LONG_NAME = 20  # characters from which a file's name may be a title cut short


def open_source(source: Source, setup: Setup) -> NotionSource:
    return NotionSource(source, setup)


def forget(source: Source, setup: Setup) -> None:
    """Nothing is kept for an export."""


@dataclass(frozen=True, slots=True)
class _Page:
    member: Member
    name: str  # inside the export, as shown
    form: str


class NotionSource:
    """One export. Its files are known as `archive.zip!/page.html`, without the ids that Notion
    writes at the end of every name."""

    def __init__(self, source: Source, setup: Setup) -> None:
        self.source = source
        self._is_note = setup.is_note
        self._globs = Globs(source.include, source.exclude)
        self._members: Members | None = None
        self._pages: dict[str, _Page] = {}
        self._titles: dict[str, str] = {}
        self._children: dict[tuple[str, ...], set[str]] = defaultdict(set)

    def prepare(self, urgent: bool, cancelled: Callable[[], bool]) -> None:
        """Everything is here already."""

    def listing(self, known_identity: str = "") -> Listing:
        """Every page and attachment. SourceOfflineError when the export is gone or damaged.

        Files are also named as they were in the older export that this one replaces."""
        self.close()
        self._members = members = Members(self.source.location)
        self._known = {member.parts for member in members.all}
        wanted = [m for m in members.all if _is_content(m) and self._form(m) is not None]
        if not wanted and members.faults:
            raise SourceOfflineError(members.faults[0], "Download the export again.")
        names = _shown_names(wanted)
        self._learn(wanted, names)
        older = Pages.from_identity(known_identity).place
        refs = []
        for member in wanted:
            name = names[member.parts]
            form = self._form(member)
            if form is None or not self._globs.accepts(name):
                continue
            path = self._path(self.source.location, name)
            self._pages[path] = _Page(member, name, form)
            was = self._path(older, name) if older not in ("", self.source.location) else ""
            refs.append(
                FileRef(self.source.name, path, member.mtime_ns, member.size, form=form, was=was)
            )
        pages = Pages.named(self.source.location, (p for m in members.all for p in m.parts))
        return Listing(tuple(refs), {}, pages.identity(), "; ".join(members.faults))

    def look(self, paths: Iterable[str], known_identity: str = "") -> Listing:
        raise SourceOfflineError("an export is looked at as a whole")

    def read(self, ref: FileRef, max_bytes: int) -> bytes:
        """A page with the ids in its text and links taken out; a database as the rows that have
        no page of their own; an attachment as it is."""
        page = self._pages.get(ref.path)
        if page is None:
            raise FileUnreadableError("the page is in the export no more")
        data = page.member.read(max_bytes)
        if page.form not in FORMS.values():
            return data
        text = data.decode("utf-8-sig", "replace")
        if page.form == ".notion-csv":
            text = self._rows(page, text)
        return without_ids(text, self._titles, posixpath.dirname(page.name)).encode(
            "utf-8", "replace"
        )

    def is_gone(self, ref: FileRef) -> bool:
        return ref.path not in self._pages

    def close(self) -> None:
        if self._members is not None:
            self._members.close()
            self._members = None

    @staticmethod
    def _path(location: str, name: str) -> str:
        archive = location.lower().endswith(".zip")
        return f"{location}{INSIDE}{name}" if archive else f"{location.rstrip('/')}/{name}"

    def _learn(self, members: Iterable[Member], names: dict[tuple[str, ...], str]) -> None:
        """Keep where every page is, by its id, and which pages lie below which."""
        for member in members:
            for depth, part in enumerate(member.parts):
                page = page_id(part)
                if not page:
                    continue
                if depth == len(member.parts) - 1:
                    self._titles[page] = names[member.parts]
                    self._children[member.parts[:-1]].add(_folded(_stem(shown_name(part))))
                else:
                    self._titles.setdefault(page, shown_name(part))

    def _form(self, member: Member) -> str | None:
        """How to read a member; None: not at all."""
        *folder, name = member.parts
        stem, dot, suffix = name.rpartition(".")
        form = FORMS.get(dot + suffix.lower())
        if form is None:
            return "" if self._is_note(name) else None
        if form == ".notion-csv" and (
            (*folder, f"{stem}_all.csv") in self._known  # the same rows, fewer columns
            or (*folder, f"{stem.removesuffix('_all')}.html") in self._known
        ):
            return None
        return form

    def _rows(self, page: _Page, text: str) -> str:
        """The table without the rows that are pages of the export too."""
        *folder, name = page.member.parts
        stem = name.rpartition(".")[0].removesuffix("_all")
        pages = self._children.get((*folder, stem), set()) | self._children.get(
            (*folder, shown_name(stem)), set()
        )
        try:
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as fault:
            raise FileError(f"its table cannot be read ({fault})") from fault
        out = io.StringIO()
        writer = csv.writer(out)
        for number, row in enumerate(rows):
            if number == 0 or not row or not _is_page(row[0], pages):
                writer.writerow(row)
        return out.getvalue()


def _is_content(member: Member) -> bool:
    return not (len(member.parts) <= 2 and member.parts[-1] == "index.html")


def _shown_names(members: Iterable[Member]) -> dict[tuple[str, ...], str]:
    """What each member is called without ids; of several with one name, the later get a number.

    The order is that of the ids, so that a page keeps its name from one export to the next."""
    used: Counter[str] = Counter()
    names: dict[tuple[str, ...], str] = {}
    for member in sorted(members, key=lambda m: m.parts):
        parts = member.parts
        if len(parts) > 1 and parts[0].startswith("Export-"):
            parts = parts[1:]
        name = "/".join(map(shown_name, parts)).replace("_all.csv", ".csv")
        used[name.casefold()] += 1
        count = used[name.casefold()]
        if count > 1:
            stem, dot, suffix = name.rpartition(".")
            name = f"{stem} ({count}){dot}{suffix}" if stem else f"{name} ({count})"
        names[member.parts] = name
    return names


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _folded(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def _is_page(title: str, pages: set[str]) -> bool:
    folded = _folded(title) or "untitled"
    return folded in pages or any(
        len(page) >= _LONG_NAME and folded.startswith(page) for page in pages
    )
