"""What was measured of a model is still there after a restart."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from khoj_lite.models.llama_measure import Measurement, Needle, Perplexity
from khoj_lite.models.measurements import MOST, Measurements


def measured(model: str, nats: float = 700.0) -> Measurement:
    return Measurement(
        model,
        (Perplexity(2048, 2047, 6000, nats), Perplexity(4096, 4095, 12000, 1e9)),
        (Needle(2048, 0.5, True, "12345", "it is 12345"),),
        ("8,192 tokens were not measured",),
    )


def test_nothing_was_measured_yet(tmp_path: Path) -> None:
    assert Measurements(tmp_path / "measured.json").all() == []


def test_the_last_measurement_of_each_model_is_kept_the_latest_first(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    kept = Measurements(path)
    kept.keep(measured("one", 900.0))
    kept.keep(measured("two"))
    last = kept.keep(measured("one", 800.0))
    assert [each["model"] for each in Measurements(path).all()] == ["one", "two"]
    assert Measurements(path).all()[0] == last
    assert last["perplexity"] == measured("one", 800.0).as_dict()["perplexity"]


def test_old_ones_make_way(tmp_path: Path) -> None:
    kept = Measurements(tmp_path / "measured.json")
    for number in range(MOST + 2):
        kept.keep(measured(str(number)))
    assert [each["model"] for each in kept.all()] == [str(n) for n in range(MOST + 1, 1, -1)]


@pytest.mark.parametrize(
    "content", ["", "{", "{}", "[1]", '[{"model": "x"}]', '[{"model": 1, "measured": "2"}]', "\x00"]
)
def test_a_file_that_is_broken_holds_nothing_and_is_written_anew(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "measured.json"
    path.write_text(content)
    kept = Measurements(path)
    assert kept.all() == []
    kept.keep(measured("one"))
    assert [each["model"] for each in kept.all()] == ["one"]


def test_answers_about_notes_are_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    Measurements(path).keep(measured("one"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_written_is_not_lost(tmp_path: Path) -> None:
    kept = Measurements(tmp_path / "gone" / "measured.json").keep(measured("one"))
    assert kept["perplexity"] == measured("one").as_dict()["perplexity"]
    assert kept["notes"] == [
        "8,192 tokens were not measured",
        "this is not kept, since it cannot be written: No such file or directory",
    ]
