"""What was read of a conversation is kept: across others, across starts, never when it is wrong."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.models.llama import LlamaModel
from khoj_lite.models.llama_states import States, model_digest, shared
from khoj_lite.types import Turn
from models.llama_talk import BICYCLE, LICENSE, MEETING, Said, about, ask, options

READ = LICENSE[:3000]


def converse(model: LlamaModel, temperature: float = 0.0) -> tuple[Said, Said]:
    """Two turns of one conversation."""
    turns = about(BICYCLE, before=READ)
    first = ask(model, turns, temperature=temperature)
    turns = [*turns, Turn("assistant", first.text), Turn("user", "Tell me more about [3]")]
    return first, ask(model, turns, temperature=temperature, max_tokens=40)


def test_conversations_that_alternate_are_not_read_again(
    quoting_gguf: Path, tmp_path: Path
) -> None:
    model = LlamaModel(quoting_gguf, "quoting", options(state_folder=tmp_path))
    ours, theirs = about(MEETING, before=READ), about(BICYCLE, before=READ[::-1])
    first, other = ask(model, ours), ask(model, theirs)
    assert first.evaluated > 700
    assert other.evaluated > 700
    for turns, earlier in ((ours, first), (theirs, other), (ours, first)):
        again = ask(model, turns)
        assert again.evaluated < 10
        assert again.text == earlier.text
    model.close()


def test_a_restart_goes_on_exactly_where_it_was(quoting_gguf: Path, tmp_path: Path) -> None:
    """At a high temperature the next word hangs on the last bits of the numbers."""
    steady = LlamaModel(quoting_gguf, "quoting", options(seed=7))
    first, second = converse(steady, temperature=2.0)
    steady.close()
    before = LlamaModel(quoting_gguf, "quoting", options(seed=7, state_folder=tmp_path))
    turns = about(BICYCLE, before=READ)
    assert ask(before, turns, temperature=2.0).text == first.text
    before.close()
    after = LlamaModel(quoting_gguf, "quoting", options(seed=7, state_folder=tmp_path))
    turns = [*turns, Turn("assistant", first.text), Turn("user", "Tell me more about [3]")]
    continued = ask(after, turns, temperature=2.0, max_tokens=40)
    after.close()
    assert continued.text == second.text
    assert continued.usage == second.usage
    assert continued.usage.reused_tokens > 700


def test_what_is_forgotten_is_neither_used_nor_written_down(
    quoting_gguf: Path, tmp_path: Path
) -> None:
    model = LlamaModel(quoting_gguf, "quoting", options(state_folder=tmp_path))
    ours, theirs = about(MEETING, before=READ), about(BICYCLE, before=READ[::-1])
    first = ask(model, ours)
    ask(model, theirs)
    assert list(tmp_path.iterdir())
    model.forget()
    assert ask(model, ours).evaluated == first.evaluated
    model.forget()
    model.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_states_are_for_their_owner_alone(quoting_gguf: Path, tmp_path: Path) -> None:
    folder = tmp_path / "states"
    model = LlamaModel(quoting_gguf, "quoting", options(state_folder=folder))
    ask(model, about(BICYCLE, before=READ))
    model.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_damaged_states_are_as_if_they_were_not_there(quoting_gguf: Path, tmp_path: Path) -> None:
    turns = about(BICYCLE, before=READ)
    expected = None
    for damage in (None, "flip", "cut", "text", "description"):
        model = LlamaModel(quoting_gguf, "quoting", options(state_folder=tmp_path))
        said = ask(model, turns)
        model.close()
        expected = expected or said
        assert (said.text, said.usage.reused_tokens) == (expected.text, 0), damage
        for path in tmp_path.glob("*.state"):
            _damage(path, {None: "flip", "flip": "cut", "cut": "text"}.get(damage, "description"))


def _damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    if how == "flip":
        data[len(data) // 2] ^= 0xFF
    elif how == "cut":
        del data[len(data) // 2 :]
    elif how == "text":
        data = bytearray(b"this is no state")
    else:
        path.with_suffix(".json").write_text('{"key": 1, "tokens": "many"}')
    path.write_bytes(data)


def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path: Path) -> None:
    states = States(tmp_path, 1 << 30, least_free=1 << 60)
    assert not states.save("a", range(10), lambda path: bool(path.write_bytes(b"ten")))
    assert list(tmp_path.iterdir()) == []


# --- the folder ----------------------------------------------------------------------------


def test_the_longest_beginning_in_common_is_found(tmp_path: Path) -> None:
    states = States(tmp_path, 1000)
    states.save("a", range(10), lambda path: bool(path.write_bytes(b"ten")))
    states.save("a", (0, 1, 99), lambda path: bool(path.write_bytes(b"three")))
    found = states.best("a", range(20))
    assert found is not None
    assert (found[0].tokens, found[1]) == (tuple(range(10)), 10)
    assert states.best("another", range(20)) is None


def test_a_state_takes_the_place_of_what_it_continues(tmp_path: Path) -> None:
    states = States(tmp_path, 1000)
    for end in (3, 6, 9):
        assert states.save("a", range(end), lambda path: bool(path.write_bytes(b"x")))
    assert len(list(tmp_path.glob("*.state"))) == 1
    found = States(tmp_path, 1000).best("a", range(9))
    assert found is not None
    assert found[1] == 9


def test_the_states_used_longest_ago_go_first(tmp_path: Path) -> None:
    states = States(tmp_path, 250)
    for number in range(3):
        states.save("a", (number, number), lambda path: bool(path.write_bytes(bytes(100))))
        for path in tmp_path.glob("*.json"):
            os.utime(path, (path.stat().st_mtime - 10,) * 2)
    kept = [json.loads(path.read_text())["tokens"][0] for path in tmp_path.glob("*.json")]
    assert sorted(kept) == [1, 2]
    assert len(list(tmp_path.iterdir())) == 4


def test_what_is_too_large_or_fails_leaves_nothing(tmp_path: Path) -> None:
    states = States(tmp_path, 50)
    assert not states.save("a", (1,), lambda path: bool(path.write_bytes(bytes(100))))
    assert not states.save("a", (1,), lambda path: False)
    assert not list(tmp_path.iterdir())


def test_parts_of_a_write_that_was_killed_are_removed(tmp_path: Path) -> None:
    (tmp_path / "half.part").write_bytes(b"half")
    (tmp_path / "alone.state").write_bytes(b"nothing describes it")
    States(tmp_path, 1000).save("a", (1,), lambda path: bool(path.write_bytes(b"x")))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_model_is_known_by_its_content(tmp_path: Path) -> None:
    one, copy, other = (tmp_path / name for name in ("one", "copy", "other"))
    one.write_bytes(bytes(3_000_000))
    copy.write_bytes(bytes(3_000_000))
    other.write_bytes(bytes(2_500_000) + b"\x01" + bytes(499_999))
    assert model_digest(one) == model_digest(copy) != model_digest(other)


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_the_common_beginning_is_counted(one: list[int], other: list[int]) -> None:
    expected = 0
    while expected < min(len(one), len(other)) and one[expected] == other[expected]:
        expected += 1
    assert shared(one, other) == expected
