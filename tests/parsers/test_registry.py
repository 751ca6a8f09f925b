"""Which file goes to which parser."""

from __future__ import annotations

import subprocess
import sys

import pytest

from khoj_lite import parsers
from khoj_lite.errors import FileBinaryError, FileParseError


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.md", "markdown"),
        ("A.MARKDOWN", "markdown"),
        ("/x.y/a.mkd", "markdown"),
        ("a.b.mdown", "markdown"),
        ("a.org", "org"),
        ("a.TXT", "text"),
        ("a.rst", "text"),
        ("archive.zip!/inner/a.adoc", "text"),
    ],
)
def test_the_suffix_picks_the_parser(path: str, kind: str) -> None:
    assert parsers.supported(path)
    assert parsers.parse(b"text", path).type == kind


@pytest.mark.parametrize("path", ["a.exe", "a", ".md", "folder.md/a", "a.md.bak", "a.log"])
def test_other_files_are_not_supported(path: str) -> None:
    assert not parsers.supported(path)
    with pytest.raises(FileParseError, match="no parser"):
        parsers.parse(b"text", path)


def test_what_an_open_office_program_leaves_beside_a_file_is_none() -> None:
    assert parsers.supported("d/a.docx")
    assert not parsers.supported("d/~$a.docx")


def test_binary_data_under_a_notes_name_is_refused() -> None:
    with pytest.raises(FileBinaryError):
        parsers.parse(b"\x89PNG\r\n\x1a\n\0\0", "a.md")


def test_a_parser_is_imported_when_its_first_file_comes() -> None:
    program = (
        "import sys; from khoj_lite import parsers; parsers.parse(b'x', 'a.txt');"
        "print({'markdown_it', 'orgparse', 'yaml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_plain_text_is_read_as_it_is() -> None:
    (entry,) = parsers.parse(b"# not\r\n* a *heading*\r\n", "2024-01-31 Walk.txt").entries
    assert entry.plain == entry.text == "# not\n* a *heading*"
    assert (entry.title, entry.outline) == ("2024-01-31 Walk", ())
    assert [item.kind for item in entry.dates] == ["date"]
