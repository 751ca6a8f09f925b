"""Which chat model answers, and the models that are here to choose from."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import rmtree

from khoj_lite.config import Config, load, save_value
from khoj_lite.errors import (
    BusyError,
    ConfigError,
    ModelError,
    ModelMissingError,
    NotFoundError,
    StorageError,
    UsageError,
)
from khoj_lite.models import catalog, catalog_list, chat_models_checks
from khoj_lite.models.chat_models_about import About
from khoj_lite.models.chat_models_checks import INSTALL_HINT, SERVER, chat_checks
from khoj_lite.models.gguf_model import read_model
from khoj_lite.models.llama import LlamaModel, LlamaOptions
from khoj_lite.models.llama_states import remove_states
from khoj_lite.models.openai_server import ServerModel, served_models
from khoj_lite.models.pull import pull
from khoj_lite.models.pull_files import Manifest, Wanted
from khoj_lite.types import ChatModel, Check, ModelChoice, OnProgress


class ChatModels:
    """Holds the chat model in use; opens nothing before it is asked for.

    `tell` hears of every change, as `engine.events` does."""

    def __init__(
        self, config: Config, tell: Callable[[Mapping[str, object]], None] = lambda change: None
    ) -> None:
        self._config = config
        self._tell = tell
        self._lock = threading.Lock()
        self._leaving = threading.Lock()  # while a model that was put away still holds memory
        self._model: LlamaModel | ServerModel | None = None
        self._pulling: set[str] = set()
        self._about = About()

    # --- the one that answers ------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The setting: "" where answers quote the notes without a model."""
        return self._config.chat_model

    def current(self) -> ChatModel | None:
        """The model that answers, or None where answers quote the notes without one.

        ModelError when the one that is set cannot be had; it is loaded only once it is asked."""
        with contextlib.ExitStack() as leaving, self._lock:
            name = self._config.chat_model
            if not name:
                return None
            if isinstance(self._model, LlamaModel) and self._model.replaced:
                self._put_away(leaving)
            if self._model is None:
                self._model = self._open(name)
            return self._model

    def use(self, name: str) -> None:
        """Answer with this model from now on (none with ""), and after the next start too.

        `name`: of a model in `list`, the path of a GGUF file, or `server:NAME`. ModelError when it
        is not there or no model that answers; then everything stays as it was."""
        name = self._checked(name)
        with contextlib.ExitStack() as leaving, self._lock:
            self._config = save_value(self._config, "chat.model", name)
            self._put_away(leaving)
        self._tell({"event": "models", "name": name})

    def forget(self) -> None:
        """Keep nothing of what a model has read until now: it is what was said and quoted."""
        with self._lock:
            if isinstance(self._model, LlamaModel):
                self._model.forget()
            remove_states(self._state_folder)

    @property
    def _state_folder(self) -> Path:
        return self._config.home / "prompts"

    def close(self) -> None:
        """Free what is loaded."""
        with contextlib.ExitStack() as leaving, self._lock:
            self._put_away(leaving)

    def _look_for_server(self) -> None:
        """Take over the address and key of a server that were set since the start: whoever has just
        set them wants to see its models, not to start the daemon again."""
        with self._lock, contextlib.suppress(ConfigError):
            fresh = load(self._config.home)
            if fresh.chat_server_url:
                self._config = self._config.with_value(
                    "chat.server_url", fresh.chat_server_url
                ).with_value("chat.server_key", fresh.chat_server_key)

    def _put_away(self, leaving: contextlib.ExitStack) -> None:
        """Have the model in use end with `leaving`: once the lock is free again, since writing down
        what it has read takes a while. No other one is loaded before that (`_has_left`)."""
        model, self._model = self._model, None
        if model is not None:
            self._leaving.acquire()
            leaving.callback(self._leaving.release)
            leaving.callback(model.close)

    def _has_left(self) -> None:
        """Wait until the model before has left the memory."""
        with self._leaving:
            return

    def _checked(self, name: str) -> str:
        """The name as it is kept: paths absolute, the rest as listed."""
        name = name.strip()
        self._look_for_server()
        if not name or name.startswith(SERVER):
            if name and not self._config.chat_server_url:
                raise UsageError(
                    "there is no server to ask",
                    "Name it first: khoj-lite config chat.server_url http://localhost:11434/v1",
                )
            return name
        if catalog.kind_of(name) == "embedding":
            folder = catalog_list.folder_of(self._config, name, "embedding")
            raise UsageError(
                f"{name} finds notes, it does not answer",
                f"To search with it: khoj-lite config embed.model {folder}",
            )
        path = self._file(name)
        read_model(path)  # a ModelError says what is wrong with it
        return name.lower() if catalog.kind_of(name) else self._kept_name(name, path)

    def _kept_name(self, name: str, path: Path) -> str:
        known = {model.name for model in catalog_list.elsewhere()}
        return name if name in known else str(path)

    def _file(self, name: str) -> Path:
        """The GGUF file behind a name; ModelMissingError says how to get it."""
        if catalog.kind_of(name) == "chat":
            path = catalog_list.fetched_file(self._config, name)
            if path is not None:
                return path
            raise ModelMissingError(
                f"{name} is not on this machine yet", f"Fetch it with: khoj-lite model pull {name}"
            )
        for model in catalog_list.elsewhere():
            if model.name == name:
                return model.path
        path = Path(name).expanduser().absolute()
        if path.is_file():
            return path
        raise ModelMissingError(
            f"there is no model {name}",
            "`khoj-lite model list` shows the models there are; a path to a GGUF file works too.",
        )

    def _open(self, name: str) -> LlamaModel | ServerModel:
        config = self._config
        if name.startswith(SERVER):
            return ServerModel(
                config.chat_server_url, name.removeprefix(SERVER), config.chat_server_key,
                config.chat_context_tokens,
            )  # fmt: skip
        if not chat_models_checks.llama_is_here():
            raise ModelError(f"llama.cpp is not installed, so {name} cannot answer", INSTALL_HINT)
        path = self._file(name)
        is_path = path == Path(name).expanduser().absolute()  # where it lies is nobody's business
        shown = path.stem if is_path else name
        return LlamaModel(path, shown, self._options(), self._has_left)

    def _options(self) -> LlamaOptions:
        config = self._config
        return LlamaOptions(
            context_tokens=config.chat_context_tokens, kv_type=config.chat_kv_type,
            threads=config.chat_threads, gpu_layers=config.chat_gpu_layers,
            idle_seconds=config.chat_idle_minutes * 60, state_folder=self._state_folder,
        )  # fmt: skip

    # --- the ones there are --------------------------------------------------------------------

    def list(self) -> list[ModelChoice]:
        """The catalogue, what other programs have, and what the configured server offers."""
        self._look_for_server()
        config, served, problem = self._config, tuple[str, ...](), ""
        if config.chat_server_url:
            try:
                served = served_models(config.chat_server_url, config.chat_server_key)
            except ModelError as fault:
                problem = fault.message
        return catalog_list.choices(
            config, config.chat_model, self._pulling.__contains__, served, problem
        )

    def pull(
        self,
        name: str,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        for_training: bool = False,
    ) -> Manifest:
        """Fetch a model of the catalogue, or the weights that a LoRA for it trains on.

        The only thing here that contacts anything by itself, and only this one hub."""
        repository, wanted = self._source(name, for_training=for_training)
        folder = catalog_list.folder_of(self._config, name, wanted)
        with self._lock:
            if name.lower() in self._pulling:
                raise BusyError(f"{name} is being downloaded already")
            self._pulling.add(name.lower())
        self._tell({"event": "models", "name": name})
        try:
            return pull(name.lower(), repository, folder, wanted, on_progress, cancelled)
        finally:
            self._pulling.discard(name.lower())
            self._tell({"event": "models", "name": name})

    def fetched_path(self, name: str, *, for_training: bool = False) -> Path:
        """Where `pull` puts it: the GGUF file, or the folder of what is several files."""
        folder = catalog_list.folder_of(
            self._config, name, self._source(name, for_training=for_training)[1]
        )
        path = catalog_list.fetched_file(self._config, name)
        return path if path is not None and path.parent == folder else folder

    def check_pull(self, name: str, *, for_training: bool = False) -> None:
        """NotFoundError or UsageError, now and not in a job, for what cannot be pulled."""
        self._source(name, for_training=for_training)

    def _source(self, name: str, *, for_training: bool) -> tuple[str, Wanted]:
        if catalog.kind_of(name) == "embedding":
            if for_training:
                raise UsageError(f"{name} is an embedding model: it is not trained here")
            return catalog.find_embedding(name).repository, "embedding"
        entry = catalog.find(name)
        if for_training and not entry.trainable:
            raise UsageError(
                f"adapters of {entry.name} are not supported yet",
                f"Train on one of: {', '.join(e.name for e in catalog.CHAT if e.trainable)}.",
            )
        return (entry.base, "training") if for_training else (entry.repository, "gguf")

    def base_folder(self, name: str) -> Path | None:
        """The weights that a LoRA for this model trains on, if they are on this machine."""
        if catalog_list.fetched(self._config, name, "training") is None:
            return None
        return catalog_list.folder_of(self._config, name, "training")

    def remove(self, name: str) -> None:
        """Delete what `pull` fetched under this name; files of other programs are not touched."""
        if name.lower() in self._pulling:
            raise UsageError(f"{name} is being downloaded", "Stop the download first.")
        folders = [
            folder
            for wanted in ("gguf", "training", "embedding")
            if catalog.kind_of(name) is not None
            and (folder := catalog_list.folder_of(self._config, name, wanted)).is_dir()
        ]
        if not folders:
            raise NotFoundError(
                f"no model {name!r} was downloaded",
                "Only downloaded models are removed; `khoj-lite model list` shows them.",
            )
        if self._config.chat_model == name.lower():
            self.use("")
        try:
            for folder in folders:
                rmtree(folder)
        except OSError as fault:
            raise StorageError(f"cannot remove {name}: {fault.strerror or fault}") from fault
        self._tell({"event": "models", "name": name})

    # --- how it is -----------------------------------------------------------------------------

    def describe(self) -> Mapping[str, object]:
        """The model in use for `status`: its name, how it is or would be loaded, or what is wrong.

        Loads nothing and asks no server."""
        return self._about.describe(self.name, self._config.chat_server_url, self.current)

    def checks(self) -> tuple[Check, ...]:
        """What `doctor` says of the chat model: whether it can answer, and how."""
        return chat_checks(self.name, self._config.chat_server_url, self.current)
