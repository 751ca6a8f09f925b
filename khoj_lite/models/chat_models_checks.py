"""What `doctor` says of the chat model."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from khoj_lite.errors import KhojLiteError
from khoj_lite.models.llama import LlamaModel
from khoj_lite.models.openai_server import ServerModel
from khoj_lite.types import ChatModel, Check

SERVER = "server:"
"""Before the name of a model that the configured server has."""
INSTALL_HINT = "Install llama.cpp with: pip install 'khoj-lite[chat]' (or set chat.server_url)."


def chat_checks(
    name: str, url: str, current: Callable[[], ChatModel | None]
) -> tuple[Check, Check]:
    """Whether llama.cpp is there, and whether the model of this name can answer, and how."""
    return (_llama_check(name), _model_check(name, url, current))


def _llama_check(name: str) -> Check:
    if llama_is_here():
        return Check("llama.cpp", True, "installed")
    if not name or name.startswith(SERVER):
        return Check("llama.cpp", True, f"not installed, and not needed now. {INSTALL_HINT}")
    return Check("llama.cpp", False, "not installed", INSTALL_HINT)


def _model_check(name: str, url: str, current: Callable[[], ChatModel | None]) -> Check:
    title = "chat model"
    try:
        model = current()
        if model is None:
            said = "none: answers quote the notes. `khoj-lite model list` shows what there is"
            return Check(title, True, said)
        if isinstance(model, LlamaModel):
            plan = model.plan()
            return Check(
                title, True, f"{name}: {plan.said} Threads {plan.threads}, batch {plan.batch},"
                f" GPU layers {plan.gpu_layers}.",
            )  # fmt: skip
        if isinstance(model, ServerModel):
            model.about(again=True)
        return Check(title, True, f"{name} at {url}: {model.context_tokens:,} tokens of context")
    except KhojLiteError as fault:
        return Check(title, False, fault.message, fault.hint)


def llama_is_here() -> bool:
    """Whether llama.cpp can be imported; looked up, not imported."""
    return importlib.util.find_spec("llama_cpp") is not None
