"""Settings: one table, a file, the environment."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unprivileged import folder_for_anyone, unprivileged

from khoj_lite.config import SETTINGS, Config, Setting, default_home, load, save_value
from khoj_lite.errors import ConfigError, StorageError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def write(home: Path, text: str) -> None:
    (home / "config.toml").write_text(text, encoding="utf-8")


def test_without_a_file_everything_is_as_the_table_says(home: Path) -> None:
    config = load(home, {})

    assert config == Config(home=home)
    for setting in SETTINGS:
        assert config.get(setting.key) == setting.default


def test_the_file_and_then_the_environment_have_their_say(home: Path) -> None:
    write(home, '[server]\nport = 1234\n[index]\nhidden = true\n[embed]\nmodel = "mine"\n')

    config = load(home, {"KHOJ_LITE_SERVER_PORT": "99", "KHOJ_LITE_INDEX_WATCH": "off"})

    assert (config.server_port, config.index_hidden, config.embed_model) == (99, True, "mine")
    assert config.index_watch is False


def test_the_home_comes_from_the_environment_too(home: Path) -> None:
    assert load(None, {"KHOJ_LITE_HOME": str(home)}).home == home
    assert load(None, {"KHOJ_LITE_HOME": ""}).home == default_home()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\nport = 'http'\n", "server.port wants a whole number, not 'http'"),
        ("[server]\nport = -1\n", "server.port must be at least 0"),
        ("[index]\nwatch = 'perhaps'\n", "index.watch wants true or false"),
        ("[index]\nreconcile_minutes = 'soon'\n", "wants a number"),
        ("[embed]\nprecision = 'int4'\n", "must be one of auto, int8, fp32"),
        ("[server]\nprot = 1\n", "there is no setting 'server.prot'; known: server.host"),
        ("port = 1\n", "stands outside a [section]"),
        ("[server\n", "is not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(home: Path, text: str, said: str) -> None:
    write(home, text)

    with pytest.raises(ConfigError) as fault:
        load(home, {})
    assert said in fault.value.message
    assert fault.value.hint


def test_a_file_that_is_no_text(home: Path) -> None:
    (home / "config.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="cannot read"):
        load(home, {})


def test_a_mistake_in_the_environment_is_named(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"server\.port wants a whole number"):
        load(home, {"KHOJ_LITE_SERVER_PORT": "http"})


def test_saving_keeps_the_other_settings(home: Path) -> None:
    write(home, "[server]\nport = 1234\n")
    saved = save_value(Config(home=home), "index.max_file_mb", "7")

    assert saved.index_max_file_mb == 7
    again = load(home, {})
    assert (again.server_port, again.index_max_file_mb) == (1234, 7)


def test_saving_a_bad_value_changes_nothing(home: Path) -> None:
    with pytest.raises(ConfigError):
        save_value(Config(home=home), "server.port", "http")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["http://me:hunter2@host/v1", "me:hunter2@host:1", "https://hunter2@host"]
)
def test_an_address_with_a_password_is_refused_and_not_repeated(home: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"chat\.server_url must not hold") as fault:
        save_value(Config(home=home), "chat.server_url", address)
    assert "chat.server_key" in fault.value.hint
    assert "hunter2" not in fault.value.message + fault.value.hint
    assert not (home / "config.toml").exists()


@pytest.mark.parametrize("address", ["http://host/v1", "localhost:11434", "", "http://h/a@b"])
def test_other_addresses_are_kept_as_they_are(home: Path, address: str) -> None:
    assert save_value(Config(home=home), "chat.server_url", address).chat_server_url == address


def test_saving_makes_the_home_for_its_owner_alone(tmp_path: Path) -> None:
    save_value(Config(home=tmp_path / "new"), "server.port", 5)

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_saving_where_nothing_can_be_saved() -> None:
    with folder_for_anyone() as folder, unprivileged():
        (folder / "home").mkdir(mode=0o500)
        with pytest.raises(StorageError, match="cannot write"):
            save_value(Config(home=folder / "home"), "server.port", 5)


def test_a_changed_copy_leaves_the_original(home: Path) -> None:
    config = Config(home=home)

    assert config.with_value("server.port", "1").server_port == 1
    assert config.server_port == 42110


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_setting_is_explained_and_takes_its_default(setting: Setting) -> None:
    assert setting.help.endswith((".", ")."))
    assert setting.parse(setting.default) == setting.default
    assert setting.parse(str(setting.default)) == setting.default
    assert setting.variable == "KHOJ_LITE_" + setting.key.upper().replace(".", "_")


@given(st.text())
def test_any_text_survives_being_saved(text: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        save_value(Config(home=home), "embed.model", text)
        assert load(home, {}).embed_model == text


def test_where_things_are_kept(home: Path) -> None:
    config = Config(home=home)
    places = [
        config.file, config.database, config.lexical_folder, config.vector_folder,
        config.model_folder, config.token_file, config.daemon_file,
    ]  # fmt: skip

    assert all(place.parent == home for place in places)
    assert len(set(places)) == len(places)
    assert config.with_value("models.folder", "/models").model_folder == Path("/models")
