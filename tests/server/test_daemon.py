"""The life of a daemon: start, refusal, end, and coming back after a crash."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from khoj_lite.config import Config
from khoj_lite.errors import UsageError
from khoj_lite.server.daemon import check_host
from khoj_lite.server.running import read_running
from server.daemon import Daemon, environment


def serve(home: Path, models: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A daemon that is expected to refuse to start."""
    return subprocess.run(
        [sys.executable, "-m", "khoj_lite", "--home", str(home), "serve", "--no-open", *arguments],
        env=environment(models),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_daemon_leaves_a_note_while_it_runs(tmp_path: Path, model_folder: Path) -> None:
    home = tmp_path / "home"
    with Daemon(home, model_folder) as daemon:
        note = read_running(home / "daemon.json")
        assert note is not None
        assert note.pid == daemon.process.pid
        assert note.address == daemon.address
        assert httpx.get(f"{note.address}/api/v1/health", trust_env=False).status_code == 200
    assert not (home / "daemon.json").exists()
    assert "serving" in (home / "logs" / "daemon.log").read_text()


def test_a_daemon_prints_an_address_that_signs_in(tmp_path: Path, model_folder: Path) -> None:
    with Daemon(tmp_path / "home", model_folder) as daemon:
        assert f"{daemon.address}/?token={daemon.token}" in daemon.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_daemon_ends_in_order_though_somebody_listens(
    tmp_path: Path, model_folder: Path, vault: Path, number: signal.Signals
) -> None:
    with Daemon(tmp_path / "home", model_folder, [vault]) as daemon:
        daemon.settle()
        with daemon.http.stream("GET", "/events") as events:
            next(lines := events.iter_lines())
            daemon.process.send_signal(number)
            assert daemon.process.wait(timeout=30) == 0
            list(lines)  # the stream ended whole
    assert not (tmp_path / "home" / "daemon.json").exists()
    assert "Traceback" not in daemon.said()


def test_a_second_daemon_on_one_home_is_refused(tmp_path: Path, model_folder: Path) -> None:
    home = tmp_path / "home"
    with Daemon(home, model_folder) as first:
        refused = serve(home, model_folder, "--port", "0")
        assert refused.returncode == 4
        assert f"process {first.process.pid} at {first.address}" in refused.stderr
        assert "hint: " in refused.stderr
        assert "Traceback" not in refused.stderr
        assert first.http.get("/status").status_code == 200


def test_a_taken_port_is_said_with_the_way_out(tmp_path: Path, model_folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = serve(tmp_path / "home", model_folder, "--port", str(port))
    assert refused.returncode == 4
    assert f"port {port} is already in use" in refused.stderr
    assert "--port" in refused.stderr


def test_a_home_that_cannot_be_is_said(model_folder: Path) -> None:
    refused = serve(Path("/proc/khoj_lite"), model_folder)  # not even for root
    assert refused.returncode == 1
    assert "--home" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_killed_daemon_is_not_in_the_way_of_the_next(
    tmp_path: Path, model_folder: Path, vault: Path
) -> None:
    home = tmp_path / "home"
    with Daemon(home, model_folder, [vault]) as first:
        first.settle()
        first.process.kill()
        first.process.wait()
    assert (home / "daemon.json").exists()
    with Daemon(home, model_folder) as second:
        second.settle()
        found = second.http.get("/search", params={"q": "tomatoes"}).json()
        assert found["hits"]


def test_a_daemon_answers_before_it_is_ready(tmp_path: Path, model_folder: Path) -> None:
    """The first start of all prepares the embedding model; the page does not wait for it."""
    fresh = tmp_path / "no models yet"
    with Daemon(tmp_path / "home", fresh, KHOJ_LITE_MODELS_FOLDER=str(fresh)) as daemon:
        health = daemon.http.get("/health").json()
        assert health["status"] == "ok"
        assert health["ready"] is False
        assert daemon.http.get("/search", params={"q": "anything"}).status_code == 200
        children = psutil.Process(daemon.process.pid).children(recursive=True)
        assert daemon.stop() == 0
    assert not [child for child in children if child.is_running()]


def test_a_host_for_others_must_be_meant(tmp_path: Path) -> None:
    open_to_all = Config(home=tmp_path, server_host="0.0.0.0")
    assert "0.0.0.0" in check_host(open_to_all, explicit=True)
    with pytest.raises(UsageError, match=r"0\.0\.0\.0"):
        check_host(open_to_all, explicit=False)
    for host in ("127.0.0.1", "127.0.0.2", "localhost", "::1"):
        assert check_host(Config(home=tmp_path, server_host=host), explicit=False) == ""


def test_a_daemon_for_others_still_wants_its_token(tmp_path: Path, model_folder: Path) -> None:
    arguments = ("--port", "0", "--host", "0.0.0.0")
    variables = {"KHOJ_LITE_SERVER_OPEN_LOOPBACK": "false"}
    with Daemon(tmp_path / "home", model_folder, (), arguments, **variables) as daemon:
        assert "warning" in daemon.said()
        assert httpx.get(f"{daemon.address}/api/v1/status", trust_env=False).status_code == 401
        assert daemon.http.get("/status").status_code == 200


SERVE_AND_LOOK = """
import json, os, signal, sys, threading, time
import httpx
from pathlib import Path
from khoj_lite.cli import main

home, vault, report = map(Path, sys.argv[1:])

def look() -> None:
    while not (home / "daemon.json").exists():
        time.sleep(0.05)
    port = json.loads((home / "daemon.json").read_text())["port"]
    token = (home / "token").read_text().strip()
    http = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", trust_env=False, timeout=60,
                        headers={"Authorization": f"Bearer {token}"})
    while not (status := http.get("/status").json())["ready"] or status["pending"]:
        time.sleep(0.05)
    found = http.get("/search", params={"q": "vegetables"}).json()["hits"]
    answer = http.post("/chat", json={"message": "What did we plant?"}).text
    report.write_text(json.dumps(
        {"hits": len(found), "answer": answer, "modules": sorted(sys.modules)}))
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=look, daemon=True).start()
sys.exit(main(["--home", str(home), "serve", str(vault), "--port", "0", "--no-open"]))
"""


def test_the_daemon_never_loads_torch(tmp_path: Path, model_folder: Path, vault: Path) -> None:
    report = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, "-c", SERVE_AND_LOOK, str(tmp_path / "home"), str(vault), str(report)],
        env=environment(model_folder),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(report.read_text())
    assert seen["hits"] > 0
    assert "tomatoes" in seen["answer"]
    loaded = {name.partition(".")[0] for name in seen["modules"]}
    assert "onnxruntime" in loaded
    assert not loaded & {
        "torch", "transformers", "sentence_transformers", "onnx", "peft", "llama_cpp", "sklearn",
        "scipy",
    }  # fmt: skip


def test_a_daemon_note_of_a_dead_process_is_ignored(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    file = tmp_path / "daemon.json"
    file.write_text(
        json.dumps(
            {"pid": child.pid, "host": "127.0.0.1", "port": 1, "started": time.time(),
             "version": "0"}
        )
    )  # fmt: skip
    assert read_running(file) is None
    file.write_text("{")
    assert read_running(file) is None
