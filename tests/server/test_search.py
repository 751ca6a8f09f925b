"""Searching and reading over HTTP: the shapes of the contract, on real notes."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from server.daemon import Daemon

HIT = {
    "id", "source", "type", "path", "title", "outline", "line", "end_line", "page", "uri", "score",
    "snippet", "highlights", "tags", "modified",
}  # fmt: skip


def test_a_hit_has_every_field_of_the_contract(http: httpx.Client, shared_vault: Path) -> None:
    answer = http.get("/search", params={"q": "tomatoes"}).json()
    assert answer["query"]["text"] == "tomatoes"
    assert answer["took_ms"] > 0
    hit = answer["hits"][0]
    assert set(hit) == HIT
    assert hit["path"] == str(shared_vault / "house.md")
    assert hit["uri"] == f"file://{shared_vault}/house.md"
    assert hit["type"] == "markdown"
    assert hit["outline"][-1] == "Garden"
    assert hit["tags"] == ["home"]
    assert 0 <= hit["score"] <= 1
    lines = (shared_vault / "house.md").read_text().splitlines()
    found = lines[hit["line"] - 1 : hit["end_line"]]
    assert any("tomatoes" in line for line in found)
    assert "tomatoes" in [hit["snippet"][start:end] for start, end in hit["highlights"]]
    modified = datetime.fromisoformat(hit["modified"])
    assert abs(modified.timestamp() - (shared_vault / "house.md").stat().st_mtime) < 1


def test_full_and_explain_add_what_they_promise(http: httpx.Client) -> None:
    asked = {"q": "tomatoes", "full": "true", "explain": "true"}
    hit = http.get("/search", params=asked).json()["hits"][0]
    assert set(hit) == HIT | {"text", "explain"}
    assert "southern wall" in hit["text"]
    assert hit["explain"]["lexical_rank"] == 1
    assert hit["explain"]["cosine"] > 0.3


def test_n_and_mode_are_kept(http: httpx.Client) -> None:
    assert len(http.get("/search", params={"q": "we", "n": 1}).json()["hits"]) == 1
    by_letter = http.get("/search", params={"q": "vegetables", "mode": "lexical"}).json()
    by_meaning = http.get("/search", params={"q": "vegetables", "mode": "semantic"}).json()
    assert not by_letter["hits"]
    assert "tomatoes" in by_meaning["hits"][0]["snippet"]


@pytest.mark.parametrize("question", ["type:markdown", "we tomatoes boat"])
def test_pages_go_on_where_the_one_before_ended(http: httpx.Client, question: str) -> None:
    def ids(n: int, offset: int = 0) -> list[int]:
        asked: dict[str, str | int] = {"q": question, "n": n, "offset": offset}
        return [hit["id"] for hit in http.get("/search", params=asked).json()["hits"]]

    whole = ids(100)
    assert len(whole) >= 3
    assert [*ids(2), *ids(100, 2)] == whole
    assert ids(10, len(whole)) == []
    assert ids(10, 2**63 - 1) == []


def test_a_word_being_typed_is_found_by_its_beginning(http: httpx.Client) -> None:
    asked = {"q": "tomat", "mode": "lexical", "prefix": "true"}
    assert "tomatoes" in http.get("/search", params=asked).json()["hits"][0]["snippet"]


def test_filters_come_back_apart_from_the_text(http: httpx.Client) -> None:
    query = http.get("/search", params={"q": "desk tag:work type:org"}).json()["query"]
    assert (query["text"], query["tags"], query["types"]) == ("desk", ["work"], ["org"])


def test_a_bad_filter_is_named(http: httpx.Client) -> None:
    answer = http.get("/search", params={"q": 'dt>="no day at all" oven'})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "bad_query"
    assert "no day at all" in error["message"]
    assert error["hint"]


def test_notes_in_other_scripts_are_found_and_linked(http: httpx.Client) -> None:
    hit = http.get("/search", params={"q": "京都の寺"}).json()["hits"][0]
    assert hit["path"].endswith("reise/日記.md")
    assert hit["uri"].endswith("/reise/%E6%97%A5%E8%A8%98.md")


def test_similar_finds_by_path_and_line(http: httpx.Client, shared_vault: Path) -> None:
    path = str(shared_vault / "house.md")
    answer = http.get("/similar", params={"path": path, "line": 9, "n": 3}).json()
    assert answer["hits"]
    assert all(set(hit) == HIT for hit in answer["hits"])
    missing = http.get("/similar", params={"path": str(shared_vault / "none.md")})
    assert missing.status_code == 404


def test_an_entry_is_whole_and_knows_its_note(http: httpx.Client) -> None:
    hit = http.get("/search", params={"q": "desk number"}).json()["hits"][0]
    entry = http.get(f"/entries/{hit['id']}").json()
    assert entry["text"] == "** TODO Office\nMy desk number is 12.\n".rstrip("\n")
    assert entry["todo"] == "TODO"
    assert entry["note"]["path"] == hit["path"]
    assert hit["id"] in [each["id"] for each in entry["note"]["entries"]]


def test_a_note_is_every_line_of_its_file(http: httpx.Client, shared_vault: Path) -> None:
    hit = http.get("/search", params={"q": "tomatoes"}).json()["hits"][0]
    note = http.get("/note", params={"id": hit["id"]}).json()
    assert note["text"].rstrip("\n") == (shared_vault / "house.md").read_text().rstrip("\n")
    assert [entry["line"] for entry in note["entries"]] == sorted(
        entry["line"] for entry in note["entries"]
    )


def test_filter_values_are_suggested(http: httpx.Client) -> None:
    values = http.get("/suggest", params={"field": "tag", "prefix": "ho"}).json()["values"]
    assert values[0]["value"] == "home"
    assert values[0]["count"] >= 1


def test_what_is_not_there_is_said_in_one_shape(http: httpx.Client) -> None:
    for path in ("/entries/999999", "/conversations/none", "/jobs/none", "/sources/none", "/none"):
        answer = http.get(path)
        assert answer.status_code == 404, path
        assert set(answer.json()["error"]) == {"code", "message", "hint"}
        assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/search?q=a&n=0", "n: "),
        ("/search?q=a&n=many", "n: "),
        ("/search?q=a&mode=psychic", "mode: "),
        ("/entries/first", "entry_id: "),
        ("/similar", "path: "),
    ],
)
def test_what_cannot_be_read_is_named(http: httpx.Client, path: str, said: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(said)


def test_a_wrong_method_or_body_is_said_in_the_same_shape(http: httpx.Client) -> None:
    wrong = http.delete("/search")
    assert wrong.status_code == 405
    assert set(wrong.json()["error"]) == {"code", "message", "hint"}
    for body in (b"{", b"[]", b'{"message": ""}', b'{"message": "a", "surprise": 1}'):
        answer = http.post("/chat", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, body
        assert set(answer.json()["error"]) == {"code", "message", "hint"}


def test_a_whole_note_fits_into_the_address(shared_daemon: Daemon) -> None:
    """Some clients look for similar notes by searching for the whole text."""
    words = "+".join(f"tomatoes{n}" for n in range(50_000))
    assert len(words) > 500_000
    with closing(HTTPConnection("127.0.0.1", shared_daemon.port)) as connection:
        token = {"Authorization": f"Bearer {shared_daemon.token}"}
        connection.request("GET", f"/api/v1/search?n=1&q={words}", headers=token)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()


@pytest.mark.parametrize(
    "path",
    [
        f"/entries/{2**63}", f"/entries/{2**63}/image", f"/similar?path=house.md&line={2**63}",
        f"/conversations?offset={2**63}", f"/files?offset={2**63}",
    ],
)  # fmt: skip
def test_numbers_beyond_the_database_are_a_usage_error(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "usage"
