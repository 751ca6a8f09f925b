"""The searcher over a real store, full-text index, vector index and embedding model."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.search.query import parse_query
from khoj_lite.search.run import Searcher
from khoj_lite.types import Hit, Mode, SearchResult

ORCHID = "# Orchid\n\n" + "The orchid wants indirect light and a spray of water each day. " * 3

NOTES = {
    "bread.md": "# Bread\n\nHow to bake a sourdough loaf with rye flour and caraway seeds.\n",
    "cake.md": "# Cake\n\nA sweet sponge with cream and strawberries for birthdays.\n",
    "garden.md": "# Garden\n\nPlant tomatoes in May, after the last frost.\n\n#garden/plan\n",
    "sea.md": "# Journal\n\nGrandmother's cottage stood on the coast, near the lighthouse.\n",
    "zh.md": "# 黑豹\n\n黑豹队的防守丢了三百零八分。\n",
    "diary.md": "".join(f"## Day {i}\n\nWrote about astronomy and telescopes, part {i}.\n\n"
                        for i in range(6)),
    "stars.md": "# Stars\n\nSome astronomy: a telescope for beginners.\n",
    "copy-a.md": ORCHID,
    "copy-b.md": ORCHID,
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Engine]:
    root = tmp_path_factory.mktemp("search")
    (root / "notes").mkdir()
    for age, (name, text) in enumerate(NOTES.items()):
        path = root / "notes" / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    config = Config(home=root / "home")
    config.home.mkdir()
    config.model_folder.symlink_to(model_folder)
    opened = Engine.open(config)
    opened.add_source(str(root / "notes"))
    opened.index()
    yield opened
    opened.close()


def ask(engine: Engine, raw: str, mode: Mode = "hybrid", n: int = 10) -> SearchResult:
    return engine.searcher.search(parse_query(raw, limit=n), mode)


def names(result: SearchResult) -> list[str]:
    return [Path(hit.stored.entry.path).name for hit in result.hits]


def first(engine: Engine, raw: str, mode: Mode = "hybrid") -> Hit:
    return ask(engine, raw, mode).hits[0]


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "semantic"])
def test_every_mode_finds_what_was_written(engine: Engine, mode: Mode) -> None:
    assert names(ask(engine, "sourdough loaf with rye", mode))[0] == "bread.md"


def test_meaning_is_found_without_a_common_word(engine: Engine) -> None:
    assert names(ask(engine, "grandma's house by the ocean"))[0] == "sea.md"
    assert names(ask(engine, "dessert for a party", "semantic"))[0] == "cake.md"


def test_a_script_that_the_model_does_not_know_is_found_by_its_words(engine: Engine) -> None:
    assert names(ask(engine, "黑豹防守丢了多少分"))[0] == "zh.md"


def test_lexical_mode_names_only_notes_that_hold_a_word(engine: Engine) -> None:
    assert names(ask(engine, "tomatoes", "lexical")) == ["garden.md"]


def test_a_hit_says_what_each_side_contributed(engine: Engine) -> None:
    both = first(engine, "sourdough rye").explain
    assert (both.lexical_rank, both.semantic_rank) == (1, 1)
    assert both.cosine is not None
    assert both.lexical_score is not None
    assert first(engine, "sourdough", "lexical").explain.cosine is None
    assert first(engine, "sourdough", "semantic").explain.lexical_rank is None


def test_a_hit_is_shown_at_its_line_with_highlights(engine: Engine) -> None:
    hit = first(engine, "frost tomato")
    assert hit.line == 3
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["tomatoes", "frost"]
    assert 0 < hit.score <= 1


def test_filters_narrow_every_side(engine: Engine) -> None:
    assert set(names(ask(engine, 'astronomy file:"stars*"'))) == {"stars.md"}
    assert names(ask(engine, 'telescope -"part"', "semantic"))[0] == "stars.md"
    assert ask(engine, "bread tag:nowhere").hits == ()


def test_filters_alone_give_the_newest_first(engine: Engine) -> None:
    assert names(ask(engine, "-file:diary*", n=3)) == ["bread.md", "cake.md", "garden.md"]
    assert [h.snippet for h in ask(engine, '+"lighthouse"').hits if h.highlights] != []


def test_an_empty_query_finds_nothing(engine: Engine) -> None:
    assert ask(engine, "  ").hits == ()


def test_one_file_does_not_crowd_the_page(engine: Engine) -> None:
    assert "stars.md" in names(ask(engine, "writing about astronomy and telescopes", n=4))


def test_a_file_that_is_asked_for_is_shown_whole(engine: Engine) -> None:
    assert len(ask(engine, 'astronomy telescope file:"diary.md"').hits) >= 6


def test_the_same_text_is_shown_once(engine: Engine) -> None:
    assert len([n for n in names(ask(engine, "orchid light")) if n.startswith("copy")]) == 1


def test_a_slip_is_corrected_and_said(engine: Engine) -> None:
    result = ask(engine, "soudrough")
    assert names(result)[0] == "bread.md"
    assert "soudrough" in result.notice
    assert "sourdough" in result.notice


def test_the_last_word_may_be_half_typed(engine: Engine) -> None:
    result = engine.searcher.search(parse_query("lighth"), "lexical", prefix=True)
    assert names(result) == ["sea.md"]
    assert [result.hits[0].snippet[a:b] for a, b in result.hits[0].highlights] == ["lighthouse"]


def test_the_limit_is_kept(engine: Engine) -> None:
    assert len(ask(engine, "astronomy", n=2).hits) == 2


def test_similar_notes_leave_out_the_note_and_its_copies(engine: Engine) -> None:
    bread = first(engine, "sourdough").stored
    alike = engine.searcher.similar(bread.id, 3)
    assert bread.id not in [hit.stored.id for hit in alike.hits]
    assert "cake.md" in names(alike)
    orchid = first(engine, "orchid").stored
    assert not {"copy-a.md", "copy-b.md"} & set(names(engine.searcher.similar(orchid.id, 8)))


def test_without_a_model_the_words_alone_decide(engine: Engine) -> None:
    searcher = Searcher(
        engine.searcher._documents, engine.searcher._lexical, engine.searcher._vectors, lambda: None
    )
    query = replace(parse_query("sourdough"), limit=5)
    assert names(searcher.search(query)) == ["bread.md"]
    assert searcher.search(query, "semantic").hits == ()
