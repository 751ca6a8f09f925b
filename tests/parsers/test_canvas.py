"""What is read on Obsidian's canvas and in a drawing of Excalidraw."""

from __future__ import annotations

import json
from typing import Any

import pytest

from khoj_lite.errors import FileParseError

from .reading import lines, read


def card(text: str, x: int = 0, y: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "id": text,
        "type": "text",
        "text": text,
        "x": x,
        "y": y,
        "width": 10,
        "height": 10,
        **more,
    }


def canvas(*nodes: dict[str, Any], edges: tuple[dict[str, Any], ...] = ()) -> bytes:
    return json.dumps({"nodes": nodes, "edges": edges}).encode()


def test_cards_from_top_to_bottom_under_their_groups() -> None:
    document = read(
        canvas(
            card("low", y=900),
            card("right", x=500, y=10),
            card("left *bold* #tag", y=30),
            {
                "id": "g",
                "type": "group",
                "label": "Grove",
                "x": 990,
                "y": 0,
                "width": 99,
                "height": 99,
            },
            card("tree", x=1000, y=50),
            {
                "id": "f",
                "type": "file",
                "file": "Notes/Oil.md",
                "subpath": "#Press",
                "x": 1000,
                "y": 0,
            },
            {"id": "l", "type": "link", "url": "https://x.org/oil", "x": 1000, "y": 900},
            edges=({"label": "leads to"}, {"label": "leads to"}, {}),
        ),
        "/vault/My board.canvas",
    )
    assert (document.type, document.title) == ("canvas", "My board")
    assert [e.outline for e in document.entries] == [(), ("Grove",)]
    assert lines(document) == [
        "left bold #tag", "right", "low", "https://x.org/oil", "Grove",
        "Notes/Oil.md#Press", "tree", "leads to",
    ]  # fmt: skip
    assert document.entries[0].tags == ("tag",)


def test_a_drawing() -> None:
    drawing = {"type": "excalidraw", "elements": [{"type": "text", "text": "words", "x": 1, "y": 2},
                                                  {"type": "arrow"}]}  # fmt: skip
    assert lines(read(json.dumps(drawing).encode(), "a.excalidraw")) == ["words"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"nodes": null}',
        b'{"nodes": [3, {"x": "1"}]}',
        b'{"nodes": [{"text": 3, "x": Infinity, "width": 1e999}]}',
    ],
)
def test_an_empty_canvas(data: bytes) -> None:
    assert lines(read(data, "a.canvas")) == []


@pytest.mark.parametrize("data", [b"{", b"[]", b"[" * 100_000])
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(FileParseError, match="no canvas"):
        read(data, "a.canvas")
