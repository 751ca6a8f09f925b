"""GGUF headers are read fast and without trust in them."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import ModelError, ModelMissingError
from khoj_lite.models.gguf_file import read_gguf
from khoj_lite.models.gguf_model import model_facts, read_model


def write(path: Path, arch: str = "llama", tokens: int = 40, **about: object) -> Path:
    """A small file as the gguf library writes it; `about` are further values of the model."""
    writer = gguf.GGUFWriter(path, arch)
    writer.add_name("Small")
    writer.add_context_length(4096)
    writer.add_embedding_length(64)
    writer.add_block_count(4)
    writer.add_feed_forward_length(128)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_token_list([f"token {number}" for number in range(tokens)])
    for key, value in about.items():
        name = f"{arch}.{key.replace('__', '.')}"
        if isinstance(value, str):
            writer.add_string(name, value)
        elif isinstance(value, float):
            writer.add_float32(name, value)
        elif isinstance(value, list):
            writer.add_array(name, value)
        else:
            assert isinstance(value, int)
            writer.add_uint32(name, value)
    writer.add_tensor("token_embd.weight", np.ones((tokens, 64), np.float32))
    writer.add_tensor(
        "blk.0.attn_q.weight", np.zeros((64, 68), np.uint8),
        raw_dtype=gguf.GGMLQuantizationType.Q8_0,
    )  # fmt: skip
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("gguf") / "small.gguf")


def test_the_header_says_what_the_library_wrote(small: Path) -> None:
    facts = read_model(small)
    assert (facts.name, facts.architecture, facts.file_type) == ("Small", "llama", "Q8_0")
    assert (facts.context_length, facts.layers, facts.embedding) == (4096, 4, 64)
    assert (facts.vocabulary, facts.kv_heads) == (40, (2, 2, 2, 2))
    assert (facts.key_cache, facts.value_cache) == (16, 16)
    assert facts.parameters == 40 * 64 + 64 * 64
    assert facts.tensor_bytes == 40 * 64 * 4 + 64 * 68


def test_the_library_reads_the_same_tensors(small: Path) -> None:
    theirs = {t.name: int(t.n_bytes) for t in gguf.GGUFReader(small).tensors}
    assert {name: t.bytes for name, t in read_gguf(small).tensors.items()} == theirs


def test_values_of_each_layer_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "m.gguf", "gemma3", attention__sliding_window=1024,
        attention__sliding_window_pattern=[True, True, True, False], rope__scaling__type="linear",
        rope__scaling__factor=8.0, attention__key_length=32, attention__value_length=32,
    )  # fmt: skip
    facts = read_model(path)
    assert facts.windows == (1024, 1024, 1024, 0)
    assert (facts.rope_kind, facts.rope_factor, facts.key_cache) == ("linear", 8.0, 32)


def test_only_every_fourth_layer_of_a_hybrid_keeps_keys(tmp_path: Path) -> None:
    path = write(tmp_path / "m.gguf", "qwen3next", full_attention_interval=4)
    assert read_model(path).kv_heads == (0, 0, 0, 2)


def test_a_large_vocabulary_is_stepped_over(tmp_path: Path) -> None:
    path = write(tmp_path / "large.gguf", tokens=50_000)
    began = time.process_time()
    assert read_gguf(path).lengths["tokenizer.ggml.tokens"] == 50_000
    ours = time.process_time() - began
    began = time.process_time()
    gguf.GGUFReader(path)
    assert ours < (time.process_time() - began) / 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"Dear diary, " * 20, "does not begin like one"),
        (b"GGUF", "does not begin like one"),
        (b"GGUF" + struct.pack("<IQQ", 9, 1, 1) + bytes(64), "version 9 is not known"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1) + bytes(64), "cannot be"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1 << 62), "cannot be"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 60_000) + bytes(64), "cut off"),
    ],
)
def test_what_is_no_model_is_said_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=said) as caught:
        read_gguf(path)
    assert caught.value.hint


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError):
        read_gguf(tmp_path / "nothing.gguf")


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        read_gguf(tmp_path)


def test_a_file_that_is_cut_off_anywhere_is_refused(small: Path, tmp_path: Path) -> None:
    data, path = small.read_bytes(), tmp_path / "cut.gguf"
    for end in [*range(0, 400, 7), len(data) // 2, len(data) - 1]:
        path.write_bytes(data[:end])
        with pytest.raises(ModelError):
            read_gguf(path)


def test_a_list_of_a_trillion_strings_takes_no_time(tmp_path: Path) -> None:
    path = tmp_path / "hostile.gguf"
    key = b"tokenizer.ggml.tokens"
    path.write_bytes(
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, len(key)) + key
        + struct.pack("<IIQ", 9, 8, 1 << 40) + bytes(1000)
    )  # fmt: skip
    with pytest.raises(ModelError):
        read_gguf(path)


def test_a_part_that_is_missing_is_named(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "m-00001-of-00002.gguf"
    path.write_bytes(small.read_bytes())
    with pytest.raises(ModelError, match="m-00002-of-00002"):
        read_model(path)
    (tmp_path / "m-00002-of-00002.gguf").write_bytes(bytes(1000))
    assert read_model(path).tensor_bytes == read_model(small).tensor_bytes + 1000


def test_an_adapter_is_no_model(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "a.gguf", "llama")
    writer.add_type("adapter")
    writer.add_tensor("blk.0.attn_q.weight.lora_a", np.ones((4, 64), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelError, match="is no model but an adapter"):
        read_model(tmp_path / "a.gguf")


@given(
    changes=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 3000),
)
def test_a_mutilated_header_costs_an_error_at_most(
    small: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(small.read_bytes())
    for place, value in changes:
        data[place] = value
    path = small.with_name("mutilated.gguf")
    path.write_bytes(data[: len(data) - cut])
    try:
        facts = model_facts(read_gguf(path))
    except ModelError:
        return
    assert 0 < facts.layers <= 4096
    assert facts.tensor_bytes <= len(data)
    assert len(facts.kv_heads) == len(facts.windows) == facts.layers
