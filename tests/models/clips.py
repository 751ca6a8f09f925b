"""The small CLIP model of the tests: trained once, and kept between runs."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

_HERE = Path(__file__).parent


def shapes_clip(cache: Path) -> Path:
    """A folder with a model that knows red, green and blue squares and circles. Made in a child,
    as torch does not belong in this process."""
    folder = cache / "shapes-clip" / _digest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            part = folder.with_name(folder.name + ".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            subprocess.run(
                [sys.executable, "-m", "models.make_clip", str(part)], check=True,
                cwd=_HERE.parent, capture_output=True,
            )  # fmt: skip
            part.replace(folder)
    return folder


def _digest() -> str:
    made_by = [(_HERE / name).read_bytes() for name in ("make_clip.py", "shapes.py")]
    return hashlib.sha256(b"".join(made_by)).hexdigest()[:12]
