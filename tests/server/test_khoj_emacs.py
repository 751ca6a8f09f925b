"""khoj.el, unmodified, against a real daemon: its requests to the byte, its reading of answers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from eventually import eventually
from parsers.pdf_fixtures import picture

from khoj_lite.errors import AuthError
from khoj_lite.server.guard import Policy, Request, judge
from server.conftest import write_notes
from server.daemon import Daemon
from server.khoj_clients import Emacs


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("emacs")
    with Daemon(folder / "home", model_folder, [write_notes(folder / "vault")]) as daemon:
        daemon.settle()
        yield daemon


@pytest.fixture(scope="module")
def emacs(daemon: Daemon) -> Emacs:
    return Emacs(daemon)


@pytest.fixture(scope="module")
def vault(daemon: Daemon) -> Path:
    return daemon.home.with_name("vault")


def test_the_server_is_there(emacs: Emacs) -> None:
    assert emacs.send("GET", "/api/health").json == {"email": "default@example.com"}


def test_without_a_key_it_is_told_as_khoj_tells_it(daemon: Daemon) -> None:
    for path in ("/api/health", "/api/search?q=oven&client=emacs", "/api/chat/sessions"):
        refused = Emacs(daemon, key="nil").send("GET", path)
        assert (refused.status, refused.json) == (403, {"detail": "Forbidden"})


def test_without_a_key_it_gets_in_only_where_the_user_has_said_so() -> None:
    headers = {"host": "127.0.0.1:42110", "authorization": "Bearer nil"}
    asked = Request("GET", "/api/search", "q=oven&client=emacs", headers, "127.0.0.1")
    closed = Policy(token="secret", port=42110)
    assert isinstance(judge(closed, asked).error, AuthError)
    assert judge(replace(closed, open_loopback=True), asked).error is None
    afar = replace(asked, client="192.168.0.7")
    assert judge(replace(closed, open_loopback=True), afar).error is not None


def test_a_batch_is_named_and_soon_found(emacs: Emacs) -> None:
    files = {f"/elsewhere/größe {n}.org": f"* Heron {n}\nIt stands.\n".encode() for n in range(30)}
    answer = emacs.index(files)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.split(",") == list(files)
    eventually(lambda: set(emacs.files("heron stands", "org", 30)) == set(files))


def test_a_bad_file_costs_nothing_but_itself(emacs: Emacs) -> None:
    files = {
        "/mixed/one.org": b"* Walrus one\n",
        "/mixed/binary.org": bytes(range(256)) * 8,
        "/mixed/broken.pdf": b"%PDF-1.4 nothing",
        "/mixed/latin.org": "* Walrus zwei\nGrün und süß.\n".encode("latin-1"),
    }
    assert emacs.index(files).text.split(",") == list(files)
    emacs.until_found('+"walrus"', "/mixed/one.org", "/mixed/latin.org")
    assert emacs.files('+"süß"') == ["/mixed/latin.org"]


def test_an_empty_part_forgets_a_file(emacs: Emacs) -> None:
    emacs.index({"/gone/a.org": b"* Ocelot\n", "/gone/b.md": b"# Ocelot\n"})
    emacs.until_found('+"ocelot"', "/gone/a.org", "/gone/b.md")
    assert emacs.index({"/gone/a.org": b""}).text == "/gone/a.org"
    emacs.until_found('+"ocelot"', "/gone/b.md")


def test_a_file_that_is_indexed_where_it_lies_is_found_once(emacs: Emacs, vault: Path) -> None:
    note = vault / "life.org"
    assert emacs.index({str(note): note.read_bytes()}).text == str(note)
    emacs.index({"/marker/after.org": b"* Quokka\n"})
    emacs.until_found('+"quokka"', "/marker/after.org")
    assert emacs.files('+"Berlin"') == [str(note)]


def test_a_file_with_a_type_but_no_suffix_is_read_by_its_type(emacs: Emacs) -> None:
    emacs.index({"/plain/NOTES": b"The tapir sleeps.\n"})
    emacs.until_found('+"tapir"', "/plain/NOTES")


def test_replacing_in_batches_keeps_every_batch(emacs: Emacs) -> None:
    emacs.index({"/set/a.org": b"* Lynx\n"}, force=True, t="org")
    emacs.index({"/set/b.org": b"* Lynx\nToo.\n"}, force=True, t="org")
    emacs.until_found('+"lynx"', "/set/a.org", "/set/b.org")


def test_a_hit_has_what_emacs_reads(emacs: Emacs, vault: Path) -> None:
    hit = emacs.search("desk number", "org")[0]
    assert hit["entry"].startswith("** TODO Office\n")
    assert hit["cross_score"] is None
    assert isinstance(hit["corpus_id"], str)
    about = hit["additional"]
    assert about["file"] == str(vault / "life.org")
    assert about["uri"] == (vault / "life.org").as_uri()
    assert about["heading"] == "Office"
    assert about["compiled"].split("\n")[1:] == ["TODO Office", "My desk number is 12."]


def test_scores_are_distances(daemon: Daemon, emacs: Emacs) -> None:
    daemon.settle()
    scores = [hit["score"] for hit in emacs.search("where do we live", n=20)]
    assert scores == sorted(scores)
    assert all(0 <= score <= 1 for score in scores)
    near = emacs.call("GET", "/api/search", q="where do we live", n=20, max_distance=0.5).json
    assert [hit["score"] for hit in near] == [score for score in scores if score <= 0.5]


def test_as_many_as_asked_for_come(emacs: Emacs) -> None:
    emacs.index({f"/many/{n}.org": f"* Ibis {n}\n".encode() for n in range(25)})
    eventually(lambda: len(emacs.search("ibis", n=25)) == 25)
    assert len(emacs.search("ibis", n=12)) == 12


def test_types_narrow_and_word_files_are_among_them(emacs: Emacs) -> None:
    document = docx.Document()
    document.add_paragraph("The gibbon sings in the morning.")
    written = io.BytesIO()
    document.save(written)
    emacs.index({"/types/song.docx": written.getvalue(), "/types/song.org": b"* Gibbon\n"})
    eventually(lambda: emacs.files("gibbon", "docx") == ["/types/song.docx"])
    assert "/types/song.docx" not in emacs.files("gibbon", "org")
    assert emacs.files("gibbon", "github") == []
    assert emacs.call("GET", "/api/content/types").json[:2] == ["all", "org"]


def test_pictures_are_found_by_their_type(emacs: Emacs) -> None:
    emacs.index({"/types/capybara.png": picture(["Capybara 1987"])})
    eventually(lambda: emacs.files("capybara", "image") == ["/types/capybara.png"])
    assert "/types/capybara.png" not in emacs.files("capybara", "org")


def test_the_text_in_a_picture_is_never_fetched_as_an_address(emacs: Emacs) -> None:
    """khoj.el fetches its server's address with `entry` behind it, and escapes no HTML."""
    emacs.index({"/types/<b>trap.png": picture(["@evil.example/ tamarin 1987"])})
    eventually(lambda: "/types/<b>trap.png" in emacs.files("tamarin", "image"))
    (hit,) = [h for h in emacs.search("tamarin", "image") if "trap" in h["additional"]["file"]]
    assert hit["entry"].startswith("/api/")
    assert hit["additional"]["metadata_score"] == "/types/&lt;b&gt;trap.png"
    assert "tamarin" in hit["additional"]["image_score"]
    assert emacs.send("GET", hit["entry"]).status in (404, 405)
    (among_all,) = [h for h in emacs.search("tamarin", "all") if "trap" in h["additional"]["file"]]
    assert "tamarin" in among_all["entry"]


def test_a_whole_note_in_the_address_finds_ones_like_it(emacs: Emacs, vault: Path) -> None:
    entry = '* Move "abroad" +"never" dt:"no day" file:"x"\nWe moved to Berlin in 2019.\n'
    found = emacs.files(entry + "- a word\n" * 20_000, "org")
    assert found[0] == str(vault / "life.org")


@pytest.mark.parametrize("count", [8, "8"])
def test_an_answer_reads_as_khoj_gives_it(emacs: Emacs, count: object) -> None:
    answer = emacs.call("POST", "/api/chat", {"q": "When did we move to Berlin?", "n": count}).json
    assert "We moved to Berlin in 2019." in answer["response"]
    assert answer["by"] == "khoj"
    assert len(answer["created"]) == len("2026-01-01 00:00:00")
    assert answer["onlineContext"] == {}
    first = answer["context"][0]
    assert first["compiled"].split("\n") == ["* Life › Move", "We moved to Berlin in 2019."]
    assert first["file"].endswith("life.org")
    assert answer["references"]["context"] == answer["context"]


def test_a_conversation_is_begun_gone_on_with_shown_and_deleted(emacs: Emacs) -> None:
    begun = emacs.call("POST", "/api/chat/sessions", agent_slug="khoj").json["conversation_id"]
    for question in ("When did we move to Berlin?", "And the desk number?"):
        emacs.call("POST", "/api/chat", {"conversation_id": begun, "q": question, "n": 8})
    shown = emacs.call("GET", "/api/chat/history", conversation_id=begun).json
    chat = shown["response"]["chat"]
    assert [message["by"] for message in chat] == ["you", "khoj"] * 2
    assert "My desk number is 12." in chat[-1]["message"]
    assert chat[-1]["context"][0]["compiled"].startswith("* ")
    session = emacs.call("GET", "/api/chat/sessions").json[0]
    assert (session["conversation_id"], session["slug"]) == (begun, "When did we move to Berlin?")
    # without naming one: the last
    assert emacs.call("GET", "/api/chat/history").json["response"]["conversation_id"] == begun
    emacs.call("DELETE", "/api/chat/history", conversation_id=begun)
    assert emacs.call("GET", "/api/chat/history", conversation_id=begun).status == 404
