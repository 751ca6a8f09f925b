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


def test_a_question_asked_anew_takes_the_place_of_the_first(http: httpx.Client) -> None:
    started = of(ask(http, "When does the ferry leave?"), "conversation")
    talk = started["id"]
    ask(http, "When did we move to Berlin?", conversation_id=talk, replaces=started["question_id"])
    again = of(ask(http, "", conversation_id=talk, replaces=kept(http, talk)[1]["id"]), "done")
    assert again["answered"] is True
    assert [m["role"] for m in kept(http, talk)] == ["user", "assistant"]
    assert kept(http, talk)[0]["text"] == "When did we move to Berlin?"
    before = http.get(f"/conversations/{talk}", params={"replaced": True}).json()["messages"]
    assert before[0]["id"] == started["question_id"]
    assert len(before) == 4
    unknown = http.post("/chat", json={"conversation_id": talk, "replaces": "none"})
    assert unknown.status_code == 404


def test_a_question_is_forgotten_with_its_answer(http: httpx.Client) -> None:
    started = of(ask(http, "When does the ferry leave?"), "conversation")
    assert http.delete(f"/messages/{started['message_id']}").status_code == 204
    assert kept(http, started["id"]) == []
    assert http.delete(f"/messages/{started['message_id']}").status_code == 404


def test_conversations_come_in_pages_with_their_number(http: httpx.Client) -> None:
    for number in range(3):
        ask(http, f"Where is the zither number {number}?")
    first = http.get("/conversations", params={"q": "ZITHER", "limit": 2}).json()
    rest = http.get("/conversations", params={"q": "zither", "limit": 2, "offset": 2}).json()
    assert first["total"] == rest["total"] == 3
    assert [len(page["conversations"]) for page in (first, rest)] == [2, 1]


def test_a_conversation_is_exported_as_markdown_with_links(http: httpx.Client) -> None:
    started = of(ask(http, "When did we move to Berlin: 2019/2020?"), "conversation")
    answer = http.get(f"/conversations/{started['id']}/export")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "2019%202020" in answer.headers["content-disposition"]
    assert "> When did we move to Berlin: 2019/2020?" in answer.text
    assert "We moved to Berlin in 2019." in answer.text
    assert "](file:///" in answer.text
    assert http.get("/conversations/none/export").status_code == 404
    http.patch(f"/conversations/{started['id']}", json={"title": "CON"})
    named = http.get(f"/conversations/{started['id']}/export").headers["content-disposition"]
    assert named.endswith("''CON%20conversation.md")  # Windows has no file of the name CON.md


def test_a_note_is_summarised_in_its_own_sentences_without_a_model(http: httpx.Client) -> None:
    events = ask(http, "/summarize house.md")
    text = "".join(event["text"] for event in events if event["event"] == "token")
    assert "No chat model" in text
    assert "tomatoes" in text
    assert http.post("/chat", json={"message": "/summarize none.md"}).status_code == 404


def test_what_needs_a_model_says_so_where_there_is_none(http: httpx.Client) -> None:
    error = of(ask(http, "/general Why is the sky blue?"), "error")["error"]
    assert error["code"] == "model_missing"
    assert error["hint"]
    other = http.post("/chat", json={"message": "Why?", "model": "granite"})
    assert other.status_code == 404
    assert other.json()["error"]["code"] == "not_found"
    assert of(ask(http, "When did we move?", model="extractive"), "done")["model"] == "extractive"


def kept(http: httpx.Client, talk: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = http.get(f"/conversations/{talk}").json()["messages"]
    return messages


def test_what_cannot_be_asked_is_a_status_and_no_stream(http: httpx.Client) -> None:
    unknown = http.post("/chat", json={"message": "Hello?", "conversation_id": "none"})
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "not_found"
    bad = http.post("/chat", json={"message": 'When? dt>="no day at all"'})
    assert bad.status_code == 400
    assert bad.json()["error"]["code"] == "bad_query"
    nothing = http.post("/chat", json={"message": " "})
    assert nothing.status_code == 400
    hot = http.post("/chat", json={"message": "Why?", "temperature": 9})
    assert hot.status_code == 400


def test_feedback_for_no_message_and_no_opinion_are_refused(http: httpx.Client) -> None:
    assert http.post("/messages/none/feedback", json={"value": "up"}).status_code == 404
    assert http.post("/messages/none/feedback", json={"value": "maybe"}).status_code == 400
