"""Source code: which entries it becomes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.errors import FileBinaryError
from khoj_lite.parsers import is_code, parse, supported
from khoj_lite.parsers.code_suffixes import GRAMMARS, LANGUAGES
from khoj_lite.types import Document


def read(name: str, text: str) -> Document:
    return parse(text.encode(), f"/repository@0123456789:src/{name}")


def outlines(document: Document) -> list[tuple[int, str]]:
    return [(entry.line, ".".join(entry.outline)) for entry in document.entries]


PYTHON = '''"""About ovens."""
import os

LIMIT = 3


# Heats it up.
@cached
def heat(oven):
    """Make it hot."""
    return oven

class Oven:
    """Bakes."""

    size = 2

    def door(self):
        def inner(): pass
        return 1

    async def close(self): ...

if __name__ == "__main__":
    heat(1)
'''


def test_an_entry_is_a_function_or_class_with_its_comments() -> None:
    document = read("oven.py", PYTHON)

    assert outlines(document) == [
        (1, ""), (7, "heat"), (13, "Oven"), (18, "Oven.door"), (22, "Oven.close"), (23, ""),
    ]  # fmt: skip
    assert document.title == "oven.py"
    assert document.entries[3].properties == {"language": "python", "symbol": "Oven.door",
                                              "words": "oven door"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.js", "export class A { m() {} }\nexport const f = () => 1\n", ["A", "f"]),
        ("a.ts", "interface I { x(): void }\nclass B {\n  n(): void {}\n}\n", ["I", "B", "B.n"]),
        ("a.tsx", "export function App() { return <b/> }\n", ["App"]),
        ("a.go", "package a\n\ntype S struct{}\n\nfunc (s *S) Go() {}\n", ["", "S", "S.Go"]),
        ("a.rs", "struct P;\nimpl S for P {\n fn s() {}\n}\n", ["P", "S for P", "S for P.s"]),
        ("a.java", "class A {\n int x;\n void go() {}\n}\n", ["A", "A.go"]),
        ("a.c", "int x;\nchar *f(void) { return 0; }\nstruct s { int a; };\n", ["", "f", "s"]),
        ("a.cpp", "namespace n {\ntemplate <class T>\nclass C {\n int g() { return 1; }\n};\n}\n",
         ["n", "n.C", "n.C.g"]),
        ("a.cs", "namespace N {\nclass C {\n void M() {}\n}\n}\n", ["N", "N.C", "N.C.M"]),
        ("a.rb", "module M\n  def self.go\n  end\nend\n", ["M", "M.go"]),
        ("a.php", "<?php\nfunction f() {}\nclass C {\n function g() {}}\n", ["", "f", "C", "C.g"]),
        ("a.sh", "x=1\ngo() { echo; }\n", ["", "go"]),
        ("a.lua", "function f() end\n", [""]),
    ],
)  # fmt: skip
def test_every_language_by_its_own_grammar(name: str, text: str, expected: list[str]) -> None:
    assert [outline for _, outline in outlines(read(name, text))] == expected


def test_the_words_of_a_name_are_found_apart() -> None:
    [entry] = read("a.js", "function parseHTTPHeader_v2() {}\n").entries

    assert entry.properties["words"] == "parse http header v 2"


def test_broken_code_is_read_as_far_as_it_goes() -> None:
    found = outlines(read("a.py", "def f(:\n  x =\n\nclass A:\n  def g(self): pass\n"))

    assert any("g" in outline for _, outline in found)


def test_code_is_none_of_a_folder_of_notes() -> None:
    assert not any(supported(f"x{suffix}") for suffix in LANGUAGES)
    assert all(is_code(f"x{suffix}") for suffix in LANGUAGES)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(FileBinaryError):
        parse(bytes(range(256)) * 20, "a.py")


def test_nesting_has_no_end() -> None:
    deep = "".join(f"{' ' * n}class A{n}:\n" for n in range(800))

    assert read("a.py", deep).entries[0].line == 1
    assert read("a.js", "(" * 100_000).entries[0].line == 1


LINES = [*PYTHON.split("\n"), "class A {", "}", "void f() {", "\f", "end"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(GRAMMARS)),
    st.lists(st.sampled_from(LINES)),
)
def test_entries_cover_every_line_in_order(suffix: str, lines: list[str]) -> None:
    text = "\n".join(lines)
    entries = read(f"a{suffix}", text).entries

    assert "\n".join(entry.text for entry in entries) == text.removesuffix("\n")
    assert [entry.line for entry in entries[1:]] == [entry.end_line + 1 for entry in entries[:-1]]
