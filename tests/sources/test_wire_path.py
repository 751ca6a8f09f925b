"""File names as text: every name has one form, and comes back from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.sources.wire_path import os_path, wire_path

NAMES = st.binary(min_size=1, max_size=30).filter(lambda name: b"\0" not in name)
"""What Linux takes for a path: any bytes but NUL."""

LOOKALIKES = st.text("a\U0010ff80\U0010ffff\U0010ff7fé", min_size=1, max_size=8)
"""Names that hold the very characters that stand for bytes."""


@given(NAMES | LOOKALIKES.map(str.encode))
def test_every_name_comes_back(name: bytes) -> None:
    assert os.fsencode(os_path(wire_path(name))) == name


@given(NAMES)
def test_a_wire_path_always_encodes(name: bytes) -> None:
    wire_path(name).encode("utf-8")


@given(NAMES | LOOKALIKES.map(str.encode), NAMES | LOOKALIKES.map(str.encode))
def test_two_names_never_look_the_same(one: bytes, other: bytes) -> None:
    assert (wire_path(one) == wire_path(other)) == (one == other)


@given(st.text(max_size=30).filter(lambda name: all(ord(c) < 0x10FF80 for c in name)))
def test_a_name_that_is_text_stays_as_it_is(name: str) -> None:
    if not any("\ud800" <= c <= "\udfff" for c in name):
        assert wire_path(name) == name


def test_a_file_whose_name_is_no_text_is_opened_by_its_wire_path(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    with open(os.path.join(folder, b"caf\xe9.md"), "wb") as file:
        file.write(b"latin")
    (name,) = os.listdir(folder)

    wire = wire_path(os.path.join(folder, name))

    with open(os_path(wire), "rb") as file:
        assert file.read() == b"latin"


def test_names_are_bytes_even_in_a_process_without_a_locale(tmp_path: Path) -> None:
    script = (
        "from khoj_lite.sources.wire_path import os_path, wire_path; import os;"
        "name = wire_path(b'caf\\xe9'); assert os.fsencode(os_path(name)) == b'caf\\xe9'"
    )
    environment = {"LC_ALL": "C", "PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT)}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, cwd=tmp_path)


_ROOT = Path(__file__).parents[2]
