"""What a person can open: file and Obsidian addresses, for any file name."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.server.links import open_uri
from khoj_lite.sources.wire_path import wire_path


def test_a_file_is_opened_by_its_address() -> None:
    assert open_uri("/home/me/notes/a b#c?.md") == "file:///home/me/notes/a%20b%23c%3F.md"


@given(st.binary(min_size=1, max_size=30).filter(lambda name: not set(name) & {0, 47}))
def test_every_file_name_comes_back_byte_for_byte(name: bytes) -> None:
    path = b"/notes/" + name
    uri = open_uri(wire_path(path))
    assert uri.isascii()
    assert unquote_to_bytes(urlsplit(uri).path) == path


def test_a_note_in_an_obsidian_vault_opens_in_obsidian(tmp_path: Path) -> None:
    vault = tmp_path / "my vault"
    (vault / ".obsidian").mkdir(parents=True)
    note = vault / "a" / "b & c.md"
    uri = urlsplit(open_uri(str(note)))
    assert uri.scheme == "obsidian"
    assert uri.netloc == "open"
    assert parse_qs(uri.query)["path"] == [str(note)]


def test_what_obsidian_does_not_know_is_opened_as_a_file(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    assert open_uri(str(tmp_path / "life.org")).startswith("file://")
    assert open_uri(os.fspath(tmp_path.parent / "other.md")).startswith("file://")
