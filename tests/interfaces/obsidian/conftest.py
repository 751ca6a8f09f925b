"""A vault of real notes with the plugin installed in it, and a daemon that has indexed it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect
from server.daemon import Daemon, environment

from interfaces.obsidian.window import PATIENCE_MS, ROOT, Window, built_window

REAL = ROOT / "../shared/data/vault-logseq-docs/pages"
OpenWindow = Callable[..., Window]

expect.set_options(timeout=PATIENCE_MS)


def install(home: Path, models: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`khoj-lite obsidian install ARGUMENTS`, as it ended."""
    return subprocess.run(
        [sys.executable, "-m", "khoj_lite", "obsidian", "install", *arguments],
        env={**environment(models), "KHOJ_LITE_HOME": str(home)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def make_vault(folder: Path) -> Path:
    """The notes that ship as examples, and a part of a real vault, with awkward names."""
    vault = folder / "My notes [2026]"
    shutil.copytree(ROOT / "examples/vault", vault)
    (vault / ".obsidian").mkdir()
    (vault / "docs").mkdir()
    for page in sorted(REAL.glob("[AB]*.md")):
        shutil.copy(page, vault / "docs")
    return vault


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("obsidian")
    vault = make_vault(folder)
    with Daemon(folder / "home", model_folder, [vault]) as daemon:
        daemon.settle()
        done = install(daemon.home, model_folder, str(vault), "--enable")
        assert done.returncode == 0, done.stderr
        yield daemon


@pytest.fixture(scope="session")
def vault(daemon: Daemon) -> Path:
    return daemon.home.with_name("My notes [2026]")


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path="/usr/bin/chromium",
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_window(tmp_path_factory.mktemp("window"))


@pytest.fixture
def open_window(
    browser: Browser, script: Path, daemon: Daemon, vault: Path
) -> Iterator[OpenWindow]:
    """Opens the vault: `open_window(address=..., scheme="dark")`. No error may be thrown in it."""
    windows: list[Window] = []

    def open_window(address: str | None = None, **options: object) -> Window:
        window = Window(browser, script, address or daemon.address, vault, **options)  # type: ignore[arg-type]
        windows.append(window)
        return window

    yield open_window
    faults = [fault for window in windows for fault in window.faults]
    for window in windows:
        window.close()
    assert faults == []


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window()
