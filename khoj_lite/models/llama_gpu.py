"""The GPUs that this build of llama.cpp can use, asked of the library itself."""

from __future__ import annotations

import ctypes

import llama_cpp as llama
from llama_cpp._ggml import libggml

from khoj_lite.models.llama_machine import Gpu

_GPU = 1  # enum ggml_backend_dev_type; 2 shares the main memory, which is planned already


def gpus() -> tuple[Gpu, ...]:
    """Each GPU with memory of its own, and how much of that is free."""
    if not llama.llama_supports_gpu_offload():
        return ()
    libggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    libggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    libggml.ggml_backend_dev_name.restype = ctypes.c_char_p
    found = []
    for number in range(libggml.ggml_backend_dev_count()):
        device = ctypes.c_void_p(libggml.ggml_backend_dev_get(ctypes.c_size_t(number)))
        if libggml.ggml_backend_dev_type(device) != _GPU:
            continue
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        libggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        name = libggml.ggml_backend_dev_name(device) or b"GPU"
        found.append(Gpu(name.decode("utf-8", "replace"), free.value))
    return tuple(found)
