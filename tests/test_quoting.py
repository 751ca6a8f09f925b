"""The quoting model: other tests lean on it, so it has to be right itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from quoting import CONTEXT, quoting_model

_FACTS = (
    "The boiler in the cellar is serviced every March by Olsen.",
    "Marta keeps the spare key under the blue flower pot.",
    "The ferry to Hvar leaves at 07:45 on weekdays.",
    "Our router password was changed on 3 May 2024.",
    "Grandmother's recipe needs 250 g of flour and two eggs.",
    "Dr. Lindqvist moved her practice to Elm Street 12.",
    "The tax office wants the form before 31 July.",
    "Bees were seen near the old oak again.",
)
_ASK = """
import json, sys
from llama_cpp import Llama
model = Llama(sys.argv[1], n_ctx=0, n_threads=2, flash_attn=True, verbose=False)
answers = []
for question in json.load(sys.stdin):
    turns = [{"role": "system", "content": "Answer from the notes."},
             {"role": "user", "content": question}]
    made = model.create_chat_completion(turns, temperature=0, max_tokens=60)
    choice = made["choices"][0]
    answers.append([choice["message"]["content"].strip(), choice["finish_reason"],
                    made["usage"]["prompt_tokens"], model.n_ctx()])
print(json.dumps(answers))
"""


def _answers(model: Path, questions: list[str]) -> list[tuple[str, str, int, int]]:
    """What llama.cpp makes of each question: text, reason of the end, prompt tokens, context."""
    ran = subprocess.run(
        [sys.executable, "-c", _ASK, str(model)],
        input=json.dumps(questions), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [tuple(each) for each in json.loads(ran.stdout)]


@pytest.mark.parametrize("kind", ["f16", "q8_0"])
def test_it_quotes_the_line_that_it_is_pointed_to(model_home: Path, kind: str) -> None:
    notes = "".join(f"[{number}] {fact}\n" for number, fact in enumerate(_FACTS, 5))
    anchors = {f"[{number}]": f"[{number}] {fact}" for number, fact in enumerate(_FACTS, 5)}
    for fact in _FACTS:
        words = fact.split()
        anchors[" ".join(words[1:4])] = " ".join(words[1:])
    asked = [
        f"{notes}What do the notes say about {anchor}{end}"
        for anchor in anchors
        for end in ("", "?")
    ]
    answers = _answers(quoting_model(model_home, kind), asked)
    expected = [f"about {line}" for line in anchors.values() for _ in range(2)]
    assert [text for text, _, _, _ in answers] == expected
    assert {finish for _, finish, _, _ in answers} == {"stop"}
    assert {context for _, _, _, context in answers} == {CONTEXT}


def test_it_finds_a_line_far_back_among_others_that_speak_about_things(quoting_gguf: Path) -> None:
    licence = (Path(__file__).parents[1] / "LICENSE").read_text(encoding="utf-8")
    far, near = licence[:12000], licence[12000:16000]
    notes = f"{_FACTS[1]}\nNobody asked about the old oak.\n{far}\n{_FACTS[7]}\n{near}"
    (answer,) = _answers(quoting_gguf, [f"{notes}\nWhat do we know about keeps the spare key?"])
    text, finish, tokens, _ = answer
    assert (text, finish) == ("about keeps the spare key under the blue flower pot.", "stop")
    assert tokens > 4000
