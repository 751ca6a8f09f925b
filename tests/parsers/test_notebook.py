"""What is read in a Jupyter notebook."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import FileParseError

from .reading import lines, read, whole


def notebook(*cells: dict[str, Any], **metadata: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}).encode()


def cell(kind: str, source: str | list[str], *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "outputs": list(outputs)}


PYTHON = {"language_info": {"name": "python"}}


def test_cells_are_read_as_one_note() -> None:
    document = read(
        notebook(
            cell("markdown", ["# Olives\n", "A *study* #oil"]),
            cell(
                "code", "yield_ = 3 * 4\nprint(yield_)", {"text": ["12\n"], "output_type": "stream"}
            ),
            cell("markdown", "## Results\ntext"),
            **PYTHON,
        ),
        "a.ipynb",
    )
    assert document.title == "Olives"
    assert [e.outline for e in document.entries] == [("Olives",), ("Olives", "Results")]
    assert lines(document) == [
        "Olives", "A study #oil", "python", "yield_ = 3 * 4", "print(yield_)", "12", "Results",
        "text",
    ]  # fmt: skip
    assert document.entries[0].tags == ("oil",)
    assert {e.properties["language"] for e in document.entries} == {"python"}


@pytest.mark.parametrize(
    ("output", "read_as"),
    [
        ({"output_type": "execute_result", "data": {"text/plain": ["42"]}}, ["42"]),
        ({"data": {"text/html": "<table><tr><td>a<td>b</table>", "text/plain": "x"}}, ["a | b"]),
        ({"data": {"text/markdown": "**bold** words"}}, ["bold words"]),
        ({"data": {"image/png": "iVBORw0KGgo="}}, []),
        ({"output_type": "error", "ename": "KeyError", "evalue": "'a'",
          "traceback": ["\x1b[0;31mKeyError\x1b[0m: 'a'"]}, ["KeyError: 'a'"]),
        ({"output_type": "stream", "text": "\x1b[1mbold\x1b[0m"}, ["bold"]),
        ({}, []),
    ],
)  # fmt: skip
def test_outputs(output: dict[str, Any], read_as: list[str]) -> None:
    assert lines(read(notebook(cell("code", "", output)), "a.ipynb")) == read_as


def test_code_with_fences_in_it_stays_code() -> None:
    source = 'text = """\n```\n# no heading\n```\n"""'
    document = read(notebook(cell("code", source), cell("markdown", "# Real")), "a.ipynb")
    assert [e.outline for e in document.entries] == [(), ("Real",)]


def test_a_long_output_is_cut() -> None:
    output = {"output_type": "stream", "text": "line of a log\n" * 100_000}
    assert len(whole(read(notebook(cell("code", "run()", output)), "a.ipynb"))) < 30_000


def test_a_notebook_of_the_third_format() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": "Olives"},
                                     {"cell_type": "code", "input": "x = 1"}]}]}  # fmt: skip
    document = read(json.dumps(old).encode(), "a.ipynb")
    assert [e.outline for e in document.entries] == [("Olives",)]
    assert "x = 1" in lines(document)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"cells": 3}', b"[" * 100_000])
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(FileParseError, match="no Jupyter notebook"):
        read(data, "a.ipynb")


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.lists(st.fixed_dictionaries({}, optional={
    "cell_type": st.sampled_from(["code", "markdown", "raw", 3]), "source": JSON, "outputs": JSON,
}) | JSON, max_size=4), JSON)  # fmt: skip
def test_no_notebook_breaks_it(cells: list[Any], metadata: Any) -> None:
    read(json.dumps({"cells": cells, "metadata": metadata}).encode(), "a.ipynb")
