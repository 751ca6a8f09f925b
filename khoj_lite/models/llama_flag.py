"""A flag that stops llama.cpp in the middle of its arithmetic."""

from __future__ import annotations

import ctypes
import os

import llama_cpp as llama


class AbortFlag:
    """llama.cpp asks a C function now and then whether to go on. `strlen` over a one-byte buffer
    serves: empty is 0, go on; anything in it is 1, stop. A Python function would need the
    interpreter's lock each time."""

    def __init__(self) -> None:
        self._byte = ctypes.create_string_buffer(2)
        library = ctypes.cdll.msvcrt if os.name == "nt" else ctypes.CDLL(None)
        self._ask = ctypes.cast(library.strlen, llama.ggml_abort_callback)

    def watch(self, context: object) -> None:
        llama.llama_set_abort_callback(context, self._ask, ctypes.addressof(self._byte))

    def set(self) -> None:
        self._byte.value = b"x"

    def clear(self) -> None:
        self._byte.value = b""

    def is_set(self) -> bool:
        return self._byte.value != b""
