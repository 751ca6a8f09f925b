"""What was measured of a model outlives the daemon that measured it."""

from __future__ import annotations

from pathlib import Path

from server.daemon import Daemon

LICENSE = Path(__file__).parents[2] / "LICENSE"


def test_a_measurement_is_there_after_a_restart(
    tmp_path: Path, model_folder: Path, quoting_gguf: Path
) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "long.md").write_text(LICENSE.read_text(encoding="utf-8")[:3000])
    settings = {
        "KHOJ_LITE_CHAT_MODEL": str(quoting_gguf), "KHOJ_LITE_CHAT_CONTEXT_TOKENS": "512",
        "KHOJ_LITE_CHAT_THREADS": "1",
    }  # fmt: skip
    with Daemon(tmp_path / "home", model_folder, [vault], **settings) as daemon:
        daemon.settle()
        assert daemon.http.get("/models/measure").json() == {"measurements": []}
        body = {"lengths": [256, 512], "depths": [0.5]}
        job = daemon.finished(daemon.http.post("/models/measure", json=body).json()["id"])
        assert job["state"] == "done", job
        measured = job["result"]
        assert [each["context_tokens"] for each in measured["perplexity"]] == [256, 512]
        assert len(measured["needles"]) == 2
        assert daemon.http.get("/models/measure").json() == {"measurements": [measured]}
    with Daemon(tmp_path / "home", model_folder, (), **settings) as daemon:
        assert daemon.http.get("/models/measure").json() == {"measurements": [measured]}
