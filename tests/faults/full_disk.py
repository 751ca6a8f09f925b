"""Child of test_full_disk: what must hold when the disk that holds the home is full.

python full_disk.py SCENE DISK MODELS
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from eventually import eventually
from homes import Home, check_agreement, found

from khoj_lite.engine import Engine
from khoj_lite.errors import StorageError
from khoj_lite.index import background


def fill(disk: Path, leave: int = 0) -> Path:
    """Take all room of the disk but `leave` bytes."""
    stuffing = disk / "stuffing"
    with stuffing.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            size = file.tell()
    if leave:
        with stuffing.open("r+b") as file:
            file.truncate(max(0, size - leave))
    return stuffing


def must_fail(work: Callable[[], object]) -> StorageError:
    """The error of a task that must end with a clear word about the disk."""
    with pytest.raises(StorageError) as fault:
        work()
    assert fault.value.hint, fault.value.message
    print(fault.value.message)
    return fault.value


def begun(disk: Path, models: Path) -> tuple[Home, Engine]:
    """A home on the small disk that knows a few notes; the vault is on another one."""
    home = Home.make(disk, models)
    home = Home(home.config, disk.with_name("vault"))
    home.vault.mkdir()
    for number in range(20):
        home.write(f"{number}.md", f"# Note {number}\n\nThe {number}th zebra.\n")
    engine = home.open()
    engine.add_source(str(home.vault))
    engine.index()
    return home, engine


def many(home: Home) -> None:
    for number in range(300):
        text = " ".join(f"word{number}x{i}" for i in range(400))
        home.write(f"many/{number}.md", f"# Many {number}\n\n{text}\n")


def well_again(home: Home, engine: Engine, files: int) -> None:
    """After room was made: everything is there."""
    engine.index()
    assert engine.status().files == files
    assert engine.status().pending == 0
    assert found(engine, "7th zebra")[0] == "7.md"
    engine.close()
    check_agreement(home)


def database(disk: Path, models: Path) -> None:
    home, engine = begun(disk, models)
    many(home)
    stuffing = fill(disk, leave=1_000_000)
    fault = must_fail(engine.index)
    assert "full" in fault.message, fault.message
    assert found(engine, "7th zebra")[0] == "7.md", "what is known stays findable"
    assert engine.search("striped horse", mode="semantic").hits
    stuffing.unlink()
    for file in (home.vault / "many").iterdir():
        file.unlink()
    well_again(home, engine, 20)


def full_text(disk: Path, models: Path) -> None:
    """The full-text index has a small disk to itself, so that nothing else fails."""
    home, engine = begun(disk, models)
    engine.close()
    lexical = home.config.lexical_folder
    copy = disk.with_name("copy")
    shutil.copytree(lexical, copy)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(lexical)], check=True)
    shutil.copytree(copy, lexical, dirs_exist_ok=True)
    engine = home.open()
    home.write("new.md", "# Pelican\n")
    stuffing = fill(lexical)

    fault = must_fail(engine.index)

    assert "full" in fault.message
    assert str(lexical) in fault.message
    assert found(engine, "7th zebra")[0] == "7.md"
    stuffing.unlink()
    well_again(home, engine, 21)


def vectors(disk: Path, models: Path) -> None:
    home, engine = begun(disk, models)
    home.write("new.md", "# Pelican\n")
    engine.index()
    stuffing = fill(disk)
    fault = must_fail(engine._semantic.save)
    assert "vectors" in fault.message
    engine.close()  # which saves them, and must end well all the same
    stuffing.unlink()
    with home.open() as again:
        assert again.index().embedded == 0
        assert found(again, "Pelican", "semantic")[0] == "new.md"
    check_agreement(home)


def background_goes_on(disk: Path, models: Path) -> None:
    background.RETRY_SECONDS = 0.3
    home, engine = begun(disk, models)
    engine.start_background()
    eventually(lambda: engine.status().watcher.alive)
    stuffing = fill(disk)
    home.write("new.md", "# Pelican\n" + "many words\n" * 40_000)
    eventually(lambda: "full" in engine.status().message)
    assert found(engine, "7th zebra")[0] == "7.md"
    stuffing.unlink()
    home.write("new.md", "# Pelican\n")
    eventually(lambda: found(engine, "pelican") == ["new.md"])
    eventually(lambda: engine.status().message == "" and engine.status().pending == 0)
    well_again(home, engine, 21)


def conversation(disk: Path, models: Path) -> None:
    home, engine = begun(disk, models)
    kept = engine.chats.create()
    engine.chats.add_message(kept.id, "user", "before")
    stuffing = fill(disk)
    fault = must_fail(lambda: engine.chats.add_message(kept.id, "user", "x" * 3_000_000))
    assert "full" in fault.message
    assert [m.text for m in engine.chats.get(kept.id).messages] == ["before"]
    stuffing.unlink()
    engine.chats.add_message(kept.id, "user", "after")
    assert [m.text for m in engine.chats.get(kept.id).messages] == ["before", "after"]
    well_again(home, engine, 20)


def opening(disk: Path, models: Path) -> None:
    home = Home.make(disk, models)
    stuffing = fill(disk)
    must_fail(home.open)
    stuffing.unlink()
    home.index()
    check_agreement(home)


if __name__ == "__main__":
    scenes = {
        "database": database, "full_text": full_text, "vectors": vectors,
        "background": background_goes_on, "conversation": conversation, "opening": opening,
    }  # fmt: skip
    scenes[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    print("as it should be")
