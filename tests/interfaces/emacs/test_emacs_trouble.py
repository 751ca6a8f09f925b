"""The client and a daemon that is slow, dies, is cut off, is another version or none at all."""

from __future__ import annotations

import threading
from pathlib import Path

from interfaces.emacs.batch import evaluate, run_suite
from interfaces.emacs.pretender import pretending

ASK = """(progn
  (require 'khoj-lite-test)
  (let ((khoj-lite-http--patience {patience}))
    (dotimes (_ {times})
      (princ (pcase (khoj-lite-test-get "/search" '((q . "fine")))
               (`(ok ,answer) (format "hits %d\\n" (length (alist-get 'hits answer))))
               (`(fault ,fault) (format "%s\\n" (khoj-lite-http-explain fault))))))))"""
TESTS = ("-L", str(Path(__file__).parent))


def test_every_fault_is_told_and_every_stream_ends_well(tmp_path: Path) -> None:
    with pretending(tmp_path / "home"):
        print(run_suite("trouble-suite.el", tmp_path / "home"))


def test_a_daemon_of_another_version_is_named_once(tmp_path: Path) -> None:
    with pretending(tmp_path / "home", version="0.9.3"):
        said = evaluate(ASK.format(patience=1, times=3), tmp_path / "home", *TESTS)
    assert said.count("khoj_lite is 0.9.3, its Emacs files are 0.1.0") == 1
    assert said.count("hits 3") == 3


def test_the_same_series_is_no_other_version(tmp_path: Path) -> None:
    with pretending(tmp_path / "home", version="0.1.7"):
        said = evaluate(ASK.format(patience=1, times=1), tmp_path / "home", *TESTS)
    assert "its Emacs files" not in said


def test_no_daemon_is_one_calm_line(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    said = evaluate(ASK.format(patience=0.3, times=1), tmp_path / "home", *TESTS)
    assert "khoj_lite is not running.  M-x khoj-lite-start starts it." in said
    assert "hits" not in said


def test_a_note_left_by_a_killed_daemon_does_not_count(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pretending(home):
        pass
    said = evaluate(ASK.format(patience=0.3, times=1), home, *TESTS)
    assert "is not running" in said


def test_a_daemon_that_is_being_started_again_is_waited_for(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    found: list[str] = []

    def ask() -> None:
        found.append(evaluate(ASK.format(patience=60, times=1), home, *TESTS))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(0.7)  # it has asked by then, or asks later: it is answered either way
    with pretending(home):
        thread.join()
    assert "hits 3" in found[0]
