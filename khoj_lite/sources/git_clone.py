"""A copy of a remote repository's newest commit, brought up to date now and then."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from khoj_lite.errors import CancelledError, SourceError
from khoj_lite.sources.git_address import is_bare
from khoj_lite.sources.git_program import Git

HEAD = "refs/khoj/head"
URGENT_SECONDS = 60.0
"""Asked for or not, no remote is bothered more often than this."""

PATIENCE_SECONDS = 10.0
"""How long other sources wait for a fetch that nobody asked for."""

_running: dict[str, threading.Thread] = {}
_locks: dict[str, threading.Lock] = {}
_locks_lock = threading.Lock()


class Clone:
    """`folder` holds the repository, `state.json` beside it when it was last asked for.

    Nothing is ever checked out. What a fetch leaves behind when it is killed is swept up by the
    next; a damaged copy is replaced as soon as a whole one is there.
    """

    def __init__(self, home: Path, url: str, every_seconds: float) -> None:
        key = hashlib.sha256(url.encode()).hexdigest()[:16]
        self.folder = home / "repositories" / key
        self.repository = self.folder / "repository.git"
        self._state = self.folder / "state.json"
        self._url = url
        self._every = every_seconds

    @property
    def git(self) -> Git:
        return Git(self.repository)

    @property
    def exists(self) -> bool:
        return is_bare(self.repository)

    @property
    def note(self) -> str:
        """What is wrong with the last attempt to fetch; empty when nothing is."""
        state = self._load()
        fault = str(state.get("fault") or "")
        if not fault:
            return ""
        fetched = state.get("fetched")
        if not isinstance(fetched, int | float):
            return fault
        day = datetime.fromtimestamp(fetched).strftime("%Y-%m-%d %H:%M")
        return f"offline since {day}, used as it was then ({fault})"

    def refresh(self, urgent: bool, cancelled: Callable[[], bool]) -> None:
        """Fetch if it is time to. Faults are kept in `note`; CancelledError."""
        with _locks_lock:
            lock = _locks.setdefault(str(self.folder), threading.Lock())
        with lock:
            state = self._load()
            age = time.time() - float(state.get("tried") or 0)
            if 0 <= age < (URGENT_SECONDS if urgent or not self.exists else self._every):
                return
            try:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._fetch(bool(state.get("damaged")), cancelled)
            except CancelledError:
                raise
            except SourceError as fault:
                state["fault"] = fault.message
            except OSError as fault:
                state["fault"] = f"{self.folder} cannot be written ({fault.strerror})"
            else:
                state = {"fetched": time.time()}
            self._save({**state, "tried": time.time(), "url": self._url})

    def refresh_aside(self, cancelled: Callable[[], bool]) -> None:
        """Fetch as `refresh` does, but wait `PATIENCE_SECONDS` for it and no longer: it goes on
        beside, and what it brings is there the next time."""
        key = str(self.folder)
        with _locks_lock:
            thread = _running.get(key)
            if thread is None or not thread.is_alive():
                thread = threading.Thread(
                    target=self._refresh_quietly, args=(cancelled,), name="fetch", daemon=True
                )
                _running[key] = thread
                thread.start()
        thread.join(PATIENCE_SECONDS)

    def _refresh_quietly(self, cancelled: Callable[[], bool]) -> None:
        with contextlib.suppress(CancelledError):
            self.refresh(False, cancelled)

    def damaged(self) -> None:
        """Have the next `refresh` make a new copy, which is due at once."""
        self._save({**self._load(), "damaged": True, "tried": 0})

    def _fetch(self, anew: bool, cancelled: Callable[[], bool]) -> None:
        if self.exists and not anew:
            for lock in (*self.repository.glob("*.lock"), *self.repository.glob("refs/**/*.lock")):
                lock.unlink(missing_ok=True)  # of a fetch that was killed: nobody else writes here
            Git(self.repository).fetch(self._url, HEAD, cancelled)
            return
        fresh = self.folder / "fresh.git"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            Git(fresh).init()
            Git(fresh).fetch(self._url, HEAD, cancelled)
            shutil.rmtree(self.repository, ignore_errors=True)
            fresh.rename(self.repository)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _load(self) -> dict[str, Any]:
        try:
            state = json.loads(self._state.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _save(self, state: dict[str, Any]) -> None:
        part = self._state.with_suffix(".part")
        with contextlib.suppress(OSError):
            part.write_text(json.dumps(state), "utf-8")
            part.replace(self._state)
