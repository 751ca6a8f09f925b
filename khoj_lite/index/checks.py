"""What `doctor` looks at in the index: is each part there, whole and in step with the others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from khoj_lite.errors import KhojLiteError
from khoj_lite.index.semantic import Semantic
from khoj_lite.sources.wire_path import os_path
from khoj_lite.store.db import Database
from khoj_lite.store.documents import Documents
from khoj_lite.store.lexical import LexicalIndex
from khoj_lite.store.registry import Registry
from khoj_lite.types import Check

LOW_DISK_BYTES = 500_000_000
MAX_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")


def index_checks(
    db: Database,
    registry: Registry,
    documents: Documents,
    lexical: LexicalIndex,
    semantic: Semantic,
) -> Iterator[Check]:
    """Every check, in the order in which a person would mend things. One that cannot be made is
    a line of its own: what is broken must not keep the rest from being looked at."""
    looks: dict[str, Callable[[], Iterable[Check]]] = {
        "disk": lambda: [_disk(db.path.parent)],
        "database": lambda: [_database(db)],
        "full text": lambda: [_full_text(documents, lexical)],
        "meanings": lambda: [_meanings(documents, semantic)],
        "files": lambda: [_failures(documents)],
        "sources": lambda: _sources(registry),
    }
    for name, look in looks.items():
        try:
            yield from look()
        except KhojLiteError as fault:
            yield Check(name, False, fault.message, fault.hint)
        except OSError as fault:
            yield Check(name, False, f"{fault.strerror}: {fault.filename}", "Check the disk.")


def _disk(home: Path) -> Check:
    free = shutil.disk_usage(home).free
    message = f"{free / 1e9:.1f} GB free for {home}"
    return Check("disk", free > LOW_DISK_BYTES, message, "Free some space.")


def _database(db: Database) -> Check:
    (verdict,) = db.read().execute("PRAGMA quick_check(1)").fetchone()
    size = db.path.stat().st_size / 1e6
    return Check(
        "database", verdict == "ok", f"{size:.1f} MB, {verdict}",
        f"Move {db.path} away and run `khoj-lite index`: the notes are read again.",
    )  # fmt: skip


def _full_text(documents: Documents, lexical: LexicalIndex) -> Check:
    entries, held = documents.counts().entries, len(lexical)
    return Check(
        "full text", entries == held, f"{held} of {entries} entries findable by their words",
        "Run `khoj-lite index`.",
    )  # fmt: skip


def _meanings(documents: Documents, semantic: Semantic) -> Check:
    entries = documents.counts().entries
    done = entries - semantic.pending()
    return Check(
        "meanings", done == entries, f"{done} of {entries} entries findable by their meaning",
        "The rest is being embedded; `khoj-lite index` waits for it.",
    )  # fmt: skip


def _failures(documents: Documents) -> Check:
    counts = documents.counts()
    return Check(
        "files", counts.failed == 0, f"{counts.files} files, {counts.failed} could not be read",
        "`khoj-lite status --failed` names each with its reason.",
    )  # fmt: skip


def _sources(registry: Registry) -> Iterator[Check]:
    folders = 0
    for status in registry.statuses():
        root = os_path(status.source.location)
        is_folder = status.source.kind == "folder"  # of others, only a sync can tell
        reachable = os.access(root, os.R_OK | os.X_OK) or not is_folder
        folders += sum(1 for _ in os.walk(root)) if is_folder and reachable else 0
        yield Check(
            f"source {status.source.name}", reachable and status.state != "offline",
            status.message or f"{status.source.location}: {status.files} files",
            f"Connect its disk, or run `khoj-lite remove {status.source.name}`.",
        )  # fmt: skip
    if MAX_WATCHES.is_file():
        most = int(MAX_WATCHES.read_text())
        yield Check(
            "watching", folders < most, f"{folders} folders to watch, the system allows {most}",
            "Raise fs.inotify.max_user_watches (sysctl).",
        )  # fmt: skip
