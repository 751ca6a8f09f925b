"""When to believe the semantic side: with the real embedding model, which learned English."""

import pytest

from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.search.evidence import Calibration, agreement, calibrate, trust


def believed(embedder: OnnxEmbedder, text: str, agreed: float | None = None) -> float:
    return trust(text, embedder.token_offsets(text), agreed)


@pytest.mark.parametrize(
    "question",
    ["How many points did the defense surrender?", "What did grandmother cook on Sundays?", "1984"],
)
def test_a_language_that_the_model_learned_is_believed(
    embedder: OnnxEmbedder, question: str
) -> None:
    assert believed(embedder, question) == 1.0


@pytest.mark.parametrize(
    "question",
    [
        "黑豹队的防守丢了多少分", "日本の首都はどこですか", "كم عدد النقاط التي سجلها الفريق",
        "Сколько очков уступила защита", "हिन्दी में खोज", "กรุงเทพมหานครอยู่ที่ไหน",
        "გამარჯობა ქართული ენა", "ሰላም ለዓለም", "",
    ],
)  # fmt: skip
def test_a_script_that_it_spells_out_is_not(embedder: OnnxEmbedder, question: str) -> None:
    assert believed(embedder, question) == 0.0


def test_a_language_that_it_half_knows_is_half_believed(embedder: OnnxEmbedder) -> None:
    assert 0.0 < believed(embedder, "Wie viele Punkte gab die Verteidigung ab?") < 0.8


def test_agreement_with_the_words_earns_trust(embedder: OnnxEmbedder) -> None:
    assert believed(embedder, "黑豹队的防守", 0.2) == 0.0
    assert 0.0 < believed(embedder, "黑豹队的防守", 0.5) < 1.0
    assert believed(embedder, "黑豹队的防守", 0.8) == 1.0


def test_agreement_is_the_correlation_of_enough_hits() -> None:
    falling = [float(x) for x in range(20, 0, -1)]
    assert agreement(falling, falling) == pytest.approx(1.0)
    assert agreement(falling, falling[::-1]) == pytest.approx(-1.0)
    assert agreement(falling[:5], falling[:5]) is None
    assert agreement([1.0] * 20, falling) is None


def test_a_model_is_measured_on_its_own_scale(embedder: OnnxEmbedder) -> None:
    scale = calibrate(embedder)
    same = embedder.embed(["The cat sat on the mat.", "A cat was sitting on a mat."])
    other = embedder.embed(["The cat sat on the mat.", "Interest rates rose in March."])
    assert scale.nearness(float(same[0] @ same[1])) > 1.0
    assert scale.nearness(float(other[0] @ other[1])) < 0.3


def test_a_model_that_holds_everything_for_alike_is_stretched() -> None:
    scale = Calibration(far=0.7, near=0.9)
    assert scale.nearness(0.7) == 0.0
    assert scale.nearness(0.9) == pytest.approx(1.0)
