"""Every command that reads, through the engine and through a daemon: the same answers."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Terminal


def test_search_prints_the_object_of_the_api(indexed: Terminal, indexed_vault: Path) -> None:
    answer = indexed.khoj("search", "tomatoes", "-n", 2, "--json").json()
    assert set(answer) == {"query", "hits", "took_ms", "notice"}
    assert len(answer["hits"]) == 2
    first = answer["hits"][0]
    assert first["path"] == str(indexed_vault / "house.md")
    assert "explain" not in first
    assert "text" not in first


def test_search_explains_and_shows_all_on_demand(indexed: Terminal) -> None:
    hit = indexed.khoj("search", "tomatoes", "--explain", "--full", "--json").json()["hits"][0]
    assert hit["explain"]["lexical_rank"] == 1
    assert "southern wall" in hit["text"]
    shown = indexed.khoj("search", "tomatoes", "--explain").out
    assert "by letter #1" in shown
    assert "cosine" in shown


def test_search_for_people_names_title_outline_and_line(
    indexed: Terminal, indexed_vault: Path
) -> None:
    done = indexed.khoj("search", "tomatoes and basil", "-n", 1)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].startswith(" 1. ")
    assert lines[0].endswith("› Garden")
    path, _, line = lines[1].split()[0].rpartition(":")
    assert path == str(indexed_vault / "house.md")
    assert int(line) in (8, 9)
    assert "We planted tomatoes" in done.out
    assert "\x1b" not in done.out


def test_modes_are_kept(indexed: Terminal) -> None:
    nothing = indexed.khoj("search", "vegetables", "--mode", "lexical")
    assert (nothing.code, nothing.out) == (0, "")
    assert "Nothing found" in nothing.err
    meant = indexed.khoj("search", "vegetables", "--mode", "semantic", "--json").json()
    assert "tomatoes" in meant["hits"][0]["snippet"]


def test_a_bad_filter_is_a_usage_error_with_a_hint(indexed: Terminal) -> None:
    done = indexed.khoj("search", 'dt>="no day at all" oven')
    assert done.code == 2
    assert "no day at all" in done.err
    assert "hint: " in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_similar_takes_a_path_with_or_without_a_line(
    indexed: Terminal, indexed_vault: Path
) -> None:
    note = indexed_vault / "house.md"
    assert indexed.khoj("similar", note, "--json").json()["hits"]
    assert indexed.khoj("similar", f"{note}:9", "-n", 1, "--json").json()["hits"]
    missing = indexed.khoj("similar", indexed_vault / "none.md")
    assert missing.code == 3
    assert "none.md" in missing.err


def test_chat_answers_with_numbered_sources(indexed: Terminal, indexed_vault: Path) -> None:
    done = indexed.khoj("chat", "When did we move to Berlin?")
    assert done.code == 0, done.err
    assert "We moved to Berlin in 2019. [1]" in done.out
    assert f"{indexed_vault / 'life.org'}:3" in done.out


def test_chat_as_json_is_the_events_of_the_api(indexed: Terminal) -> None:
    events = indexed.khoj("chat", "--json", "When did we move to Berlin?").lines()
    assert events[0]["event"] == "conversation"
    assert events[-1]["event"] == "done"
    follow = indexed.khoj("chat", "--json", "--conversation", events[0]["id"], "And why?").lines()
    assert follow[0]["id"] == events[0]["id"]
    unknown = indexed.khoj("chat", "--conversation", "none", "Hello?")
    assert unknown.code == 3


def test_a_chat_session_is_one_conversation(indexed: Terminal) -> None:
    done = indexed.khoj("chat", "--json", typed="When does the ferry leave?\n\nFrom where?\n")
    started = [event for event in done.lines() if event["event"] == "conversation"]
    assert len(started) == 2
    assert started[0]["id"] == started[1]["id"]


def test_sources_and_status_count(indexed: Terminal, indexed_vault: Path) -> None:
    (source,) = indexed.khoj("sources", "--json").json()["sources"]
    assert source["location"] == str(indexed_vault)
    assert source["files"] == 5
    assert "vault" in indexed.khoj("sources").out
    status = indexed.khoj("status", "--json").json()
    assert status["files"] == 5
    assert status["failed"] == 1
    assert status["pending"] == 0
    shown = indexed.khoj("status")
    assert "5 files" in shown.out
    assert "not embedded" not in shown.out


def test_status_names_the_files_that_failed(indexed: Terminal, indexed_vault: Path) -> None:
    failed = indexed.khoj("status", "--failed").out
    assert str(indexed_vault / "broken.md") in failed
    assert "binary" in failed
    files = indexed.khoj("status", "--files", "--json").json()["file_list"]
    assert len(files) == 5


def test_index_again_finds_nothing_to_do(indexed: Terminal) -> None:
    report = indexed.khoj("index", "--json").json()
    assert set(report) == {"files", "entries", "chunks", "embedded", "seconds", "failures"}
    assert report["embedded"] == 0
    assert report["files"]["unchanged"] >= 4
    assert report["files"]["added"] == report["files"]["changed"] == 0
    assert indexed.khoj("index", "none").code == 3


def test_doctor_finds_nothing_wrong_but_the_broken_file(indexed: Terminal) -> None:
    done = indexed.khoj("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(done.out)["checks"]}
    assert {"python", "data folder", "daemon", "database", "disk"} <= set(checks)
    wrong = [name for name, check in checks.items() if not check["ok"]]
    assert wrong == ["files"], done.out
    assert all(check["hint"] for check in checks.values() if not check["ok"])
    assert done.code == 1
