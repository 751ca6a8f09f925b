"""What the user allowed on the page, until the program that asked has fetched its token."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from dataclasses import dataclass

from khoj_lite.store.grants import Scope

SECONDS = 300.0
"""How long an allowed program may take to fetch its token; it asks every second."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Approval:
    """What was allowed, to whom, and the SHA-256 of the secret that fetches the token."""

    client: str
    origin: str
    challenge: str
    scopes: tuple[Scope, ...]
    folder: str


class Approvals:
    """Approvals that wait. They live in memory: after a restart the user is asked again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[float, Approval]] = {}

    def put(self, approval: Approval) -> None:
        """Keep one until it is taken, for `SECONDS`; the oldest go when there are `MOST`."""
        with self._lock:
            self._forget_old()
            self._waiting[approval.challenge] = (time.monotonic(), approval)
            while len(self._waiting) > MOST:
                del self._waiting[next(iter(self._waiting))]

    def take(self, verifier: str, origin: str) -> Approval | None:
        """The approval of this secret, once. None when the user has not allowed it, or allowed it
        to another origin."""
        challenge = challenge_of(verifier)
        with self._lock:
            self._forget_old()
            found = self._waiting.get(challenge)
            if found is None or found[1].origin != origin:
                return None
            del self._waiting[challenge]
            return found[1]

    def _forget_old(self) -> None:
        oldest = time.monotonic() - SECONDS
        self._waiting = {key: each for key, each in self._waiting.items() if each[0] >= oldest}


def challenge_of(verifier: str) -> str:
    """The SHA-256 of a secret, as base64url without padding: S256 of RFC 7636, 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
