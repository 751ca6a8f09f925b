"""Names of files that are made of titles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.chat.file_name import MOST_NAME_BYTES, file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plain words", "Plain words"),
        ("Where is the key?", "Where is the key"),
        ("../../etc/passwd", "etc passwd"),
        ("a/b\\c:d*e?f\"g<h>i|j#k^l[m]n", "a b c d e f g h i j k l m n"),
        (".hidden.", "hidden"),
        ("nul", "nul page"),
        ("Con.txt", "Con.txt page"),
        ("COM¹", "COM¹ page"),
        ("", "Untitled page"),
        ("...", "Untitled page"),
        ("right\u202eleft\u0000\n new", "rightleft new"),
        ("half \ud83d a pair", "half a pair"),
        ("京都の寺", "京都の寺"),
    ],
)  # fmt: skip
def test_names_are_safe_and_readable(title: str, name: str) -> None:
    assert file_name(title, "page") == name


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_title_makes_one_name_for_every_system(title: str) -> None:
    name = file_name(title, "page")
    assert name
    assert len(name.encode()) <= MOST_NAME_BYTES + len(" page")
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name[0] not in ". "
    assert name[-1] not in ". "
