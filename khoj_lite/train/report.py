"""A run as one page of HTML that stands for itself."""

from __future__ import annotations

import contextlib
from html import escape

from khoj_lite.train.run_record import REPORT, Runs

CONTENT_SECURITY_POLICY = "default-src 'none'"


def page(runs: Runs, run_id: str) -> str:
    """The report of a run; NotFoundError when there is none."""
    record = runs.get(run_id)
    return f"<!doctype html><title>{escape(record.id)}</title>"


def write_page(runs: Runs, run_id: str) -> None:
    """Keep the report of a run in its folder, if there is room."""
    file = runs.place(run_id) / REPORT
    with contextlib.suppress(OSError):
        file.write_text(page(runs, run_id), encoding="utf-8")
