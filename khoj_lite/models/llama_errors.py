"""What went wrong in the chat model's child, as the errors that it was there."""

from __future__ import annotations

from collections.abc import Mapping

from khoj_lite import errors
from khoj_lite.errors import KhojLiteError, ModelError

_KINDS = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, KhojLiteError)
}


def error_of(record: Mapping[str, object]) -> KhojLiteError:
    """The error that a record of code, message and hint tells of; a ModelError when its code is
    not known."""
    kind = _KINDS.get(str(record.get("code")), ModelError)
    return kind(str(record.get("message")), str(record.get("hint") or ""))


def put_away(name: str) -> ModelError:
    """What a model says to whoever still asks it when another one was chosen."""
    return ModelError(f"{name} was put away", "Ask again: what is in use now answers.")


def raise_told(answer: Mapping[str, object]) -> None:
    """Raise the error that an answer holds, if it holds one."""
    error = answer.get("error")
    if isinstance(error, dict):
        raise error_of(error)
