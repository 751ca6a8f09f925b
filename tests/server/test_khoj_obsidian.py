"""Khoj's plugin for Obsidian, unmodified, against a real daemon: its calls and its reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from eventually import eventually
from parsers.pdf_fixtures import text_pdf

from server.conftest import write_notes
from server.daemon import Daemon
from server.khoj_clients import DELIMITER, Obsidian


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("obsidian")
    vault = write_notes(folder / "vault")
    (vault / ".obsidian").mkdir()
    with Daemon(folder / "home", model_folder, [vault]) as daemon:
        daemon.settle()
        yield daemon


@pytest.fixture(scope="module")
def obsidian(daemon: Daemon) -> Obsidian:
    return Obsidian(daemon)


def preflight(daemon: Daemon, path: str, origin: str, method: str = "PATCH") -> httpx.Response:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,x-anything",
    }
    return httpx.options(daemon.address + path, headers=asked, trust_env=False)


@pytest.mark.parametrize(
    "origin", ["app://obsidian.md", "capacitor://localhost", "http://localhost"]
)
def test_it_is_let_in_from_the_desktop_and_from_phones(daemon: Daemon, origin: str) -> None:
    answer = preflight(daemon, "/api/content?client=obsidian", origin)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-allow-headers"] == "authorization,x-anything"
    assert {"PATCH", "PUT", "DELETE"} <= set(
        answer.headers["access-control-allow-methods"].split(", ")
    )
    assert Obsidian(daemon, origin).fetch("GET", "/api/v1/user").status_code == 200


def test_the_phone_s_origin_opens_khoj_s_api_alone_and_with_the_token_alone(
    daemon: Daemon,
) -> None:
    phone = Obsidian(daemon, "http://localhost")
    assert phone.fetch("GET", "/api/v1/status").status_code == 403
    assert phone.fetch("GET", "/v1/models").status_code == 403
    assert preflight(daemon, "/api/v1/search", "http://localhost").status_code == 403
    with httpx.Client(base_url=daemon.address, trust_env=False) as browser:
        browser.get("/", params={"token": daemon.token})
        own = {"Origin": "http://localhost", "Sec-Fetch-Site": "none"}
        assert browser.get("/api/search?q=oven", headers=own).status_code == 403
        assert browser.get("/api/search?q=oven").status_code == 200


def test_no_other_page_is_let_in(daemon: Daemon) -> None:
    stranger = Obsidian(daemon, "https://evil.example")
    answer = stranger.fetch("GET", "/api/search?q=oven")
    assert (answer.status_code, answer.json()) == (403, {"detail": "Forbidden"})


def test_what_it_shows_of_the_user(obsidian: Obsidian) -> None:
    user = obsidian.fetch("GET", "/api/v1/user").json()
    assert user["email"] == "default@example.com"
    assert user["has_documents"] is True
    assert obsidian.fetch("GET", "/api/agents").json()[0]["slug"] == "khoj"
    options = obsidian.fetch("GET", "/api/model/chat/options").json()
    chosen = obsidian.fetch("GET", "/api/settings?detailed=true").json()
    assert chosen["selected_chat_model_config"] in [option["id"] for option in options]
    assert obsidian.fetch("POST", f"/api/model/chat?id={options[0]['id']}").status_code == 200
    assert obsidian.fetch("POST", "/api/model/chat?id=none").status_code == 404
    assert obsidian.fetch("POST", "/api/transcribe?client=obsidian").status_code == 501
    assert obsidian.fetch("POST", "/api/chat/speech?text=Hello").status_code == 503


def test_a_file_counts_as_synced_when_the_answer_names_it(obsidian: Obsidian) -> None:
    files = {
        "Animals/Giraffe, tall.md": b"# Giraffe\nA long neck.\n",
        "Tiere/Größe 日記.md": b"# Giraffe\nEin Tagebuch.\n",
        "Animals/paper.pdf": text_pdf("The giraffe of the annual report."),
        "Animals/picture.png": b"\x89PNG no picture",
    }
    answer = obsidian.upload(files)
    assert answer.status_code == 200
    assert all(path in answer.text for path in files)
    wanted = {path for path in files if not path.endswith("png")}
    eventually(lambda: set(obsidian.files('+"giraffe"')) == wanted)
    page = obsidian.search('+"giraffe"', t="pdf")[0]
    assert "annual report" in page["additional"]["compiled"]


def test_what_the_daemon_reads_itself_is_found_once_by_its_path_in_the_vault(
    daemon: Daemon, obsidian: Obsidian
) -> None:
    vault = daemon.home.with_name("vault")
    obsidian.upload({"house.md": (vault / "house.md").read_bytes(), "last.md": b"# Marmot\n"})
    eventually(lambda: obsidian.files('+"marmot"') == ["last.md"])
    assert obsidian.files('+"oven"') == ["house.md"]
    hit = obsidian.search('+"oven"')[0]
    assert hit["additional"]["uri"].startswith("obsidian://open?path=")
    assert obsidian.search('+"marmot"')[0]["additional"]["uri"] == "obsidian://open?file=last.md"


def test_the_best_has_the_highest_score_as_the_plugin_sorts(obsidian: Obsidian) -> None:
    found = obsidian.search("When did we move to Berlin?", n=10)
    scores = [hit["score"] for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert "Berlin" in found[0]["entry"]


def test_syncing_anew_forgets_first_and_takes_nothing_of_the_folders(
    daemon: Daemon, obsidian: Obsidian
) -> None:
    obsidian.upload({"anew/a.md": b"# Civet\n", "anew/b.md": b"# Civet\nB.\n"})
    eventually(lambda: sorted(obsidian.files('+"civet"')) == ["anew/a.md", "anew/b.md"])
    for kind in ("markdown", "pdf", "image"):
        gone = obsidian.fetch("DELETE", f"/api/content/type/{kind}?client=obsidian")
        assert gone.json() == {"status": "ok"}
    eventually(lambda: obsidian.files('+"civet"') == [])
    obsidian.upload({"anew/a.md": b"# Civet\n"})
    eventually(lambda: obsidian.files('+"civet"') == ["anew/a.md"])
    assert obsidian.files('+"oven"') == ["house.md"]
    assert (daemon.home.with_name("vault") / "house.md").exists()
    assert obsidian.fetch("DELETE", "/api/content/type/music").status_code == 404


def test_a_streamed_answer_has_its_events_in_order(obsidian: Obsidian) -> None:
    events = obsidian.chat("/default When did we move to Berlin?")
    kinds = [event["type"] if isinstance(event, dict) else "token" for event in events]
    once = list(dict.fromkeys(kinds))
    assert once == [
        "metadata", "status", "references", "start_llm_response", "token",
        "end_llm_response", "usage", "end_response",
    ]  # fmt: skip
    assert "We moved to Berlin in 2019." in "".join(e for e in events if isinstance(e, str))
    data = {event["type"]: event["data"] for event in events if isinstance(event, dict)}
    assert set(data["metadata"]) == {"conversationId", "turnId"}
    reference = data["references"]["context"][0]
    assert reference["compiled"].split("\n") == ["# Life › Move", "We moved to Berlin in 2019."]
    assert reference["file"] == "life.org"
    assert data["references"]["inferredQueries"] == ["When did we move to Berlin?"]


def test_no_answer_can_end_the_stream_or_pass_for_an_event(obsidian: Obsidian) -> None:
    obsidian.upload({"trap.md": f"# Okapi\nThe okapi says {DELIMITER} and goes.\n".encode()})
    eventually(lambda: obsidian.files("okapi says")[:1] == ["trap.md"])
    begun = obsidian.fetch("POST", "/api/chat/sessions").json()["conversation_id"]
    events = obsidian.chat("What does the okapi say?", conversation_id=begun)
    assert events[-1] == {"type": "end_response", "data": ""}
    text = "".join(event for event in events if isinstance(event, str))
    assert "The okapi says" in text


def test_a_turn_is_deleted_and_a_conversation_renamed(obsidian: Obsidian) -> None:
    begun = obsidian.fetch("POST", "/api/chat/sessions?client=obsidian").json()["conversation_id"]
    for question in ("When did we move to Berlin?", "What is my desk number?", "Who sings?"):
        obsidian.chat(question, conversation_id=begun)
    shown = f"/api/chat/history?client=obsidian&conversation_id={begun}"
    chat = obsidian.fetch("GET", shown).json()["response"]["chat"]
    assert [message["turnId"] for message in chat[:2]] == [chat[1]["turnId"]] * 2
    assert chat[0]["intent"]["inferred-queries"] == ["When did we move to Berlin?"]

    turn = {"conversation_id": begun, "turn_id": chat[2]["turnId"]}
    deleted = obsidian.fetch("DELETE", "/api/chat/conversation/message", json=turn)
    assert deleted.status_code == 200
    left = obsidian.fetch("GET", shown).json()["response"]["chat"]
    assert [m["message"] for m in left if m["by"] == "you"] == [
        "When did we move to Berlin?", "Who sings?",
    ]  # fmt: skip
    other = {**turn, "turn_id": "none"}
    assert obsidian.fetch("DELETE", "/api/chat/conversation/message", json=other).status_code == 404

    newest = obsidian.fetch("GET", shown + "&n=2").json()["response"]["chat"]
    assert newest == left[-2:]
    rename = f"/api/chat/title?client=obsidian&conversation_id={begun}&title=Moving%20house"
    assert obsidian.fetch("PATCH", rename).status_code == 200
    sessions = obsidian.fetch("GET", "/api/chat/sessions").json()
    assert sessions[0]["slug"] == "Moving house"


def test_there_is_always_a_conversation_to_show_and_the_last_is_cleared(
    obsidian: Obsidian,
) -> None:
    for session in obsidian.fetch("GET", "/api/chat/sessions").json():
        gone = obsidian.fetch(
            "DELETE", f"/api/chat/history?conversation_id={session['conversation_id']}"
        )
        assert gone.json()["status"] == "ok"
    shown = obsidian.fetch("GET", "/api/chat/history?client=obsidian").json()["response"]
    assert shown["conversation_id"]
    assert shown["chat"] == []
    cleared = obsidian.fetch("DELETE", "/api/chat/history?client=obsidian").json()
    assert (cleared["status"], cleared["message"]) == ("ok", "Conversation history cleared")
    assert obsidian.fetch("GET", "/api/chat/sessions").json() == []
