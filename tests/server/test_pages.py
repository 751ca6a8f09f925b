"""A passage of a PDF is cited by its page through every door, and its link opens there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.daemon import Daemon

PDFS = Path(__file__).parents[2] / "../shared/data/pdfs-py-pdf"
QUESTION = "What is the capital of Austria?"
SAID = "Vienna"
FILE, PAGE = "multicolumn.pdf", 3


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("pages")
    vault = folder / "vault"
    vault.mkdir()
    for name in (
        "026-latex-multicolumn/multicolumn.pdf",
        "004-pdflatex-4-pages/pdflatex-4-pages.pdf",
    ):
        shutil.copy(PDFS / name, vault)
    with Daemon(folder / "home", model_folder, [vault]) as running:
        running.settle()
        yield running


def is_the_page(cited: dict[str, Any]) -> bool:
    return bool(cited["page"] == PAGE and cited["uri"].endswith(f"/{FILE}#page={PAGE}"))


def asked(daemon: Daemon) -> list[dict[str, Any]]:
    with daemon.http.stream("POST", "/chat", json={"message": QUESTION}) as answer:
        return [json.loads(line) for line in answer.iter_lines()]


def test_an_answer_cites_the_page(daemon: Daemon) -> None:
    events = {event["event"]: event for event in asked(daemon)}
    (first, *_) = events["citations"]["citations"]
    assert SAID in first["quote"]
    assert is_the_page(first["hit"])
    assert is_the_page(events["sources"]["sources"][first["n"] - 1])


def test_a_conversation_and_its_export_keep_the_page(daemon: Daemon) -> None:
    talk = asked(daemon)[0]["id"]
    answer = daemon.http.get(f"/conversations/{talk}").json()["messages"][1]
    assert is_the_page(answer["details"]["citations"][0]["hit"])
    text = daemon.http.get(f"/conversations/{talk}/export").text
    assert f"/{FILE}#page={PAGE})" in text
    assert f"page {PAGE}" in text


def test_openais_clients_get_the_page(daemon: Daemon) -> None:
    body = {"model": "khoj-lite", "messages": [{"role": "user", "content": QUESTION}]}
    answer = daemon.http.post(f"{daemon.address}/v1/chat/completions", json=body).json()
    assert is_the_page(answer["citations"][0])
    assert f"{FILE}#page={PAGE}>), page {PAGE}" in answer["choices"][0]["message"]["content"]


def test_over_mcp_a_hit_has_its_page_and_reading_begins_there(daemon: Daemon) -> None:
    hit = call(daemon, "search_notes", query=QUESTION)["hits"][0]
    assert is_the_page(hit)
    whole = call(daemon, "get_note", id=hit["id"])
    assert [page["number"] for page in whole["pages"]] == [1, 2, 3]
    assert [heading["page"] for heading in whole["entries"]] == [1, 2, 3]
    lines = whole["text"].split("\n")
    for page in whole["pages"]:
        part = call(daemon, "get_note", id=hit["id"], page=page["number"], max_characters=300)
        assert part["line"] == page["line"]
        assert part["text"].split("\n")[0].startswith(lines[page["line"] - 1][:100])
        assert part["pages"][0] == page
    assert whole["pages"][2]["uri"].endswith(f"#page={PAGE}")
    assert SAID in "\n".join(lines[whole["pages"][2]["line"] - 1 :])
    assert "no page 9" in refused(daemon, "get_note", id=hit["id"], page=9)


def test_what_is_like_a_page_is_like_that_page(daemon: Daemon) -> None:
    """Its lines are numbered from its top: only its id tells it from the first page."""
    pages = call(daemon, "search_notes", query='file:"pdflatex-4-pages.pdf"')["hits"]
    for hit in pages:
        alike = daemon.http.get("/similar", params={"id": hit["id"], "n": 20}).json()["hits"]
        assert hit["id"] not in [each["id"] for each in alike]
        assert (
            call(daemon, "similar_notes", id=hit["id"], limit=20)["hits"][0]["id"] == alike[0]["id"]
        )
    assert daemon.http.get("/similar").status_code == 400
    assert daemon.http.get("/similar", params={"id": 1, "path": FILE}).status_code == 400


def call(daemon: Daemon, tool: str, **arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = _called(daemon, tool, arguments)["structuredContent"]
    return found


def refused(daemon: Daemon, tool: str, **arguments: object) -> str:
    answer = _called(daemon, tool, arguments)
    assert answer["isError"]
    return str(answer["content"][0]["text"])


def _called(daemon: Daemon, tool: str, arguments: dict[str, object]) -> dict[str, Any]:
    """One call of a tool as it travels; the official client is tried in `test_mcp`."""
    body = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }  # fmt: skip
    answer = httpx.post(
        f"{daemon.address}/mcp", json=body, trust_env=False, timeout=60,
        headers={
            "Authorization": f"Bearer {daemon.token}",
            "Accept": "application/json, text/event-stream",
        },
    )  # fmt: skip
    result: dict[str, Any] = answer.json()["result"]
    return result
