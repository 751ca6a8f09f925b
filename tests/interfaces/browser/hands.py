"""A screen that nobody looks at, and the hands of a person before it: keys and mouse of X11."""

from __future__ import annotations

import os
import subprocess
from types import TracebackType

SIZE = (1200, 800)


class Hands:
    """An X server of its own, ended with the `with` block. `display` is its name."""

    def __enter__(self) -> Hands:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24",
             "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read, encoding="ascii") as told:
            number = told.readline().strip()  # once it is ready; nothing when it has died
        assert number, "Xvfb did not start"
        self.display = f":{number}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.terminate()
        self._server.wait()

    def press(self, *keys: str) -> None:
        """Keys or chords, one after the other: `ctrl+l`, `Down`."""
        self._do("key", "--delay", "60", *keys)

    def type(self, text: str) -> None:
        self._do("type", "--delay", "40", text)

    def click(self, x: int, y: int, button: int = 1) -> None:
        self._do("mousemove", str(x), str(y), "click", str(button))

    def _do(self, *arguments: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *arguments], env=environment, check=True)
