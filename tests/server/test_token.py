"""The token: private, made once, agreed on by programs that start at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from khoj_lite.errors import StorageError
from khoj_lite.server.token import ensure_token, read_token


def test_a_token_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "home" / "token"
    assert read_token(file) is None
    token = ensure_token(file)
    assert len(token) >= 43  # 256 bits in base 64
    assert file.stat().st_mode & 0o777 == 0o600
    assert ensure_token(file) == read_token(file) == token
    assert [each.name for each in file.parent.iterdir()] == ["token"]


def test_many_starts_at_once_agree(tmp_path: Path) -> None:
    file = tmp_path / "token"
    with ThreadPoolExecutor(16) as pool:
        tokens = set(pool.map(lambda _: ensure_token(file), range(64)))
    assert tokens == {read_token(file)}


def test_an_empty_token_file_is_no_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("\n")
    assert ensure_token(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_token_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StorageError, match="token"):
        ensure_token(blocked / "token")
