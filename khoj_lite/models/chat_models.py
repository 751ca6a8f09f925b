"""Which chat model answers, and the models that are here to choose from."""

from __future__ import annotations

from khoj_lite.config import Config
from khoj_lite.types import ChatModel


class ChatModels:
    """Holds the chat model in use; opens nothing before it is asked for."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def current(self) -> ChatModel | None:
        """The model that answers, or None where answers quote the notes without one."""
        return None

    def close(self) -> None:
        """Free what is loaded."""
