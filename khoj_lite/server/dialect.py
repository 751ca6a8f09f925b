"""Each API says no in its own way: one error as ours, OpenAI's or Khoj's clients expect it."""

from __future__ import annotations

from typing import Any

from khoj_lite.errors import KhojLiteError
from khoj_lite.server.guard import of_khoj

OPENAI = "/v1/"
OPENAI_CODES = {"prompt_too_long": "context_length_exceeded"}
OPENAI_STATUS = {"prompt_too_long": 400}
"""What clients know by another name and status, and act upon."""
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_CODES = {401: "invalid_api_key", 404: "model_not_found"}


def refusal(
    path: str, error: KhojLiteError, status: int = 0, param: str | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and body of a refusal on this path. `param` names the part of a request that is
    wrong, where the API has a place for it."""
    status = status or error.http_status
    if path.startswith(OPENAI):
        status = OPENAI_STATUS.get(error.code, status)
        return status, openai_error(error, status, param)
    if of_khoj(path):
        if status in (401, 403):  # Khoj knows no 401
            return 403, {"detail": "Forbidden"}
        return status, {"detail": _said(error)}
    return status, {"error": error.as_dict()}


def openai_error(error: KhojLiteError, status: int = 0, param: str | None = None) -> dict[str, Any]:
    """The error object of OpenAI's API."""
    status = status or OPENAI_STATUS.get(error.code, error.http_status)
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    code = OPENAI_CODES.get(error.code) or _CODES.get(status, error.code)
    return {"error": {"message": _said(error), "type": kind, "param": param, "code": code}}


def _said(error: KhojLiteError) -> str:
    return f"{error.message}. {error.hint}" if error.hint else error.message
