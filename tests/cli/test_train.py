"""`khoj-lite train` and `khoj-lite adapter` without a daemon."""

from __future__ import annotations

from cli.conftest import Terminal


def test_a_dry_run_shows_counts_samples_and_what_was_left_out(indexed: Terminal) -> None:
    done = indexed.khoj("train", "--dry-run")

    assert done.code == 0, done.err
    assert "unanswerable" in done.out
    assert "test " in done.out


def test_without_a_local_model_it_says_how_to_choose_one(indexed: Terminal) -> None:
    done = indexed.khoj("train", "--now")

    assert done.code == 2
    assert "khoj-lite model use" in done.err


def test_no_adapters_is_said(indexed: Terminal) -> None:
    assert "No adapters yet" in indexed.khoj("adapter", "list").err


def test_an_unknown_adapter_is_not_found(indexed: Terminal) -> None:
    assert indexed.khoj("adapter", "use", "nobody").code == 3
    assert indexed.khoj("adapter", "export", "nobody", "/nowhere/a.gguf").code == 3
