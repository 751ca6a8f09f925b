"""Text in pictures, read by the tesseract program where it is installed."""

from __future__ import annotations

import contextlib
import locale
import os
import shutil
import signal
import subprocess
from functools import cache

NO_PROGRAM = "tesseract is not installed: words in scanned pages and pictures are not found"
MOST_LANGUAGES = 3
"""Languages asked for at once: each makes a page slower, and a wrong one makes it worse."""
LEAST_SECONDS = 3.0  # less is not worth a start

_TERRITORIES = {  # locale -> tesseract, where it is not one of the usual three-letter codes
    "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng",
    "es": "spa", "et": "est", "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin",
    "hr": "hrv", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor", "lt": "lit",
    "lv": "lav", "nb": "nor", "nl": "nld", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus",
    "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr",
    "vi": "vie", "zh": "chi_sim", "ar": "ara",
}  # fmt: skip


def program() -> str | None:
    """Where the program is; None when it is not installed. Asked anew each time: it may come."""
    return shutil.which("tesseract")


@cache
def languages() -> tuple[str, ...]:
    """The languages to read in: all that are installed, if they are few; else the system's own
    and English."""
    installed = _installed()
    known = [name for name in installed if name not in ("osd", "equ")]
    if len(known) <= MOST_LANGUAGES:
        return tuple(known)
    own = (os.environ.get("LANG") or locale.getlocale()[0] or "en")[:2]
    wanted = [name for name in (_TERRITORIES.get(own, "eng"), "eng") if name in known]
    return tuple(dict.fromkeys(wanted)) or tuple(known[:1])


def read(picture: bytes, seconds: float) -> str:
    """The text in a picture (PNG, or PNM), its lines as they stand there.

    Raises TimeoutError when it takes longer than `seconds`, RuntimeError when the program fails
    or is not there.
    """
    where = program()
    if where is None or not languages():
        raise RuntimeError(NO_PROGRAM)
    layout = "1" if "osd" in _installed() else "3"  # 1 turns pages that lie on their side
    command = [where, "stdin", "stdout", "-l", "+".join(languages()), "--psm", layout]
    done = _run(command, picture, seconds)
    if done is None and layout == "1":  # too few letters to tell which way is up
        done = _run([*command[:-1], "3"], picture, seconds)
    if done is None:
        raise RuntimeError("tesseract cannot read the picture")
    return done.decode("utf-8", "replace").replace("\f", "\n").strip()


def _run(command: list[str], picture: bytes, seconds: float) -> bytes | None:
    """What the program prints; None when it fails."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads are slower than one
    ) as child:
        try:
            out, _ = child.communicate(picture, timeout=seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(OSError):
                child.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
            raise TimeoutError(f"reading a picture took more than {seconds:.0f} seconds") from None
    return out if child.returncode == 0 else None


@cache
def _installed() -> tuple[str, ...]:
    where = program()
    if where is None:
        return ()
    try:
        out = subprocess.run(
            [where, "--list-langs"], capture_output=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(line.strip() for line in out.decode("utf-8", "replace").splitlines()[1:] if line)
