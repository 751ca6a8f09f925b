"""What llama.cpp complains about, kept instead of printed."""

from __future__ import annotations

import ctypes
from collections import deque

import llama_cpp as llama

_WARNING = 3  # enum ggml_log_level: 3 warning, 4 error, 5 continues the line before


class Log:
    """The last lines that llama.cpp complained with; they explain why it refused a file."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=50)
        self._level = 0
        self._callback = llama.llama_log_callback(self._add)  # kept alive as long as we are
        llama.llama_log_set(self._callback, ctypes.c_void_p(0))

    def reason(self) -> str:
        """The last complaint, in one line."""
        lines = [line for line in self.lines if "llama_model_load_from_file_impl" not in line]
        return lines[-1][:300] if lines else "no reason was given"

    def _add(self, level: int, text: bytes, _data: object) -> None:
        self._level = self._level if level == 5 else level
        line = " ".join(text.decode("utf-8", "replace").split())
        if self._level >= _WARNING and line:
            self.lines.append(line)
