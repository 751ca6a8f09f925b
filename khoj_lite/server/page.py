"""The web page: its files, as they lie on disk, with the headers that keep it to itself."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from khoj_lite.errors import NotFoundError

SUFFIXES = frozenset(
    {".html", ".js", ".mjs", ".css", ".svg", ".png", ".ico", ".woff2", ".webmanifest", ".txt"}
)
"""What a page is made of. Anything else in the folder (of a checkout) is not served."""
HIDDEN = frozenset({"node_modules", "tests"})
COMPRESSED = frozenset({".html", ".js", ".mjs", ".css", ".svg", ".webmanifest", ".txt"})
GZIP_LEAST = 1024
"""Bytes below which compressing saves nothing worth a header."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)


@dataclass(frozen=True, slots=True)
class _File:
    stamp: tuple[int, int]
    body: bytes
    packed: bytes | None
    etag: str
    media_type: str


class Page:
    """The files of the page, read when asked for and kept until they change on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[Path, _File] = {}

    def answer(self, request: Request) -> Response:
        """The file that the path names; `/` is index.html. NotFoundError for anything else."""
        name = request.url.path.lstrip("/") or "index.html"
        file = self._file(name)
        headers = {
            "cache-control": "no-cache",
            "content-security-policy": CONTENT_SECURITY_POLICY,
            "etag": file.etag,
            "referrer-policy": "no-referrer",
            "vary": "Accept-Encoding",
            "x-content-type-options": "nosniff",
        }
        known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
        if file.etag in known:
            return Response(status_code=304, headers=headers)
        body = file.body
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body = file.packed
            headers["content-encoding"] = "gzip"
        return Response(body, headers=headers, media_type=file.media_type)

    def _file(self, name: str) -> _File:
        path = self.folder / name
        parts = Path(name).parts
        if (
            path.suffix not in SUFFIXES
            or any(part.startswith(".") or part in HIDDEN for part in parts)
            or "\0" in name
            or "\\" in name
            or not path.is_file()
        ):
            raise NotFoundError(f"there is nothing at /{name}"[:200])
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        kept = self._files.get(path)
        if kept is None or kept.stamp != stamp:
            kept = self._files[path] = _read(path, stamp)
        return kept


def page_folder() -> Path:
    """Where the page's files are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "web"
    return installed if installed.is_dir() else package.parent / "web"


def _read(path: Path, stamp: tuple[int, int]) -> _File:
    body = path.read_bytes()
    packed = None
    if path.suffix in COMPRESSED and len(body) >= GZIP_LEAST:
        packed = gzip.compress(body, 6, mtime=0)
    return _File(
        stamp, body, packed, f'W/"{hashlib.sha256(body).hexdigest()[:24]}"', _media_type(path)
    )


def _media_type(path: Path) -> str:
    """The media type by suffix. The system's own table is not asked: on some machines it calls
    JavaScript text/plain, and browsers then refuse the modules."""
    own = {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".webmanifest": "application/manifest+json",
        ".woff2": "font/woff2",
        ".ico": "image/x-icon",
        ".svg": "image/svg+xml",
    }
    kind = own.get(path.suffix) or mimetypes.types_map.get(path.suffix, "application/octet-stream")
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
