"""What Notion exports write of a page's properties, in every flavour and language."""

from __future__ import annotations

from pathlib import Path

import pytest

from khoj_lite.config import Config
from khoj_lite.parsers import is_code, parse, supported
from khoj_lite.sources.place import detect
from khoj_lite.sources.source import Setup, open_source
from khoj_lite.types import Entry

HIVE = "152bb52ee2b580179846fd78b2b60ea9"
TASK = "20cbb52ee2b581fc83a7eedcf3229272"
BASE = "1f8bb52ee2b581ff91fbd07d1f64c185"
LINK = f"../Bienenst%C3%B6cke%20pr%C3%BCfen%20{HIVE}"


def entries(folder: Path) -> list[Entry]:
    """Everything in a folder that was unpacked by hand."""
    setup = Setup(Config(home=folder.parent / "home"), supported, is_code)
    reader = open_source(detect(str(folder), None, (), (), []), setup)
    found: list[Entry] = []
    for ref in reader.listing().files:
        found += parse(reader.read(ref, 10**6), ref.path + ref.form).entries
    reader.close()
    return found


def task(found: list[Entry]) -> Entry:
    (entry,) = (e for e in found if "Imkerei" in (e.title, *e.outline))
    return entry


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "Export"
    (folder / "Aufgaben").mkdir(parents=True)
    page = folder / f"Bienenstöcke prüfen {HIVE}.md"
    page.write_text("# Bienenstöcke prüfen\n\nVier Völker.\n", "utf-8")
    return folder


def test_a_related_page_is_named_by_its_title_in_markdown(export: Path) -> None:
    (export / "Aufgaben" / f"Imkerei {TASK}.md").write_text(
        "# Imkerei\n\nFällig am: 3. März 2024\n"
        f"Projekt: Bienenstöcke prüfen ({LINK}.md)\n\nText.\n",
        "utf-8",
    )
    entry = task(entries(export))
    assert entry.properties["projekt"] == "Bienenstöcke prüfen"
    assert "Projekt: Bienenstöcke prüfen\n" in entry.plain
    assert entry.properties["links"] == "../Bienenst%C3%B6cke%20pr%C3%BCfen.md"
    assert [str(item.day) for item in entry.dates] == ["2024-03-03"]


def test_a_related_page_is_named_by_its_title_in_a_row(export: Path) -> None:
    (export / f"Aufgaben {BASE}_all.csv").write_text(
        f"Name,Projekt\nImkerei,Bienenstöcke prüfen ({LINK}.md)\n", "utf-8"
    )
    entry = task(entries(export))
    assert entry.properties["projekt"] == "Bienenstöcke prüfen"
    assert entry.plain.strip().endswith("- Projekt: Bienenstöcke prüfen")
    assert "markup" not in entry.properties


def test_values_are_read_without_icons_and_signs_in_html(export: Path) -> None:
    rows = (
        "<tr><th>Fällig am</th><td><time>@3. März 2024</time></td></tr>"
        f'<tr><th>Projekt</th><td><a href="{LINK}.html"><span class="icon">🐝</span>'
        "Bienenstöcke prüfen</a></td></tr>"
        '<tr><th>Wer</th><td><span class="user"><img class="icon user-icon" src="x"/>Jo</span>'
        "</td></tr>"
        '<tr><th>Stand</th><td><span class="selected-value">offen</span></td></tr>'
    )
    (export / "Aufgaben" / f"Imkerei {TASK}.html").write_text(
        '<html><body><article class="page"><header><h1 class="page-title">Imkerei</h1>'
        f'<table class="properties"><tbody>{rows}</tbody></table></header>'
        '<div class="page-body"><p>Text.</p></div></article></body></html>',
        "utf-8",
    )
    entry = task(entries(export))
    assert entry.properties["fällig am"] == "3. März 2024"
    assert entry.properties["projekt"] == "Bienenstöcke prüfen"
    assert (entry.properties["wer"], entry.properties["stand"]) == ("Jo", "offen")
    assert [str(item.day) for item in entry.dates] == ["2024-03-03"]
