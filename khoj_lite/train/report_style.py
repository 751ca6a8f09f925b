"""The style of a report: one sheet, light and dark, for screens and for paper."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f5f1; --card: #fffefc; --line: #e3e0d8; --strong: #cbc7bc;
  --text: #1e1d1a; --soft: #5d5950; --accent: #0e655c; --learned: #8fb7b0; --unseen: #b4532a;
  --good: #2b7a4b; --warn: #8a5800; --bad: #a5322a; --wash: #efede7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141416; --card: #1b1b1e; --line: #2b2b30; --strong: #424249;
    --text: #ebeae6; --soft: #a9a69f; --accent: #62c7b8; --learned: #3f6f68; --unseen: #ef9a6c;
    --good: #6fcf97; --warn: #eebc62; --bad: #ff9a8e; --wash: #232327;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  background: var(--page); color: var(--text); padding: 40px 20px 64px;
  font: 400 15px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
    "Helvetica Neue", sans-serif;
}
main { max-width: 860px; margin: 0 auto; }
h1 { font-size: 27px; line-height: 1.2; letter-spacing: -0.02em; font-weight: 650; }
h2 { font-size: 17px; letter-spacing: -0.01em; font-weight: 620; margin-bottom: 4px; }
h3 { font-size: 14px; font-weight: 620; margin: 20px 0 2px; }
p { text-wrap: pretty; }
.soft { color: var(--soft); }
.small { font-size: 13px; }
header { margin-bottom: 22px; }
header .when { color: var(--soft); font-size: 14px; margin-bottom: 6px; }
.verdict { font-size: 18px; line-height: 1.45; margin-top: 14px; max-width: 46em; }
.badge {
  display: inline-block; padding: 1px 10px 2px; border-radius: 99px; font-size: 13px;
  font-weight: 600; vertical-align: 5px; margin-left: 10px; letter-spacing: 0;
  border: 1px solid currentColor;
}
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
ul.reasons { padding-left: 1.1em; margin-top: 8px; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin-bottom: 14px; }
.tile {
  flex: 1 1 150px; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 12px 16px;
}
.tile b { display: block; font-size: 22px; font-weight: 620; letter-spacing: -0.02em;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.tile span { color: var(--soft); font-size: 13px; line-height: 1.35; display: block; }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 20px 22px 22px; margin-bottom: 14px;
}
section > p { max-width: 44em; }
table { border-collapse: collapse; width: 100%; margin-top: 12px; font-size: 14px; }
th, td { text-align: left; padding: 7px 12px 7px 0; vertical-align: top;
  border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; font-size: 12.5px; border-top: 0;
  padding-top: 0; padding-bottom: 4px; }
tbody th { font-weight: 500; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td small, tbody th small { display: block; color: var(--soft); font-weight: 400; font-size: 12.5px;
  line-height: 1.4; }
.wide { overflow-x: auto; } .wide table { min-width: 640px; }
.narrow td.number { width: 70px; }
.columns { columns: 2 300px; column-gap: 36px; margin-top: 12px; font-size: 13px; }
.columns div { display: flex; gap: 12px; justify-content: space-between; break-inside: avoid;
  border-top: 1px solid var(--line); padding: 4px 0; }
.columns dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.columns b { font-weight: 600; } .columns span { color: var(--soft); margin-left: 6px; }
.hash { width: 80%; }
code, .hash { font: 12.5px/1.5 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas,
  "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
.grid { stroke: var(--line); } .axis { stroke: var(--strong); }
.step { stroke: var(--learned); fill: none; stroke-width: 1; }
.learned { stroke: var(--accent); fill: none; stroke-width: 2; }
.unseen { stroke: var(--unseen); fill: none; stroke-width: 2; }
.dot { fill: var(--unseen); stroke: var(--card); stroke-width: 1.5; }
.best { stroke: var(--unseen); stroke-dasharray: 2 4; }
.zero { stroke: var(--strong); } .bound { stroke: var(--bad); stroke-dasharray: 2 3; }
.below { fill: var(--bad); opacity: 0.09; }
.span { stroke-width: 5; stroke-linecap: round; opacity: 0.35; } .point { stroke: var(--card); }
.span.same { stroke: var(--soft); } .point.same { fill: var(--soft); }
.span.gained { stroke: var(--good); } .point.gained { fill: var(--good); }
.span.worse { stroke: var(--bad); } .point.worse { fill: var(--bad); }
.keys { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 10px 0 2px; font-size: 13px;
  color: var(--soft); list-style: none; padding: 0; }
.keys svg { display: inline-block; vertical-align: 3px; margin-right: 6px; }
footer { color: var(--soft); font-size: 13px; margin-top: 22px; }
@media (max-width: 620px) {
  body { padding: 20px 12px 40px; } section { padding: 16px; }
  .verdict { font-size: 16px; }
}
@page { margin: 14mm; }
@media print {
  :root {
    color-scheme: light; --page: #fff; --card: #fff; --line: #ddd; --strong: #aaa; --text: #000;
    --soft: #444; --accent: #0e655c; --learned: #8fb7b0; --unseen: #b4532a; --good: #1d6238;
    --warn: #6f4700; --bad: #8c231c; --wash: #fff;
  }
  body { padding: 0; font-size: 11pt; print-color-adjust: exact; }
  main { max-width: none; }
  section, .tile { border-color: #ccc; padding: 10pt 12pt; }
  tr, .tile, svg, header, .whole { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .wide { overflow: visible; } .wide table { min-width: 0; }
}
"""

_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{_DIGEST}'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""What a report may do: look as its own style says, and nothing else."""
