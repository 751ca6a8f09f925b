"""What travels of the map of notes: columns, since there may be 20,000 points."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from khoj_lite.index.map import Picture
from khoj_lite.server.wire import Wire
from khoj_lite.server.wire_state import Job


class MapGroup(Wire):
    """Notes that lie together: the words that mark them, and the middle of them."""

    words: list[str]
    x: float
    y: float
    count: int


class NoteMap(Wire):
    """A point is an entry (`section`) or a whole note; its columns are as long as `ids`.

    `state`: ready, making (the first one is being made: see `job`), or waiting (nothing is
    embedded yet). `stale`: notes have changed since, and `job` draws the picture anew."""

    state: Literal["ready", "making", "waiting"]
    stale: bool
    kind: Literal["section", "note"]
    job: Job | None
    ids: list[int] = Field(description="Entry to open.")
    titles: list[str]
    paths: list[str] = Field(description="Every path once.")
    path: list[int] = Field(description="Of each point, its place in `paths`.")
    x: list[float]
    y: list[float]
    group: list[int] = Field(description="Of each point, its place in `groups`.")
    groups: list[MapGroup]


def map_wire(picture: Picture | None, job: Job | None, *, waiting: bool) -> NoteMap:
    points = picture.points if picture else ()
    paths: dict[str, int] = {}
    for point in points:
        paths.setdefault(point.line.path, len(paths))
    state: Literal["ready", "making", "waiting"] = "ready" if points else "making"
    return NoteMap(
        state="waiting" if waiting and not points else state,
        stale=bool(picture and picture.stale),
        kind="note" if picture and picture.kind == "note" else "section",
        job=job,
        ids=[point.line.entry_id for point in points],
        titles=[point.line.title for point in points],
        paths=list(paths),
        path=[paths[point.line.path] for point in points],
        x=[round(point.x, 4) for point in points],
        y=[round(point.y, 4) for point in points],
        group=[point.group for point in points],
        groups=_groups(picture),
    )


def _groups(picture: Picture | None) -> list[MapGroup]:
    if picture is None:
        return []
    made = []
    for number, words in enumerate(picture.words):
        members = [point for point in picture.points if point.group == number]
        xs = sorted(point.x for point in members) or [0.0]
        ys = sorted(point.y for point in members) or [0.0]
        made.append(
            MapGroup(
                words=list(words),
                x=round(xs[len(xs) // 2], 4),
                y=round(ys[len(ys) // 2], 4),
                count=len(members),
            )
        )
    return made
