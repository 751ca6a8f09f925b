"""The calls that the page's home, map and settings stand on."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.conftest import write_notes
from server.daemon import Daemon


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("home-map")
    vault = write_notes(folder / "vault")
    (vault / "more.md").write_text("\n".join(f"# Tide {n}\n\nHigh at {n}.\n" for n in range(20)))
    with Daemon(folder / "home", model_folder, [vault], KHOJ_LITE_EMBED_THREADS="1") as running:
        running.settle()
        yield running


def drawn(daemon: Daemon) -> dict[str, Any]:
    """The map, once it is drawn."""
    found = daemon.http.get("/map").raise_for_status().json()
    while found["job"] or found["stale"]:  # notes may be embedded while it is drawn
        if found["job"]:
            assert daemon.finished(found["job"]["id"])["state"] == "done"
        found = daemon.http.get("/map").raise_for_status().json()
    made: dict[str, Any] = found
    return made


def test_the_map_holds_every_section_once(daemon: Daemon) -> None:
    made = drawn(daemon)
    assert (made["state"], made["stale"], made["kind"]) == ("ready", False, "section")
    assert len(set(made["ids"])) == daemon.http.get("/status").json()["entries"]
    for column in ("titles", "path", "x", "y", "group"):
        assert len(made[column]) == len(made["ids"]), column
    assert all(-1 <= value <= 1 for value in made["x"] + made["y"])
    assert sum(group["count"] for group in made["groups"]) == len(made["ids"])
    entry = daemon.http.get(f"/entries/{made['ids'][0]}").json()
    assert entry["path"] == made["paths"][made["path"][0]]


def test_the_map_is_kept_as_numbers_that_only_the_owner_reads(daemon: Daemon) -> None:
    made = drawn(daemon)
    kept = daemon.home / "map.npz"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    raw = kept.read_bytes()
    assert not any(title.encode() in raw for title in made["titles"] if len(title) > 4)


def test_a_changed_note_is_shown_at_once_and_drawn_anew(daemon: Daemon) -> None:
    before = drawn(daemon)
    note = daemon.home.with_name("vault") / "house.md"
    words = note.read_text()
    note.write_text(words.replace("## Garden", "## Orchard"))
    try:
        daemon.finished(daemon.http.post("/index", json={}).json()["id"])
        after = daemon.http.get("/map").json()
        assert after["stale"]
        assert "Garden" not in after["titles"]
        again = drawn(daemon)
        assert "Orchard" in again["titles"]
        assert len(again["ids"]) == len(before["ids"])
    finally:
        note.write_text(words)
        daemon.finished(daemon.http.post("/index", json={}).json()["id"])


def test_searches_are_kept_renamed_and_forgotten(daemon: Daemon) -> None:
    made = daemon.http.post("/searches", json={"query": "tag:home oven"})
    assert made.status_code == 201
    named = daemon.http.patch(f"/searches/{made.json()['id']}", json={"name": "Kitchen"})
    assert named.json()["name"] == "Kitchen"
    assert [s["name"] for s in daemon.http.get("/searches").json()["searches"]] == ["Kitchen"]
    assert daemon.http.delete(f"/searches/{made.json()['id']}").status_code == 204
    assert daemon.http.get("/searches").json() == {"searches": []}
    assert daemon.http.delete(f"/searches/{made.json()['id']}").status_code == 404


def test_files_come_latest_first_by_source_and_counted(daemon: Daemon) -> None:
    latest = daemon.http.get("/files", params={"order": "modified", "limit": 2}).json()
    moments = [file["modified"] for file in latest["files"]]
    assert moments == sorted(moments, reverse=True)
    assert latest["total"] == daemon.http.get("/status").json()["files"] > 2
    opened = daemon.http.get("/files", params={"q": "life.org"}).json()["files"][0]
    assert daemon.http.get(f"/entries/{opened['entry']}").json()["path"] == opened["path"]
    assert daemon.http.get("/files", params={"source": "nowhere"}).json()["total"] == 0
    [broken] = daemon.http.get("/files", params={"state": "failed"}).json()["files"]
    assert broken["entry"] is None


def test_the_doctor_names_what_it_looked_at(daemon: Daemon) -> None:
    checks = daemon.http.get("/doctor").json()["checks"]
    assert {"database", "full text", "embedding model"} <= {check["name"] for check in checks}


def row(daemon: Daemon, key: str) -> dict[str, Any]:
    listed = daemon.http.get("/settings").json()["settings"]
    found: dict[str, Any] = next(each for each in listed if each["key"] == key)
    return found


def patch(daemon: Daemon, **values: object) -> tuple[int, dict[str, Any]]:
    keys = {key.replace("__", "."): value for key, value in values.items()}
    answer = daemon.http.patch("/settings", json={"values": keys})
    return answer.status_code, answer.json()


def test_a_setting_is_changed_and_waits_for_the_next_start(daemon: Daemon) -> None:
    assert patch(daemon, chat__max_tokens=99)[0] == 200
    kept = row(daemon, "chat.max_tokens")
    assert (kept["value"], kept["set"], kept["waiting"]) == (99, True, True)
    written = tomllib.loads((daemon.home / "config.toml").read_text())
    assert written["chat"]["max_tokens"] == 99
    assert patch(daemon, chat__max_tokens=None)[0] == 200
    assert not row(daemon, "chat.max_tokens")["waiting"]


def test_one_wrong_value_changes_none(daemon: Daemon) -> None:
    status, answer = patch(daemon, chat__temperature=0.9, chat__max_tokens=1)
    assert status == 400
    assert "chat.max_tokens must be at least 16" in answer["error"]["message"]
    assert row(daemon, "chat.temperature")["value"] == 0.2
    assert patch(daemon, no__such=1)[0] == 400


@pytest.mark.parametrize(
    ("key", "value"),
    [("server.host", "0.0.0.0"), ("server.port", 1), ("server.open_loopback", True)],
)
def test_nobody_is_let_in_from_the_page(daemon: Daemon, key: str, value: object) -> None:
    answer = daemon.http.patch("/settings", json={"values": {"chat.max_tokens": 77, key: value}})
    assert answer.status_code == 403
    assert "server" not in (daemon.home / "config.toml").read_text()
    assert row(daemon, "chat.max_tokens")["value"] == 1024
    assert "terminal" in row(daemon, key)["fixed"]


def test_what_a_variable_sets_is_not_changed_in_vain(daemon: Daemon) -> None:
    assert "KHOJ_LITE_EMBED_THREADS" in row(daemon, "embed.threads")["fixed"]
    assert patch(daemon, embed__threads=2)[0] == 403


def test_a_secret_goes_in_and_never_out(daemon: Daemon) -> None:
    status, answer = patch(daemon, chat__server_key="sk-very-secret")
    assert status == 200
    kept = row(daemon, "chat.server_key")
    assert (kept["value"], kept["set"]) == (None, True)
    assert "sk-very-secret" not in str(answer)
    assert stat.S_IMODE((daemon.home / "config.toml").stat().st_mode) == 0o600
    patch(daemon, chat__server_key=None)
    assert not row(daemon, "chat.server_key")["set"]
