"""The client's files keep Emacs's own rules, and loading them does nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from interfaces.emacs.batch import CLIENT, SUITES, emacs, evaluate, variables
from khoj_lite import __version__

FILES = sorted(CLIENT.glob("*.el"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the client's files, so that nothing is left beside the sources."""
    folder = tmp_path / "client"
    folder.mkdir()
    for file in FILES:
        shutil.copy(file, folder)
    return folder


def test_every_file_compiles_without_a_warning(copied: Path, tmp_path: Path) -> None:
    done = emacs(
        [
            *("-Q", "-L", ".", "--eval", "(setq byte-compile-error-on-warn t)"),
            *("-f", "batch-byte-compile", *(file.name for file in FILES)),
        ],
        variables(tmp_path / "home"),
        copied,
    )
    assert done.returncode == 0, done.stdout
    assert not re.search("warning|error:", done.stdout, re.IGNORECASE), done.stdout
    assert len(list(copied.glob("*.elc"))) == len(FILES)


def test_checkdoc_finds_nothing(copied: Path, tmp_path: Path) -> None:
    check = '(progn (require \'checkdoc) (dolist (f (directory-files "." t "el$"))'
    done = emacs(
        ["-Q", "--eval", check + " (checkdoc-file f)))"], variables(tmp_path / "home"), copied
    )
    assert done.returncode == 0
    assert "khoj-lite" not in done.stdout, done.stdout


def test_package_lint_finds_nothing(copied: Path, tmp_path: Path) -> None:
    done = emacs(
        # Not -Q: Debian puts the linter on the load path in its site files.
        ["-q", "-l", str(SUITES / "lint-suite.el"), *(file.name for file in FILES)],
        variables(tmp_path / "home"),
        copied,
    )
    assert done.returncode == 0, done.stdout
    found = [line for line in done.stdout.splitlines() if line.startswith("khoj-lite")]
    # Debian's linter is older than Emacs 28, and takes it for one that is not out yet.
    known = "khoj-lite.el:7: warning: This makes the package uninstallable"
    assert [line for line in found if not line.startswith(known)] == []


def test_loading_does_nothing(tmp_path: Path) -> None:
    said = evaluate(
        "(let ((timers (length timer-list)) (idle (length timer-idle-list))"
        "      (hooks (list post-command-hook minibuffer-setup-hook find-file-hook)))"
        "  (require 'khoj-lite)"
        "  (princ (list (process-list) (- (length timer-list) timers)"
        "               (- (length timer-idle-list) idle)"
        "               (equal hooks (list post-command-hook minibuffer-setup-hook"
        "                                  find-file-hook))"
        "               (seq-filter #'featurep '(org transient khoj-lite-http"
        "                                        khoj-lite-daemon)))))",
        tmp_path / "home",
    )
    assert said == "(nil 0 0 t nil)"
    assert not (tmp_path / "home").exists()


def test_the_version_is_that_of_the_program(tmp_path: Path) -> None:
    assert f";; Version: {__version__}\n" in (CLIENT / "khoj-lite.el").read_text()
    said = evaluate("(progn (require 'khoj-lite) (princ khoj-lite-version))", tmp_path / "home")
    assert said == __version__


def commands(text: str) -> set[str]:
    """The commands that a file offers by autoload cookies."""
    return set(re.findall(r"^;;;###autoload\n\(def\w+(?:-\w+)* (khoj-lite[\w-]*)", text, re.M))


def test_every_command_is_known_once_the_main_file_is_loaded(tmp_path: Path) -> None:
    offered = {name for file in FILES for name in commands(file.read_text())}
    offered |= {"khoj-lite-menu"}
    names = " ".join(sorted(offered))
    said = evaluate(
        f"(progn (require 'khoj-lite) (princ (seq-remove #'commandp '({names}))))",
        tmp_path / "home",
    )
    assert said == "nil"
    assert len(offered) > 12


def test_generated_autoloads_load(copied: Path, tmp_path: Path) -> None:
    said = evaluate(
        "(progn (require 'autoload) (let ((inhibit-message t))"
        f'  (make-directory-autoloads "{copied}" "{copied}/loads.el"))'
        f'  (load "{copied}/loads.el" nil t)'
        "  (princ (list (autoloadp (symbol-function 'khoj-lite-search))"
        "               (autoloadp (symbol-function 'khoj-lite-menu)) (fboundp 'khoj)"
        "               (featurep 'khoj-lite-search))))",
        tmp_path / "home",
    )
    assert said.endswith("(t t t nil)")


def test_khoj_is_an_alias_only_where_the_name_is_free(tmp_path: Path) -> None:
    home = tmp_path / "home"
    alone = "(progn (require 'khoj-lite) (princ (symbol-function 'khoj)))"
    assert evaluate(alone, home) == "khoj-lite-khoj"
    taken = "(progn (defun khoj () 'theirs) (require 'khoj-lite) (princ (khoj)))"
    assert evaluate(taken, home) == "theirs"


def test_khojs_own_package_is_never_shadowed(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "khoj.el").write_text(
        "(defun khoj () (interactive) (princ 'theirs))\n(provide 'khoj)\n"
    )
    home = tmp_path / "home"
    known = f"(progn (push \"{theirs}\" load-path) (require 'khoj-lite) (princ (fboundp 'khoj)))"
    assert evaluate(known, home) == "nil"
    late = (
        f'(progn (require \'khoj-lite) (push "{theirs}" load-path)'
        " (autoload 'khoj \"khoj\" nil t) (call-interactively 'khoj)"
        " (call-interactively 'khoj))"
    )
    assert evaluate(late, home) == "theirstheirs"
