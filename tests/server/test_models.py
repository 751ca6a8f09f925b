"""Models over HTTP: listed, fetched as a job, cancelled, chosen, answered with, removed."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from models.hub import Hub, serve_hub
from models.own_folder import own_folder
from quoting import quoting_model

from server.daemon import Daemon

NAME = "qwen3-1.7b"
REPOSITORY = "unsloth/Qwen3-1.7B-GGUF"


@pytest.fixture(scope="module")
def gguf(model_home: Path) -> Path:
    return quoting_model(model_home)


@pytest.fixture(scope="module")
def hub(gguf: Path) -> Iterator[Hub]:
    with serve_hub(Hub({REPOSITORY: {"Qwen3-1.7B-Q4_K_M.gguf": gguf.read_bytes()}})) as hub:
        yield hub


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, hub: Hub
) -> Iterator[Daemon]:
    """A daemon with a models folder of its own, into which the embedding model is linked."""
    folder = tmp_path_factory.mktemp("models")
    own = own_folder(model_folder, folder / "models")
    vault = folder / "vault"
    vault.mkdir()
    (vault / "ferry.md").write_text("# Ferry\n\nThe ferry leaves at nine.\n")
    with Daemon(
        folder / "home", own, [vault], HF_ENDPOINT=hub.address, HOME=str(folder / "user"),
        KHOJ_LITE_CHAT_CONTEXT_TOKENS="4096",
    ) as daemon:  # fmt: skip
        daemon.settle()
        yield daemon


def listed(daemon: Daemon, name: str) -> dict[str, Any]:
    answer = daemon.http.get("/models").raise_for_status().json()
    return next(model for model in answer["models"] if model["name"] == name)


def call(daemon: Daemon, method: str, path: str, **body: object) -> Any:
    return daemon.http.request(method, path, json=body or None)


def test_the_catalogue_is_listed_and_nothing_is_contacted(daemon: Daemon, hub: Hub) -> None:
    hub.requests.clear()
    answer = daemon.http.get("/models").json()
    assert answer["current"] == {"name": "", "state": "none"}
    assert listed(daemon, NAME)["state"] == "available"
    assert {model["kind"] for model in answer["models"]} == {"chat", "embedding"}
    assert sum(model["recommended"] for model in answer["models"]) <= 1
    assert hub.requests == []


def test_fetched_chosen_answered_with_and_removed(daemon: Daemon, gguf: Path) -> None:
    started = call(daemon, "POST", f"/models/{NAME}/pull")
    assert started.status_code == 202
    assert started.json()["kind"] == "pull"
    job = daemon.finished(started.json()["id"])
    assert job["state"] == "done", job
    assert job["progress"]["stage"] == f"downloading {NAME}"
    assert Path(job["result"]["path"]).read_bytes() == gguf.read_bytes()
    assert listed(daemon, NAME)["state"] == "installed"

    used = call(daemon, "POST", f"/models/{NAME}/use").raise_for_status().json()
    assert used["current"]["name"] == NAME
    assert daemon.http.get("/status").json()["chat"]["name"] == NAME
    asked = {"message": "What do the notes say about [1]"}
    events = [json.loads(line) for line in
              daemon.http.post("/chat", json=asked, timeout=120).text.splitlines()]  # fmt: skip
    assert events[-1]["event"] == "done", events[-1]
    assert events[-1]["model"] == NAME

    gone = call(daemon, "DELETE", f"/models/{NAME}").raise_for_status().json()
    assert gone["current"]["name"] == ""
    assert listed(daemon, NAME)["state"] == "available"
    assert not Path(job["result"]["path"]).exists()


def test_a_path_is_a_name_too(daemon: Daemon, gguf: Path, tmp_path: Path) -> None:
    mine = Path(shutil.copy(gguf, tmp_path / "my model é.gguf"))
    used = call(daemon, "POST", f"/models/{quote(str(mine), safe='')}/use")
    assert used.raise_for_status().json()["current"]["name"] == str(mine)
    mine.unlink()
    current = daemon.http.get("/models").json()["current"]
    assert current["state"] == "failed"
    assert "my model é.gguf" in current["problem"]
    assert current["hint"]
    assert daemon.http.get("/health").json()["status"] == "ok"
    assert call(daemon, "POST", "/models/none").json()["current"]["name"] == ""


def test_a_download_is_cancelled_and_others_jobs_do_not_wait_for_it(
    daemon: Daemon, hub: Hub
) -> None:
    hub.hold = threading.Event()
    job = call(daemon, "POST", f"/models/{NAME}/pull").json()
    while not hub.fetched("Qwen3-1.7B-Q4_K_M.gguf"):
        assert daemon.http.get(f"/jobs/{job['id']}").json()["state"] in ("queued", "running")
    index = call(daemon, "POST", "/index").json()
    assert daemon.finished(index["id"])["state"] == "done"
    assert listed(daemon, NAME)["state"] == "downloading"
    call(daemon, "DELETE", f"/jobs/{job['id']}")
    assert daemon.finished(job["id"])["state"] == "cancelled"
    assert not hub.hold.is_set(), "it waited for the network"
    assert listed(daemon, NAME)["state"] == "available"
    hub.hold.set()
    hub.hold = None


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/models/nonsense/pull", 404, "not_found"),
        ("POST", "/models/nonsense/use", 503, "model_missing"),
        ("POST", "/models/server:x/use", 400, "usage"),
        ("POST", "/models/gemma-4-e2b/use", 503, "model_missing"),
        ("DELETE", "/models/nonsense", 404, "not_found"),
        ("DELETE", "/models/..%2F..%2Fetc", 404, "not_found"),
        ("POST", "/models/nonsense", 405, "usage"),
    ],
)
def test_what_cannot_be_is_refused(
    daemon: Daemon, method: str, path: str, status: int, code: str
) -> None:
    answer = call(daemon, method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_download_that_fails_says_why(daemon: Daemon, hub: Hub) -> None:
    hub.status = 503
    job = daemon.finished(call(daemon, "POST", f"/models/{NAME}/pull").json()["id"])
    hub.status = 0
    assert job["state"] == "failed"
    assert "answered 503" in job["error"]["message"]
    assert job["error"]["hint"]


def test_the_hub_and_the_models_are_not_in_the_daemon(daemon: Daemon) -> None:
    """What it maps into memory tells what was loaded."""
    maps = Path(f"/proc/{daemon.process.pid}/maps").read_text()
    assert not [name for name in ("libllama", "libtorch", "hf_xet") if name in maps]
