"""Whether a new adapter is put to use: paired statistics on notes it has never seen. Pure.

Both sides answer the same items, so that it is the differences that are looked at, and how they
would scatter if other notes had been drawn (the paired bootstrap; Efron and Tibshirani 1993, Koehn
2004). An adapter is promoted when at least one score gains for certain and none falls by more than
its bound. Everything else keeps what was there: that is a normal end of a training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

RESAMPLES = 4000
CONFIDENCE = 0.95
LEAST_ITEMS = 5
"""With fewer no gain counts as certain."""


@dataclass(frozen=True, slots=True)
class Score:
    """One thing that is measured, item by item: `before` and `after` are of the same items.

    Each value is a mean over `weights` units (tokens of a text; one for an answer). `better` says
    which way is up. `bound`: how far it may fall, `least`: how much counts as a gain, both on the
    scale of the values, or as a share of `before` where `relative`."""

    name: str
    before: Sequence[float]
    after: Sequence[float]
    better: str = "higher"
    bound: float = 0.02
    least: float = 0.0
    relative: bool = False
    counts: bool = True
    weights: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a score says: its means, the gain (positive is better) and where it lies with
    CONFIDENCE; `verdict`: gained, same or worse."""

    name: str
    items: int
    before: float
    after: float
    gain: float
    low: float
    high: float
    bound: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to promote, why in plain words, and what it rests on."""

    promote: bool
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "promote": self.promote, "reasons": list(self.reasons),
            "findings": [asdict(finding) for finding in self.findings],
        }  # fmt: skip


def decide(scores: Sequence[Score], leaks: Sequence[str] = (), seed: int = 1) -> Decision:
    """The decision on these scores; `leaks` are planted secrets that came out.

    With several scores that may gain, each has to be surer (Bonferroni), so that the number of
    things measured does not make a gain by chance likelier."""
    hopes = max(1, sum(score.counts for score in scores))
    findings = tuple(find(score, 1 - (1 - CONFIDENCE) / hopes, seed) for score in scores)
    counted = {score.name for score in scores if score.counts}
    gained = [f for f in findings if f.verdict == "gained" and f.name in counted]
    worse = [f for f in findings if f.verdict == "worse"]
    reasons = [f"a planted secret came out or is known by heart: {leak}" for leak in leaks]
    reasons += [
        f"{f.name} fell from {f.before:.4g} to {f.after:.4g}, more than the bound of {f.bound:.4g}"
        for f in worse
    ]
    if not gained:
        reasons.append("no score gained for certain")
    promote = bool(gained) and not worse and not leaks
    if promote:
        reasons = [
            f"{f.name} went from {f.before:.4g} to {f.after:.4g}, for certain" for f in gained
        ]
    return Decision(promote, tuple(reasons), findings)


def find(score: Score, confidence: float = CONFIDENCE, seed: int = 1) -> Finding:
    """What one score says. Without items it says "same"."""
    before = np.asarray(score.before, np.float64)
    after = np.asarray(score.after, np.float64)
    if before.shape != after.shape:
        raise ValueError(f"{score.name}: both sides must be of the same items")
    weights = np.asarray(score.weights, np.float64) if len(score.weights) else np.ones_like(before)
    if not len(before) or weights.sum() <= 0:
        return Finding(score.name, 0, 0.0, 0.0, 0.0, 0.0, 0.0, score.bound, "same")
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return Finding(score.name, len(before), float("nan"), float("nan"), float("-inf"),
                       float("-inf"), float("-inf"), score.bound, "worse")  # fmt: skip
    sign = 1.0 if score.better == "higher" else -1.0
    gains = sign * (after - before)
    low, high = interval(gains, weights, confidence, seed)
    gain = float((gains * weights).sum() / weights.sum())
    start = float((before * weights).sum() / weights.sum())
    end = float((after * weights).sum() / weights.sum())
    scale = abs(start) if score.relative else 1.0
    bound, least = score.bound * scale, score.least * scale
    if gain < -bound:
        verdict = "worse"
    elif len(before) >= LEAST_ITEMS and low > 0 and gain >= least:
        verdict = "gained"
    else:
        verdict = "same"
    return Finding(score.name, len(before), start, end, gain, low, high, bound, verdict)


def interval(
    gains: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]],
    weights: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]],
    confidence: float, seed: int,
) -> tuple[float, float]:  # fmt: skip
    """Where the weighted mean of the gains lies, by resampling the items with replacement."""
    held, heavy = np.asarray(gains, np.float64), np.asarray(weights, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(held), (RESAMPLES, len(held)))
    totals = np.maximum(heavy[drawn].sum(axis=1), 1e-12)
    means = (held * heavy)[drawn].sum(axis=1) / totals
    tail = (1 - confidence) / 2
    return float(np.quantile(means, tail)), float(np.quantile(means, 1 - tail))
