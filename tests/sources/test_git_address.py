"""How a repository is named, and where its files are opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from khoj_lite.sources.git_address import address, file_path, label, repository_uri

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "location", "name"),
    [
        ("github:owner/repo", "https://github.com/owner/repo", "repo"),
        ("github:owner/repo.git", "https://github.com/owner/repo", "repo"),
        ("https://github.com/owner/repo/tree/main/docs", "https://github.com/owner/repo", "repo"),
        ("gitlab:group/sub/repo", "https://gitlab.com/group/sub/repo", "repo"),
        ("https://gitlab.com/g/s/repo/-/tree/x", "https://gitlab.com/g/s/repo", "repo"),
        ("codeberg:owner/repo", "https://codeberg.org/owner/repo", "repo"),
        ("git+https://example.org/x/y.git", "https://example.org/x/y.git", "y"),
        ("ssh://git@example.org/x/y.git", "ssh://git@example.org/x/y.git", "y"),
        ("git@github.com:owner/repo.git", "git@github.com:owner/repo.git", "repo"),
    ],
)
def test_what_names_a_repository(text: str, location: str, name: str) -> None:
    found = address(text)

    assert found is not None
    assert (found.location, found.name) == (location, name)


@pytest.mark.parametrize("text", ["notes", "/home/me/notes", "~/notes", "C:notes", "-x", "a:b"])
def test_what_names_none(text: str) -> None:
    assert address(text) is None


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://github.com/o/r", "github.com/o/r"),
        ("git@github.com:o/r.git", "github.com/o/r"),
        ("ssh://git@host.org:22/o/r.git", "host.org/o/r"),
        ("git:/home/me/r", "/home/me/r"),
    ],
)
def test_how_paths_begin(location: str, expected: str) -> None:
    assert label(location) == expected


@pytest.mark.parametrize(
    ("location", "name", "expected"),
    [
        ("https://github.com/o/r", "a b.py", "https://github.com/o/r/blob/0123456789/a%20b.py#L3-L5"),
        ("git@github.com:o/r.git", "x.md", "https://github.com/o/r/blob/0123456789/x.md?plain=1#L3-L5"),
        ("https://gitlab.com/o/r", "x.py", "https://gitlab.com/o/r/-/blob/0123456789/x.py#L3-5"),
        ("https://codeberg.org/o/r", "x.py", "https://codeberg.org/o/r/src/commit/0123456789/x.py#L3-L5"),
        ("https://example.org/o/r", "x.py", "https://example.org/o/r"),
    ],
)  # fmt: skip
def test_where_a_file_is_opened(location: str, name: str, expected: str) -> None:
    assert repository_uri(file_path(location, COMMIT, name), 3, 5) == expected


def test_one_line_is_no_range() -> None:
    path = file_path("https://github.com/o/r", COMMIT, "x.py")

    assert repository_uri(path, 3, 3) == "https://github.com/o/r/blob/0123456789/x.py#L3"
    assert repository_uri(path) == "https://github.com/o/r/blob/0123456789/x.py"


def test_a_file_of_this_machine_opens_in_its_working_tree(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("1")

    assert (
        repository_uri(file_path(f"git:{tmp_path}", COMMIT, "x.py"), 1) == f"file://{tmp_path}/x.py"
    )
    assert repository_uri(file_path(f"git:{tmp_path}", COMMIT, "gone.py")) == f"file://{tmp_path}"


def test_an_ordinary_path_is_none_of_a_repository(tmp_path: Path) -> None:
    odd = tmp_path / "me@0123456:x.md"
    odd.write_text("x")

    assert repository_uri(str(odd)) is None
    assert repository_uri("/home/me/note.md") is None
