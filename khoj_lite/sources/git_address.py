"""What names a repository: as the user writes it, in the paths of its files, and on the web."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.sources.wire_path import os_path, wire_path

HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "codeberg": "codeberg.org",
         "bitbucket": "bitbucket.org"}  # fmt: skip
COMMIT_LENGTH = 10
"""Hex digits of a commit in a path: enough for every repository, and accepted by every host."""

_SHORT = re.compile(r"(github|gitlab|codeberg|bitbucket):([\w.~-]+(?:/[\w.~-]+)+)/?")
_URL = re.compile(r"(?:git\+)?((?:https?|ssh|git|file)://.+)", re.I)
_SCP = re.compile(r"(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):(?!/)([^\s:]+)")
_PATH = re.compile(r"(.+?)@([0-9a-f]{7,40}):(.*)", re.S)
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".org", ".rst", ".adoc", ".ipynb")


@dataclass(frozen=True, slots=True)
class Address:
    """A repository: `location` is what the registry keeps, `name` the source's first choice.

    A local one is read where it lies (`folder` is its git folder); a remote one is copied."""

    location: str
    name: str


def address(text: str) -> Address | None:
    """The repository that an argument of `add` names; None if it names none.

    A folder with a working tree is a folder of notes, unless it is written `git:PATH`, or as the
    repository itself (`.../.git`, `.../name.git`, or a bare one). UsageError for an address that
    git must not be given.
    """
    text = text.strip()
    if text.startswith("-"):
        return None
    if "::" in text.split("/", 1)[0]:
        raise UsageError(
            f"{text!r} names a transport that runs programs", "Give an https or ssh address."
        )
    if match := _SHORT.fullmatch(text):
        return _remote(f"https://{HOSTS[match[1]]}/{match[2]}")
    if match := _URL.fullmatch(text):
        return _remote(match[1])
    if text.startswith("git:"):
        return _local(text.removeprefix("git:"))
    try:
        path = Path(os_path(text)).expanduser()
        repository = path.is_dir() and (is_bare(path) or path.name == ".git")
        missing = not path.exists()
    except (OSError, RuntimeError, ValueError):
        return None  # whoever opens it says why it cannot be
    if repository:
        return _local(text)
    return Address(text, _name(text)) if missing and _SCP.fullmatch(text) else None


def _remote(url: str) -> Address:
    try:
        parts = urlsplit(url)
        secret = parts.password is not None or (parts.username and parts.scheme != "ssh")
        host = parts.hostname or ""
    except ValueError:
        raise UsageError(f"{url!r} is no address") from None
    if secret:
        raise UsageError(
            "an address must hold no password or token",
            "Let git know it: see `git help credentials`.",
        )
    if host.startswith("-") or parts.path.lstrip("/").startswith("-"):
        raise UsageError(f"{url!r} is no address of a repository")
    if parts.scheme.lower() != "file" and (not host or not parts.path.strip("/")):
        raise UsageError(
            f"{url!r} names no repository", "Addresses look like https://github.com/owner/name."
        )
    if host in HOSTS.values() and parts.scheme in ("http", "https"):
        owner_and_name = [part for part in parts.path.split("/") if part]
        if host != "gitlab.com":
            owner_and_name = owner_and_name[:2]  # the rest is a page of the repository
        elif "-" in owner_and_name:
            owner_and_name = owner_and_name[: owner_and_name.index("-")]
        if len(owner_and_name) < 2:
            raise UsageError(f"{url!r} names no repository", f"Try https://{host}/owner/name.")
        url = f"https://{host}/" + "/".join(owner_and_name).removesuffix(".git")
    return Address(url.rstrip("/"), _name(url))


def _local(text: str) -> Address:
    path = Path(os_path(text)).expanduser()
    try:
        path = path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise NotFoundError(f"{text} does not exist") from None
    if path.name == ".git":
        path = path.parent
    if git_folder(wire_path(path)) is None:
        if not path.exists():
            raise NotFoundError(f"{text} does not exist", "Give the path of a repository.")
        raise UsageError(f"{text} is no git repository", "Without `git:` it is read as a folder.")
    return Address("git:" + wire_path(path), _name(wire_path(path)))


def is_local(location: str) -> bool:
    return location.startswith("git:") and not location.startswith("git://")


def git_folder(path: str) -> str | None:
    """The git folder of a local repository (an OS path); None where there is none.

    A working tree's `.git` may be a file that names it."""
    place = Path(os_path(path))
    inner = place / ".git"
    try:
        if inner.is_file():
            line = inner.read_text("utf-8", "surrogateescape")[:5000].strip()
            if line.startswith("gitdir:"):
                inner = place / line.removeprefix("gitdir:").strip()
        if is_bare(inner) or (inner / "commondir").is_file():
            return str(inner)
        return str(place) if is_bare(place) else None
    except (OSError, ValueError):
        return None


def is_bare(path: Path) -> bool:
    """Whether this folder is a repository's own."""
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


def label(location: str) -> str:
    """How the paths of a repository's files begin: `github.com/owner/name`, or its place."""
    if is_local(location):
        return location.removeprefix("git:")
    if match := _SCP.fullmatch(location):
        return f"{match[1]}/{match[2]}".removesuffix("/").removesuffix(".git")
    parts = urlsplit(location)
    if parts.scheme.lower() == "file":
        return parts.path
    return f"{parts.hostname}{parts.path}".removesuffix("/").removesuffix(".git")


def file_path(location: str, commit: str, path: str) -> str:
    """`repository@commit:path`, the path under which a file is known."""
    return f"{label(location)}@{commit[:COMMIT_LENGTH]}:{path}"


def in_repository(path: str) -> bool:
    """Whether this is the path of a file of a repository, and of nothing else here."""
    return _PATH.fullmatch(path) is not None and not os.path.lexists(os_path(path))


def repository_uri(path: str, line: int | None = None, end_line: int | None = None) -> str | None:
    """Where a person can open a file of a repository; None for any other path.

    On a known host it is the page of just this version with its lines marked; of a repository on
    this machine the file in its working tree, or else its folder."""
    match = _PATH.fullmatch(path)
    if match is None or not in_repository(path):
        return None
    repository, commit, inner = match[1], match[2], match[3]
    if repository.startswith("/") or re.match(r"[A-Za-z]:[\\/]", repository):
        real = os_path(repository)
        file = os.path.join(real, os_path(inner))
        return "file://" + quote(os.fsencode(file if os.path.exists(file) else real), safe="/")
    host, _, project = repository.partition("/")
    base = f"https://{host}/{quote(project, safe='/~')}"
    name = quote(os.fsencode(os_path(inner)), safe="/")
    first, last = line, end_line if end_line and line and end_line > line else None
    plain = "?plain=1" if inner.lower().endswith(_MARKDOWN) else ""
    if host == "github.com":
        lines = _lines("#L{}", "-L{}", first, last)
        return f"{base}/blob/{commit}/{name}{plain if lines else ''}{lines}"
    if "gitlab" in host:
        lines = _lines("#L{}", "-{}", first, last)
        return f"{base}/-/blob/{commit}/{name}{plain if lines else ''}{lines}"
    if host == "codeberg.org" or "gitea" in host or "forgejo" in host:
        lines = _lines("#L{}", "-L{}", first, last)
        shown = "?display=source" if plain and lines else ""
        return f"{base}/src/commit/{commit}/{name}{shown}{lines}"
    if host == "bitbucket.org":
        return f"{base}/src/{commit}/{name}{_lines('#lines-{}', ':{}', first, last)}"
    if host == "git.sr.ht":
        return f"{base}/tree/{commit}/item/{name}{_lines('#L{}', '-{}', first, last)}"
    return base


def _lines(start: str, end: str, first: int | None, last: int | None) -> str:
    said = start.format(first) if first else ""
    return said + end.format(last) if said and last else said


def _name(location: str) -> str:
    """The last part of an address, as the name of a source."""
    last = location.rstrip("/").replace(":", "/").rpartition("/")[2]
    return last.removesuffix(".git") or "repository"
