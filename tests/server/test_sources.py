"""Sources, files, jobs and events, over HTTP, on a daemon of the test's own."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.daemon import Daemon


@pytest.fixture
def daemon(tmp_path: Path, model_folder: Path) -> Iterator[Daemon]:
    """A daemon that knows no notes yet."""
    with Daemon(tmp_path / "home", model_folder) as running:
        yield running


def add(daemon: Daemon, location: Path, **more: object) -> dict[str, Any]:
    answer = daemon.http.post("/sources", json={"location": str(location), **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_source_is_added_indexed_listed_and_removed(daemon: Daemon, vault: Path) -> None:
    made = add(daemon, vault, name="mine", exclude=["*.txt"])
    assert made["source"]["name"] == "mine"
    job = daemon.finished(made["job"]["id"])
    assert job["state"] == "done"
    assert job["kind"] == "index"
    assert job["error"] is None

    (source,) = daemon.http.get("/sources").json()["sources"]
    assert source["location"] == str(vault)
    assert source["state"] == "ready"
    assert source["exclude"] == ["*.txt"]
    assert source["entries"] > 3
    assert daemon.http.get("/search", params={"q": "tomatoes"}).json()["hits"]
    assert not daemon.http.get("/search", params={"q": "ferry", "mode": "lexical"}).json()["hits"]

    assert daemon.http.delete("/sources/mine").status_code == 204
    assert daemon.http.get("/sources").json() == {"sources": []}
    assert not daemon.http.get("/search", params={"q": "tomatoes"}).json()["hits"]
    assert daemon.http.delete("/sources/mine").status_code == 404
    assert (vault / "house.md").exists()


def test_a_single_file_is_read_again_when_asked(daemon: Daemon, vault: Path) -> None:
    (vault / "broken.md").write_bytes(bytes(range(256)) * 8)
    daemon.finished(add(daemon, vault)["job"]["id"])
    (broken,) = daemon.http.get("/files", params={"state": "failed"}).json()["files"]

    def read(*paths: str) -> dict[str, Any]:
        job = daemon.http.post("/index", json={"paths": list(paths)}).raise_for_status().json()
        counts: dict[str, Any] = daemon.finished(job["id"])["result"]["files"]
        return counts

    assert read()["failed"] == 0  # it has not changed, and is not tried again
    assert read(broken["path"])["failed"] == 1
    assert read(str(vault / "house.md"))["changed"] == 1
    assert read("/nowhere/at-all.md")["changed"] == 0


def test_the_report_of_an_index_job_counts_every_file(daemon: Daemon, vault: Path) -> None:
    daemon.finished(add(daemon, vault)["job"]["id"])
    (vault / "new.md").write_text("# New\n\nSomething new.\n")
    (vault / "life.org").unlink()
    started = daemon.http.post("/index", json={"full": True})
    assert started.status_code == 202
    report = daemon.finished(started.json()["id"])["result"]
    assert set(report) == {"files", "entries", "chunks", "embedded", "seconds", "failures"}
    assert set(report["files"]) == {
        "added", "changed", "renamed", "removed", "unchanged", "failed"
    }  # fmt: skip
    (failure,) = report["failures"]
    assert failure["path"] == str(vault / "broken.md")
    assert failure["code"] == "binary"
    assert daemon.http.post("/index", json={"names": ["none"]}).status_code == 404


def test_files_that_failed_are_listed_with_the_reason(daemon: Daemon, vault: Path) -> None:
    daemon.finished(add(daemon, vault)["job"]["id"])
    (failed,) = daemon.http.get("/files", params={"state": "failed"}).json()["files"]
    assert failed["path"] == str(vault / "broken.md")
    assert failed["code"] == "binary"
    assert failed["message"]
    found = daemon.http.get("/files", params={"q": "日記"}).json()["files"]
    assert [file["state"] for file in found] == ["ok"]
    pages = [daemon.http.get("/files", params={"limit": 2, "offset": n}) for n in (0, 2, 4)]
    assert [len(page.json()["files"]) for page in pages] == [2, 2, 1]


def test_what_is_no_folder_is_refused(daemon: Daemon, tmp_path: Path) -> None:
    missing = daemon.http.post("/sources", json={"location": str(tmp_path / "none")})
    assert missing.status_code == 404
    assert missing.json()["error"]["hint"]
    note = tmp_path / "note.md"
    note.write_text("# Note\n")
    assert daemon.http.post("/sources", json={"location": str(note)}).status_code == 400
    assert daemon.http.get("/jobs").json() == {"jobs": []}


def test_a_vault_that_vanishes_stays_searchable(daemon: Daemon, vault: Path) -> None:
    daemon.finished(add(daemon, vault)["job"]["id"])
    away = vault.with_name("unplugged")
    shutil.move(vault, away)
    daemon.finished(daemon.http.post("/index").json()["id"])
    (source,) = daemon.http.get("/sources").json()["sources"]
    assert source["state"] == "offline"
    assert daemon.http.get("/search", params={"q": "tomatoes"}).json()["hits"]


def test_events_tell_of_jobs_and_files(daemon: Daemon, vault: Path) -> None:
    heard: list[dict[str, Any]] = []
    began, done = threading.Event(), threading.Event()

    def listen() -> None:
        with daemon.http.stream("GET", "/events") as answer:
            for line in answer.iter_lines():
                heard.append(json.loads(line))
                began.set()
                job = heard[-1].get("job")
                if job and job["state"] == "done":
                    done.set()
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    assert began.wait(10)
    add(daemon, vault)
    assert done.wait(60), heard
    listener.join()
    assert heard[0] == {"event": "hello"}
    assert {"job", "index", "sources"} <= {event["event"] for event in heard}
    states = [event["job"]["state"] for event in heard if event["event"] == "job"]
    assert states[0] == "queued"
    assert states[-1] == "done"


def test_a_saved_note_is_found_without_asking(daemon: Daemon, vault: Path) -> None:
    daemon.finished(add(daemon, vault)["job"]["id"])
    (vault / "later.md").write_text("# Later\n\nThe xylophone arrived.\n")
    asked = {"q": "xylophone", "mode": "lexical"}
    daemon.until(lambda status: daemon.http.get("/search", params=asked).json()["hits"])


def test_a_status_counts_and_names_what_works(daemon: Daemon, vault: Path) -> None:
    daemon.finished(add(daemon, vault)["job"]["id"])
    status = daemon.until(lambda status: status["watcher"]["heartbeat"])
    assert status["ready"]
    assert status["files"] == 5
    assert status["failed"] == 1
    assert status["entries"] == status["embedded"] > 3
    assert status["chunks"] >= status["entries"]
    assert status["watcher"]["alive"]
    assert status["watcher"]["watching"] == 1
    assert status["index"]["state"] == "idle"
    assert "MiniLM" in status["model"]["name"]
    assert status["memory_mb"] > 10


def test_a_job_is_cancelled_and_the_rest_goes_on(daemon: Daemon, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for n in range(3000):
        (many / f"{n}.md").write_text(f"# Note {n}\n\nSome words about number {n}.\n")
    made = add(daemon, many)
    cancelled = daemon.http.delete(f"/jobs/{made['job']['id']}")
    assert cancelled.status_code == 200
    assert daemon.finished(made["job"]["id"])["state"] == "cancelled"
    jobs = daemon.http.get("/jobs").json()["jobs"]
    assert [job["id"] for job in jobs] == [made["job"]["id"]]
