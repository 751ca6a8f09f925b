"""Settings: one table, one TOML file, one environment prefix.

`SETTINGS` is the only place that names a setting. From it come validation,
`khoj-lite config --defaults`, the table in the docs and the `KHOJ_LITE_*` variables.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
import tomli_w

from khoj_lite.errors import ConfigError, StorageError

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `key` is `section.name` in the TOML file and `section_name` in `Config`."""

    key: str
    default: Value
    help: str
    minimum: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False

    @property
    def field(self) -> str:
        return self.key.replace(".", "_")

    @property
    def variable(self) -> str:
        return "KHOJ_LITE_" + self.field.upper()

    def parse(self, raw: object) -> Value:
        """`raw` as this setting's type; ConfigError says what was expected instead."""
        kind = type(self.default)
        try:
            value: Value = _BOOLEANS[str(raw).strip().lower()] if kind is bool else kind(str(raw))
        except (ValueError, TypeError, KeyError):
            names = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
            raise ConfigError(f"{self.key} wants {names[kind]}, not {raw!r}") from None
        if self.minimum is not None and isinstance(value, int | float) and value < self.minimum:
            raise ConfigError(f"{self.key} must be at least {self.minimum:g}, not {value}")
        if self.choices and value not in self.choices:
            raise ConfigError(f"{self.key} must be one of {', '.join(self.choices)}, not {value!r}")
        return value


_BOOLEANS = {
    "true": True, "yes": True, "on": True, "1": True,
    "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip

SETTINGS = (
    Setting("server.host", "127.0.0.1", "Address to listen on. Anything but loopback is refused "
            "unless the token is kept secret and you know your network."),
    Setting("server.port", 42110, "Port of the HTTP API and the web page.", minimum=0),
    Setting("server.open_loopback", False, "Let programs on this machine in without the token "
            "(only for clients that cannot send one)."),
    Setting("index.max_file_mb", 100, "Larger files are listed as too large.", minimum=1),
    Setting("index.hidden", False, "Index files and folders whose name begins with a dot."),
    Setting("index.watch", True, "Watch folders and index a file as soon as it is saved."),
    Setting("index.reconcile_minutes", 5.0, "How often to compare folders with the index, for "
            "what watching missed.", minimum=0.1),
    Setting("git.fetch_minutes", 60.0, "How often to ask whether a repository elsewhere has "
            "changed.", minimum=5),
    Setting("embed.model", "default", "Embedding model: `default` (all-MiniLM-L6-v2), a folder, "
            "or the name of a sentence-transformers model already on this machine."),
    Setting("embed.precision", "auto", "auto measures which one is fastest without losing quality.",
            choices=("auto", "int8", "fp32")),
    Setting("embed.threads", 0, "Threads for embedding; 0 means all cores.", minimum=0),
    Setting("images.clip_model", "", "CLIP model that finds photos by what they show: a folder, or "
            "the name of one on this machine; empty looks for one there."),
    Setting("models.folder", "", "Where models are kept; empty means `models` in the home."),
    Setting("chat.model", "", "Who answers: empty quotes your notes without a model; the name of "
            "a model in `khoj-lite model list`, a GGUF file, or `server:NAME`."),
    Setting("chat.server_url", "", "Address of an OpenAI-compatible server (Ollama, llama-server, "
            "vLLM, LM Studio), like http://localhost:11434/v1."),
    Setting("chat.server_key", "", "Key for that server, if it wants one.", secret=True),
    Setting("chat.context_tokens", 32768, "Tokens that prompt and answer may have together.",
            minimum=512),
    Setting("chat.max_tokens", 1024, "Longest answer, in tokens.", minimum=16),
    Setting("chat.temperature", 0.2, "0 always takes the likeliest word; more is freer.",
            minimum=0),
    Setting("chat.kv_type", "auto", "Precision of the model's memory of the context; auto takes "
            "the best that fits.", choices=("auto", "f16", "q8_0", "q4_0")),
    Setting("chat.threads", 0, "Threads for the chat model; 0 means one a physical core.",
            minimum=0),
    Setting("chat.gpu_layers", -1, "Layers of the chat model on the GPU; -1 means all that fit.",
            minimum=-1),
    Setting("chat.idle_minutes", 10.0, "The chat model leaves memory after so long without a "
            "question.", minimum=0.01),
    Setting("train.enabled", False, "Train an adapter on the notes by night. Nothing leaves this "
            "machine."),
    Setting("train.window", "01:00-06:00", "When a nightly training may begin, local time."),
    Setting("train.weekdays", "mon,tue,wed,thu,fri,sat,sun", "Days on which it may."),
    Setting("train.minimum_change", 10, "Notes that must have changed since the last training.",
            minimum=0),
    Setting("train.busy_percent", 50, "Percent of the processor that others may use for this "
            "machine to count as idle.", minimum=0),
    Setting("train.look_minutes", 5.0, "How often it is looked whether a nightly training is due.",
            minimum=0.001),
    Setting("train.exclude", "", "Notes never to learn from: patterns as in .gitignore, separated "
            "by commas."),
    Setting("train.base", "", "Folder with the weights to train on (Hugging Face format); empty "
            "takes what `khoj-lite model pull NAME --for-training` fetched."),
    Setting("train.questions", 1500, "Questions made of the notes for a training, at most.",
            minimum=1),
    Setting("train.model_questions", 40, "Questions that the chat model is asked to write for a "
            "training; kept are those whose quote stands in the note. 0 asks for none.", minimum=0),
    Setting("train.rank", 16, "Rank of the adapter: how much it can hold.", minimum=1),
    Setting("train.epochs", 3, "How often a training goes through its rows, at most.", minimum=1),
    Setting("train.learning_rate", 2e-4, "Step size of the training.", minimum=1e-7),
    Setting("train.checkpoint_minutes", 5.0, "How often a training keeps what it has, to go on "
            "from there after a crash.", minimum=0),
    Setting("train.budget_minutes", 120.0, "Longest time that one training may take; the next "
            "goes on from there.", minimum=0.01),
)  # fmt: skip
BY_KEY = {setting.key: setting for setting in SETTINGS}


def default_home() -> Path:
    """The platform's user data folder for this program."""
    return Path(platformdirs.user_data_dir("khoj-lite", appauthor=False))


@dataclass(frozen=True, slots=True)
class Config:
    """All settings and the folder that everything is kept in. Passed on, never global."""

    home: Path
    server_host: str = "127.0.0.1"
    server_port: int = 42110
    server_open_loopback: bool = False
    index_max_file_mb: int = 100
    index_hidden: bool = False
    index_watch: bool = True
    index_reconcile_minutes: float = 5.0
    git_fetch_minutes: float = 60.0
    embed_model: str = "default"
    embed_precision: str = "auto"
    models_folder: str = ""
    embed_threads: int = 0
    images_clip_model: str = ""
    chat_model: str = ""
    chat_server_url: str = ""
    chat_server_key: str = ""
    chat_context_tokens: int = 32768
    chat_max_tokens: int = 1024
    chat_temperature: float = 0.2
    chat_kv_type: str = "auto"
    chat_threads: int = 0
    chat_gpu_layers: int = -1
    chat_idle_minutes: float = 10.0
    train_enabled: bool = False
    train_window: str = "01:00-06:00"
    train_weekdays: str = "mon,tue,wed,thu,fri,sat,sun"
    train_minimum_change: int = 10
    train_busy_percent: int = 50
    train_look_minutes: float = 5.0
    train_exclude: str = ""
    train_base: str = ""
    train_questions: int = 1500
    train_model_questions: int = 40
    train_rank: int = 16
    train_epochs: int = 3
    train_learning_rate: float = 2e-4
    train_checkpoint_minutes: float = 5.0
    train_budget_minutes: float = 120.0

    @property
    def file(self) -> Path:
        return self.home / "config.toml"

    @property
    def database(self) -> Path:
        return self.home / "index.db"

    @property
    def lexical_folder(self) -> Path:
        return self.home / "lexical"

    @property
    def vector_folder(self) -> Path:
        return self.home / "vectors"

    @property
    def model_folder(self) -> Path:
        return Path(self.models_folder).expanduser() if self.models_folder else self.home / "models"

    @property
    def token_file(self) -> Path:
        return self.home / "token"

    @property
    def daemon_file(self) -> Path:
        """JSON with pid, host, port of the daemon that serves this home."""
        return self.home / "daemon.json"

    def get(self, key: str) -> Value:
        value = getattr(self, _setting(key).field)
        assert isinstance(value, str | int | float | bool)
        return value

    def with_value(self, key: str, raw: object) -> Config:
        """A copy with one setting changed, validated."""
        setting = _setting(key)
        changed: dict[str, Value] = {setting.field: setting.parse(raw)}
        return replace(self, **changed)  # type: ignore[arg-type]


def _setting(key: str) -> Setting:
    if key not in BY_KEY:
        raise ConfigError(f"there is no setting {key!r}; known: {', '.join(BY_KEY)}")
    return BY_KEY[key]


def load(home: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """The configuration of a home: defaults, then config.toml, then KHOJ_LITE_* variables."""
    env = os.environ if environment is None else environment
    home = home or Path(env["KHOJ_LITE_HOME"] if env.get("KHOJ_LITE_HOME") else default_home())
    config = Config(home=home.expanduser().absolute())
    for key, raw in _file_values(config.file).items():
        config = config.with_value(key, raw)
    for setting in SETTINGS:
        if setting.variable in env:
            config = config.with_value(setting.key, env[setting.variable])
    return config


def save_value(config: Config, key: str, raw: object) -> Config:
    """Write one setting into config.toml, keeping the others; returns the new configuration.

    ConfigError for an address with a password in it: addresses are shown and logged."""
    changed = config.with_value(key, raw)
    if key == "chat.server_url" and _holds_password(changed.chat_server_url):
        raise ConfigError(
            "chat.server_url must not hold a user or a password",
            "Leave them out there; a key goes into: khoj-lite config chat.server_key KEY",
        )
    values = _file_values(config.file)
    values[key] = changed.get(key)
    sections: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        section, _, field_name = name.partition(".")
        sections.setdefault(section, {})[field_name] = value
    try:
        config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = config.file.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(tomli_w.dumps(sections).encode("utf-8"))  # it may hold a key
        part.replace(config.file)
    except OSError as fault:
        raise StorageError(f"cannot write {config.file}: {fault.strerror}") from fault
    return changed


def _holds_password(address: str) -> bool:
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
    except ValueError:
        return "@" in address  # no address at all, and said so when it is asked
    return "@" in parts.netloc


def _file_values(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"cannot read {path}: {fault}") from fault
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(
            f"{path} is not valid TOML: {fault}", "Mend or remove the file."
        ) from fault
    values: dict[str, object] = {}
    for section, content in sections.items():
        if not isinstance(content, dict):
            raise ConfigError(f"{path}: {section!r} stands outside a [section]")
        for name, value in content.items():
            _setting(f"{section}.{name}")
            values[f"{section}.{name}"] = value
    return values


assert {f.name for f in fields(Config)} == {"home"} | {s.field for s in SETTINGS}
