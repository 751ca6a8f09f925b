"""Multipart bodies as Emacs and browsers write them, and as nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import UsageError
from khoj_lite.server.khoj_multipart import Part, parts

TYPE = "multipart/form-data; boundary=-----b"


def written(files: list[tuple[bytes, bytes]], first: bytes = b"\n") -> bytes:
    """The body as khoj.el renders it: a bare newline, then the parts."""
    body = first
    for name, content in files:
        body += b"-------b\r\n"
        body += b'Content-Disposition: form-data; name="files"; filename="' + name + b'"\r\n'
        body += b"Content-Type: text/org\r\n\r\n" + content + b"\r\n"
    return body + b"-------b--\r\n"


@pytest.mark.parametrize("first", [b"\n", b"", b"\r\n", b"preamble\r\n"])
def test_whatever_stands_before_the_first_boundary_is_passed_over(first: bytes) -> None:
    found = parts(written([(b"/n/a.org", b"* A\n"), (b"/n/b.org", b"")], first), TYPE)
    assert found == [
        Part("files", b"/n/a.org", "text/org", b"* A\n"),
        Part("files", b"/n/b.org", "text/org", b""),
    ]


def test_names_may_hold_quotes_semicolons_and_any_bytes() -> None:
    for name in (b'/n/"a"; b.org', "/n/日記.org".encode(), b"/n/\xff\xfe.org"):
        assert [part.filename for part in parts(written([(name, b"x")]), TYPE)] == [name]


def test_a_type_is_known_without_its_parameters() -> None:
    body = (
        b"--b\r\ncontent-type: text/markdown; charset=UTF-8\r\ncontent-disposition: form-data; "
        b'name="files"; filename="a.md"\r\n\r\n# A\r\n--b--'
    )
    assert parts(body, 'multipart/form-data; boundary="b"')[0].type == "text/markdown"


def test_a_field_is_no_file() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="q"\r\n\r\nhello\r\n--b--\r\n'
    assert parts(body, "multipart/form-data; boundary=b") == [Part("q", None, "", b"hello")]


def test_a_body_cut_off_ends_with_what_came() -> None:
    whole = written([(b"a.org", b"* A"), (b"b.org", b"* B and more")])
    found = parts(whole[: whole.index(b" and more")], TYPE)
    assert [part.content for part in found] == [b"* A", b"* B"]


@pytest.mark.parametrize("wrong", ["", "application/json", "multipart/form-data"])
def test_what_is_no_multipart_body_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="files are missing"):
        parts(b"", wrong)


contents = st.binary(max_size=60) | st.sampled_from(
    [b"\r\n", b"\n\n", b"--", b"\r\n--", b"-------", b"\r\n------", b"a\r\n-------bc", b"\r"]
)


@given(st.lists(contents, max_size=5), st.sampled_from([b"\n", b""]))
def test_every_content_comes_back_to_the_byte(sent: list[bytes], first: bytes) -> None:
    files = [(f"/n/{n}.org".encode(), content) for n, content in enumerate(sent)]
    found = parts(written(files, first), TYPE)
    assert [(part.filename, part.content) for part in found] == files


@given(st.binary(max_size=200))
def test_no_body_is_a_fault_of_ours(body: bytes) -> None:
    parts(body, TYPE)
    parts(b"-------b\r\n" + body, TYPE)
