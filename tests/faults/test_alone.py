"""One writer for a home; homes that cannot be written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from eventually import eventually
from homes import Home, check_agreement, found
from unprivileged import folder_for_anyone, unprivileged

from khoj_lite.engine import Engine
from khoj_lite.errors import BusyError, KhojLiteError, StorageError

ROOT = Path(__file__).parents[2]


def writer(home: Home) -> subprocess.Popen[str]:
    command = [
        sys.executable, str(Path(__file__).with_name("writer.py")), str(home.config.home),
        str(home.vault), str(home.config.model_folder),
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_a_second_writer_is_turned_away_until_the_first_is_gone(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    with writer(home) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(BusyError, match="another khoj-lite is writing") as fault:
            home.open()
        assert fault.value.hint
        other.send_signal(signal.SIGKILL)

    home.index()
    check_agreement(home)


def test_in_one_process_too(home: Home) -> None:
    with home.open(), pytest.raises(BusyError):
        home.open()
    home.open().close()


def test_a_reader_searches_while_another_process_writes(home: Home) -> None:
    for number in range(60):
        home.write(f"{number}.md", f"# Note {number}\n\nword{number} zebra\n")
    with writer(home) as other:
        assert other.stdout is not None
        assert [other.stdout.readline() for _ in range(2)] == ["open\n", "indexed\n"]
        with Engine.open(home.config, writer=False) as reader:
            reader.load(lambda step: None)
            for number in range(60, 90):
                home.write(f"{number}.md", f"# Note {number}\n\nword{number} okapi\n")
                assert found(reader, "word7")[0] == "7.md"
                assert found(reader, "zebra", "semantic")
            eventually(lambda: found(reader, "word89") == ["89.md"], "what was written meanwhile")
        other.send_signal(signal.SIGKILL)
    home.index()
    check_agreement(home)


def test_a_reader_leaves_full_text_that_it_cannot_read_to_the_writer(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    home.index()
    state = home.config.lexical_folder / "state.json"
    whole = state.read_bytes()
    state.write_text("being written")

    with Engine.open(home.config, writer=False) as reader:
        assert found(reader, "zebra") == []
    state.write_bytes(whole)
    with Engine.open(home.config, writer=False) as reader:
        assert found(reader, "zebra") == ["a.md"]


def test_a_home_that_may_not_be_written(model_folder: Path) -> None:
    with folder_for_anyone() as folder, unprivileged():
        home = Home.make(folder, model_folder)
        home.config.home.mkdir()
        home.config.home.chmod(0o500)
        with pytest.raises(StorageError, match="cannot write to") as fault:
            home.open()
        assert "--home" in fault.value.hint


@pytest.mark.parametrize("name", ["writer.lock", "index.db"])
def test_a_file_of_the_home_that_may_not_be_written(name: str, model_folder: Path) -> None:
    with folder_for_anyone() as folder, unprivileged():
        home = Home.make(folder, model_folder)
        home.index()
        (home.config.home / name).chmod(0o400)
        with pytest.raises(KhojLiteError, match="cannot") as fault:
            home.index()
        assert fault.value.hint


def test_a_home_that_is_a_file(tmp_path: Path, model_folder: Path) -> None:
    home = Home.make(tmp_path, model_folder)
    home.config.home.write_text("not a folder")

    with pytest.raises(StorageError, match="cannot write to"):
        home.open()


def test_what_is_private_is_for_its_owner_alone(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    home.index()

    for place in (home.config.home, home.config.lexical_folder, home.config.vector_folder):
        assert place.stat().st_mode & 0o077 == 0
    assert home.config.database.stat().st_mode & 0o077 == 0


# --- threads -------------------------------------------------------------------------------


def test_many_search_while_one_writes(home: Home) -> None:
    for number in range(40):
        home.write(f"{number}.md", f"# Note {number}\n\nword{number} zebra\n")
    faults: list[BaseException] = []
    asked = [0]
    stop = threading.Event()
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.index()

        def search() -> None:
            try:
                while not stop.is_set():
                    assert found(engine, "word7", "hybrid")[0] == "7.md"
                    engine.search("zebra tag:none")
                    engine.status()
                    engine.files()
                    asked[0] += 1
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=search) for _ in range(6)]
        for thread in threads:
            thread.start()
        for round_ in range(6):
            for number in range(10, 40):
                home.write(f"{number}.md", f"# Note {number} {round_}\n\nword{number} heron\n")
            engine.index()
        stop.set()
        for thread in threads:
            thread.join(30)
    assert faults == []
    assert asked[0] > 6
    check_agreement(home)


def test_closing_while_others_search_ends_them_with_a_clear_error(home: Home) -> None:
    for number in range(40):
        home.write(f"{number}.md", f"# Note {number}\n\nword{number} zebra\n")
    engine = home.open()
    engine.add_source(str(home.vault))
    engine.index()
    ended: list[BaseException] = []
    started = threading.Barrier(7)

    def search() -> None:
        started.wait()
        try:
            while True:
                engine.search("zebra", mode="hybrid")
                engine.files()
        except BaseException as fault:
            ended.append(fault)

    threads = [threading.Thread(target=search) for _ in range(6)]
    for thread in threads:
        thread.start()
    started.wait()
    engine.close()
    for thread in threads:
        thread.join(30)

    assert len(ended) == 6
    assert {type(fault) for fault in ended} == {StorageError}
    assert {str(fault) for fault in ended} == {"the index is closed"}
    home.open().close()


def test_closing_twice_is_closing(home: Home) -> None:
    engine = home.open()
    engine.close()
    engine.close()


def test_threads_that_end_leave_no_connection_behind(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.index()
        engine.status()
        files = Path("/proc/self/fd")
        before = len(list(files.iterdir()))
        for _ in range(60):
            thread = threading.Thread(target=engine.status)
            thread.start()
            thread.join()
        assert len(list(files.iterdir())) <= before + 4
