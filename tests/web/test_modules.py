"""The pure modules of the page, called in the browser that runs them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page


def run(page: Page, module: str, name: str, *arguments: object) -> Any:
    return page.evaluate(
        "async ([module, name, values]) => (await import(module))[name](...values)",
        [f"/{module}", name, list(arguments)],
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("plain words", []),
        ('tag:work file:"a b.md" x', ["tag:work", 'file:"a b.md"']),
        ('dt>="last week" -tag:old #now', ['dt>="last week"', "-tag:old", "#now"]),
        ('+"must" -"must not" C# a#b http://x:y', ['+"must"', '-"must not"']),
        ("note: this is text:too", []),
    ],
)
def test_filters_become_chips(page: Page, query: str, expected: list[str]) -> None:
    assert [chip["text"] for chip in run(page, "filters.js", "chips", query)] == expected


@pytest.mark.parametrize(
    ("before", "field", "prefix"),
    [
        ("tag:wo", "tag", "wo"),
        ("ferry -tag:", "tag", ""),
        ('file:"my no', "file", "my no"),
        ("#gar", "tag", "gar"),
        ('dt>="last w', "dt", "last w"),
        ("so", "", "so"),
    ],
)
def test_knows_what_can_be_completed(page: Page, before: str, field: str, prefix: str) -> None:
    at = run(page, "filters.js", "completionAt", before, len(before))
    assert (at["field"], at["prefix"]) == (field, prefix)


@pytest.mark.parametrize("before", ["", "song", "x:y", "tag:a b", "s", "http://tag:"])
def test_leaves_other_words_alone(page: Page, before: str) -> None:
    assert run(page, "filters.js", "completionAt", before, len(before)) is None


def test_completes_in_the_middle(page: Page) -> None:
    at = run(page, "filters.js", "completionAt", "a tag:wo b", 8)
    done = run(page, "filters.js", "complete", "a tag:wo b", at, {"insert": '"two words"'})
    assert done == {"text": 'a tag:"two words" b', "caret": 18}


def test_marks_count_code_points(page: Page) -> None:
    parts = run(page, "highlight.js", "pieces", "🌹🌹 rose 玫瑰", [[3, 7], [8, 10]])
    assert [(part["text"], part["marked"]) for part in parts] == [
        ("🌹🌹 ", False),
        ("rose", True),
        (" ", False),
        ("玫瑰", True),
    ]


ORG = """#+TITLE: Lines

* First
para one
para two

- item
  - nested

#+begin_quote
quoted
#+end_quote
| a | b |
* Second
:PROPERTIES:
:ID: x
:END:
: fixed
"""

MARKDOWN = """---
title: Lines
---
# First

para one
para two

- item
  - nested

```
code
```

| a | b |
| - | - |
| c | d |
"""


@pytest.mark.parametrize(
    ("module", "name", "text"),
    [
        ("render/org.js", "orgToHtml", ORG),
        ("render/markdown.js", "markdownToHtml", MARKDOWN),
        ("render/plain.js", "plainToHtml", "one\ntwo\n\nthree\n"),
    ],
)
def test_every_word_knows_its_line(page: Page, module: str, name: str, text: str) -> None:
    """For each line with words, the smallest block that claims it holds them."""
    markup = run(page, module, name, text)
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip(" -*#|:").replace("+begin_", "").replace("+end_", "")
        if not any(c.isalpha() for c in words) or "#+" in line or line.startswith(":"):
            continue
        said = page.evaluate(
            """async ([markup, line]) => {
                const root = document.createElement("div");
                root.append((await import("/render/sanitise.js")).sanitise(markup));
                return (await import("/render/locate.js")).blockAt(root, line)?.textContent;
            }""",
            [markup, number],
        )
        for word in words.replace("|", " ").split():
            assert word.strip(":") in said, (number, line, said)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a *bold* b", "a <strong>bold</strong> b"),
        ("2*3*4", "2*3*4"),
        ("=a<b= ~c~", "<code>a&lt;b</code> <code>c</code>"),
        ("/it *in*/", "<em>it <strong>in</strong></em>"),
        ("[[https://a.b/][x]]", '<a href="https://a.b/">x</a>'),
        ("<2026-05-02 Sat>", '<time class="n-stamp">2026-05-02 Sat</time>'),
        ("<script>", "&lt;script&gt;"),
        (
            '[[javascript:alert(1)]["x"]]',
            '<span class="n-dead" title="javascript:alert(1)">&quot;x&quot;</span>',
        ),
    ],
)
def test_org_markup(page: Page, source: str, expected: str) -> None:
    assert run(page, "render/org-inline.js", "orgInline", source) == expected
