"""What the user meant by a location."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from unprivileged import folder_for_anyone, unprivileged

from khoj_lite.errors import NotFoundError, SourceError, UsageError
from khoj_lite.sources.place import detect
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.types import Source


def folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_a_folder_becomes_a_source_named_after_it(tmp_path: Path) -> None:
    notes = folder(tmp_path / "notes")

    assert detect(str(notes), None, ["*.md"], ["old"], []) == Source(
        "notes", "folder", str(notes), ("*.md",), ("old",)
    )


def test_two_folders_of_one_name_get_two_names(tmp_path: Path) -> None:
    first = detect(str(folder(tmp_path / "a" / "notes")), None, (), (), [])
    second = detect(str(folder(tmp_path / "b" / "notes")), None, (), (), [first])
    third = detect(str(folder(tmp_path / "c" / "notes")), None, (), (), [first, second])

    assert [first.name, second.name, third.name] == ["notes", "notes-2", "notes-3"]


def test_a_link_stands_for_the_folder_it_leads_to(tmp_path: Path) -> None:
    notes = folder(tmp_path / "notes")
    (tmp_path / "link").symlink_to(notes)
    known = detect(str(tmp_path / "link"), None, (), (), [])

    assert known.location == str(notes)
    assert detect(f"{notes}/../notes/", None, (), (), [known]) == known


def test_adding_a_known_folder_again_changes_its_globs_alone(tmp_path: Path) -> None:
    notes = folder(tmp_path / "notes")
    known = detect(str(notes), "mine", ["*.md"], (), [])

    assert detect(str(notes), None, (), (), [known]) == known
    assert detect(str(notes), None, ["*.org"], (), [known]).include == ("*.org",)


def test_a_relative_place_and_the_user_s_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = folder(tmp_path / "notes")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert detect("notes", None, (), (), []).location == str(notes)
    assert detect("~/notes", None, (), (), []).location == str(notes)


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"n\xf6tes")
    odd.mkdir()

    found = detect(wire_path(odd), None, (), (), [])

    assert os_path(found.location) == str(odd)
    assert found.name.encode("utf-8")


@pytest.mark.parametrize("location", ["nowhere", "", "\0", "x" * 5000, "a.md/inside"])
def test_what_is_not_there_is_not_found(
    tmp_path: Path, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder(tmp_path / "here"))
    if location == "":
        location = str(tmp_path / "gone")

    with pytest.raises((NotFoundError, SourceError)):
        detect(location, None, (), (), [])


def test_a_file_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()

    with pytest.raises(UsageError, match="is no folder"):
        detect(str(tmp_path / "a.md"), None, (), (), [])


def test_an_unknown_user_s_folder() -> None:
    with pytest.raises(SourceError):
        detect("~no-such-user-here/notes", None, (), (), [])


def test_a_folder_behind_a_closed_door() -> None:
    with folder_for_anyone() as place, unprivileged():
        folder(place / "closed" / "notes").parent.chmod(0)
        with pytest.raises(SourceError, match="Permission denied"):
            detect(str(place / "closed" / "notes"), None, (), (), [])


def test_a_name_is_given_once(tmp_path: Path) -> None:
    known = detect(str(folder(tmp_path / "a")), "mine", (), (), [])

    with pytest.raises(UsageError, match="'mine' already"):
        detect(str(folder(tmp_path / "b")), "mine", (), (), [known])


def test_a_folder_within_a_known_one_is_refused_and_the_other_way_round(tmp_path: Path) -> None:
    inner = folder(tmp_path / "notes" / "journal")
    outer = detect(str(tmp_path / "notes"), None, (), (), [])
    with pytest.raises(UsageError, match="indexed already, as part of the source 'notes'"):
        detect(str(inner), None, (), (), [outer])

    within = detect(str(inner), None, (), (), [])
    with pytest.raises(UsageError, match="holds the source 'journal'"):
        detect(str(tmp_path / "notes"), None, (), (), [within])
    with pytest.raises(UsageError, match="holds the source"):
        detect("/", None, (), (), [within])


def test_a_neighbour_whose_name_begins_alike_is_no_overlap(tmp_path: Path) -> None:
    known = detect(str(folder(tmp_path / "notes")), None, (), (), [])

    assert detect(str(folder(tmp_path / "notes-old")), None, (), (), [known]).name == "notes-old"


@pytest.mark.parametrize("glob", ["", "[z-a]", "!"])
def test_a_glob_that_can_match_nothing_is_refused(tmp_path: Path, glob: str) -> None:
    with pytest.raises(UsageError, match="is no glob"):
        detect(str(tmp_path), None, [glob], (), [])
