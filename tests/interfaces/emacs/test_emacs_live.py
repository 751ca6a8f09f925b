"""The client against a daemon that has indexed notes."""

from __future__ import annotations

from server.daemon import Daemon

from interfaces.emacs.batch import run_suite


def test_search_similar_chat_and_upkeep(daemon: Daemon) -> None:
    vault = daemon.home.with_name("notes of mine")
    run_suite("live-suite.el", daemon.home, KHOJ_LITE_TEST_VAULT=str(vault))
