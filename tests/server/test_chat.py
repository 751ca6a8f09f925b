"""Asking over HTTP: the stream of events, and the conversations that are kept."""

from __future__ import annotations

import json
from typing import Any

import httpx


def ask(http: httpx.Client, message: str, **more: object) -> list[dict[str, Any]]:
    with http.stream("POST", "/chat", json={"message": message, **more}) as answer:
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        return [json.loads(line) for line in answer.iter_lines()]


def of(events: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(event for event in events if event["event"] == kind)


def test_an_answer_is_the_events_of_the_contract(http: httpx.Client) -> None:
    events = ask(http, "When did we move to Berlin?")
    kinds = [event["event"] for event in events]
    assert kinds[0] == "conversation"
    assert kinds[-2:] == ["citations", "done"]
    assert kinds.index("sources") < kinds.index("token")
    text = "".join(event["text"] for event in events if event["event"] == "token")
    assert "We moved to Berlin in 2019." in text
    source = of(events, "sources")["sources"][0]
    assert source["n"] == 1
    assert source["uri"].startswith("file:///")
    assert source["modified"].endswith("Z")
    citation = of(events, "citations")["citations"][0]
    assert citation["status"] == "supported"
    assert citation["quote"] in "We moved to Berlin in 2019."
    assert citation["hit"]["uri"].endswith("life.org")
    done = of(events, "done")
    assert set(done["usage"]) >= {"prompt_tokens", "completion_tokens", "passages_used"}
    assert done["adapter"] is None


def test_a_conversation_is_kept_shown_renamed_and_forgotten(http: httpx.Client) -> None:
    events = ask(http, "When does the ferry leave?")
    started = of(events, "conversation")
    ask(http, "And from where?", conversation_id=started["id"])

    listed = http.get("/conversations", params={"q": "ferry"}).json()["conversations"]
    assert started["id"] in [each["id"] for each in listed]
    kept = http.get(f"/conversations/{started['id']}").json()
    assert [message["role"] for message in kept["messages"]] == ["user", "assistant"] * 2
    assert kept["title"] == "When does the ferry leave?"
    answer = kept["messages"][1]
    assert answer["id"] == started["message_id"]
    assert answer["details"]["sources"] == of(events, "sources")["sources"]

    renamed = http.patch(f"/conversations/{started['id']}", json={"title": "Island"})
    assert renamed.json()["title"] == "Island"

    thumb = http.post(
        f"/messages/{started['message_id']}/feedback", json={"value": "down", "reason": "late"}
    )
    assert thumb.status_code == 204
    kept = http.get(f"/conversations/{started['id']}").json()
    assert kept["messages"][1]["feedback"] == {"value": "down", "reason": "late"}

    assert http.delete(f"/conversations/{started['id']}").status_code == 204
    assert http.get(f"/conversations/{started['id']}").status_code == 404


def test_what_cannot_be_asked_is_a_status_and_no_stream(http: httpx.Client) -> None:
    unknown = http.post("/chat", json={"message": "Hello?", "conversation_id": "none"})
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "not_found"
    bad = http.post("/chat", json={"message": 'When? dt>="no day at all"'})
    assert bad.status_code == 400
    assert bad.json()["error"]["code"] == "bad_query"


def test_feedback_for_no_message_and_no_opinion_are_refused(http: httpx.Client) -> None:
    assert http.post("/messages/none/feedback", json={"value": "up"}).status_code == 404
    assert http.post("/messages/none/feedback", json={"value": "maybe"}).status_code == 400
