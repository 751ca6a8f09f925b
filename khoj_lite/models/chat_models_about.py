"""The chat model in use as `status` shows it: its name, how it is loaded, or what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from khoj_lite.errors import KhojLiteError
from khoj_lite.models.llama import LlamaModel
from khoj_lite.types import ChatModel

PLAN_SECONDS = 30.0
"""How old a plan of a model that is not loaded may be: free memory changes."""


class About:
    """Keeps the plan of a model that is not loaded for a while: `status` is asked often, and a
    header with a large vocabulary takes a tenth of a second to read."""

    def __init__(self) -> None:
        self._planned: tuple[object, Mapping[str, object]] = (None, {})

    def describe(
        self, name: str, url: str, current: Callable[[], ChatModel | None]
    ) -> Mapping[str, object]:
        """The model of this name, "" for none. Loads nothing and asks no server."""
        if not name:
            return {"name": "", "state": "none"}
        try:
            model = current()
            if isinstance(model, LlamaModel):
                return {"name": name, "state": model.state, "plan": dict(self._plan(model))}
            return {"name": name, "state": "server", "url": url}
        except OSError as fault:
            return {"name": name, "state": "failed", "problem": str(fault), "hint": ""}
        except KhojLiteError as fault:
            return {"name": name, "state": "failed", "problem": fault.message, "hint": fault.hint}

    def _plan(self, model: LlamaModel) -> Mapping[str, object]:
        """How it is loaded, or would be now."""
        if model.loaded_plan:
            return model.loaded_plan
        stamp = (model.path, model.path.stat().st_mtime_ns, time.monotonic() // PLAN_SECONDS)
        if self._planned[0] != stamp:
            self._planned = (stamp, model.plan().as_dict())
        return self._planned[1]
