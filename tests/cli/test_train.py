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


def test_there_is_no_training_to_show_at_first(indexed: Terminal) -> None:
    assert "No training yet" in indexed.khoj("train", "runs").err
    none = indexed.khoj("train", "report")
    assert none.code == 3
    assert "khoj-lite train" in none.err
    assert indexed.khoj("train", "report", "nobody").code == 3
    assert "No training runs" in indexed.khoj("train", "stop").out


def test_an_unknown_adapter_is_neither_shown_nor_removed(indexed: Terminal) -> None:
    assert indexed.khoj("adapter", "show", "nobody").code == 3
    assert indexed.khoj("adapter", "remove", "nobody").code == 3


def test_a_weight_is_a_number(indexed: Terminal) -> None:
    refused = indexed.khoj("adapter", "use", "mine:strong")

    assert refused.code == 2
    assert "mine:0.5" in refused.err


def test_a_question_with_an_unknown_adapter_is_not_found(indexed: Terminal) -> None:
    refused = indexed.khoj("chat", "--adapter", "nobody:0.5", "Where", "is", "my", "desk?")

    assert refused.code == 3
    assert "no adapter 'nobody'" in refused.err


def test_nothing_to_forget_is_said(indexed: Terminal) -> None:
    done = indexed.khoj("adapter", "forget")

    assert done.code == 0, done.err
    assert done.out.strip() == "Nothing has learned from a note that is gone."
