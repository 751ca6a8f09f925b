"""What travels in OpenAI's API: requests as its clients send them, answers as they read them.

Fields that change nothing here (`seed`, `user`, `tools` that need not be used) are let through
unread, as clients send them unasked. What would make an answer mean something else (several
choices, another format, a tool that must be called) is refused, with the field's name.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from khoj_lite.server.wire import Json
from khoj_lite.types import Role, Turn

NOTES_MODEL = "khoj-lite"
"""The model that answers from the notes."""
OWNER = "khoj-lite"


def _refused(why: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{why}", {"why": why})


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TextPart(_Request):
    type: Literal["text", "input_text"]
    text: str


def _joined(value: object) -> object:
    """The text of content that is given in parts; ValueError for what is no text."""
    if value is None:
        return ""
    if not isinstance(value, list):
        return value
    texts: list[str] = []
    for part in value:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in ("text", "input_text", "refusal"):
            raise _refused(f"only text is read here, no {kind or 'such part'}")
        texts.append(str(part.get("text", part.get("refusal", ""))))
    return "\n".join(texts)


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else [] if value is None else value


Texts = Annotated[list[str], BeforeValidator(_several)]
"""One text or several."""


class Message(_Request):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, BeforeValidator(_joined)] = ""

    @property
    def turn(self) -> Turn:
        """The message as a model's chat template knows it."""
        roles: dict[str, Role] = {
            "system": "system",
            "developer": "system",
            "assistant": "assistant",
        }
        return Turn(roles.get(self.role, "user"), self.content)


class StreamOptions(_Request):
    include_usage: bool = False


class ChatRequest(_Request):
    """The body of `POST /v1/chat/completions`."""

    model: str = NOTES_MODEL
    messages: list[Message] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stop: Texts = Field(default=[], max_length=16)
    n: int | None = None
    logprobs: bool | None = None
    response_format: Json | None = None
    tool_choice: Any = None
    modalities: list[str] | None = None

    @field_validator("n")
    @classmethod
    def _one(cls, n: int | None) -> int | None:
        if n not in (None, 1):
            raise _refused("one answer is given to a question: n can only be 1")
        return n

    @field_validator("logprobs")
    @classmethod
    def _no_logprobs(cls, wanted: bool | None) -> bool | None:
        if wanted:
            raise _refused("log probabilities are not given")
        return wanted

    @field_validator("response_format")
    @classmethod
    def _text(cls, wanted: Json | None) -> Json | None:
        if wanted is not None and wanted.get("type") != "text":
            raise _refused("answers are text; no other format can be promised")
        return wanted

    @field_validator("tool_choice")
    @classmethod
    def _no_tool(cls, choice: object) -> object:
        if choice not in (None, "none", "auto"):
            raise _refused("tools cannot be called")
        return choice

    @field_validator("modalities")
    @classmethod
    def _only_text(cls, wanted: list[str] | None) -> list[str] | None:
        if wanted is not None and "text" not in wanted:
            raise _refused("answers are text")
        return wanted

    @property
    def most_tokens(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens

    @property
    def with_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage


class EmbeddingRequest(_Request):
    """The body of `POST /v1/embeddings`."""

    model: str = NOTES_MODEL
    input: Texts = Field(min_length=1, max_length=2048)
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None

    @field_validator("input", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        first = value[0] if isinstance(value, list) and value else None
        if isinstance(first, int | list):
            raise _refused("give text, not the tokens of another model")
        return value

    @field_validator("input")
    @classmethod
    def _not_empty(cls, texts: list[str]) -> list[str]:
        if not all(text.strip() for text in texts):
            raise _refused("an empty text has no meaning to embed")
        return texts


def model_object(name: str, created: int) -> Json:
    return {"id": name, "object": "model", "created": created, "owned_by": OWNER}


def usage_object(prompt: int, completion: int) -> Json:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
