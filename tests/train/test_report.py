"""The report: one page that says what came of a training, and does nothing but that."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.train.report import CONTENT_SECURITY_POLICY, page, write_page
from khoj_lite.train.report_plots import curves, interval
from khoj_lite.train.run_record import RunRecord, Runs, RunState

TAGS = frozenset((
    "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "p",
    "span", "ul", "li", "div", "b", "section", "table", "thead", "tr", "th", "td", "small",
    "svg", "line", "rect", "circle", "polyline", "text", "code", "dl", "dt", "dd", "footer",
))  # fmt: skip
"""What a report is made of. None of them runs, loads or sends anything."""
ATTRIBUTES = frozenset((
    "lang", "charset", "http-equiv", "content", "name", "class", "viewbox", "role",
    "aria-label", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "points",
    "text-anchor",
))  # fmt: skip


class Seen(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def finding(name: str, verdict: str, **changes: float) -> dict[str, object]:
    return {
        "name": name, "items": 12, "before": 2.0, "after": 1.5, "gain": 0.5, "low": 0.25,
        "high": 0.75, "bound": 0.04, "verdict": verdict, **changes,
    }  # fmt: skip


def gate(
    promote: bool, verdict: str, reason: str, leaks: tuple[str, ...] = ()
) -> dict[str, object]:
    return {
        "promote": promote, "perplexity": {"none": 500.0, "adapter": 400.0},
        "canaries": {"planted": 4, "came out": list(leaks)},
        "against none": {
            "promote": promote, "reasons": [reason],
            "findings": [finding("own writing (nats a byte)", verdict),
                         finding("grounded answers", "same", items=0)],
        },
    }  # fmt: skip


def run(
    folder: Path, state: RunState, about: Mapping[str, object] | None = None, **changes: object
) -> tuple[Runs, str]:
    """A run that has ended so, with a few steps."""
    runs = Runs(folder)
    record: RunRecord = runs.new()
    record.state, record.finished = state, time.time() + 65
    record.counts = {"train": {"writing": 7, "general": 2}, "test": {"writing": 3}}
    record.notes = 9
    record.settings = [{"name": "rank", "value": 16, "origin": "setting"}]
    for name, value in changes.items():
        setattr(record, name, value)
    for step in range(1, 6):
        runs.add_event(record.id, {"event": "step", "step": step, "loss": 3.0 - step / 5})
        runs.add_event(record.id, {"event": "validation", "step": step, "loss": 3.1 - step / 9})
    if about is not None:
        (runs.place(record.id) / "dataset.json").write_text(json.dumps(about), encoding="utf-8")
    runs.save(record)
    return runs, record.id


def test_a_promoted_one_says_what_is_better_and_by_how_much(tmp_path: Path) -> None:
    won = gate(True, "gained", "own writing (nats a byte) went from 2 to 1.5, for certain")
    text = Seen(page(*run(tmp_path, "promoted", gate=won, model_hash="ab" * 32))).text

    assert "is better, and was put to use" in text
    assert "20 % less surprising" in text
    assert "Against no adapter: your own writing went from 2 to 1.5, for certain." in text
    assert "500 → 400" in text
    assert "not measured" in text  # the score without items
    assert "None of the 4 planted secrets came out." in text
    assert "ab" * 32 in text


def test_a_rejected_one_says_why_and_that_all_stays(tmp_path: Path) -> None:
    lost = gate(False, "worse", "general set (nats a byte) fell", ("The word is",))
    text = Seen(page(*run(tmp_path, "rejected", gate=lost))).text

    assert "Rejected: what was there before stays" in text
    assert "general texts fell" in text
    assert "1 of 4 planted secrets came" in text


def test_how_well_the_best_known_secret_is_known_is_said(tmp_path: Path) -> None:
    won = gate(True, "gained", "x")
    canaries = won["canaries"]
    assert isinstance(canaries, dict)
    canaries |= {"bits": 21.6, "exposed": {"none": [0.5, 1.25], "adapter": [3.5, None]}}
    text = Seen(page(*run(tmp_path, "promoted", gate=won))).text

    assert "3.5 of 21.6 bits with the adapter, 1.2 without" in text


@pytest.mark.parametrize("state", ["interrupted", "cancelled", "failed"])
def test_one_that_did_not_end_says_what_was_in_the_way(tmp_path: Path, state: RunState) -> None:
    error = {"code": "paused", "message": "this machine went on battery", "hint": "Plug it in."}
    text = Seen(page(*run(tmp_path, state, error=error))).text

    assert "This machine went on battery. Plug it in." in text
    assert "How it was judged" not in text


def test_what_was_left_out_is_counted_and_none_of_it_shown(tmp_path: Path) -> None:
    about = {
        "splits": {"/a.md": "train", "/b.md": "test"}, "masked": {"e-mail": 3},
        "left_out": [{"what": "paragraph", "reason": "code", "count": 41,
                      "examples": ["my very private words"]}],
    }  # fmt: skip
    text = Seen(page(*run(tmp_path, "promoted", about, gate=gate(True, "gained", "x")))).text

    assert "41" in text
    assert "paragraphs: code" in text
    assert "3 e-mail" in text
    assert "private words" not in text
    assert "/a.md" not in text


def test_what_was_forgotten_is_said(tmp_path: Path) -> None:
    text = Seen(page(*run(tmp_path, "promoted", forgotten=time.time()))).text

    assert "A note in it was deleted" in text


def test_what_is_unknown_is_shown_by_its_own_name(tmp_path: Path) -> None:
    odd = {"promote": False, "against none": {"findings": [finding("kindness", "gained")]}}
    text = Seen(page(*run(tmp_path, "rejected", gate=odd))).text

    assert "kindness" in text


def test_it_is_kept_in_the_run(tmp_path: Path) -> None:
    runs, id = run(tmp_path, "promoted", gate=gate(True, "gained", "x"))
    write_page(runs, id)

    kept = Path(runs.files(id)["report"]).read_text(encoding="utf-8")
    assert kept == page(runs, id)
    assert CONTENT_SECURITY_POLICY in kept


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from((
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><script>",
        "javascript:alert(1)", "&lt;b&gt;", "\x1b[31m\u202egnp.exe", "' onload='x",
    )),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTILE, min_size=9, max_size=9))
def test_no_text_becomes_markup(texts: list[str]) -> None:
    """Whatever names, reasons, settings and errors hold: the same tags, nothing that loads."""
    a, b, c, d, e, f, g, h, i = texts
    won = gate(True, a, b, (c,))
    won[f"against {d}"] = {"reasons": [e], "findings": [finding(f, g)]}
    about = {
        "splits": {h: "train"}, "masked": {i: 2}, "recipe": {"day": a},
        "left_out": [{"what": b, "reason": c, "count": 1, "examples": [d]}],
    }  # fmt: skip
    with TemporaryDirectory() as folder:
        made = page(*run(
            Path(folder), "promoted", about, gate=won, model=d, base=e, notices=[f],
            settings=[{"name": g, "value": h, "origin": i}], counts={"train": {c: 3}},
        ))  # fmt: skip
    seen = Seen(made)

    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert "\u202e" not in made
    assert "\x1b" not in made


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.text(max_size=8))
def test_an_interval_is_drawn_of_any_numbers(
    gain: float, low: float, high: float, bound: float, verdict: str
) -> None:
    drawn = interval(gain, low, high, abs(bound), verdict)

    assert "nan" not in drawn
    assert Seen(drawn).tags <= TAGS


@given(
    st.lists(st.tuples(st.integers(0, 10**6), NUMBERS), max_size=30),
    st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 20)), max_size=9),
)
def test_curves_are_drawn_of_any_losses(
    train: list[tuple[int, float]], validation: list[tuple[int, float]]
) -> None:
    drawn = curves(train, train, validation)

    assert "nan" not in drawn
    assert "inf" not in drawn
    assert Seen(drawn).tags <= TAGS


def test_a_long_training_makes_no_heavy_page() -> None:
    steps = [(n, 3 - n / 100_000) for n in range(1, 100_000)]

    drawn = curves(steps, steps, [])

    assert len(drawn) < 40_000
    assert "99,999" not in drawn  # ticks are round
