"""Trainings and adapters over HTTP."""

from __future__ import annotations

import time
from typing import Any

import httpx


def _done(http: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    while job["state"] in ("queued", "running"):
        time.sleep(0.05)
        job = http.get(f"/jobs/{job['id']}").json()
    return job


def test_a_dry_run_says_what_would_be_learned(http: httpx.Client) -> None:
    started = http.post("/train", json={"dry_run": True})

    assert started.status_code == 202
    job = _done(http, started.json())
    assert job["state"] == "done", job
    assert job["result"]["rows"] == sum(
        count for kinds in job["result"]["counts"].values() for count in kinds.values()
    )
    assert sum(job["result"]["notes"].values()) >= 3


def test_without_a_local_model_a_training_is_refused_at_once(http: httpx.Client) -> None:
    refused = http.post("/train", json={"now": True})

    assert refused.status_code == 400
    assert "no local chat model" in refused.json()["error"]["message"]


def test_what_is_in_the_way_of_a_training_can_be_asked(http: httpx.Client) -> None:
    problem = http.get("/train").json()["problem"]

    assert "no local chat model" in problem["message"]
    assert "khoj-lite model use" in problem["hint"]


def test_there_are_no_runs_and_no_adapters_at_first(http: httpx.Client) -> None:
    assert http.get("/train/runs").json() == {"runs": []}
    assert http.get("/adapters").json() == {"adapters": [], "in_use": None, "uses": []}


def test_what_does_not_exist_is_not_found(http: httpx.Client) -> None:
    for call in (
        http.get("/train/runs/none"), http.post("/api/v1/adapters/nobody/use"),
        http.post("/adapters/nobody/export", json={"path": "/nowhere/a.gguf"}),
    ):  # fmt: skip
        assert call.status_code == 404, call.text


def test_nothing_to_go_back_to_is_said(http: httpx.Client) -> None:
    refused = http.post("/adapters/rollback")

    assert refused.status_code == 400
    assert "nothing to go back to" in refused.json()["error"]["message"]


def test_using_none_is_always_possible(http: httpx.Client) -> None:
    assert http.post("/adapters/none").json()["in_use"] is None


def test_a_relative_path_is_refused(http: httpx.Client) -> None:
    refused = http.post("/adapters/import", json={"path": "mine.gguf"})

    assert refused.status_code == 400
    assert "absolute" in refused.json()["error"]["message"]


def test_a_file_that_is_no_adapter_is_refused(http: httpx.Client, shared_vault: Any) -> None:
    file = shared_vault.parent / "no-adapter.gguf"
    file.write_bytes(b"GGUF" + bytes(60))

    refused = http.post("/adapters/import", json={"path": str(file)})

    assert refused.status_code == 422
    assert "not a whole adapter" in refused.json()["error"]["message"]


def test_chat_with_an_unknown_adapter_is_not_found(http: httpx.Client) -> None:
    refused = http.post("/chat", json={"message": "hello notes", "adapter": "nobody"})

    assert refused.status_code == 404
    assert "no adapter 'nobody'" in refused.json()["error"]["message"]
