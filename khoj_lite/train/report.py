"""A run as one page of HTML that stands for itself."""

from __future__ import annotations

from html import escape

from khoj_lite.train.run_record import RunRecord, Runs

CONTENT_SECURITY_POLICY = "default-src 'none'"


def page(record: RunRecord, runs: Runs) -> str:
    """The report of a run."""
    return f"<!doctype html><title>{escape(record.id)}</title>"
