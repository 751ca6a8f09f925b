"""The records that cross folders."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys

import pytest

from khoj_lite import types
from khoj_lite.types import DateRange, Query

RECORDS = [
    each
    for each in vars(types).values()
    if inspect.isclass(each)
    and dataclasses.is_dataclass(each)
    and each.__module__ == types.__name__
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: each.__name__)
def test_a_record_is_frozen_and_slotted(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(record)


def test_the_records_import_nothing_of_ours() -> None:
    tree = ast.parse(inspect.getsource(sys.modules["khoj_lite.types"]))
    modules = {
        name
        for node in ast.walk(tree)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else []
        )
    }  # fmt: skip

    assert not any(name.startswith("khoj_lite") for name in modules)


FILTERS: dict[str, object] = {
    "include": ("a",), "exclude": ("a",), "phrases": ("a",), "paths": ("a",),
    "exclude_paths": ("a",), "dates": (DateRange(),), "tags": ("a",), "exclude_tags": ("a",),
    "types": ("a",), "sources": ("a",), "todo": ("a",), "properties": (("a", "b"),),
}  # fmt: skip


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_counts_as_one(name: str) -> None:
    assert Query("text", **{name: FILTERS[name]}).has_filters  # type: ignore[arg-type]


def test_words_and_their_number_are_no_filters() -> None:
    assert not Query("text", limit=3).has_filters
    fields = {field.name for field in dataclasses.fields(Query)}
    assert fields == {"text", "limit", *FILTERS}, "a new filter is to be named here too"
