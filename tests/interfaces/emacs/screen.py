"""Emacs as a person has it: a frame in a terminal, keys typed, the screen read."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from interfaces.emacs.batch import CLIENT, variables

SECONDS = 60.0

TELL = """(global-set-key (kbd "<f9>") (lambda () (interactive)
  (with-temp-file "{told}.part"
    (insert (json-encode (list :file (with-current-buffer (window-buffer
                                       (minibuffer-selected-window)) buffer-file-name)
                               :line (with-current-buffer (window-buffer) (line-number-at-pos))
                               :text (with-current-buffer (window-buffer)
                                       (thing-at-point 'line t))
                               :gap khoj-test-gap :busy khoj-test-busy))))
  (rename-file "{told}.part" "{told}")))
(defvar khoj-test-gap 0)
(defvar khoj-test-busy 0)
(defvar khoj-test-last nil)
(defun khoj-test-now ()
  (cons (float-time) (float-time (get-internal-run-time))))
(defun khoj-test-measure ()
  "Note the longest time between two ticks from now on, and the most that Emacs worked in one."
  (interactive)
  (setq khoj-test-last (khoj-test-now) khoj-test-gap 0 khoj-test-busy 0)
  (run-at-time 0 0.005 (lambda ()
    (let ((now (khoj-test-now)))
      (setq khoj-test-gap (max khoj-test-gap (- (car now) (car khoj-test-last)))
            khoj-test-busy (max khoj-test-busy (- (cdr now) (cdr khoj-test-last)))
            khoj-test-last now)))))
(global-set-key (kbd "<f8>") #'khoj-test-measure)
(global-set-key (kbd "<f7>") (lambda () (interactive)
  (delete-other-windows) (switch-to-buffer "*scratch*")))
(require 'json) (require 'thingatpt)
(setq-default mode-line-misc-info "LOADED")
"""


class Screen:
    """A terminal with Emacs in it, ended with the `with` block."""

    def __init__(
        self, home: Path, folder: Path, size: tuple[int, int] = (110, 34), init: str = ""
    ) -> None:
        """`init` is what else stands in the user's init file."""
        self.told = folder / "told.json"
        self.init = folder / "init.el"
        self.init.write_text(
            f"(add-to-list 'load-path \"{CLIENT}\")\n(require 'khoj-lite)\n{init}\n"
            + TELL.replace("{told}", str(self.told))
        )
        self._socket = folder / "tmux"
        self._home, self._folder, self._size = home, folder, size

    def __enter__(self) -> Screen:
        columns, rows = map(str, self._size)
        self._tmux(
            *("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows),
            "env TERM=screen-256color emacs -nw -Q -l " + shlex.quote(str(self.init)),
        )
        self.until("LOADED")  # C-g before that would end the loading
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tmux("kill-server")

    def keys(self, *names: str) -> None:
        """Presses keys by tmux's names for them: Enter, C-g, M-x, F9."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def command(self, name: str) -> None:
        """M-x with the name of a command."""
        self.keys("M-x")
        self.until("\nM-x")
        self.type(name)
        self.keys("Enter")

    def shows(self) -> str:
        return self._tmux("capture-pane", "-p")

    def until(self, *texts: str) -> str:
        """The screen, once all of these stand on it."""
        return self._until(lambda shown: all(text in shown for text in texts), f"{texts}")

    def gone(self, text: str) -> str:
        """The screen, once this stands there no more."""
        return self._until(lambda shown: text not in shown, f"{text} gone")

    def _until(self, holds: Callable[[str], bool], what: str) -> str:
        deadline = time.monotonic() + SECONDS
        while not holds(shown := self.shows()):
            assert time.monotonic() < deadline, f"never {what}:\n{shown}"
            time.sleep(0.02)
        return shown

    def tell(self) -> dict[str, Any]:
        """Where point is: file, line, its text; the longest `gap` between two ticks so far, and the
        most processor time in one (`busy`), both in seconds."""
        self.told.unlink(missing_ok=True)
        self.keys("F9")
        deadline = time.monotonic() + SECONDS
        while not self.told.exists():
            assert time.monotonic() < deadline, self.shows()
            time.sleep(0.02)
        found: dict[str, Any] = json.loads(self.told.read_text())
        return found

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-u", "-S", str(self._socket), *arguments],
            env=variables(self._home),
            cwd=self._folder,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
