"""Repositories and exports in the whole engine: found, opened, brought up to date."""

from __future__ import annotations

import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.server.links import open_uri
from khoj_lite.types import Hit, SourceStatus

ROOT = Path(__file__).parents[2]
ID = "152bb52ee2b580179846fd78b2b60ea9"
OTHER = "20cbb52ee2b581fc83a7eedcf3229272"


@pytest.fixture
def engine(tmp_path: Path, model_folder: Path) -> Iterator[Engine]:
    config = Config(home=tmp_path / "home").with_value("models.folder", str(model_folder))
    with Engine.open(config) as engine:
        yield engine


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *who, *arguments], env=environment, check=True)


def commit(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "change")


def best(engine: Engine, query: str) -> Hit:
    return engine.search(query).hits[0]


def status(engine: Engine) -> SourceStatus:
    [found] = engine.sources()
    return found


def test_a_function_of_this_project_is_found_by_what_it_does(
    engine: Engine, tmp_path: Path
) -> None:
    project = tmp_path / "khoj_lite"
    project.mkdir()
    git(project, "init", "-q", "-b", "main")
    for file in (ROOT / "khoj_lite/sources").glob("*.py"):
        target = project / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    commit(project, {"README.md": (ROOT / "README.md").read_text("utf-8")})
    engine.add_source(f"git:{project}")
    report = engine.index()

    hits = engine.search("zip file packed inside another zip, read in place", n=3).hits

    assert report.failed == 0
    entries = [hit.stored.entry for hit in hits]
    assert "_nested" in [entry.outline[-1] for entry in entries if entry.outline]
    entry = next(entry for entry in entries if entry.outline and entry.outline[-1] == "_nested")
    source = (project / "khoj_lite/sources/notion_archive.py").read_text("utf-8").split("\n")
    assert source[entry.line - 1].strip().startswith("def _nested")
    assert entry.type == "code"
    uri = open_uri(entry.path, None, entry.line, entry.end_line)
    assert uri == f"file://{project}/khoj_lite/sources/notion_archive.py"


def test_a_new_commit_is_read_and_the_rest_is_not(engine: Engine, tmp_path: Path) -> None:
    remote = tmp_path / "remote"
    remote.mkdir()
    git(remote, "init", "-q", "-b", "main")
    commit(remote, {"a.md": "# Apples\n\nred", "b.py": "def pear():\n    '''Yellow.'''\n"})
    added = engine.add_source(f"git:{remote}")
    first = engine.index()
    commit(remote, {"b.py": "def pear():\n    '''Green like grass.'''\n"})

    second = engine.index()

    assert (first.added, second.added, second.removed, second.renamed) == (2, 0, 0, 1)
    assert added.kind == "git"
    assert best(engine, "grass").stored.entry.outline == ("pear",)
    assert not engine.search("yellow", mode="lexical").hits
    assert status(engine).files == 2


def test_a_remote_that_is_away_is_said_and_stays_findable(engine: Engine, tmp_path: Path) -> None:
    remote = tmp_path / "remote"
    remote.mkdir()
    git(remote, "init", "-q", "-b", "main")
    commit(remote, {"a.md": "# Apples\n\nred"})
    engine.add_source(f"file://{remote}")
    engine.index()
    remote.rename(tmp_path / "away")
    for state in (tmp_path / "home" / "repositories").rglob("state.json"):
        state.write_text('{"fetched": 1700000000}', "utf-8")

    engine.index()

    assert status(engine).state == "ready"
    assert status(engine).message.startswith("offline since 2023-11-1")
    assert best(engine, "apples").stored.entry.title == "Apples"
    engine.remove_source("remote")
    assert not list((tmp_path / "home" / "repositories").iterdir())


def test_a_newer_export_updates_the_older(engine: Engine, tmp_path: Path) -> None:
    pages = {f"Bread {ID}.md": "# Bread\n\nflour", f"Soup {OTHER}.md": "# Soup\n\nleek"}
    for name, changed in (("old.zip", {}), ("new.zip", {f"Soup {OTHER}.md": "# Soup\n\npea"})):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member, text in {**pages, **changed}.items():
                archive.writestr(member, text)
    engine.add_source(str(tmp_path / "old.zip"))
    engine.index()
    engine.add_source(str(tmp_path / "new.zip"))

    engine.index()

    assert status(engine).source.name == "old"
    assert status(engine).files == 2
    assert best(engine, "pea soup").stored.entry.path == f"{tmp_path}/new.zip!/Soup.md"
    assert not engine.search("leek", mode="lexical").hits
    assert open_uri(best(engine, "flour").stored.entry.path) == f"file://{tmp_path}/new.zip"


def test_a_file_is_named_by_its_place_in_the_repository(engine: Engine, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "-q", "-b", "main")
    commit(project, {"src/b.py": "import a\n\ndef pear():\n    return 1\n", "b.py": "x = 1\n"})
    engine.add_source(f"git:{project}")
    engine.index()

    inner = engine.entry_at("src/b.py", 4).entry

    assert inner.outline == ("pear",)
    assert engine.entry_at(inner.path, 4).entry == inner
    assert engine.entry_at("b.py").entry.path.endswith(":b.py")
