"""OCR: the tesseract program, where it is; a clear word where it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from khoj_lite.parsers import ocr
from khoj_lite.parsers.ocr_progress import OcrProgress
from khoj_lite.parsers.scanned_text import scanned_lines

from .pdf_fixtures import picture, scanned_pdf


def test_the_words_of_a_picture_are_read() -> None:
    assert ocr.read(picture(["Rain in the morning"]), 60) == "Rain in the morning"


def test_english_is_among_the_languages_and_no_script_detector() -> None:
    assert "eng" in ocr.languages()
    assert "osd" not in ocr.languages()


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TimeoutError):
        ocr.read(picture(["Rain in the morning"] * 20, (3000, 2000)), 0.05)


def test_what_is_no_picture_is_an_error() -> None:
    with pytest.raises(RuntimeError):
        ocr.read(b"no picture", 60)


def test_without_the_program_the_file_is_read_and_says_what_is_missing(tmp_path: Path) -> None:
    """In a process of its own: whether the program is there is asked once."""
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf([["Words"]]))
    (tmp_path / "scan.png").write_bytes(picture(["Words"]))
    program = (
        "import sys\nfrom khoj_lite.parsers import parse\n"
        "for name in ('scan.pdf', 'scan.png'):\n"
        "    document = parse(open(sys.argv[1] + '/' + name, 'rb').read(), name)\n"
        "    print(len(document.entries), *document.notes)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, text=True,
        env={**os.environ, "PATH": str(tmp_path)},
    )  # fmt: skip
    pdf, image = done.stdout.splitlines()
    assert pdf == f"1 page 1: pictures, and no text: {ocr.NO_PROGRAM}"
    assert image == f"1 {ocr.NO_PROGRAM}"


def test_lines_become_paragraphs_again() -> None:
    text = "A first line of some length and\nits second, which is hyphen-\nated.\n\nNew one.\n"
    assert scanned_lines(text) == [
        ("A first line of some length and its second, which is hyphen\u00adated.", False),
        ("New one.", True),
    ]


def test_what_was_read_of_a_long_scan_is_kept_until_it_is_finished(tmp_path: Path) -> None:
    progress = OcrProgress(tmp_path / "scans")
    progress.save("digest", {3: "drei", 1: "eins"})
    assert OcrProgress(tmp_path / "scans").load("digest") == {1: "eins", 3: "drei"}
    progress.save("digest", {})
    assert progress.load("digest") == {}
    assert list((tmp_path / "scans").iterdir()) == []


def test_a_damaged_record_of_progress_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "digest.json").write_bytes(b"\xff{")
    assert OcrProgress(tmp_path).load("digest") == {}
