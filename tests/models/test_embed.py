"""The embedder as the rest of the program meets it, with the real default model."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khoj_lite.config import Config
from khoj_lite.models.embed import OnnxEmbedder, describe, open_embedder

NOTES = (
    "Feed the sourdough starter with equal weights of flour and water.",
    "The boiler shows error E4 when its pressure falls below one bar.",
    "Anna's birthday is on 9 June; she would like a telescope.",
    "Tomatoes were planted outside after the last frost in May.",
)


def test_vectors_are_float32_of_unit_length(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed(NOTES)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, embedder.dimensions) == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_question_is_nearest_to_the_note_that_answers_it(embedder: OnnxEmbedder) -> None:
    cosines = embedder.embed(NOTES) @ embedder.embed_query("what present does Anna want?")
    assert int(np.argmax(cosines)) == 2


def test_the_order_of_texts_is_kept_whatever_their_lengths(embedder: OnnxEmbedder) -> None:
    texts = [note * (1 + 7 * (number % 3)) for number, note in enumerate(NOTES * 3)]
    together = embedder.embed(texts)
    assert np.array_equal(together, np.stack([embedder.embed([text])[0] for text in texts]))


def test_a_text_has_one_vector_whatever_it_is_embedded_with(embedder: OnnxEmbedder) -> None:
    alone = embedder.embed([NOTES[0]])[0]
    beside_a_long_one = embedder.embed([NOTES[0], "something else entirely " * 90])[0]
    assert np.array_equal(alone, beside_a_long_one)


def test_no_texts_give_no_vectors(embedder: OnnxEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_text_beyond_the_limit_is_cut_off(embedder: OnnxEmbedder) -> None:
    whole = "word " * embedder.max_tokens
    assert len(embedder.token_offsets(whole)) == embedder.max_tokens
    first, second = embedder.embed([whole, whole + "nothing of this counts " * 1000])
    assert np.array_equal(first, second)
    shorter = embedder.embed(["word " * (embedder.max_tokens - 1)])[0]
    assert not np.array_equal(first, shorter), "the last token that fits does count"


def test_a_megabyte_without_a_blank_is_embedded(embedder: OnnxEmbedder) -> None:
    vector = embedder.embed_query("x" * 1_000_000)
    assert np.isclose(np.linalg.norm(vector), 1, atol=1e-5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_string_has_a_vector_and_offsets_within_it(embedder: OnnxEmbedder, text: str) -> None:
    assert np.isclose(np.linalg.norm(embedder.embed([text])[0]), 1, atol=1e-5)
    offsets = embedder.token_offsets(text)
    assert all(0 <= start <= end <= len(text) for start, end in offsets)
    assert [start for start, _ in offsets] == sorted(start for start, _ in offsets)


def test_offsets_point_at_the_words(embedder: OnnxEmbedder) -> None:
    text = "Grüße, 漢字 and 𝕏 — boilers"
    pieces = [text[start:end] for start, end in embedder.token_offsets(text)]
    assert {"漢", "字", "and", ","} <= set(pieces)
    assert "".join(pieces).replace("#", "") == text.replace(" ", "")


def test_offsets_of_a_long_text_are_those_of_its_parts(embedder: OnnxEmbedder) -> None:
    line = "Notes, notes and nothing but notes.\n"
    one = embedder.token_offsets(line)
    many = embedder.token_offsets(line * 5000)
    assert len(many) == 5000 * len(one)
    start, end = many[-1]
    assert (start - 4999 * len(line), end - 4999 * len(line)) == one[-1]


def test_threads_may_share_it(embedder: OnnxEmbedder) -> None:
    expected = embedder.embed(NOTES)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: embedder.embed(NOTES), range(40)))
    assert all(np.array_equal(result, expected) for result in results)


def test_the_name_tells_model_content_and_precision(embedder: OnnxEmbedder) -> None:
    model, _, rest = embedder.name.partition("@")
    assert model == "all-MiniLM-L6-v2"
    assert embedder.meta.source_hash[:12] in rest
    assert rest.endswith(f"/{embedder.meta.precision}")


def test_doctor_can_say_how_the_precision_was_chosen(embedder: OnnxEmbedder) -> None:
    told = describe(embedder)
    assert told["precision"] == embedder.meta.precision
    assert embedder.measured is not None
    assert embedder.measured.cosine >= 0.985
    assert embedder.measured.ndcg >= 0.995 * embedder.measured.original_ndcg
    assert told["texts_per_second"] == round(embedder.measured.texts_per_second, 1)


def test_an_exported_model_opens_without_asking_anything(
    model_home: Path, embedder: OnnxEmbedder
) -> None:
    said: list[object] = []
    again = open_embedder(Config(home=model_home), said.append)
    assert said == []
    assert again.name == embedder.name


def test_this_process_never_loads_what_only_the_export_needs(
    model_home: Path, embedder: OnnxEmbedder
) -> None:
    program = (
        "import sys; from pathlib import Path; from khoj_lite.config import Config\n"
        "from khoj_lite.models.embed import open_embedder\n"
        "print('onnxruntime' in sys.modules)\n"
        f"open_embedder(Config(home=Path({str(model_home)!r})), print).embed(['a', 'b'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["False", "[]"], done.stderr
