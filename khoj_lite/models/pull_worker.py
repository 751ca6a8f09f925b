"""Downloading, from the inside: a child process that talks to the Hugging Face hub.

A child, so that the hub's library is never in the daemon, a stop is a kill, and what the library
reads from its environment is decided by us (see `pull`). It prints JSON, one object a line.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from huggingface_hub import HfApi, constants, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from huggingface_hub.file_download import http_get

from khoj_lite import __version__
from khoj_lite.errors import BusyError, KhojLiteError, ModelError, NotFoundError, StorageError
from khoj_lite.models.child_events import tell, tell_fault
from khoj_lite.models.pull_files import (
    Manifest,
    RemoteFile,
    Wanted,
    choose,
    read_manifest,
    write_manifest,
)
from khoj_lite.models.pull_meter import Checked, Meter

SPARE_BYTES = 500_000_000
"""What a download leaves free on the disk."""
BLOCK_BYTES = 256 * 1024
"""Written at a time. The library's 10 MB would lose as much at every cut, and a slow line would
show no progress for a minute."""
PARTS = ".part"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("name")
    options.add_argument("repository")
    options.add_argument("folder", type=Path)
    options.add_argument("--wanted", required=True)
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    constants.DOWNLOAD_CHUNK_SIZE = BLOCK_BYTES
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        manifest = fetch(given.name, given.repository, given.folder, given.wanted)
    except KhojLiteError as fault:
        tell_fault(fault)
        sys.exit(1)
    tell({"revision": manifest.revision})


def fetch(name: str, repository: str, folder: Path, wanted: Wanted) -> Manifest:
    """Bring a model into `folder`: every file checked, the manifest written last.

    What an earlier attempt had fetched is kept and gone on from. Until all is there, nothing of it
    stands in `folder` under its own name."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, name):
            return _fetch(name, repository, folder, wanted)
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError(
                "the disk is full", "Free some space; what was downloaded is kept."
            ) from fault
        raise StorageError(f"cannot write to {folder}: {fault.strerror or fault}") from fault


def _fetch(name: str, repository: str, folder: Path, wanted: Wanted) -> Manifest:
    # False and not None: a token that lies on this machine is sent only if the user named it.
    token: str | bool = os.environ.get("HF_TOKEN") or False
    with _explained(repository):
        info = HfApi(token=token).model_info(repository, files_metadata=True, timeout=30)
    files = choose(map(_remote, info.siblings or ()), wanted, repository)
    here = read_manifest(folder)
    revision = str(info.sha or "main")
    if here is not None and here.revision == revision and here.wanted == wanted:
        return here
    parts = folder / PARTS
    parts.mkdir(exist_ok=True)
    meter = Meter(name, sum(file.size for file in files))
    _check_space(files, parts)
    headers = {"user-agent": f"khoj-lite/{__version__}", "accept-encoding": "identity"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    sums: dict[str, str] = {}
    for file in files:
        part = parts / f"{(file.sha256 or file.git)[:16]}.part"
        url = hf_hub_url(repository, file.name, revision=revision)
        with _explained(repository):
            sums[file.name] = _download(file, url, headers, part, meter)
    meter.tell(final=True)
    for file in files:
        target = folder / _local(file, wanted)
        target.parent.mkdir(parents=True, exist_ok=True)
        (parts / f"{(file.sha256 or file.git)[:16]}.part").replace(target)
    manifest = Manifest(
        name, repository, revision, _license(info), wanted,
        {_local(file, wanted): sums[file.name] for file in files},
        {_local(file, wanted): file.size for file in files},
        str(HfApi().endpoint),
    )  # fmt: skip
    write_manifest(folder, manifest)
    shutil.rmtree(parts, ignore_errors=True)
    return manifest


def _remote(sibling: Any) -> RemoteFile:
    sha256 = sibling.lfs.sha256 if sibling.lfs else ""
    return RemoteFile(sibling.rfilename, sibling.size or 0, sha256, sibling.blob_id or "")


def _local(file: RemoteFile, wanted: Wanted) -> str:
    return file.name.rpartition("/")[2] if wanted == "gguf" else file.name


def _license(info: Any) -> str:
    named = getattr(info.card_data, "license", None) if info.card_data else None
    tags = [tag.partition(":")[2] for tag in info.tags or () if tag.startswith("license:")]
    return str(named or (tags[0] if tags else ""))


def _check_space(files: list[RemoteFile], parts: Path) -> None:
    kept = sum(part.stat().st_size for part in parts.glob("*.part"))
    needed = max(0, sum(file.size for file in files) - kept)
    free = shutil.disk_usage(parts).free
    if needed + SPARE_BYTES > free:
        raise StorageError(
            f"the model needs {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free on its disk",
            f"Free some space ({SPARE_BYTES / 1e9:.1f} GB stay free), or keep models elsewhere: "
            "khoj-lite config models.folder PATH",
        )


def _download(file: RemoteFile, url: str, headers: dict[str, str], part: Path, meter: Meter) -> str:
    """Fetch one file into `part`, going on where it ends; returns its SHA-256.

    http_get resumes after cut connections by itself; the beginning that an earlier process left is
    handed to it. A file that is not what the hub said is removed."""
    if not file.sha256 and not file.git:
        raise ModelError(
            f"the hub names no checksum of {file.name}", "It is not fetched unchecked."
        )
    part.touch()
    with part.open("r+b") as stream:
        writing = Checked(stream, file, meter)
        have = writing.read_kept()
        if have < file.size or not file.size:
            http_get(
                url, writing, resume_size=have,  # type: ignore[arg-type]  # all it needs of a file
                headers=headers, expected_size=file.size,
            )  # fmt: skip
        stream.flush()
        os.fsync(stream.fileno())
    if not writing.is_right():
        part.unlink()
        raise ModelError(
            f"{file.name} arrived damaged: its checksum is not the one that the hub names",
            "Run the command again. If it happens again, the hub or a proxy serves a wrong file.",
        )
    return writing.sha256.hexdigest()


@contextlib.contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise BusyError(f"{name} is being downloaded already") from None


@contextlib.contextmanager
def _explained(repository: str) -> Iterator[None]:
    """What the hub's library raises, as errors for people."""
    endpoint = str(HfApi().endpoint)
    try:
        yield
    except GatedRepoError as fault:
        raise ModelError(
            f"{repository} is only for those who accepted its licence",
            f"Accept it at {endpoint}/{repository}, then set HF_TOKEN to a token of yours.",
        ) from fault
    except RepositoryNotFoundError as fault:
        raise NotFoundError(f"{endpoint} has no {repository}, or not for everybody") from fault
    except OfflineModeIsEnabled as fault:
        raise ModelError(
            "HF_HUB_OFFLINE forbids downloads", "Unset it to download a model."
        ) from fault
    except HfHubHTTPError as fault:
        status = fault.response.status_code if fault.response is not None else 0
        raise ModelError(
            f"{endpoint} answered {status}", "Try again later; what was downloaded is kept."
        ) from fault
    except OSError as fault:
        if fault.errno is not None:
            raise
        raise _cut(endpoint, fault) from fault
    except Exception as fault:
        if not type(fault).__module__.startswith("httpx"):
            raise
        raise _cut(endpoint, fault) from fault


def _cut(endpoint: str, fault: Exception) -> ModelError:
    reason = str(fault).splitlines()[0][:120] if str(fault) else type(fault).__name__
    return ModelError(
        f"the connection to {endpoint} failed ({reason})",
        "Look at the network and run the command again: it goes on where it stopped.",
    )


def _end_with_parent() -> None:
    """Whoever started this holds our standard input open; when it ends, so do we. Read without
    Python's buffers, whose lock would still be held at our own end."""
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
