"""`pip install khoj-lite`: the built wheel works by itself, the page and the model included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of an environment that holds the wheel and its locked dependencies."""
    environment = tmp_path_factory.mktemp("clean") / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run(
        [
            environment / "bin/python", "-m", "pip", "install", "--quiet",
            "--disable-pip-version-check", "--constraint", ROOT / "requirements.lock", wheel,
        ],
        check=True,
    )  # fmt: skip
    return environment / "bin"


def test_the_wheel_holds_the_page_and_no_development_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"khoj_lite/web/index.html", "khoj_lite/web/style.css"} <= names
    plugin = {"main.js", "manifest.json", "styles.css"}
    assert {n for n in names if "/obsidian/" in n and "interfaces" in n} == {
        f"khoj_lite/interfaces/obsidian/{name}" for name in plugin
    }
    shipped = {n.removeprefix("khoj_lite/interfaces/browser/") for n in names if "/browser/" in n}
    assert {"manifest.json", "panel.html", "panel.css", "background.js", "icons/16.png"} <= shipped
    assert not [n for n in shipped if n.endswith(".json") and n != "manifest.json"]
    assert not [n for n in names if "node_modules" in n or n.endswith(("package.json", ".map"))]
    assert not [n for n in names if n.startswith(("tests/", "web/", "bench/"))]


def test_a_clean_environment_with_the_wheel_indexes_and_searches(
    installed: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "bees.md").write_text("# Bees\n\nA colony swarms in May when it runs out of room.\n")
    (notes / "bread.org").write_text("* Bread\nThe crust stays crisp in an open oven.\n")
    environment = {
        "PATH": f"{installed}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "KHOJ_LITE_HOME": str(tmp_path / "home"),
    }

    def khoj_lite(*arguments: str) -> str:
        done = subprocess.run(
            [installed / "khoj-lite", *arguments], env=environment, cwd=tmp_path,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    khoj_lite("add", str(notes))
    report = json.loads(khoj_lite("index", "--json"))
    assert report["files"]["added"] == 2
    assert report["embedded"] >= 2
    answer = json.loads(khoj_lite("search", "when do honey insects leave their hive", "--json"))
    assert answer["hits"][0]["path"] == str(notes / "bees.md")
    page = subprocess.run(
        [
            installed / "python", "-c",
            "from khoj_lite.server.page import page_folder; print(page_folder())",
        ],
        env=environment, cwd=tmp_path, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert (Path(page.stdout.strip()) / "index.html").is_file()
    assert str(ROOT) not in page.stdout
