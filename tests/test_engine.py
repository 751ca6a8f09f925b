"""The engine as the doors use it, over notes of every kind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from homes import Home, found

from khoj_lite.engine import Engine
from khoj_lite.errors import NotFoundError, QueryError, UsageError
from khoj_lite.types import Progress

ROOT = Path(__file__).parents[1]
DATA = ROOT / "../shared/data"


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Home:
    return Home.make(tmp_path, model_folder)


@pytest.fixture(scope="module")
def vaults(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Engine]:
    """Real vaults, indexed for their words; tests only read."""
    home = Home.make(tmp_path_factory.mktemp("vaults"), model_folder)
    with home.open() as engine:
        for name in ("vault-logseq-docs", "vault-worg-part"):
            engine.add_source(str(DATA / name), include=["*.md", "*.org"])
        engine._indexer.sync(None, False, lambda step: None, lambda: False)
        yield engine


def test_real_vaults_are_read_without_a_failure(vaults: Engine) -> None:
    status = vaults.status()

    assert status.failed == 0
    assert {s.source.name for s in status.sources} == {"vault-logseq-docs", "vault-worg-part"}
    assert all(s.state == "ready" and s.files > 20 for s in status.sources)
    assert status.entries == sum(s.entries for s in status.sources)


def test_every_file_of_them_is_listed(vaults: Engine) -> None:
    files = vaults.files(limit=10_000)

    assert len(files) == vaults.status().files
    assert all(f.entries > 0 or f.size == 0 for f in files)


def test_a_search_through_both(vaults: Engine) -> None:
    result = vaults.search("org babel source blocks", n=5, mode="lexical")

    assert 0 < len(result.hits) <= 5
    assert result.took_ms > 0
    top = result.hits[0].stored
    assert vaults.entry(top.id) == top
    assert any(e.id == top.id for e in vaults.note(top.id).entries)


def test_a_bad_filter_is_named(vaults: Engine) -> None:
    with pytest.raises(QueryError, match="someday-or-never"):
        vaults.search('dt:"someday-or-never"')


def test_before_anything_is_indexed_nothing_is_found(home: Home) -> None:
    with home.open() as engine:
        assert engine.search("anything").hits == ()
        assert engine.files() == []
        status = engine.status()
        assert (status.ready, status.files, status.pending, status.state) == (False, 0, 0, "idle")
        with pytest.raises(NotFoundError):
            engine.similar("a.md")


def test_words_are_found_before_the_model_is_there_and_meanings_after(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine._indexer.sync(None, False, lambda step: None, lambda: False)
        assert found(engine, "zebra", "hybrid") == ["a.md"]
        assert engine.status().pending == 1
        engine.index()
        assert engine.ready
        assert engine.status().pending == 0
        assert found(engine, "striped animal", "semantic") == ["a.md"]


def test_notes_like_this_one(home: Home) -> None:
    home.write("zebra.md", "# Zebra\n\nA striped animal of the savanna.\n")
    home.write("lion.md", "# Lion\n\nA big cat that hunts zebras.\n")
    home.write("tax.md", "# Taxes\n\nThe declaration is due in May.\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.index()
        hits = engine.similar("zebra.md").hits

    assert [Path(hit.stored.entry.path).name for hit in hits] == ["lion.md", "tax.md"]


def test_news_are_told(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    told: list[Mapping[str, object]] = []
    steps: list[Progress] = []
    with home.open() as engine:
        engine.events.listen(told.append)
        engine.add_source(str(home.vault))
        engine.index(on_progress=steps.append)
        engine.remove_source("vault")

    assert {"event": "sources"} in told
    assert {"event": "files", "changed": 1} in told
    assert {step.stage for step in steps} >= {"listing", "reading", "embedding"}
    stages = [e["index"]["state"] for e in told if "index" in e]  # type: ignore[index]
    assert stages[-1] == "idle"
    assert {"indexing", "embedding"} <= set(stages)


def test_indexing_one_source_leaves_the_others(home: Home, tmp_path: Path) -> None:
    home.write("a.md", "# Zebra\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.md").write_text("# Okapi\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.add_source(str(tmp_path / "more"), "second")
        assert engine.index(["second"]).added == 1
        assert found(engine, "zebra") == []
        with pytest.raises(NotFoundError):
            engine.index(["third"])
        with pytest.raises(UsageError):
            engine.add_source(str(home.vault / ".."), "around")


def test_doctor_finds_nothing_wrong_and_then_what_is(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.index()
        assert [check.name for check in engine.doctor() if not check.ok] == []

        home.write("broken.md", bytes(range(256)) * 8)
        engine.index()
        home.vault.rename(home.vault.with_name("away"))
        engine.index()
        wrong = {check.name: check for check in engine.doctor() if not check.ok}
        assert wrong.keys() == {"files", "source vault"}
        assert all(check.message and check.hint for check in wrong.values())


def test_asking_the_index_brings_no_heavy_library_into_the_process(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    home.index()
    script = (
        "import sys; from pathlib import Path; from khoj_lite.config import Config;"
        "from khoj_lite.engine import Engine;"
        "e = Engine.open(Config(home=Path(sys.argv[1])).with_value('models.folder', sys.argv[2]));"
        "e.index(); assert e.search('striped animal', mode='semantic').hits; e.close();"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'peft', 'llama_cpp'};"
        "print(heavy & sys.modules.keys())"
    )
    arguments = [str(home.config.home), str(home.config.model_folder)]
    command = [sys.executable, "-c", script, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert ran.stdout.strip() == "set()"
