"""A note read in parts over the Model Context Protocol: nothing is lost, nothing comes twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.server.mcp_tools import part


@given(st.lists(st.text("ab ", max_size=12), min_size=1, max_size=8), st.integers(1, 15))
def test_the_parts_are_the_note(lines: list[str], most: int) -> None:
    read, line, column = "", 1, 1
    while line <= len(lines):
        text, next_line, next_column = part(lines, line, column, most)
        assert len(text) <= most
        assert (next_line, next_column) > (line, column)
        read += text if column > 1 or line == 1 else "\n" + text
        line, column = next_line, next_column
    assert read == "\n".join(lines)


def test_lines_are_whole_unless_one_alone_is_too_long() -> None:
    lines = ["one", "two", "x" * 25, "end"]
    assert part(lines, 1, 1, 10) == ("one\ntwo", 3, 1)
    assert part(lines, 3, 1, 10) == ("x" * 10, 3, 11)
    assert part(lines, 3, 21, 10) == ("x" * 5 + "\nend", 5, 1)
