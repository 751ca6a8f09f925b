"""`khoj-lite obsidian install VAULT`: the plugin in place, told where the daemon is."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from server.daemon import Daemon

from interfaces.obsidian.conftest import install
from interfaces.obsidian.window import PLUGIN
from khoj_lite import __version__


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    vault = tmp_path / "Ann's notes"
    (vault / ".obsidian").mkdir(parents=True)
    (vault / "bees.md").write_text("# Bees\n\nA colony swarms in May.\n")
    return vault


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_the_plugin_is_put_in_place_with_address_and_token(
    vault: Path, home: Path, model_folder: Path
) -> None:
    done = install(home, model_folder, str(vault))
    assert done.returncode == 0, done.stderr
    folder = vault / ".obsidian/plugins/khoj-lite"
    for name in ("main.js", "manifest.json", "styles.css"):
        assert (folder / name).read_bytes() == (PLUGIN / name).read_bytes()
    assert {file.name for file in folder.iterdir()} == {
        "main.js", "manifest.json", "styles.css", "data.json",
    }  # fmt: skip
    data = json.loads((folder / "data.json").read_text())
    assert data == {
        "address": "http://127.0.0.1:42110",
        "token": (home / "token").read_text().strip(),
        "vault": str(vault),
    }
    assert stat.S_IMODE((folder / "data.json").stat().st_mode) == 0o600
    assert not (vault / ".obsidian/community-plugins.json").exists()
    # Nobody sits there to be asked: what is left to do is said.
    assert "khoj-lite add" in done.stderr


def test_installing_again_keeps_what_the_user_set(
    vault: Path, home: Path, model_folder: Path
) -> None:
    folder = vault / ".obsidian/plugins/khoj-lite"
    folder.mkdir(parents=True)
    (folder / "main.js").write_text("an older one")
    (folder / "data.json").write_text('{"results": 50, "address": "http://old", "leaveOut": "a"}')
    report = json.loads(install(home, model_folder, str(vault), "--json", "--no-add").stdout)
    assert report["address"] == "http://127.0.0.1:42110"
    data = json.loads((folder / "data.json").read_text())
    assert (data["results"], data["leaveOut"], data["address"]) == (50, "a", report["address"])
    assert stat.S_IMODE((folder / "data.json").stat().st_mode) == 0o600


def test_enabling_adds_to_the_list_and_adding_to_the_sources(
    vault: Path, home: Path, model_folder: Path
) -> None:
    listed = vault / ".obsidian/community-plugins.json"
    listed.write_text('["dataview", "templater-obsidian"]')
    for _ in range(2):
        done = install(home, model_folder, str(vault), "--enable", "--add", "--json")
        report = json.loads(done.stdout)
        assert report["enabled"]
        assert report["source"] == "Ann's notes"
        assert json.loads(listed.read_text()) == ["dataview", "templater-obsidian", "khoj-lite"]


def test_a_running_daemon_is_asked_where_it_is(daemon: Daemon, model_folder: Path) -> None:
    vault = daemon.home.with_name("My notes [2026]")
    report = json.loads(install(daemon.home, model_folder, str(vault), "--json").stdout)
    assert report["address"] == daemon.address
    assert report["source"] == "My notes [2026]"


def test_a_vault_behind_a_link_is_told_its_real_folder(
    vault: Path, home: Path, model_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(vault.parent)
    done = install(home, model_folder, str(tmp_path / "link" / vault.name), "--add", "--json")
    assert json.loads(done.stdout)["source"] == vault.name
    data = json.loads((vault / ".obsidian/plugins/khoj-lite/data.json").read_text())
    assert data["vault"] == str(vault.resolve())


def test_a_folder_that_is_no_vault_is_refused_with_the_way_out(
    vault: Path, home: Path, model_folder: Path, tmp_path: Path
) -> None:
    (vault / "inner").mkdir()
    for path, hint in (
        (tmp_path, "Open the folder as a vault in Obsidian once"),
        (vault / "inner", f"Did you mean {vault}?"),
        (tmp_path / "nowhere", "Give the path of an Obsidian vault."),
    ):
        done = install(home, model_folder, str(path))
        assert done.returncode == 3
        assert hint in done.stderr
        assert "Traceback" not in done.stderr
    assert not (vault / "inner" / ".obsidian").exists()


def test_a_list_of_plugins_that_cannot_be_read_is_left_alone(
    vault: Path, home: Path, model_folder: Path
) -> None:
    listed = vault / ".obsidian/community-plugins.json"
    listed.write_text("[broken")
    done = install(home, model_folder, str(vault), "--enable", "--no-add")
    assert done.returncode == 1
    assert "is not JSON" in done.stderr
    assert listed.read_text() == "[broken"


def test_one_version_everywhere() -> None:
    for name in ("manifest.json", "package.json"):
        assert json.loads((PLUGIN / name).read_text())["version"] == __version__
    lock = json.loads((PLUGIN / "package-lock.json").read_text())
    assert lock["version"] == lock["packages"][""]["version"] == __version__


def test_the_manifest_keeps_the_rules_for_submitting() -> None:
    manifest = json.loads((PLUGIN / "manifest.json").read_text())
    assert set(manifest) == {
        "id", "name", "version", "minAppVersion", "description", "author", "isDesktopOnly",
    }  # fmt: skip
    assert not manifest["isDesktopOnly"]
    assert "obsidian" not in (manifest["id"] + manifest["name"]).lower()
    assert len(manifest["description"]) <= 250
    assert manifest["description"].endswith(".")


def test_the_bundle_needs_nothing_that_a_phone_lacks() -> None:
    main = (PLUGIN / "main.js").read_text()
    assert main.count('require("obsidian")') == main.count("require(")
    for unwanted in ("innerHTML", "insertAdjacentHTML", "eval(", "node:", "hotkeys:"):
        assert unwanted not in main
