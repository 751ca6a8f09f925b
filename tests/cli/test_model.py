"""`khoj-lite model`, with a daemon and without."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from models.hub import Hub, serve_hub
from models.own_folder import own_folder
from quoting import quoting_model
from server.daemon import Daemon, environment

from cli.conftest import Terminal

NAME = "qwen3-1.7b"


@pytest.fixture(scope="module")
def gguf(model_home: Path) -> Path:
    return quoting_model(model_home)


@pytest.fixture
def hub(gguf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    files = {"Qwen3-1.7B-Q4_K_M.gguf": gguf.read_bytes()}
    with serve_hub(Hub({"unsloth/Qwen3-1.7B-GGUF": files})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setenv("HOME", str(tmp_path / "user"))
        yield hub


@pytest.fixture(params=["engine", "daemon"])
def user(
    request: pytest.FixtureRequest, tmp_path: Path, hub: Hub, model_folder: Path
) -> Iterator[Terminal]:
    """A user whose models folder is his own, once with a daemon that runs."""
    terminal = Terminal(tmp_path / "home", own_folder(model_folder, tmp_path / "models"))
    with ExitStack() as stack:
        if request.param == "daemon":
            stack.enter_context(Daemon(terminal.home, terminal.models))
        yield terminal


def state(user: Terminal, name: str) -> Any:
    models = user.khoj("model", "list", "--json").json()["models"]
    return next(model["state"] for model in models if model["name"] == name)


def test_from_the_list_to_a_model_and_back(user: Terminal, gguf: Path) -> None:
    shown = user.khoj("model", "list")
    assert shown.code == 0, shown.err
    assert "granite-4.1-3b" in shown.out
    assert "about 2.1 GB" in shown.out
    assert "none: answers quote the notes" in shown.out

    pulled = user.khoj("model", "pull", NAME)
    assert pulled.code == 0, pulled.err
    assert "downloading qwen3-1.7b" in pulled.err
    assert "licence: apache-2.0" in pulled.out
    used = user.khoj("model", "use", NAME, KHOJ_LITE_CHAT_CONTEXT_TOKENS="4096")
    assert used.code == 0, used.err
    assert "tokens of context" in used.out
    assert f"chat     {NAME}" in user.khoj("status").out

    removed = user.khoj("model", "remove", NAME)
    assert removed.code == 0, removed.err
    assert state(user, NAME) == "available"


def test_a_file_of_ones_own_by_a_relative_path(terminal: Terminal, gguf: Path) -> None:
    relative = os.path.relpath(gguf)
    done = terminal.khoj("model", "use", relative, "--json").json()
    assert done["current"]["name"] == str(gguf)
    checks = {check["name"]: check for check in terminal.khoj("doctor", "--json").json()["checks"]}
    assert checks["llama.cpp"]["ok"]
    assert "Threads" in checks["chat model"]["message"]
    assert terminal.khoj("model", "none", "--json").json()["current"]["name"] == ""


def test_what_is_not_here_says_how_to_get_it(terminal: Terminal) -> None:
    early = terminal.khoj("model", "use", NAME)
    assert early.code == 1
    assert f"khoj-lite model pull {NAME}" in early.err
    assert terminal.khoj("model", "remove", NAME).code == 3


def test_ctrl_c_stops_a_download_that_goes_on_later(hub: Hub, gguf: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home", tmp_path / "models")
    hub.hold = threading.Event()
    with subprocess.Popen(
        [sys.executable, "-m", "khoj_lite", "model", "pull", NAME],
        env=environment(terminal.models, KHOJ_LITE_HOME=str(terminal.home)),
        stderr=subprocess.PIPE,
    ) as process:
        while not any(p.stat().st_size for p in terminal.models.rglob("*.part") if p.is_file()):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    hub.hold.set()
    hub.hold = None
    assert terminal.khoj("model", "pull", NAME).code == 0
    assert hub.fetched("Qwen3-1.7B-Q4_K_M.gguf")[-1].startswith("bytes=")
    assert next(terminal.models.rglob("*.gguf")).read_bytes() == gguf.read_bytes()


def test_a_model_that_is_gone_stops_nothing_but_its_answers(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.home.mkdir()
    gone = tmp_path / "gone.gguf"
    (terminal.home / "config.toml").write_text(f'[chat]\nmodel = "{gone}"\n')
    with Daemon(terminal.home, terminal.models) as daemon:
        assert daemon.http.get("/health").json()["status"] == "ok"
        status = terminal.khoj("status")
        assert status.code == 0
        assert f"there is no model {gone}" in status.out
        answer = daemon.http.post("/chat", json={"message": "Where do we live?"}).text
        assert "gone.gguf" in answer


def test_a_key_is_kept_for_its_owner_and_not_listed(terminal: Terminal) -> None:
    terminal.home.mkdir()
    file = terminal.home / "config.toml"
    file.write_text("[server]\nport = 4000\n")
    file.chmod(0o644)
    done = terminal.khoj("config", "chat.server_key", "sk-secret")
    assert done.code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "sk-secret" not in done.out + done.err
    for listing in (terminal.khoj("config"), terminal.khoj("config", "--json")):
        assert "sk-secret" not in listing.out
        assert "(set, not shown)" in listing.out
    assert terminal.khoj("config", "chat.server_key").out == "sk-secret\n"
