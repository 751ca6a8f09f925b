"""Which programs the user let in beside the page, each with a token and an origin of its own.

Kept in a file of the home that only its owner can read. Tokens are kept as their SHA-256: they
are 256 random bits, so there is nothing to guess that a slower hash would protect.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from khoj_lite.errors import NotFoundError, StorageError

Scope = Literal["search", "ask", "clip"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Grant:
    """One program that was let in. `folder` is where its clips go, "" if it may not clip."""

    id: str
    client: str
    origin: str
    scopes: tuple[Scope, ...]
    folder: str
    created: datetime
    digest: str


class Grants:
    """The grants of a home. One process writes them: the daemon, which is alone with its home."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._grants: dict[str, Grant] | None = None

    def all(self) -> list[Grant]:
        """Every grant, the latest first."""
        with self._lock:
            return sorted(self._read().values(), key=lambda each: each.created, reverse=True)

    def find(self, token: str, origin: str) -> Grant | None:
        """The grant of this token, if it was given to this very origin."""
        digest = digest_of(token)
        with self._lock:
            for grant in self._read().values():
                if hmac.compare_digest(grant.digest, digest) and grant.origin == origin:
                    return grant
        return None

    def holds(self, origin: str) -> bool:
        """Whether something was granted to this origin."""
        with self._lock:
            return any(grant.origin == origin for grant in self._read().values())

    def add(
        self, client: str, origin: str, scopes: tuple[Scope, ...], folder: str
    ) -> tuple[Grant, str]:
        """A new grant and its token, which is not kept. It takes the place of an older one of the
        same origin: a program has one token."""
        token = secrets.token_urlsafe(32)
        now = datetime.now(UTC).replace(microsecond=0)
        grant = Grant(
            secrets.token_hex(6), client, origin, scopes, folder, now, digest_of(token)
        )  # fmt: skip
        with self._lock:
            kept = {id: each for id, each in self._read().items() if each.origin != origin}
            self._write({**kept, grant.id: grant})
        return grant, token

    def remove(self, grant_id: str) -> None:
        """Take a grant back. NotFoundError when there is none."""
        with self._lock:
            kept = dict(self._read())
            if kept.pop(grant_id, None) is None:
                raise NotFoundError(f"there is no grant {grant_id!r}")
            self._write(kept)

    def _read(self) -> dict[str, Grant]:
        if self._grants is None:
            try:
                rows = json.loads(self._path.read_text(encoding="utf-8"))
                self._grants = {row["id"]: _grant(row) for row in rows}
            except FileNotFoundError:
                self._grants = {}
            except (OSError, ValueError, KeyError, TypeError) as fault:
                raise StorageError(
                    f"cannot read the grants in {self._path}",
                    "Remove the file and connect the browser again.",
                ) from fault
        return self._grants

    def _write(self, grants: dict[str, Grant]) -> None:
        """Keep these, whole or not at all; the file is the owner's alone from its first byte."""
        rows = [{**asdict(each), "created": each.created.isoformat()} for each in grants.values()]
        part = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(rows, file, indent=1)
            os.replace(part, self._path)
        except OSError as fault:
            raise StorageError(
                f"cannot write the grants to {self._path}: {fault.strerror}"
            ) from fault
        finally:
            part.unlink(missing_ok=True)
        self._grants = grants


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _grant(row: dict[str, Any]) -> Grant:
    return Grant(
        id=str(row["id"]),
        client=str(row["client"]),
        origin=str(row["origin"]),
        scopes=tuple(scope for scope in SCOPES if scope in row["scopes"]),
        folder=str(row["folder"]),
        created=datetime.fromisoformat(row["created"]),
        digest=str(row["digest"]),
    )
