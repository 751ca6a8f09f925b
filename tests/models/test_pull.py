"""Downloads from a hub: whole, checked, resumed, cancelled, refused."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from khoj_lite.errors import (
    BusyError,
    CancelledError,
    ModelError,
    ModelMissingError,
    NotFoundError,
    StorageError,
)
from khoj_lite.models import pull as pulling
from khoj_lite.models.pull import environment, pull
from khoj_lite.models.pull_files import read_manifest
from khoj_lite.types import Progress
from models.hub import REVISION, Hub, serve_hub

MODEL = random.Random(1).randbytes(3_000_000)
REPOSITORY = "someone/tiny-GGUF"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {"README.md": b"hello", "tiny-Q8_0.gguf": b"x" * 5000, "tiny-Q4_K_M.gguf": MODEL}
    with serve_hub(Hub({REPOSITORY: files})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chat" / "tiny"


def test_the_file_arrives_with_where_it_is_from(hub: Hub, folder: Path) -> None:
    told: list[Progress] = []
    manifest = pull("tiny", REPOSITORY, folder, "gguf", told.append)

    assert (folder / "tiny-Q4_K_M.gguf").read_bytes() == MODEL
    assert manifest == read_manifest(folder)
    assert manifest.repository == REPOSITORY
    assert manifest.revision == REVISION
    assert manifest.license == "apache-2.0"
    assert manifest.files == {"tiny-Q4_K_M.gguf": hashlib.sha256(MODEL).hexdigest()}
    assert manifest.origin == hub.address
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock", "manifest.json", "tiny-Q4_K_M.gguf",
    ]  # fmt: skip
    assert (told[-1].done, told[-1].total) == (3, 3)
    assert told[0].stage == "downloading tiny"


def test_a_model_that_is_here_is_not_fetched_again(hub: Hub, folder: Path) -> None:
    pull("tiny", REPOSITORY, folder, "gguf")
    pull("tiny", REPOSITORY, folder, "gguf")

    assert len(hub.fetched("tiny-Q4_K_M.gguf")) == 1


def test_a_cut_connection_is_gone_on_from(hub: Hub, folder: Path) -> None:
    hub.cut_after, hub.cuts = 1_000_000, 2
    pull("tiny", REPOSITORY, folder, "gguf")

    ranges = hub.fetched("tiny-Q4_K_M.gguf")
    assert len(ranges) == 3
    starts = [int(each.removeprefix("bytes=").rstrip("-") or 0) for each in ranges]
    assert starts == sorted(starts)
    assert starts[-1] > 0
    assert (folder / "tiny-Q4_K_M.gguf").read_bytes() == MODEL


def test_after_a_kill_the_next_attempt_goes_on(hub: Hub, folder: Path) -> None:
    part = leave_half(hub, folder)
    assert part.stat().st_size > 0
    pull("tiny", REPOSITORY, folder, "gguf")

    assert hub.fetched("tiny-Q4_K_M.gguf")[-1].startswith("bytes=")
    assert (folder / "tiny-Q4_K_M.gguf").read_bytes() == MODEL


def test_a_server_that_cannot_resume_sends_all_again(hub: Hub, folder: Path) -> None:
    leave_half(hub, folder)
    hub.ignore_ranges = True
    pull("tiny", REPOSITORY, folder, "gguf")

    assert (folder / "tiny-Q4_K_M.gguf").read_bytes() == MODEL


@pytest.mark.parametrize("kept", [b"garbage" * 1000, MODEL + b"more"])
def test_a_damaged_beginning_is_noticed_and_fetched_anew(
    hub: Hub, folder: Path, kept: bytes
) -> None:
    part = leave_half(hub, folder)
    part.write_bytes(kept)
    if len(kept) < len(MODEL):
        with pytest.raises(ModelError, match="arrived damaged"):
            pull("tiny", REPOSITORY, folder, "gguf")
    pull("tiny", REPOSITORY, folder, "gguf")

    assert (folder / "tiny-Q4_K_M.gguf").read_bytes() == MODEL


def test_a_file_with_another_checksum_is_refused(hub: Hub, folder: Path) -> None:
    hub.damage = True
    with pytest.raises(ModelError, match="not the one that the hub names"):
        pull("tiny", REPOSITORY, folder, "gguf")

    assert read_manifest(folder) is None
    assert not list(folder.rglob("*.gguf"))


def test_it_is_cancelled_while_the_network_hangs(hub: Hub, folder: Path) -> None:
    hub.hold = threading.Event()
    started = threading.Event()

    def cancelled() -> bool:
        if any(folder.rglob("*.part")):
            started.set()
        return started.is_set()

    with pytest.raises(CancelledError):
        pull("tiny", REPOSITORY, folder, "gguf", cancelled=cancelled)
    assert not hub.hold.is_set(), "it waited for the network"
    assert read_manifest(folder) is None


def test_the_child_ends_with_its_parent(hub: Hub, folder: Path) -> None:
    hub.hold = threading.Event()
    child = subprocess.Popen(
        pulling._command("tiny", REPOSITORY, folder, "gguf"),
        env=environment(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    child.stdin.close()  # what happens when the parent dies
    assert child.wait(60) != 0


def test_two_at_once_are_one(hub: Hub, folder: Path) -> None:
    hub.hold = threading.Event()
    waiting = threading.Event()
    faults: list[Exception] = []

    def first() -> None:
        try:
            pull("tiny", REPOSITORY, folder, "gguf", cancelled=waiting.is_set)
        except CancelledError as fault:
            faults.append(fault)

    thread = threading.Thread(target=first)
    thread.start()
    while not any(folder.rglob("*.part")):
        assert thread.is_alive()
    with pytest.raises(BusyError, match="being downloaded already"):
        pull("tiny", REPOSITORY, folder, "gguf")
    waiting.set()
    thread.join()
    assert len(faults) == 1


def test_a_disk_without_room_is_said_before_anything_comes(hub: Hub, folder: Path) -> None:
    free = shutil.disk_usage(folder.parents[1]).free
    hub.claimed = {"tiny-Q4_K_M.gguf": free}
    with pytest.raises(StorageError, match="GB are free"):
        pull("tiny", REPOSITORY, folder, "gguf")
    assert hub.fetched("tiny-Q4_K_M.gguf") == []


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"repositories": {}}, NotFoundError, "has no someone/tiny-GGUF"),
        ({"gated": True}, ModelError, "who accepted its licence"),
        ({"status": 500}, ModelError, "answered 500"),
        ({"status": 429}, ModelError, "answered 429"),
        ({"repositories": {REPOSITORY: {"a.bin": b"x"}}}, ModelMissingError, "no GGUF file"),
    ],
)
def test_what_a_hub_refuses_is_one_clear_error(
    hub: Hub, folder: Path, change: dict[str, object], error: type[ModelError], said: str
) -> None:
    for name, value in change.items():
        setattr(hub, name, value)
    with pytest.raises(error, match=said) as fault:
        pull("tiny", REPOSITORY, folder, "gguf")
    assert "\n" not in fault.value.message


def test_a_hub_that_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"the connection to http://127\.0\.0\.1:9 failed"):
        pull("tiny", REPOSITORY, folder, "gguf")


def test_no_token_is_sent_that_the_user_did_not_name(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("hf_lies_around")
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    pull("tiny", REPOSITORY, folder, "gguf")
    assert not any("authorization" in headers for _, headers in hub.requests)
    assert not any("torch" in headers["user-agent"] for _, headers in hub.requests)

    monkeypatch.setenv("HF_TOKEN", "hf_named")
    shutil.rmtree(folder)
    hub.requests.clear()
    pull("tiny", REPOSITORY, folder, "gguf")
    assert {headers["authorization"] for _, headers in hub.requests} == {"Bearer hf_named"}


def test_the_token_is_not_sent_on_to_where_the_files_are(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_named")
    with serve_hub(Hub(hub.repositories)) as network:
        # By another name of this machine: to the same host a token may be sent.
        hub.elsewhere = network.address.replace("127.0.0.1", "localhost")
        pull("tiny", REPOSITORY, folder, "gguf")
        assert (folder / "tiny-Q4_K_M.gguf").read_bytes() == MODEL
        assert hub.requests[-1][1]["authorization"] == "Bearer hf_named"
        assert ["authorization" in headers for _, headers in network.requests] == [False]


def test_the_weights_to_train_on_come_without_anything_that_runs(hub: Hub, folder: Path) -> None:
    weights = random.Random(2).randbytes(200_000)
    hub.repositories["maker/base"] = {
        "config.json": b'{"architectures": []}',
        "model-00001-of-00002.safetensors": weights,
        "model-00002-of-00002.safetensors": weights[::-1],
        "model.safetensors.index.json": b"{}",
        "tokenizer.json": b"t" * 2000,
        "pytorch_model-00001-of-00002.bin": b"pickle" * 1000,
        "modeling_base.py": b"import os",
        "training_args.pt": b"pickle",
        "../escape.json": b"no",
        "sub/model.safetensors": b"no",
    }
    manifest = pull("base", "maker/base", folder, "training")

    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    assert names == [
        "config.json", "manifest.json", "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors", "model.safetensors.index.json", "tokenizer.json",
    ]  # fmt: skip
    assert (folder / "model-00002-of-00002.safetensors").read_bytes() == weights[::-1]
    assert manifest.files["config.json"] == hashlib.sha256(b'{"architectures": []}').hexdigest()
    assert not (folder.parent / "escape.json").exists()


def test_weights_that_are_only_pickles_are_refused(hub: Hub, folder: Path) -> None:
    hub.repositories["maker/base"] = {"pytorch_model.bin": b"pickle" * 1000, "config.json": b"{}"}
    with pytest.raises(ModelMissingError, match="no safetensors"):
        pull("base", "maker/base", folder, "training")


def leave_half(hub: Hub, folder: Path) -> Path:
    """The unfinished file that a killed download leaves."""
    hub.hold = threading.Event()
    with pytest.raises(CancelledError):
        pull(
            "tiny", REPOSITORY, folder, "gguf",
            cancelled=lambda: any(p.stat().st_size for p in folder.rglob("*.part") if p.is_file()),
        )  # fmt: skip
    hub.hold.set()
    hub.hold = None
    return next(path for path in folder.rglob("*.part") if path.is_file())
