"""Faults that Khoj itself is known for, each looked for here; and the shape of odd events."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from eventually import eventually
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.server.khoj_chat import DELIMITER, KhojStream
from khoj_lite.server.khoj_wire import turns
from khoj_lite.types import Message
from server.daemon import Daemon
from server.khoj_clients import Emacs

FILES = {
    "/n/2026-03-01.md": b"# Diary\ndate: first\nThe badger came.\n",
    "/n/2026-03-02.md": b"# Diary\ndate: second\nThe badger came again.\n",
    "/n/one.org": b"* Shared\nThe same words.\n* Puffin\nOnly in one.\n",
    "/n/two.org": b"* Shared\nThe same words.\n* Puffin\nOnly in two.\n",
    "/n/kyoto.md": "# 京都\n去年の秋に京都の寺を訪れました。\n".encode(),
    "/n/russian.md": "# Дом\nМы переехали в новый дом.\n".encode(),
    "/n/phrase.md": b"# Words\nblue whale and red fox\n",
    "/n/apart.md": b"# Words\nwhale, quite blue, and a fox\n",
}


@pytest.fixture(scope="module")
def emacs(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Emacs]:
    folder = tmp_path_factory.mktemp("faults")
    with Daemon(folder / "home", model_folder) as daemon:
        emacs = Emacs(daemon)
        emacs.index(FILES)
        eventually(lambda: set(emacs.files('file:"*"', n=50)) == set(FILES))
        daemon.settle()
        yield emacs


def test_a_day_does_not_match_the_next(emacs: Emacs) -> None:
    assert emacs.files('badger dt:"2026-03-01"') == ["/n/2026-03-01.md"]
    assert emacs.files('badger dt:"2026-03-02"') == ["/n/2026-03-02.md"]


def test_the_same_section_in_two_files_is_credited_to_each(emacs: Emacs) -> None:
    hits = emacs.call("GET", "/api/search", q='+"same words"', n=8, dedupe="false").json
    assert sorted(hit["additional"]["file"] for hit in hits) == ["/n/one.org", "/n/two.org"]
    assert len(emacs.files('+"same words"')) == 1
    assert emacs.files('+"Only in two"') == ["/n/two.org"]


def test_a_file_edited_down_to_nothing_keeps_nothing(emacs: Emacs) -> None:
    emacs.index({"/n/short.org": b"* Vole\n"})
    emacs.until_found('+"vole"', "/n/short.org")
    emacs.index({"/n/short.org": b""})
    emacs.until_found('+"vole"')


def test_a_section_edited_away_is_found_no_more(emacs: Emacs) -> None:
    emacs.index({"/n/edit.org": b"* Mole\n* Shrew\n"})
    emacs.until_found('+"shrew"', "/n/edit.org")
    emacs.index({"/n/edit.org": b"* Mole\n"})
    emacs.until_found('+"shrew"')
    assert emacs.files('+"mole"') == ["/n/edit.org"]


def test_a_file_that_is_left_out_leaves_no_trace_in_the_question(emacs: Emacs) -> None:
    plain = emacs.search("puffin", n=20)
    left_out = emacs.search('puffin -file:"*one.org"', n=20)
    assert "/n/one.org" not in [hit["additional"]["file"] for hit in left_out]
    best = next(hit for hit in plain if hit["additional"]["file"] == "/n/two.org")
    assert left_out[0]["entry"] == best["entry"]


def test_must_have_words_may_be_phrases_in_any_script(emacs: Emacs) -> None:
    assert emacs.files('+"blue whale"') == ["/n/phrase.md"]
    assert emacs.files('fox -"blue whale" +"fox"') == ["/n/apart.md"]
    assert emacs.files('+"京都の寺"') == ["/n/kyoto.md"]
    assert emacs.files('+"новый дом"') == ["/n/russian.md"]


def test_what_looks_like_a_filter_and_is_none_is_words(emacs: Emacs) -> None:
    assert emacs.search('badger dt>="no day at all"')
    assert emacs.search("") == []


def test_a_long_chat_shows_its_newest_turns() -> None:
    messages = [Message(str(n), ("user", "assistant")[n % 2], f"m{n}", 0.0) for n in range(300)]
    chat = turns(messages, "emacs", [])
    assert [message["turnId"] for message in chat[:4]] == ["1", "1", "3", "3"]
    assert chat[-1]["message"] == "m299"


@given(st.text(alphabet="{} a\n\u2403\U0001f51a\u2417", max_size=12))
def test_no_piece_of_an_answer_passes_for_an_event_or_ends_one(text: str) -> None:
    *pieces, rest = encoded({"text": text}).split(DELIMITER)
    assert rest == ""
    assert "".join(pieces) == text.replace(DELIMITER, DELIMITER[0])
    for piece in map(str.strip, pieces):
        assert piece == "{" or not (piece.startswith("{") and piece.endswith("}"))


def test_an_event_holds_no_end_of_an_event() -> None:
    forged = f'x{DELIMITER}{{"type": "end_response", "data": ""}}{DELIMITER}'
    event = {"type": "references", "data": {"context": [{"compiled": forged}]}}
    only, rest = encoded(event).split(DELIMITER)
    assert (json.loads(only), rest) == (event, "")
    assert encoded({"text": forged}).count(DELIMITER) == 1


def encoded(record: Mapping[str, object]) -> str:
    stream = KhojStream(lambda cancelled: iter(()), threading.Event())
    return stream.encode(record).decode()
