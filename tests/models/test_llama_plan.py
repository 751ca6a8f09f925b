"""Memory is planned before a model is loaded; less than was wanted is never silent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import ModelError
from khoj_lite.models.gguf_model import ModelFacts
from khoj_lite.models.llama_machine import Gpu, Machine, this_machine
from khoj_lite.models.llama_plan import kv_bytes, make_plan
from khoj_lite.models.llama_rope import Rope, rope_for, trained_tokens

GB = 10**9
GRANITE = ModelFacts(
    name="Granite 3B", architecture="granite", parameters=3_400_000_000, file_type="Q4_K_M",
    context_length=131072, layers=40, embedding=2560, feed_forward=8192, vocabulary=100_352,
    kv_heads=(8,) * 40, windows=(0,) * 40, key_cache=64, value_cache=64, rotary=True,
    rope_kind="none", rope_factor=0.0, rope_original=0, has_template=True,
    tensor_bytes=2 * GB,
)  # fmt: skip
LLAMA2_32K = replace(
    GRANITE, name="LLaMA-2-7B-32K", context_length=32768, rope_kind="linear", rope_factor=8.0
)
LLAMA2_4K = replace(GRANITE, name="Llama-2-7B", context_length=4096)


def machine(free: float, cores: int = 4) -> Machine:
    return Machine(int(free * GB), 64 * GB, cores)


def test_much_memory_gives_the_whole_context_at_full_precision() -> None:
    plan = make_plan(GRANITE, machine(16))
    assert (plan.context_tokens, plan.kv_type, plan.warnings) == (32768, "f16", ())
    assert plan.kv_bytes == 40 * 8 * 128 * 2 * 32768
    assert plan.rope == Rope()
    assert "32,768 tokens" in plan.said


def test_less_memory_lowers_the_precision_and_not_the_context() -> None:
    q8, q4 = make_plan(GRANITE, machine(4.6)), make_plan(GRANITE, machine(3.8))
    assert (q8.context_tokens, q8.kv_type) == (32768, "q8_0")
    assert (q4.context_tokens, q4.kv_type) == (32768, "q4_0")
    assert not q8.warnings
    assert not q4.warnings


def test_a_smaller_context_is_said_loudly() -> None:
    plan = make_plan(GRANITE, machine(2.9))
    assert 2048 <= plan.context_tokens < 32768
    assert plan.context_tokens % 256 == 0
    assert "only" in plan.warnings[0]
    assert f"{plan.context_tokens:,} of the 32,768" in plan.said


def test_what_does_not_fit_at_all_is_refused_with_a_way_out() -> None:
    with pytest.raises(ModelError, match=r"needs at least 2\.\d GB") as caught:
        make_plan(GRANITE, machine(1.5))
    assert "smaller model" in caught.value.hint


def test_a_chosen_precision_is_kept() -> None:
    assert make_plan(GRANITE, machine(64), kv_type="q4_0").kv_type == "q4_0"


def test_heads_that_are_no_whole_blocks_are_not_quantised() -> None:
    odd = replace(GRANITE, key_cache=80, value_cache=80)
    assert make_plan(odd, machine(64), kv_type="q8_0").kv_type == "f16"
    assert make_plan(odd, machine(5)).kv_type == "f16"


def test_layers_that_look_over_a_window_keep_only_that() -> None:
    sliding = replace(GRANITE, windows=(1024,) * 40)
    assert kv_bytes(sliding, 32768, "f16") < kv_bytes(GRANITE, 32768, "f16") // 20


def test_layers_without_keys_keep_none() -> None:
    hybrid = replace(GRANITE, kv_heads=(0, 0, 0, 8) * 10)
    assert kv_bytes(hybrid, 32768, "f16") == kv_bytes(GRANITE, 32768, "f16") // 4


def test_the_context_is_a_multiple_of_256() -> None:
    assert make_plan(GRANITE, machine(64), 1000).context_tokens == 1024


def test_threads_are_the_cores_unless_chosen() -> None:
    assert make_plan(GRANITE, machine(64, cores=6)).threads == 6
    assert make_plan(GRANITE, machine(64, cores=6), threads=2).threads == 2


def test_layers_go_to_a_gpu_as_far_as_they_fit() -> None:
    large = Machine(8 * GB, 8 * GB, 4, (Gpu("GPU", 80 * GB),))
    small = Machine(8 * GB, 8 * GB, 4, (Gpu("GPU", 3 * GB),))
    assert make_plan(GRANITE, large).gpu_layers == 41
    assert 0 < make_plan(GRANITE, small).gpu_layers < 41
    assert make_plan(GRANITE, large, gpu_layers=0).gpu_layers == 0
    assert make_plan(GRANITE, large, gpu_layers=10).gpu_layers == 10


def test_the_plan_is_shown_as_plain_values() -> None:
    shown = make_plan(GRANITE, machine(16)).as_dict()
    assert shown["context_tokens"] == 32768
    assert all(isinstance(value, str | int | list) for value in shown.values())


@given(
    free=st.floats(0.1, 200), wanted=st.integers(1, 200_000),
    layers=st.integers(1, 100), heads=st.integers(1, 16), head=st.sampled_from([64, 80, 128]),
    length=st.sampled_from([512, 2048, 4096, 8192, 32768, 131072]),
)  # fmt: skip
def test_a_plan_always_fits_and_tells_what_it_gives_up(
    free: float, wanted: int, layers: int, heads: int, head: int, length: int
) -> None:
    facts = replace(
        GRANITE, layers=layers, kv_heads=(heads,) * layers, windows=(0,) * layers,
        key_cache=head, value_cache=head, context_length=length,
    )  # fmt: skip
    try:
        plan = make_plan(facts, machine(free), wanted)
    except ModelError:
        return
    assert plan.needed_bytes <= free * GB
    assert plan.context_tokens % 256 == 0
    assert (plan.context_tokens < wanted) <= bool(plan.warnings)
    assert (plan.context_tokens > length) == (plan.rope.factor > 1) <= bool(plan.warnings)


# --- positions -----------------------------------------------------------------------------


def test_a_natively_long_model_is_left_alone() -> None:
    assert rope_for(GRANITE, 32768) == Rope()


def test_the_32k_llama_is_right_as_it_is() -> None:
    assert trained_tokens(LLAMA2_32K) == 32768
    assert rope_for(LLAMA2_32K, 32768) == Rope()


def test_beyond_its_scaling_it_is_interpolated_further() -> None:
    rope = rope_for(LLAMA2_32K, 65536)
    assert (rope.kind, rope.scale, rope.factor) == ("linear", 16.0, 2.0)


def test_a_4k_model_is_stretched_by_yarn_and_this_is_said() -> None:
    rope = rope_for(LLAMA2_4K, 32768)
    assert (rope.kind, rope.scale, rope.original) == ("yarn", 8.0, 4096)
    assert "4,096" in rope.said
    assert "8 times by YaRN" in rope.said


def test_a_factor_beside_a_short_length_multiplies_it() -> None:
    vicuna = replace(LLAMA2_4K, rope_kind="linear", rope_factor=4.0)
    assert trained_tokens(vicuna) == 16384
    assert rope_for(vicuna, 16384) == Rope()
    assert rope_for(vicuna, 32768).scale == 8.0


def test_yarn_in_the_metadata_goes_on_from_its_own_original() -> None:
    qwen = replace(
        GRANITE, context_length=131072, rope_kind="yarn", rope_factor=4.0, rope_original=32768
    )
    assert rope_for(qwen, 131072) == Rope()
    rope = rope_for(qwen, 262144)
    assert (rope.kind, rope.scale, rope.original) == ("yarn", 8.0, 32768)


def test_a_model_without_positions_is_not_stretched() -> None:
    assert rope_for(replace(LLAMA2_4K, rotary=False), 32768) == Rope()


# --- the machine ---------------------------------------------------------------------------


def test_this_machine_has_memory_and_cores() -> None:
    here = this_machine()
    assert 0 < here.free_bytes <= here.total_bytes
    assert here.cores >= 1


@pytest.mark.parametrize("version", [1, 2])
def test_a_container_counts_for_what_it_may_use(tmp_path: Path, version: int) -> None:
    files = {
        2: {
            "memory.max": "1000000000", "memory.current": "700000000",
            "memory.stat": "anon 1\ninactive_file 200000000\n", "cpu.max": "100000 100000",
        },
        1: {
            "memory/memory.limit_in_bytes": "1000000000",
            "memory/memory.usage_in_bytes": "700000000",
            "memory/memory.stat": "total_inactive_file 200000000\n",
            "cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000",
        },
    }[version]  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    here = this_machine(cgroup=tmp_path)
    assert (here.free_bytes, here.total_bytes, here.cores) == (500_000_000, 1_000_000_000, 1)


def test_a_container_without_limits_counts_as_the_machine(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert (
        this_machine(cgroup=tmp_path).total_bytes
        == this_machine(cgroup=tmp_path / "no").total_bytes
    )
