"""The API token: one secret a home, in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from khoj_lite.errors import StorageError


def read_token(path: Path) -> str | None:
    """The token of a home, or None when it has none yet."""
    try:
        return path.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        raise StorageError(f"cannot read the token in {path}", "Remove the file.") from fault


def ensure_token(path: Path) -> str:
    """The token of a home, made on first use: 256 random bits, file mode 0600.

    The file is linked into place whole: two programs that start at once agree on one token, and
    none ever reads half of it.
    """
    for _ in range(2):
        token = read_token(path)
        if token:
            return token
        part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
            try:
                os.link(part, path)
            except FileExistsError:
                if not read_token(path):
                    os.replace(part, path)  # an empty file holds no token to agree on
            except OSError:
                os.replace(part, path)  # a file system without hard links
        except OSError as fault:
            raise StorageError(f"cannot write the token to {path}: {fault.strerror}") from fault
        finally:
            part.unlink(missing_ok=True)
    raise StorageError(f"cannot keep a token in {path}", "Remove the file and try again.")
