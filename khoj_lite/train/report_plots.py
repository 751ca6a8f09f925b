"""The plots of a report as SVG: learning curves, and where a gain lies. Pure; colours are the
style's."""

from __future__ import annotations

import math
from collections.abc import Sequence

from khoj_lite.train.curves import Point

_WIDE, _HIGH = 800.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 12.0, 12.0, 34.0
_MOST_POINTS = 600
"""More of them than there are pixels only make the page heavy."""
_LARGEST = 1e6
"""A loss above it, or one that is no number, is off the plot: the training went to pieces there."""
_PLOT, _ROW = 190.0, 26.0


def curves(train: Sequence[Point], smooth: Sequence[Point], validation: Sequence[Point]) -> str:
    """The losses by step; "" where there is nothing to draw."""
    train, smooth, validation = _thin(train), _thin(smooth), _thin(validation)
    every = [*train, *smooth, *validation]
    if len(every) < 2:
        return ""
    ys = _ticks(min(loss for _, loss in every), max(loss for _, loss in every))
    xs = [x for x in _ticks(0, max(step for step, _ in every)) if x == int(x)]
    last, low, high = max(xs[-1], every[-1][0]), ys[0], ys[-1]

    def across(step: float) -> float:
        return _LEFT + (_WIDE - _LEFT - _RIGHT) * step / (last or 1)

    def up(loss: float) -> float:
        return _HIGH - _BOTTOM - (_HIGH - _TOP - _BOTTOM) * (loss - low) / ((high - low) or 1)

    parts = [f'<svg viewBox="0 0 {_WIDE:g} {_HIGH:g}" role="img" aria-label="Learning curves">']
    for y in ys:
        parts.append(_line("grid", _LEFT, up(y), _WIDE - _RIGHT, up(y)))
        parts.append(_text(_LEFT - 8, up(y) + 4, _short(y), "end"))
    for x in xs:
        parts.append(_text(across(x), _HIGH - _BOTTOM + 17, f"{x:,.0f}", "middle"))
    parts.append(_line("axis", _LEFT, up(low), _WIDE - _RIGHT, up(low)))
    parts.append(_text((_LEFT + _WIDE - _RIGHT) / 2, _HIGH - 2, "step", "middle"))
    for name, points in (("step", train), ("learned", smooth), ("unseen", validation)):
        if points:
            drawn = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points)
            parts.append(f'<polyline class="{name}" points="{drawn}"/>')
    if validation:
        best = across(min(validation, key=lambda point: point[1])[0])
        parts.append(_line("best", best, _TOP, best, _HIGH - _BOTTOM))
    for x, y in validation:
        parts.append(f'<circle class="dot" cx="{across(x):.1f}" cy="{up(y):.1f}" r="4"/>')
    return "".join([*parts, "</svg>"])


def interval(gain: float, low: float, high: float, bound: float, verdict: str) -> str:
    """Where a gain lies, with nothing in the middle and how far it may fall on the left; "" where
    that is not known."""
    if not all(map(math.isfinite, (gain, low, high, bound))):
        return ""
    reach = 1.12 * max(abs(gain), abs(low), abs(high), bound, 1e-12)
    name = verdict if verdict in ("gained", "worse") else "same"

    def across(value: float) -> float:
        return _PLOT / 2 * (1 + value / reach)

    middle = _ROW / 2
    said = f"between {low:+.4g} and {high:+.4g}; it may fall by {bound:.4g}"
    return "".join((
        f'<svg width="{_PLOT:g}" height="{_ROW:g}" viewBox="0 0 {_PLOT:g} {_ROW:g}" role="img"'
        f' aria-label="{said}"><title>{said}</title>',
        f'<rect class="below" x="0" y="2" width="{across(-bound):.1f}" height="{_ROW - 4:g}"/>',
        _line("bound", across(-bound), 2, across(-bound), _ROW - 2),
        _line("zero", _PLOT / 2, 2, _PLOT / 2, _ROW - 2),
        _line(f"span {name}", across(low), middle, across(high), middle),
        f'<circle class="point {name}" cx="{across(gain):.1f}" cy="{middle:g}" r="5"/></svg>',
    ))  # fmt: skip


def key(name: str) -> str:
    """A short line as the curve of that name is drawn."""
    return f'<svg width="22" height="6" viewBox="0 0 22 6">{_line(name, 0, 3, 22, 3)}</svg>'


def _thin(points: Sequence[Point]) -> list[Point]:
    found = [(step, loss) for step, loss in points if abs(loss) <= _LARGEST]
    every = max(1, math.ceil(len(found) / _MOST_POINTS))
    return [*found[::every], *(found[-1:] if (len(found) - 1) % every else [])]


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers around these, five or so."""
    spread = high - low or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(spread / 4))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power * 5 >= spread)
    first = math.floor(low / step)
    return [(first + n) * step for n in range(math.ceil(high / step) - first + 1)]


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:.0f}"


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
