"""Notion exports: what of them is found, and under which names."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from khoj_lite.config import Config
from khoj_lite.errors import (
    FileEncryptedError,
    FileError,
    FileTooLargeError,
    SourceOfflineError,
    UsageError,
)
from khoj_lite.parsers import is_code, parse, supported
from khoj_lite.sources.notion import NotionSource
from khoj_lite.sources.place import detect
from khoj_lite.sources.source import Setup, open_source
from khoj_lite.types import Document, Source

SAMPLES = (
    Path(__file__).parents[2] / "../shared/data/notion/obsidian-importer/tests/notion"
).resolve()
MAX = 100_000_000
ID = "152bb52ee2b580179846fd78b2b60ea9"
OTHER = "20cbb52ee2b581fc83a7eedcf3229272"
THIRD = "1f8bb52ee2b581ff91fbd07d1f64c185"

KETTLE = "# Kettle\n\nPrice: 20\nColour: red\n\nIt boils."


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(Config(home=tmp_path / "home"), supported, is_code)


@pytest.fixture
def opened(setup: Setup) -> Iterator[Callable[[Path | Source], NotionSource]]:
    made: list[NotionSource] = []

    def open_it(place: Path | Source) -> NotionSource:
        source = place if isinstance(place, Source) else detect(str(place), None, (), (), [])
        reader = open_source(source, setup)
        assert isinstance(reader, NotionSource)
        made.append(reader)
        return reader

    yield open_it
    for reader in made:
        reader.close()


Opened = Callable[[Path | Source], NotionSource]


def documents(reader: NotionSource) -> dict[str, Document]:
    """Every page of an export by its name inside, attachments left out."""
    found = {}
    for ref in reader.listing().files:
        if ref.form:
            name = ref.path.removeprefix(reader.source.location).lstrip("!/")
            found[name] = parse(reader.read(ref, MAX), ref.path + ref.form)
    return found


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2025, 3, 1, 12, 0, 0))
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def sentences(markdown: str) -> list[list[str]]:
    """What the expected Markdown says, line by line, without what belongs to its flavour."""
    said = []
    for line in markdown.split("\n"):
        if re.match(r"- \[\[#", line) or line.strip() in ("---", "```Python", "```Plain"):
            continue  # a table of contents repeats the headings
        line = re.sub(r"\[!\w+\](?!`)", " ", line) if line.startswith(">") else line
        line = re.sub(r"!?\[([^\]\[]*)\]\([^)\s]*\)", r"\1", line)
        line = line.replace("<br>", " ") if line.startswith(">") else line
        said += [found for part in [line] if (found := words(part))]
    return said


@pytest.mark.parametrize(
    "name", ["Notion-Testspace", "Block Reference", "Formatting Tests", "Attachment Tests"]
)
def test_every_sentence_of_a_page_is_there_under_its_title(name: str, opened: Opened) -> None:
    pages = documents(opened(SAMPLES / "notion-testspace.zip"))
    page = next(page for page in pages.values() if page.title == name)
    expected = (SAMPLES / "expected/notion-testspace" / f"{name}.md").read_text("utf-8")

    held = " ".join(words("\n".join(f"{e.plain}\n{e.text}" for e in page.entries)))

    assert {e.title for e in page.entries} == {name}
    assert [s for s in sentences(expected) if " ".join(s) not in held] == []


@pytest.mark.parametrize("archive", ["notion-testspace.zip", "Notion.Test.Export.zip"])
def test_no_id_is_shown_anywhere(archive: str, opened: Opened) -> None:
    reader = opened(SAMPLES / archive)
    shown = [ref.path for ref in reader.listing().files]
    for page in documents(reader).values():
        for entry in page.entries:
            shown += [entry.path, entry.title, *entry.outline, entry.text, entry.plain]
            shown += [*entry.tags, *entry.properties, *entry.properties.values()]

    assert len(shown) > 20
    assert [text for text in shown if re.search(r"[0-9a-f]{32}", text)] == []


def test_links_between_pages_lead_to_their_new_names(opened: Opened) -> None:
    pages = documents(opened(SAMPLES / "notion-testspace.zip"))

    links = pages["Notion-Testspace.html"].entries[0].properties["links"].split("\n")

    assert "Notion-Testspace/Block%20Reference.html" in links
    assert "Notion-Testspace/Block Reference.html" in pages


def test_a_page_of_the_web_flavour_keeps_its_properties(tmp_path: Path, opened: Opened) -> None:
    row = (SAMPLES / "database-row.html").read_text("utf-8")
    pages = documents(opened(zipped(tmp_path / "e.zip", {f"Espresso machine {ID}.html": row})))

    [entry] = pages["Espresso machine.html"].entries

    assert entry.title == "Espresso machine"
    assert entry.properties["price (usd)"] == "$1,234.56"
    assert entry.properties["serviced"] == "Yes"
    assert entry.properties["sold"] == "No"
    assert set(entry.tags) == {"home-office", "coffee"}
    assert "A row kept for its properties rather than its body." in entry.plain
    assert "2024-03-01" in {when.day.isoformat() for when in entry.dates}


def test_a_database_counts_each_row_once(tmp_path: Path, opened: Opened) -> None:
    table = "Name,Price\nKettle,20\nPan,30\n"
    whole = "Name,Price,Colour\nKettle,20,red\nPan,30,blue\n"
    pages = documents(
        opened(
            zipped(
                tmp_path / "e.zip",
                {
                    f"Kitchen {ID}.csv": table,
                    f"Kitchen {ID}_all.csv": whole,
                    f"Kitchen {ID}/Kettle {OTHER}.md": KETTLE,
                },
            )
        )
    )

    assert sorted(pages) == ["Kitchen.csv", "Kitchen/Kettle.md"]
    kettle = pages["Kitchen/Kettle.md"].entries[0]
    assert (kettle.title, kettle.properties["colour"]) == ("Kettle", "red")
    about, pan = pages["Kitchen.csv"].entries
    assert "Price" in about.plain
    assert (pan.title, pan.outline) == ("Kitchen", ("Pan",))
    assert (pan.properties["price"], pan.properties["colour"]) == ("30", "blue")


def test_parts_in_an_archive_are_one_export(tmp_path: Path, opened: Opened) -> None:
    inner = zipped(tmp_path / "inner.zip", {f"One {ID}.md": "# One\n\nfirst"}).read_bytes()
    more = zipped(tmp_path / "more.zip", {f"Two {OTHER}.md": "# Two\n\nsecond"}).read_bytes()
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:  # one is stored, one packed again
        archive.writestr("Export-x-Part-1.zip", inner)
        archive.writestr("Export-x-Part-2.zip", more, zipfile.ZIP_DEFLATED)

    assert sorted(documents(opened(whole))) == ["One.md", "Two.md"]


def test_an_export_unpacked_by_hand_is_known_as_one(tmp_path: Path, opened: Opened) -> None:
    with zipfile.ZipFile(SAMPLES / "notion-testspace.zip") as outer:
        [name] = outer.namelist()
        with zipfile.ZipFile(io.BytesIO(outer.read(name))) as inner:
            inner.extractall(tmp_path / "mine")
    reader = opened(tmp_path / "mine")

    paths = [ref.path for ref in reader.listing().files]

    assert reader.source.kind == "notion"
    assert f"{tmp_path}/mine/Notion-Testspace/Block Reference.html" in paths


def test_two_pages_of_one_name_stay_apart(tmp_path: Path, opened: Opened) -> None:
    place = zipped(
        tmp_path / "e.zip", {f"Note {OTHER}.md": "# Note\nb", f"Note {ID}.md": "# Note\na"}
    )

    assert sorted(documents(opened(place))) == ["Note (2).md", "Note.md"]


def test_a_newer_export_takes_the_place_of_the_older(tmp_path: Path, setup: Setup) -> None:
    old = zipped(tmp_path / "old.zip", {f"A {ID}.md": "# A", f"B {OTHER}.md": "# B"})
    new = zipped(tmp_path / "new.zip", {f"A {ID}.md": "# A\nmore", f"C {THIRD}.md": "# C"})
    before = detect(str(old), "mine", (), (), [])
    reader = open_source(before, setup)
    identity = reader.listing().identity
    reader.close()

    after = detect(str(new), None, (), (), [before], lambda name: identity)
    reader = open_source(after, setup)
    refs = {ref.path: ref.was for ref in reader.listing(identity).files}
    reader.close()

    assert (after.name, after.location) == ("mine", str(new))
    assert refs[f"{new}!/A.md"] == f"{old}!/A.md"


def test_another_workspace_is_another_source(tmp_path: Path, setup: Setup) -> None:
    old = zipped(tmp_path / "old.zip", {f"A {ID}.md": "# A"})
    new = zipped(tmp_path / "new.zip", {f"A {OTHER}.md": "# A"})
    before = detect(str(old), "mine", (), (), [])
    reader = open_source(before, setup)
    identity = reader.listing().identity
    reader.close()

    assert detect(str(new), None, (), (), [before], lambda name: identity).name == "new"


def test_a_few_pages_of_a_known_workspace_are_refused(tmp_path: Path, setup: Setup) -> None:
    pages = {f"P{n} {n:032x}.md": f"# P{n}" for n in range(20)}
    old = zipped(tmp_path / "old.zip", pages)
    part = zipped(tmp_path / "part.zip", dict(list(pages.items())[:2]))
    before = detect(str(old), "mine", (), (), [])
    reader = open_source(before, setup)
    identity = reader.listing().identity
    reader.close()

    with pytest.raises(UsageError, match="part of the source 'mine' already"):
        detect(str(part), None, (), (), [before], lambda name: identity)


# --- exports that mean harm, or have come to some ---------------------------------------------


def test_names_cannot_lead_out_of_the_archive(tmp_path: Path, opened: Opened) -> None:
    place = zipped(
        tmp_path / "e.zip",
        {
            f"../../etc/One {ID}.md": "# One",
            f"/abs/Two {OTHER}.md": "# Two",
            f"C:\\x\\Three {THIRD}.md": "# Three",
            "__MACOSX/._One.md": "junk",
            "a/" + "n" * 5000 + ".md": "# Long",
            "\x1b[31m\u202eevil.md": "# Evil",
        },
    )
    paths = [ref.path.removeprefix(f"{place}!/") for ref in opened(place).listing().files]

    assert sorted(p for p in paths if len(p) < 100) == [
        "[31mevil.md", "abs/Two.md", "etc/One.md", "x/Three.md",
    ]  # fmt: skip
    assert all(len(path) < 300 for path in paths)


def test_a_bomb_is_not_unpacked(tmp_path: Path, opened: Opened) -> None:
    place = zipped(
        tmp_path / "e.zip", {f"One {ID}.md": b"0" * 60_000_000, f"Two {OTHER}.md": "# Two"}
    )
    reader = opened(place)
    refs = {ref.path: ref for ref in reader.listing().files}

    with pytest.raises(FileTooLargeError):
        reader.read(refs[f"{place}!/One.md"], MAX)
    with pytest.raises(FileTooLargeError):
        reader.read(refs[f"{place}!/One.md"], 1000)
    assert reader.read(refs[f"{place}!/Two.md"], MAX) == b"# Two"


def test_an_archive_in_itself_ends(tmp_path: Path, opened: Opened) -> None:
    data = zipped(tmp_path / "0.zip", {f"One {ID}.md": "# One"}).read_bytes()
    for depth in range(6):
        data = zipped(
            tmp_path / f"{depth}.zip", {"Part-1.zip": data, f"P {ID}.md": "x"}
        ).read_bytes()
    reader = opened(tmp_path / "5.zip")

    assert len(reader.listing().files) == 3


def test_a_member_with_a_password_fails_alone(tmp_path: Path, opened: Opened) -> None:
    place = zipped(tmp_path / "e.zip", {f"One {ID}.md": "# One", f"Two {OTHER}.md": "# Two"})
    data = bytearray(place.read_bytes())
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(signature) + flags] |= 1
    place.write_bytes(data)
    reader = opened(place)
    one, two = sorted(reader.listing().files, key=lambda ref: ref.path)

    with pytest.raises(FileEncryptedError):
        reader.read(one, MAX)
    assert reader.read(two, MAX) == b"# Two"


def test_a_damaged_member_fails_alone(tmp_path: Path, opened: Opened) -> None:
    place = tmp_path / "e.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(f"One {ID}.md", "# One is stored as it is")
    place.write_bytes(place.read_bytes().replace(b"stored", b"broken"))
    reader = opened(place)
    [ref] = reader.listing().files

    with pytest.raises(FileError, match="damaged inside the archive"):
        reader.read(ref, MAX)


@pytest.mark.parametrize("kept", [0, 3, 100, 5000])
def test_an_archive_cut_short_is_refused_with_the_reason(kept: int, tmp_path: Path) -> None:
    place = tmp_path / "cut.zip"
    place.write_bytes((SAMPLES / "notion-testspace.zip").read_bytes()[:kept])

    with pytest.raises(UsageError, match="damaged or cut short"):
        detect(str(place), None, (), (), [])


def test_an_archive_that_goes_is_offline(tmp_path: Path, opened: Opened) -> None:
    place = zipped(tmp_path / "e.zip", {f"One {ID}.md": "# One"})
    source = detect(str(place), None, (), (), [])
    place.unlink()

    with pytest.raises(SourceOfflineError):
        opened(source).listing()


def test_any_other_archive_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Notion export"):
        detect(str(zipped(tmp_path / "e.zip", {"readme.txt": "hi"})), None, (), (), [])


def test_an_ordinary_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# A", "utf-8")
    shutil.copy(SAMPLES / "database-row.html", tmp_path / "notes")

    assert detect(str(tmp_path / "notes"), None, (), (), []).kind == "folder"
