"""Chat with a real GGUF through llama.cpp in its child process, over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.daemon import START_SECONDS, Daemon

NOTES = {
    "house.md": "# House\n\nThe spare key lies under the blue flower pot behind the shed.\n\n"
    "The heating engineer Anna Lorenz comes every second Tuesday of March.\n",
    "sea.txt": "The ferry to the island leaves at nine from the northern pier.\n",
    "march.txt": "The long march " + " ".join(f"went past stone {n}" for n in range(2500)) + "\n",
}


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, quoting_gguf: Path
) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("gguf")
    vault = folder / "vault"
    vault.mkdir()
    for name, text in NOTES.items():
        (vault / name).write_text(text, encoding="utf-8")
    settings = {
        "KHOJ_LITE_CHAT_MODEL": str(quoting_gguf), "KHOJ_LITE_CHAT_TEMPERATURE": "0",
        "KHOJ_LITE_CHAT_MAX_TOKENS": "80",
    }  # fmt: skip
    with Daemon(folder / "home", model_folder, [vault], **settings) as running:
        running.settle()
        yield running


def ask(daemon: Daemon, message: str, **more: object) -> list[dict[str, Any]]:
    body = {"message": message, **more}
    with daemon.http.stream("POST", "/chat", json=body, timeout=180) as answer:
        return [json.loads(line) for line in answer.iter_lines()]


def of(events: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    found = [event for event in events if event["event"] == kind]
    assert found, events
    return found[-1]


def text(events: list[dict[str, Any]]) -> str:
    return "".join(event["text"] for event in events if event["event"] == "token")


def test_the_model_quotes_the_note_and_the_quote_is_proven(daemon: Daemon) -> None:
    events = ask(daemon, "What do the notes say about the blue flower pot")
    assert "blue flower pot behind the shed." in text(events)
    done = of(events, "done")
    assert done["model"]
    assert done["model"] != "extractive"
    assert done["supported"] is True
    usage = done["usage"]
    assert usage["context_tokens"] == 32768
    assert usage["completion_tokens"] > 0
    planned = sum(usage[f"{part}_tokens"] for part in ("system", "turns", "passages", "question"))
    assert usage["prompt_tokens"] <= planned + 64
    citation = of(events, "citations")["citations"][0]
    assert citation["hit"]["path"].endswith("house.md")
    assert citation["status"] == "supported"


def test_a_second_turn_reads_only_what_is_new(daemon: Daemon) -> None:
    first = ask(daemon, "What do the notes say about the blue flower pot")
    talk = of(first, "conversation")["id"]
    second = ask(daemon, "What do the notes say about the heating engineer", conversation_id=talk)
    before, after = of(first, "done")["usage"], of(second, "done")["usage"]
    assert after["prompt_tokens"] > before["prompt_tokens"]
    assert after["reused_tokens"] >= 0.95 * before["prompt_tokens"]
    assert after["turns_used"] == 1


def test_two_clients_at_once_are_both_answered(daemon: Daemon) -> None:
    asked = {
        "What do the notes say about the blue flower pot": "behind the shed.",
        "What do the notes say about the island leaves": "at nine from the northern pier.",
    }
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda question: ask(daemon, question), asked))
    for events, wanted in zip(answers, asked.values(), strict=True):
        assert wanted in text(events)
        assert of(events, "done")["supported"] is True


def test_a_closed_connection_stops_the_model_and_keeps_what_was_said(daemon: Daemon) -> None:
    question = 'file:"march.txt" What do the notes say about the long march'
    body = {"message": question, "max_tokens": 16000}
    talk, heard = "", ""
    with daemon.http.stream("POST", "/chat", json=body, timeout=180) as answer:
        for line in answer.iter_lines():
            event = json.loads(line)
            talk = event["id"] if event["event"] == "conversation" else talk
            assert event["event"] != "error", event
            heard += event.get("text", "") if event["event"] == "token" else ""
            if "stone" in heard:
                break
    kept = until_answered(daemon, talk)
    assert kept["details"]["stopped"] is True
    assert kept["text"].startswith(heard[:10])
    assert "stone 2499" not in kept["text"]
    after = ask(daemon, "What do the notes say about the blue flower pot")
    assert "behind the shed." in text(after)


def until_answered(daemon: Daemon, talk: str) -> dict[str, Any]:
    """The last message of a conversation, once it is an answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        messages = daemon.http.get(f"/conversations/{talk}").json()["messages"]
        if messages[-1]["role"] == "assistant":
            last: dict[str, Any] = messages[-1]
            return last
        time.sleep(0.02)
    raise AssertionError(f"the answer was never kept\n{daemon.said()}")


def test_an_answer_is_kept_without_what_only_the_next_prompt_needs(daemon: Daemon) -> None:
    events = ask(daemon, "What do the notes say about the northern")
    talk = of(events, "conversation")["id"]
    answer = daemon.http.get(f"/conversations/{talk}").json()["messages"][1]
    assert "prompt" not in answer["details"]
    assert answer["details"]["usage"] == of(events, "done")["usage"]


def test_a_conversation_that_is_deleted_is_nowhere_in_the_home(daemon: Daemon) -> None:
    events = ask(daemon, "What do the notes say about the northern zanzibarbar")
    talk = of(events, "conversation")["id"]
    ask(daemon, "What do the notes say about the heating engineer")  # that one is put aside
    states = daemon.home / "prompts"
    assert list(states.glob("*.state"))
    assert holding(daemon.home, b"zanzibarbar")
    assert daemon.http.delete(f"/conversations/{talk}").status_code == 204
    assert holding(daemon.home, b"zanzibarbar") == []
    assert list(states.iterdir()) == []


def holding(folder: Path, said: bytes) -> list[str]:
    """Files anywhere below the folder that hold these bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if said in path.read_bytes()]


def test_a_model_file_that_is_gone_is_named_and_notes_are_quoted(
    tmp_path: Path, model_folder: Path, quoting_gguf: Path
) -> None:
    vault, broken = tmp_path / "vault", tmp_path / "broken.gguf"
    vault.mkdir()
    (vault / "sea.txt").write_text(NOTES["sea.txt"], encoding="utf-8")
    broken.write_bytes(quoting_gguf.read_bytes()[:100_000])
    settings = {"KHOJ_LITE_CHAT_MODEL": str(broken)}
    with Daemon(tmp_path / "home", model_folder, [vault], **settings) as running:
        running.settle()
        events = ask(running, "When does the ferry to the island leave?")
        assert any("quoted instead" in e["text"] for e in events if e["event"] == "status")
        done = of(events, "done")
        assert done["model"] == "extractive"
        assert done["fallback"]["message"]
        assert done["fallback"]["hint"]
        assert "leaves at nine" in text(events)
        assert httpx.get(f"{running.address}/api/v1/health", trust_env=False).status_code == 200
