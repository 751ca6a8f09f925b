"""Entries and hits made by hand, for the pure steps of chat."""

from __future__ import annotations

from datetime import date

from khoj_lite.types import Entry, EntryDate, Explain, Hit, StoredEntry


def stored(
    number: int,
    plain: str,
    *,
    title: str = "",
    outline: tuple[str, ...] = (),
    page: int | None = None,
    dates: tuple[EntryDate, ...] = (),
) -> StoredEntry:
    """Entry `number` of a vault, one file each."""
    entry = Entry(
        f"/notes/{number}.txt", "text", title or f"note {number}", outline, 1,
        1 + plain.count("\n"), plain, plain, page=page, dates=dates,
    )  # fmt: skip
    return StoredEntry(number, "notes", 0.0, entry)


def hit(number: int, plain: str, *, line: int = 1, score: float = 0.5, **more: object) -> Hit:
    """A hit on that entry whose best line is `line`."""
    made = stored(number, plain, **more)  # type: ignore[arg-type]
    return Hit(made, score, plain[:80], (), line, Explain())


def on(day: str, kind: str = "date") -> EntryDate:
    return EntryDate(kind, date.fromisoformat(day))
