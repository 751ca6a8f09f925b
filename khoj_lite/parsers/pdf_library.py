"""PyMuPDF, without its neural page layout.

Importing that costs half a second and 80 MB in every child, and nothing here asks for it: the
library itself says how to do without (it catches the ImportError).
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

sys.modules.setdefault("pymupdf.layout", None)  # type: ignore[arg-type]
pymupdf: Any = import_module("pymupdf")
pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

FAULTS = (
    pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, LookupError, TypeError, AttributeError,
    ArithmeticError, MemoryError, AssertionError,
)  # fmt: skip
"""What the library raises when a file is not as it should be: its own errors, and Python's where
its Python part trusts what it reads."""
