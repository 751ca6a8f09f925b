"""Values of a report as HTML shows them. Pure. Nothing gets into a report but through here."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from html import escape
from typing import Any


def text(value: object) -> str:
    """Any text as HTML shows it: without characters that steer terminals or turn text around."""
    shown = "".join(c for c in str(value) if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return escape(shown, quote=True)


def figure(value: object) -> str:
    """A number for people, four digits of it; any other value as text."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "–"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "–"
        if value and not 1e-3 <= abs(value) < 1e5:
            return f"{value:.3g}"
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"
    return text(value)


def span(minutes: float) -> str:
    """A length of time."""
    if minutes < 1.5:
        return f"{minutes * 60:.0f} seconds"
    return f"{minutes:.0f} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"


def number(value: object) -> float:
    """A number as it is, NaN for what is none."""
    return float(value) if isinstance(value, int | float) else math.nan


def is_number(value: object) -> bool:
    """Whether it is a number that can be shown."""
    return math.isfinite(number(value))


def mapping(value: object) -> Mapping[str, Any]:
    """A mapping as it is, an empty one for what is none."""
    return value if isinstance(value, Mapping) else {}
