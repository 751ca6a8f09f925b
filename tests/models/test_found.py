"""Models of Ollama, LM Studio and the Hugging Face cache, laid out as those programs do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.models import found
from khoj_lite.models.found import FoundModel, found_models

GGUF = b"GGUF" + bytes(3000)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def look(home: Path, **environment: str) -> dict[str, FoundModel]:
    return {model.name: model for model in found_models(environment, home)}


def write(path: Path, content: bytes = GGUF) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def ollama(folder: Path, name: str, *layers: tuple[str, bytes]) -> Path:
    """A model as Ollama stores it; returns its manifest. `name`: registry/namespace/model/tag."""
    entries = []
    for kind, content in layers:
        digest = hashlib.sha256(content).hexdigest()
        write(folder / "blobs" / f"sha256-{digest}", content)
        media = f"application/vnd.ollama.image.{kind}"
        entries.append({"mediaType": media, "digest": f"sha256:{digest}", "size": len(content)})
    body = {"schemaVersion": 2, "config": {}, "layers": entries}
    return write(folder / "manifests" / name, json.dumps(body).encode())


def test_a_machine_without_them_has_none(home: Path) -> None:
    assert look(home) == {}


def test_ollama_models_by_the_names_that_ollama_shows(home: Path) -> None:
    folder = home / ".ollama" / "models"
    licence = b"                 Apache License\n Version 2.0"
    ollama(folder, "registry.ollama.ai/library/llama3.2/3b", ("model", GGUF), ("license", licence))
    ollama(folder, "registry.ollama.ai/someone/mine/latest", ("model", GGUF + b"2"))
    ollama(folder, "hf.co/unsloth/Qwen3-4B-GGUF/Q4_K_M", ("model", GGUF + b"3"))

    models = look(home)
    assert list(models) == [
        "ollama:hf.co/unsloth/Qwen3-4B-GGUF:Q4_K_M", "ollama:llama3.2:3b",
        "ollama:someone/mine:latest",
    ]  # fmt: skip
    first = models["ollama:llama3.2:3b"]
    assert first.path.read_bytes() == GGUF
    assert (first.origin, first.size, first.license) == ("Ollama", len(GGUF), "Apache License")


def test_ollamas_own_variable_says_where(home: Path, tmp_path: Path) -> None:
    ollama(home / ".ollama" / "models", "registry.ollama.ai/library/a/latest", ("model", GGUF))
    ollama(tmp_path / "big", "registry.ollama.ai/library/b/latest", ("model", GGUF))

    assert list(look(home, OLLAMA_MODELS=str(tmp_path / "big"))) == ["ollama:b:latest"]


@pytest.mark.parametrize(
    "manifest",
    [
        b"", b"{", b"[]", b'{"layers": 3}', b'{"layers": [{}]}', b"\xff\xfe", b'{"layers": null}',
        b'{"layers": [{"mediaType": "application/vnd.ollama.image.model",'
        b' "digest": "sha256:../../../etc/passwd"}]}',
        json.dumps({"layers": [{"mediaType": "application/vnd.ollama.image.model",
                                "digest": "sha256:" + "0" * 64}]}).encode(),
    ],
)  # fmt: skip
def test_broken_manifests_are_left_out(home: Path, manifest: bytes) -> None:
    folder = home / ".ollama" / "models"
    write(folder / "manifests" / "registry.ollama.ai" / "library" / "broken" / "latest", manifest)
    ollama(folder, "registry.ollama.ai/library/whole/latest", ("model", GGUF))

    assert list(look(home)) == ["ollama:whole:latest"]


@given(st.binary(max_size=300))
def test_no_manifest_can_raise(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root / "manifests" / "registry.ollama.ai" / "library" / "m" / "t", content)
        assert list(found.ollama_models([root])) == []


def test_what_is_no_gguf_or_more_than_the_file_is_left_out(home: Path) -> None:
    folder = home / ".ollama" / "models"
    ollama(folder, "registry.ollama.ai/library/text/latest", ("model", b"hello" * 1000))
    ollama(
        folder, "registry.ollama.ai/library/tuned/latest", ("model", GGUF), ("adapter", b"a" * 99)
    )

    assert look(home) == {}


def test_lm_studio_models_in_all_its_places(home: Path, tmp_path: Path) -> None:
    write(home / ".lmstudio" / "models" / "maker" / "model" / "model-Q4_K_M.gguf")
    write(home / ".lmstudio" / "models" / "maker" / "model" / "mmproj-model.gguf")
    write(home / ".lmstudio" / "models" / "maker" / "big" / "big-00001-of-00002.gguf")
    write(home / ".lmstudio" / "models" / "maker" / "big" / "big-00002-of-00002.gguf")
    write(home / ".cache" / "lm-studio" / "models" / "maker" / "old" / "old.gguf")
    write(tmp_path / "elsewhere" / "maker" / "moved" / "moved.gguf")
    settings = json.dumps({"downloadsFolder": str(tmp_path / "elsewhere")}).encode()
    write(home / ".lmstudio" / "settings.json", settings)

    assert list(look(home)) == [
        "lm-studio:maker/big/big-00001-of-00002.gguf",
        "lm-studio:maker/model/model-Q4_K_M.gguf",
        "lm-studio:maker/moved/moved.gguf",
        "lm-studio:maker/old/old.gguf",
    ]


def test_lm_studios_pointer_leads_to_its_home(home: Path, tmp_path: Path) -> None:
    write(home / ".lmstudio-home-pointer", str(tmp_path / "studio").encode())
    write(tmp_path / "studio" / "models" / "a" / "b" / "c.gguf")

    assert list(look(home)) == ["lm-studio:a/b/c.gguf"]


def test_models_of_the_hugging_face_cache(home: Path, tmp_path: Path) -> None:
    hub = home / ".cache" / "huggingface" / "hub"
    blob = write(hub / "models--maker--model-GGUF" / "blobs" / "abc")
    link = hub / "models--maker--model-GGUF" / "snapshots" / "rev" / "model-Q8_0.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to(blob)
    write(hub / "datasets--maker--data" / "snapshots" / "rev" / "data.gguf")
    broken = link.with_name("broken.gguf")
    broken.symlink_to(hub / "nowhere")

    assert list(look(home)) == ["hf:maker/model-GGUF/model-Q8_0.gguf"]
    assert look(home, HF_HOME=str(tmp_path / "none")) == {}


def test_folders_that_cannot_be_searched_to_the_end_are_given_up(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "MOST_FILES", 5)
    for number in range(9):
        write(home / ".lmstudio" / "models" / "a" / "b" / f"{number}.gguf")

    assert len(look(home)) == 5
