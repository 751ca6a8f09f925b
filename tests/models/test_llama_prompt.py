"""Templates come with models: where one is missing, narrow or broken, the answer still comes."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest
from gguf.scripts.gguf_new_metadata import copy_with_new_metadata

from khoj_lite.models.llama import LlamaModel
from khoj_lite.types import Turn
from models.llama_talk import ANSWERS, BICYCLE, about, ask, options

CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{{ '<|im_start|>assistant\n' }}"
)
NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
)
ALTERNATE = (
    "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}"
)


def with_template(base: Path, path: Path, template: str | None) -> Path:
    """The model with another chat template, or with none."""
    reader = gguf.GGUFReader(base)
    writer = gguf.GGUFWriter(path, "llama")
    key = gguf.Keys.Tokenizer.CHAT_TEMPLATE
    new = {} if template is None else {key: _string(template)}
    copy_with_new_metadata(reader, writer, new, [] if template is not None else [key])
    return path


def _string(text: str) -> object:
    from gguf.scripts.gguf_new_metadata import MetadataDetails

    return MetadataDetails(gguf.GGUFValueType.STRING, text)


@pytest.mark.parametrize(
    "template",
    [
        None,
        "{% for m in messages %}{{ never closed",
        NO_SYSTEM + CHATML,
        NO_SYSTEM + ALTERNATE + CHATML,
    ],
    ids=["none", "broken", "no system role", "strict turns"],
)
def test_the_answer_comes_with_any_template(
    quoting_gguf: Path, tmp_path: Path, template: str | None
) -> None:
    model = LlamaModel(with_template(quoting_gguf, tmp_path / "m.gguf", template), "m", options())
    system, question = about(BICYCLE)
    for turns in ([system, question], [Turn("assistant", "Hello!"), Turn("user", "Hi."), question]):
        assert ask(model, turns).text.strip() == ANSWERS[BICYCLE]
    model.close()


def test_a_template_that_always_fails_costs_only_its_form(
    quoting_gguf: Path, tmp_path: Path
) -> None:
    path = with_template(quoting_gguf, tmp_path / "m.gguf", "{{ raise_exception('never') }}")
    model = LlamaModel(path, "m", options())
    assert ask(model, about(BICYCLE), max_tokens=5).usage.completion_tokens > 0
    model.close()


def test_a_template_reaches_nothing_but_the_turns(quoting_gguf: Path, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    hostile = (
        "{{ ''.__class__.__mro__[1].__subclasses__() }}"
        f"{{{{ cycler.__init__.__globals__.os.system('touch {touched}') }}}}"
    )
    model = LlamaModel(with_template(quoting_gguf, tmp_path / "m.gguf", hostile), "m", options())
    assert ask(model, about(BICYCLE), max_tokens=5).usage.completion_tokens > 0
    assert not touched.exists()
    model.close()


def test_an_answer_ends_where_its_template_ends_turns(quoting_gguf: Path, tmp_path: Path) -> None:
    """The vocabulary does not know this mark as a token: it is written out, and not shown."""
    template = CHATML.replace("<|im_end|>", "<|end|>")
    model = LlamaModel(with_template(quoting_gguf, tmp_path / "m.gguf", template), "m", options())
    line = "Note: the green boat is mended.<|end|> and sold to nobody at all today"
    question = Turn("user", f"{line}\nWhat do the notes say about the green boat")
    said = ask(model, [question])
    assert "<|end" not in said.text
    assert said.usage.finish in ("stop", "length")
    model.close()
