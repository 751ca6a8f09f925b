"""A chat model for tests, in this process: it answers what it is told to and remembers prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from khoj_lite.errors import ModelError
from khoj_lite.types import AdapterUse, Notice, Turn, Usage

Answer = str | ModelError | Sequence[str | Notice | ModelError]


class ScriptedModel:
    """Implements `types.ChatModel`. `answers` are given in turn; the last one again and again.

    A word is a token. An error among the pieces of an answer is raised when its turn comes."""

    def __init__(
        self, *answers: Answer, context_tokens: int = 4096, name: str = "scripted"
    ) -> None:
        self._answers = list(answers)
        self._context_tokens = context_tokens
        self._name = name
        self.prompts: list[tuple[Turn, ...]] = []
        self.temperatures: list[float] = []
        self.adapters: list[tuple[AdapterUse, ...]] = []
        self.closed = 0
        self.said = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def stream(
        self,
        turns: Sequence[Turn],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        adapters: Sequence[AdapterUse] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[str | Notice | Usage]:
        self.prompts.append(tuple(turns))
        self.temperatures.append(temperature)
        self.adapters.append(tuple(adapters))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        pieces = [answer] if isinstance(answer, ModelError) else answer
        spent = sum(self.count([turn.content for turn in turns]))
        finish, said = "stop", 0
        try:
            for piece in pieces:
                if cancelled():
                    finish = "cancelled"
                    break
                if isinstance(piece, ModelError):
                    raise piece
                if isinstance(piece, str):
                    said += 1
                    self.said += 1
                yield piece
            yield Usage(spent, said, self._context_tokens, 0, finish)  # type: ignore[arg-type]
        finally:
            self.closed += 1
