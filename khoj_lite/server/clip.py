"""Clips: a page of the web, or a part of one, as a new Markdown file in a folder of notes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from khoj_lite.chat.file_name import file_name
from khoj_lite.errors import ForbiddenError, NotFoundError, StorageError, UsageError
from khoj_lite.sources.wire_path import os_path
from khoj_lite.types import Source, SourceStatus

MOST_SAME = 1000


def address_of(url: str) -> str:
    """A web page's address without a password that may stand in it; "" for what is no address
    that a note could usefully keep (`file:`, `chrome:`, `data:`, `javascript:`)."""
    url = "".join(c for c in url if c.isprintable()).strip()
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=host + port).geturl()


def clip_text(title: str, url: str, body: str, tags: Sequence[str], now: datetime) -> str:
    """The note: its frontmatter, its title, and the text."""
    title = " ".join(title.split()) or url or "Untitled page"
    about: dict[str, object] = {"title": title}
    if url:
        about["url"] = url
    about["clipped"] = now.strftime("%Y-%m-%d %H:%M")
    about["tags"] = list(dict.fromkeys(["clip", *(tag for tag in tags if tag.strip())]))
    head = yaml.safe_dump(about, allow_unicode=True, sort_keys=False, width=10_000)
    heading = "" if body.lstrip().startswith("# ") else f"# {title}\n\n"
    return f"---\n{head}---\n\n{heading}{body.strip()}\n"


def place(sources: Sequence[SourceStatus], name: str, folder: str) -> Path:
    """A folder below that of a source, which may not be there yet. UsageError for a source that
    is no folder and for a way out of it."""
    for status in sources:
        if status.source.name == name:
            if status.source.kind != "folder":
                raise UsageError(f"{name} is no folder that notes can be written to")
            return within(sources, str(Path(os_path(status.source.location)) / folder))[0]
    raise NotFoundError(f"there is no source {name!r}")


def within(sources: Sequence[SourceStatus], folder: str) -> tuple[Path, Source]:
    """The folder without links, and the source that it belongs to. ForbiddenError when it is in
    none, or hidden: what is written there would not be found."""
    if "\0" in folder:
        raise UsageError("a folder's name cannot hold that")
    wanted = Path(os.path.realpath(folder))
    for status in sources:
        if status.source.kind != "folder":
            continue
        root = Path(os.path.realpath(os_path(status.source.location)))
        if wanted == root or root in wanted.parents:
            if any(part.startswith(".") for part in wanted.relative_to(root).parts):
                raise ForbiddenError("clips do not go into hidden folders")
            if not root.is_dir():
                raise StorageError(f"the folder {root} is not there", "Connect its disk.")
            return wanted, status.source
    raise ForbiddenError(
        "this folder is in none of your sources", "Choose a folder that is indexed."
    )


def write_clip(folder: Path, title: str, text: str) -> Path:
    """The new file, whole. A file that is there is never touched: the name gets a number."""
    name = file_name(title, "page")
    part = folder / f".clip-{secrets.token_hex(6)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        for number in range(1, MOST_SAME):
            path = folder / (f"{name}.md" if number == 1 else f"{name} {number}.md")
            try:
                _take(part, path)
            except FileExistsError:
                continue
            return path
    except OSError as fault:
        raise StorageError(f"cannot write to {folder}: {fault.strerror}") from fault
    finally:
        part.unlink(missing_ok=True)
    raise StorageError(f"there are {MOST_SAME} clips of this name already in {folder}")


def _take(part: Path, path: Path) -> None:
    """Give the written file its name if that is free; the watcher never sees half of it."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with path.open("xb") as file:
            file.write(part.read_bytes())
