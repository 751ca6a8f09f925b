"""What learning curves say, on curves made up for the purpose."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from khoj_lite.train.curves import Point, curve_data, draw, verdict


def _falling(start: float, end: float, speed: float, steps: int = 100) -> list[Point]:
    return [(step, end + (start - end) * math.exp(-speed * step)) for step in range(1, steps + 1)]


def _every(points: list[Point], each: int = 10) -> list[Point]:
    return [points[0], *points[each - 1 :: each]]


_LEARNED = _falling(4, 2, 0.08)


def test_a_curve_that_fell_and_levelled_off_is_well_fit() -> None:
    said = verdict(_LEARNED, _every(_falling(4, 2.2, 0.1)))
    assert said.word == "well fit"
    assert said.change == ""
    assert "fell by 4" in said.reason


def test_a_curve_that_still_falls_is_underfit() -> None:
    said = verdict(_falling(4, 1, 0.005), _every(_falling(4, 1, 0.005)))
    assert said.word == "underfit"
    assert "More epochs" in said.change


def test_a_curve_that_rises_again_is_overfit() -> None:
    up = [(step, loss + max(0, step - 40) * 0.01) for step, loss in _falling(4, 2.2, 0.1)]
    said = verdict(_falling(4, 0.5, 0.03), _every(up))
    assert said.word == "overfit"
    assert "After step 40 " in said.reason
    assert "Fewer epochs" in said.change


def test_noise_around_the_best_is_not_overfit() -> None:
    noisy = [(step, loss * (1.005 if step % 20 else 1)) for step, loss in _falling(4, 2.2, 0.1)]
    assert verdict(_LEARNED, _every(noisy)).word == "well fit"


def test_what_does_not_carry_over_is_told_from_what_is_not_learned() -> None:
    flat = [(step, 3.0) for step in range(0, 101, 10)]
    rows = verdict(_LEARNED, flat)
    rate = verdict([(step, 3.0) for step in range(100)], flat)
    assert (rows.word, rate.word) == ("not learning", "not learning")
    assert "More notes" in rows.change
    assert "higher learning rate" in rate.change


def test_a_jump_is_unstable() -> None:
    jumped = [(step, loss if step < 60 else 9.0) for step, loss in _LEARNED]
    assert verdict(jumped, _every(_LEARNED)).word == "unstable"
    assert verdict([(1, math.nan)], []).word == "unstable"


def test_one_odd_batch_is_not_unstable() -> None:
    odd = [(step, loss * (2 if step == 60 else 1)) for step, loss in _LEARNED]
    assert verdict(odd, _every(_LEARNED)).word == "well fit"


@pytest.mark.parametrize("points", [[], [(1, 2.0)], [(1, 2.0), (2, 1.9)]])
def test_a_few_points_say_nothing(points: list[Point]) -> None:
    assert verdict(points, points).word == "too short to tell"


@given(st.lists(st.floats(0, 20), max_size=30), st.lists(st.floats(0, 20), max_size=30))
def test_any_curve_gets_a_verdict_and_becomes_json(
    train: list[float], validation: list[float]
) -> None:
    data = curve_data(list(enumerate(train)), list(enumerate(validation)))
    again = json.loads(json.dumps(data, allow_nan=False))
    assert len(again["train_smooth"]) == len(train)
    assert again["verdict"]["word"]


@pytest.mark.parametrize("curves", [(_LEARNED, _every(_LEARNED)), ([], [])])
def test_the_picture_is_a_png_with_something_in_it(
    tmp_path: Path, curves: tuple[list[Point], list[Point]]
) -> None:
    draw(*curves, tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.format == "PNG"
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or ()}
    assert ((192, 86, 43) in colours) is bool(curves[1])  # the validation curve
