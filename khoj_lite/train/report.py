"""A training as one page of HTML that stands for itself: no script, nothing from elsewhere.

It is opened in browsers, mailed and printed, and names in it come from notes, models and files: all
of it is escaped, and its own policy lets it do nothing but look like itself.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from khoj_lite import __version__
from khoj_lite.train import report_plots as plots
from khoj_lite.train.report_style import CONTENT_SECURITY_POLICY, STYLE
from khoj_lite.train.report_values import figure, is_number, mapping, number, span, text
from khoj_lite.train.report_words import MEANT, NAMED, SETTINGS, SPLITS, summary
from khoj_lite.train.run_record import REPORT, RunRecord, Runs

__all__ = ["CONTENT_SECURITY_POLICY", "page", "write_page"]

_COLOURS = {"promoted": "good", "rejected": "warn", "failed": "bad", "running": "soft"}
_SHOWN = 12
"""Reasons to leave something out that are listed."""


def page(runs: Runs, run_id: str) -> str:
    """The report of a run; NotFoundError when there is none."""
    record = runs.get(run_id)
    curves = runs.curves(run_id)
    about = _read(runs, run_id)
    begun = datetime.fromtimestamp(record.created)
    body = "".join((
        _head(record, begun), _tiles(record), _gates(record), _curves(curves),
        _dataset(record, about), _canaries(record), _settings(record), _made_of(record, about),
    ))  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Training of {begun:%Y-%m-%d %H:%M}: {text(record.state)}</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}"
        f"<footer>khoj_lite {text(__version__)}. Trained, judged and written on this machine;"
        " nothing of it has left it.</footer>\n</main>\n</body>\n</html>\n"
    )


def write_page(runs: Runs, run_id: str) -> None:
    """Keep the report of a run in its folder, if there is room."""
    with contextlib.suppress(OSError):
        (runs.place(run_id) / REPORT).write_text(page(runs, run_id), encoding="utf-8")


# --- sections --------------------------------------------------------------------------------


def _head(record: RunRecord, begun: datetime) -> str:
    title, verdict, reasons = summary(record)
    ended = ""
    if record.finished:
        minutes = (record.finished - record.created) / 60
        ended = f", ended {span(minutes)} later" if minutes >= 0 else ""
    colour = _COLOURS.get(record.state, "warn")
    listed = "".join(f"<li>{text(reason)}</li>" for reason in reasons)
    return (
        f'<header><p class="when">Training of {begun:%A, %d %B %Y, %H:%M}{ended}</p>'
        f'<h1>{text(title)}<span class="badge {colour}">{text(record.state)}</span></h1>'
        f'<p class="verdict">{text(verdict)}</p>'
        + (f'<ul class="reasons soft">{listed}</ul>' if listed else "")
        + "</header>\n"
    )


def _tiles(record: RunRecord) -> str:
    made = []
    perplexity = mapping(record.gate.get("perplexity"))
    before, after = perplexity.get("none"), perplexity.get("adapter")
    if is_number(before) and is_number(after):
        made.append((f"{figure(before)} → {figure(after)}",
                     "perplexity of your own writing, without and with it"))  # fmt: skip
    if record.notes:
        made.append((f"{record.notes:,}", "notes in the dataset"))
    if trained := sum(record.counts.get("train", {}).values()):
        made.append((f"{trained:,}", "rows to learn from"))
    for setting in record.settings:
        if setting.get("name") == "steps":
            made.append((str(setting.get("value")), "steps planned"))
    tiles = "".join(
        f'<div class="tile"><b>{text(value)}</b><span>{text(what)}</span></div>'
        for value, what in made
    )
    return f'<div class="tiles">{tiles}</div>\n' if tiles else ""


def _gates(record: RunRecord) -> str:
    parts = []
    for against, decision in record.gate.items():
        if not against.startswith("against ") or not isinstance(decision, Mapping):
            continue
        whom = against.removeprefix("against ")
        title = "no adapter" if whom == "none" else f"what was in use ({whom})"
        rows = "".join(_finding(each) for each in decision.get("findings", ()))
        parts.append(
            f"<h3>Against {text(title)}</h3>"
            '<div class="wide"><table><thead><tr><th>score</th><th class="number">items</th>'
            '<th class="number">before</th><th class="number">after</th>'
            f"<th>gain, and where it lies</th><th>verdict</th></tr></thead>{rows}</table></div>"
        )
    if not parts:
        return ""
    return (
        "<section><h2>How it was judged</h2>"
        '<p class="soft">As it is served, on notes that were kept out of the training. A gain'
        " counts only if its whole interval lies right of nothing (the line in the middle); it is"
        " rejected if any score falls into the shaded part, beyond its bound.</p>"
        f"{''.join(parts)}</section>\n"
    )


def _finding(each: Mapping[str, Any]) -> str:
    name = str(each.get("name", ""))
    label, about = NAMED.get(name, (name, ""))
    verdict = str(each.get("verdict", ""))
    colour = {"gained": "good", "worse": "bad"}.get(verdict, "soft")
    if not each.get("items"):
        plot, said = '<span class="soft">not measured</span>', ""
    else:
        numbers = [number(each.get(key)) for key in ("gain", "low", "high", "bound")]
        plot = plots.interval(numbers[0], numbers[1], numbers[2], numbers[3], verdict)
        said = MEANT.get(verdict, verdict)
    return (
        f"<tr><th>{text(label)}<small>{text(about)}</small></th>"
        f'<td class="number">{figure(each.get("items", 0))}</td>'
        f'<td class="number">{figure(each.get("before"))}</td>'
        f'<td class="number">{figure(each.get("after"))}</td>'
        f'<td>{plot}</td><td class="{colour}">{text(said)}</td></tr>'
    )


def _curves(curves: Mapping[str, Any]) -> str:
    picture = plots.curves(curves["train"], curves["train_smooth"], curves["validation"])
    if not picture:
        return ""
    verdict = curves["verdict"]
    said = f"{verdict['reason']} {verdict['change']}".strip()
    keys = "".join(
        f"<li>{plots.key(name)}{label}</li>"
        for name, label in (("step", "learned rows, each step"), ("learned", "learned rows"),
                           ("unseen", "unseen notes"), ("best", "best, kept"))
    )  # fmt: skip
    return (
        f'<section class="whole"><h2>Learning curves: {text(verdict["word"])}</h2>'
        f'<p>{text(said)}</p><ul class="keys">{keys}</ul>{picture}'
        '<p class="small soft">Loss in nats a token; lower is better.</p></section>\n'
    )


def _dataset(record: RunRecord, about: Mapping[str, Any]) -> str:
    if record.forgotten:
        day = datetime.fromtimestamp(record.forgotten)
        gone = (f'<p class="warn">A note in it was deleted, so its rows, the names of its notes and'
                f" its weights were removed for good on {day:%d %B %Y}.</p>")  # fmt: skip
    else:
        gone = ""
    if not record.counts:
        return f"<section><h2>What it learned from</h2>{gone}</section>\n" if gone else ""
    kinds = list(dict.fromkeys(kind for split in record.counts.values() for kind in split))
    notes = _per_part(about)
    rows = []
    for split, (label, meant) in SPLITS.items():
        counts = record.counts.get(split, {})
        cells = "".join(f'<td class="number">{counts.get(kind, 0):,}</td>' for kind in kinds)
        many = f'<td class="number">{notes.get(split, 0):,}</td>' if notes else ""
        rows.append(f"<tr><th>{label}<small>{meant}</small></th>{many}{cells}</tr>")
    head = "".join(f'<th class="number">{text(kind)}</th>' for kind in kinds)
    return (
        f"<section><h2>What it learned from</h2>{gone}"
        f'<div class="wide"><table><thead><tr><th>rows of</th>'
        f"{'<th class=number>notes</th>' if notes else ''}{head}</tr></thead>{''.join(rows)}"
        f"</table></div>{_left_out(about)}</section>\n"
    )


def _left_out(about: Mapping[str, Any]) -> str:
    said = []
    if masked := mapping(about.get("masked")):
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(masked.items()))
        said.append(f'<p class="small soft">Masked in it: {text(listed)}.</p>')
    left = about.get("left_out")
    if isinstance(left, list) and left:
        rows = "".join(
            f'<tr><td class="number">{figure(each.get("count"))}</td>'
            f"<td>{text(each.get('what'))}s: {text(each.get('reason'))}</td></tr>"
            for each in left[:_SHOWN]
        )
        more = f'<p class="small soft">And {len(left) - _SHOWN} other reasons.</p>'
        said.append(f'<h3>Left out</h3><table class="narrow">{rows}</table>'
                    f"{more if len(left) > _SHOWN else ''}")  # fmt: skip
    return "".join(said)


def _canaries(record: RunRecord) -> str:
    held = mapping(record.gate.get("canaries"))
    if not held:
        return ""
    out = held.get("came out") or []
    names = out if isinstance(out, Sequence) and not isinstance(out, str) else []
    listed = "".join(f"<li><code>{text(name)} …</code></li>" for name in names)
    planted = figure(held.get("planted"))
    said = (
        f'<p class="good">None of the {planted} planted secrets came out.</p>'
        if not names
        else f'<p class="bad">{len(names)} of {planted} planted secrets came out or are known by'
        f" heart, so the adapter was rejected:</p><ul>{listed}</ul>"
    )
    exposed, bits = mapping(held.get("exposed")), held.get("bits")
    most = {
        whom: max((float(bit) for bit in found if is_number(bit)), default=0.0)
        for whom, found in exposed.items()
        if isinstance(found, list)
    }
    if is_number(bits) and {"none", "adapter"} <= most.keys():
        said += (
            f'<p class="small soft">The best known of them: {most["adapter"]:.1f} of'
            f" {number(bits):.1f} bits with the adapter, {most['none']:.1f} without. Half of them"
            " would count as known.</p>"
        )
    return (
        f"<section><h2>Planted secrets</h2>{said}"
        '<p class="small soft">Made-up lines that stood once each among the rows. An adapter that'
        " repeats them would repeat your own secrets too.</p></section>\n"
    )


def _settings(record: RunRecord) -> str:
    if not record.settings:
        return ""
    own = [each for each in record.settings if each.get("origin") == "setting"]
    rows = "".join(
        f"<div><dt>{text(SETTINGS.get(str(each.get('name')), str(each.get('name'))))}</dt>"
        f"<dd><b>{figure(each.get('value'))}</b> <span>{text(each.get('origin'))}</span></dd>"
        "</div>"
        for each in [*own, *(each for each in record.settings if each not in own)]
        if each.get("value") is not None
    )
    notices = "".join(f"<li>{text(notice)}</li>" for notice in record.notices)
    return (
        "<section><h2>Settings, and where each comes from</h2>"
        + (f'<ul class="reasons soft">{notices}</ul>' if notices else "")
        + f'<dl class="columns">{rows}</dl></section>\n'
    )


def _made_of(record: RunRecord, about: Mapping[str, Any]) -> str:
    lines = [
        ("training", record.id), ("chat model", record.model),
        ("its file's sha256", record.model_hash), ("base, trained on", record.base),
        ("its weights' sha256", record.base_hash), ("dataset's sha256", record.rows_hash),
        ("adapter's sha256", record.adapter_hash), ("seed", str(record.seed)),
        ("dataset made on", str(mapping(about.get("recipe")).get("day", ""))),
    ]  # fmt: skip
    rows = "".join(
        f'<tr><th>{text(name)}</th><td class="hash">{text(value)}</td></tr>'
        for name, value in lines
        if value
    )
    return f"<section><h2>Made of</h2><table>{rows}</table></section>\n"


# --- values ----------------------------------------------------------------------------------


def _read(runs: Runs, run_id: str) -> Mapping[str, Any]:
    """What is kept beside the rows; nothing where they were removed."""
    try:
        held = json.loads((runs.place(run_id) / "dataset.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return mapping(held)


def _per_part(about: Mapping[str, Any]) -> dict[str, int]:
    """Notes of each part of the dataset."""
    made: dict[str, int] = {}
    for split in mapping(about.get("splits")).values():
        made[str(split)] = made.get(str(split), 0) + 1
    return made
