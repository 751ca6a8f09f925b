"""`index`: bring the index up to date and exit."""

from __future__ import annotations

from argparse import Namespace

from khoj_lite import config
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Json, open_door

SHOWN_FAILURES = 10


def run(options: Namespace, console: Console) -> None:
    with open_door(config.load(options.home), writes=True, on_progress=console.progress) as door:
        report = door.index(options.names, full=options.full, on_progress=console.progress)
    if options.json:
        console.json(report)
        return
    console.print(summary(report))
    failures = report["failures"]
    for failure in failures[:SHOWN_FAILURES]:
        console.say(f"failed: {failure['path']}: {failure['message']}", "yellow")
    if len(failures) > SHOWN_FAILURES:
        more = len(failures) - SHOWN_FAILURES
        console.say(f"and {more:,} more: khoj-lite status --failed", "yellow")


def summary(report: Json) -> str:
    """What a sync did, on one line; counts of nothing are left out."""
    counts = report["files"]
    parts = [f"{counts[name]:,} {name}" for name in counts if counts[name]] or ["nothing to index"]
    return (
        f"{', '.join(parts)}: {report['entries']:,} entries, {report['embedded']:,} passages"
        f" embedded in {report['seconds']:.1f} s"
    )
