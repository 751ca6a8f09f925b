"""Turns as the model's own chat template wants them.

Templates are programs (Jinja) that come with the model: they run in a sandbox. Where there is
none, or it breaks, a form is chosen by the control tokens that the vocabulary has. What a turn
says is data: the name of a control token in a note stays plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from khoj_lite.frames import Record
from khoj_lite.models.llama_native import Native
from khoj_lite.models.llama_wire import text_of

_ROLES = "{% for m in messages %}"
_CHATML = (
    _ROLES + "{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{{ '<|im_start|>assistant\n' }}"
)
_LLAMA3 = (
    _ROLES + "{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n' + m['content'] + "
    "'<|eot_id|>' }}{% endfor %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
)
_GEMMA = (
    _ROLES + "{{ '<start_of_turn>' + ('model' if m['role'] == 'assistant' else 'user') + '\n' + "
    "m['content'] + '<end_of_turn>\n' }}{% endfor %}{{ '<start_of_turn>model\n' }}"
)
_PLAIN = (
    _ROLES + "{{ ('' if m['role'] == 'system' else m['role'] | capitalize + ': ') + m['content'] "
    "+ '\n\n' }}{% endfor %}{{ 'Assistant:' }}"
)
_FALLBACKS = (
    ("<|im_start|>", "ChatML", _CHATML),
    ("<|start_header_id|>", "Llama 3", _LLAMA3),
    ("<start_of_turn>", "Gemma", _GEMMA),
)
TURN_ENDS = (
    "<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|end_of_text|>", "<|endoftext|>",
    "<|end_of_turn|>", "<turn|>", "<|eom_id|>", "<|return|>",
)  # fmt: skip
"""Marks that end a turn. Where a vocabulary does not know the one its template uses as a control
token, the model writes it out as text; the answer ends there, too."""
_PLAIN_ENDS = ("\nUser:", "\nuser:", "</s>")
_QUOTED = "\ue0f1{}\ue0f2"  # private use: in no note, no template
_UNQUOTE = re.compile("\ue0f1(\\d+)\ue0f2")


@dataclass(frozen=True, slots=True)
class Prompt:
    """Tokens to be read, and texts that end the answer."""

    tokens: tuple[int, ...]
    stops: tuple[str, ...]


class Prompter:
    """Makes prompts for one model. `form` names where the template came from."""

    def __init__(self, native: Native, template: str) -> None:
        self._native = native
        self._control = [name for name in native.control_texts() if len(name) > 1]
        self.form, self._template = self._choose(template)
        self.stops = tuple(end for end in TURN_ENDS if end in self._template.template)
        if self.form == "plain":
            self.stops = _PLAIN_ENDS
        self._find = re.compile(
            "|".join(re.escape(name) for name in sorted(self._control, key=len, reverse=True))
            or r"(?!)"
        )

    def prompt(self, turns: Sequence[Record]) -> Prompt:
        """The tokens of a conversation, up to where the answer begins."""
        names: list[str] = []

        def quote(match: re.Match[str]) -> str:
            names.append(match[0])
            return _QUOTED.format(len(names) - 1)

        said = [
            {
                "role": text_of(turn, "role"),
                "content": self._find.sub(quote, _UNQUOTE.sub("", text_of(turn, "content"))),
            }
            for turn in turns
        ]
        return Prompt(tuple(self._tokens(self._render(said), names)), self.stops)

    def _tokens(self, text: str, names: Sequence[str]) -> list[int]:
        begins = self._native.begin_name
        begin = not (begins and text.startswith(begins))
        if not names:
            return self._native.tokens(text, special=True, begin=begin)
        tokens: list[int] = []
        for place, part in enumerate(_UNQUOTE.split(text)):
            quoted = place % 2 == 1
            if part:
                tokens += self._native.tokens(
                    names[int(part)] if quoted else part,
                    special=not quoted, begin=begin and place == 0,
                )  # fmt: skip
        return tokens

    def _render(self, turns: list[dict[str, str]]) -> str:
        for shape in (turns, _joined(turns), _without_system(turns)):
            try:
                return str(self._template(messages=shape, enable_thinking=False).prompt)
            except Exception:  # "system role not supported", "roles must alternate", or broken
                continue
        return str(self._formatter(_PLAIN)(messages=turns).prompt)

    def _choose(self, template: str) -> tuple[str, Jinja2ChatFormatter]:
        if template:
            try:
                return "template", self._formatter(template)
            except (TemplateError, RecursionError):
                pass
        for mark, form, own in _FALLBACKS:
            if mark in self._control:
                return form, self._formatter(own)
        return "plain", self._formatter(_PLAIN)

    def _formatter(self, template: str) -> Jinja2ChatFormatter:
        return Jinja2ChatFormatter(
            template, eos_token=self._native.end_name, bos_token=self._native.begin_name
        )


def _joined(turns: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Neighbours of one role made one turn."""
    joined: list[dict[str, str]] = []
    for turn in turns:
        if joined and joined[-1]["role"] == turn["role"]:
            joined[-1] = {**turn, "content": f"{joined[-1]['content']}\n\n{turn['content']}"}
        else:
            joined.append(turn)
    return joined


def _without_system(turns: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """What the system says becomes the beginning of what the user says; the user speaks first."""
    shaped = _joined([{**t, "role": "user"} if t["role"] == "system" else t for t in turns])
    if shaped and shaped[0]["role"] == "assistant":
        shaped.insert(0, {"role": "user", "content": "Hello."})
    return shaped
