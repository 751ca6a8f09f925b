"""The full-text index: what is found, in which order, and what survives a crash."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from khoj_lite.store.lexical import LexicalDocument, LexicalIndex

NAUGHTY = Path(__file__).parents[2] / "../shared/data/conformance/naughty-strings/blns.json"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "lexical")
    yield opened
    opened.close()


def document(
    entry_id: int,
    body: str = "",
    title: str = "",
    outline: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    path: str = "note.md",
) -> LexicalDocument:
    return LexicalDocument(entry_id, title, outline, tags, path, body)


def fill(index: LexicalIndex, *bodies: str) -> None:
    index.update([document(i, body) for i, body in enumerate(bodies, 1)], (), 1)


def found(index: LexicalIndex, text: str, prefix: bool = False) -> list[int]:
    return [entry_id for entry_id, _ in index.search(text, 10, prefix=prefix).hits]


def test_a_word_is_found_at_once_whatever_its_ending(index: LexicalIndex) -> None:
    fill(index, "She was running home", "The bread is baked")
    assert found(index, "runs") == [1]
    assert found(index, "baking BREAD") == [2]


def test_more_and_rarer_words_come_first(index: LexicalIndex) -> None:
    fill(index, "bread and butter", "bread with caraway", "bread", "bread of rye")
    assert found(index, "bread with caraway")[0] == 2
    assert set(found(index, "bread")) == {1, 2, 3, 4}


def test_a_question_is_asked_without_its_small_words(index: LexicalIndex) -> None:
    fill(index, "what is the how of it", "sourdough starter")
    assert found(index, "What is the sourdough?") == [2]
    assert found(index, "what is the") == [1]


@pytest.mark.parametrize(
    "field", [{"title": "zebra"}, {"outline": ("zebra",)}, {"tags": ("zebra",)},
              {"path": "/home/me/zebra/a.md"}, {"path": "x/zebra.org"}, {"body": "zebra"}]
)  # fmt: skip
def test_every_field_is_searched(index: LexicalIndex, field: dict[str, object]) -> None:
    index.update([document(7, **field), document(8, "other")], (), 1)  # type: ignore[arg-type]
    assert found(index, "zebra") == [7]


def test_a_title_outweighs_a_body(index: LexicalIndex) -> None:
    index.update([document(1, "the garden in spring"), document(2, "in spring", "garden")], (), 1)
    assert found(index, "garden") == [2, 1]


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("黑豹队的防守丢了308分", "黑豹防守"),
        ("黑豹队的防守", "豹"),
        ("東京へ行きました", "東京"),
        ("กรุงเทพมหานคร", "กรุงเทพ"),
        ("الكتب في المكتبة", "مَكْتَبَه"),
        ("हिन्दी में खोज", "हिंदी खोज"),
        ("Мы купили книги", "книга"),
        ("Die Häuser am See", "haus"),
        ("Der Rathausplatz", "Rathaus"),
        ("한국어 검색은 어렵다", "검색"),
        ("Đà Nẵng là thành phố", "da nang"),
    ],
)
def test_every_script_is_found(index: LexicalIndex, body: str, question: str) -> None:
    fill(index, "something else", body)
    assert found(index, question)[0] == 2


def test_the_last_word_may_be_half_typed(index: LexicalIndex) -> None:
    fill(index, "sourdough bread", "the Sourland hills", "sweet")
    assert set(found(index, "sourd", prefix=True)) == {1}
    assert set(found(index, "sour", prefix=True)) == {1, 2}
    assert found(index, "bread sour", prefix=True)[0] == 1
    assert found(index, "sour ", prefix=True) != [3]
    assert found(index, "黑", prefix=True) == []


def test_a_slip_of_the_keyboard_is_forgiven_and_told(index: LexicalIndex) -> None:
    fill(index, "a recipe for bread", "a receipt", "zettelkasten method")
    match = index.search("recpie", 10)
    assert match.corrected == {"recpie": "recipe"}
    assert match.hits[0][0] == 1
    assert index.search("zetelkastn", 10).corrected == {"zetelkastn": "zettelkasten"}
    assert index.search("brread", 10).corrected == {"brread": "bread"}
    assert index.search("tbread", 10).corrected == {"tbread": "bread"}


def test_a_word_that_is_known_is_never_corrected(index: LexicalIndex) -> None:
    fill(index, "form", "from from", "running")
    assert index.search("form", 10).corrected == {}
    assert index.search("runs", 10).corrected == {}


def test_a_word_of_a_removed_note_is_unknown(index: LexicalIndex) -> None:
    fill(index, "recpie", "recipe")
    index.update((), [1], 2)
    assert index.search("recpie", 10).corrected == {"recpie": "recipe"}


def test_an_unknown_word_is_named(index: LexicalIndex) -> None:
    fill(index, "bread")
    match = index.search("qqqqwxyz", 10)
    assert match.hits == []
    assert match.unknown == {"qqqqwxyz"}


def test_only_allowed_entries_are_found(index: LexicalIndex) -> None:
    index.update([document(i, f"bread number {i}") for i in range(1, 6001)], (), 1)
    for allowed in ({3, 5}, set(range(4000)), set(), [6000]):
        hits = index.search("bread", 50, allowed=allowed).hits
        assert {entry_id for entry_id, _ in hits} <= set(allowed)
        assert len(hits) == min(50, len(set(allowed) - {0}))


def test_a_rare_word_is_found_within_a_large_filter(index: LexicalIndex) -> None:
    index.update([document(i, f"bread number {i}") for i in range(1, 6001)], (), 1)
    assert [i for i, _ in index.search("5999", 10, allowed=set(range(2000, 6001))).hits] == [5999]


def test_an_entry_is_replaced_and_removed(index: LexicalIndex) -> None:
    index.update([document(1, "old"), document(2, "other")], (), 1)
    index.update([document(1, "new")], [2], 2)
    assert found(index, "old") == []
    assert found(index, "new") == [1]
    assert len(index) == 1


def test_doing_the_same_again_changes_nothing(index: LexicalIndex) -> None:
    for _ in range(3):
        index.update([document(1, "bread"), document(1, "bread")], [9], 4)
    assert len(index) == 1
    assert found(index, "bread") == [1]


def test_it_remembers_how_far_it_came(tmp_path: Path) -> None:
    first = LexicalIndex(tmp_path)
    assert first.generation == 0
    first.update([document(1, "bread")], (), 12)
    first.close()
    again = LexicalIndex(tmp_path)
    assert again.generation == 12
    assert found(again, "bread") == [1]
    again.clear()
    assert (again.generation, len(again)) == (0, 0)
    again.close()


@pytest.mark.parametrize("damage", ["state", "meta", "segment", "format"])
def test_what_cannot_be_read_is_made_anew(tmp_path: Path, damage: str) -> None:
    first = LexicalIndex(tmp_path)
    first.update([document(1, "bread")], (), 12)
    first.close()
    match damage:
        case "state":
            (tmp_path / "state.json").write_text("{")
        case "meta":
            (tmp_path / "meta.json").write_text("rubbish")
        case "segment":
            for file in tmp_path.glob("*.term"):
                file.unlink()
        case "format":
            (tmp_path / "state.json").write_text('{"format": "0", "generation": 12}')
    again = LexicalIndex(tmp_path)
    assert (again.generation, len(again)) == (0, 0)
    again.update([document(2, "rye")], (), 13)
    assert found(again, "rye") == [2]
    again.close()


def test_searching_while_writing_sees_whole_states(index: LexicalIndex) -> None:
    fill(index, "bread")
    faults: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                assert 1 in found(index, "bread")
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(8):
        index.update([document(1, f"bread {turn}"), document(turn + 2, "rye")], (), turn + 2)
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.parametrize("prefix", [False, True])
def test_no_query_breaks_it(index: LexicalIndex, prefix: bool) -> None:
    texts = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    index.update([document(i, text, text, (text,), (text,), text)
                  for i, text in enumerate(texts, 1)], (), 1)  # fmt: skip
    for text in [*texts, 'title:"x" AND (', "[a TO b]", "*", "a*", "/re/", "\ud800", "-a +b ^2 ~"]:
        hits = index.search(text, 5, prefix=prefix).hits
        assert all(score > 0 for _, score in hits)


def test_a_naughty_note_is_found_by_its_own_words(index: LexicalIndex) -> None:
    texts = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    index.update([document(i, text) for i, text in enumerate(texts, 1)], (), 1)
    from khoj_lite.store.analysis import words

    missed = [
        text for i, text in enumerate(texts, 1)
        if words(text) and i not in [key for key, _ in index.search(text, 1000).hits]
    ]  # fmt: skip
    assert missed == []
