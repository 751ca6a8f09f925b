"""Two ways to the same engine: through the running daemon, or opened here.

Both speak the objects of the HTTP contract, so a command neither knows nor cares which it has,
and `--json` prints what the API would send.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

from khoj_lite.config import Config
from khoj_lite.server.running import read_running

if TYPE_CHECKING:
    from khoj_lite.types import Mode  # brings numpy with it

Json = dict[str, Any]
OnProgress = Callable[[Json], None]
"""Told how far a long task is: a Progress of the contract."""


class Door(Protocol):
    def search(self, query: str, n: int, mode: Mode, *, explain: bool, full: bool) -> Json: ...

    def similar(
        self, path: str, line: int | None, n: int, *, explain: bool, full: bool
    ) -> Json: ...

    def sources(self) -> Json: ...

    def add(
        self, location: str, name: str | None, include: Sequence[str], exclude: Sequence[str]
    ) -> Json: ...

    def remove(self, name: str) -> None: ...

    def index(self, names: Sequence[str], *, full: bool, on_progress: OnProgress) -> Json: ...

    def status(self) -> Json: ...

    def files(self, state: str | None, limit: int, offset: int) -> Json: ...

    def chat(
        self,
        message: str,
        conversation_id: str | None,
        adapters: Sequence[tuple[str, float]] | None = None,
    ) -> Generator[Json, None, None]:
        """The events of an answer; closing the iterator stops it. `adapters`, with weights, are
        for this answer; None: those of the conversation, or in use."""
        ...

    def models(self) -> Json: ...

    def pull(self, name: str, *, for_training: bool, on_progress: OnProgress) -> Json: ...

    def measure(
        self,
        paths: Sequence[str],
        lengths: Sequence[int],
        depths: Sequence[float],
        *,
        on_progress: OnProgress,
    ) -> Json:
        """How well the chat model in use uses its context."""
        ...

    def measurements(self) -> Json:
        """What was measured of each model when it was last measured."""
        ...

    def use(self, name: str) -> Json:
        """Answer with this model, with "" with none."""
        ...

    def remove_model(self, name: str) -> Json: ...

    def train(self, *, dry_run: bool, now: bool, on_progress: OnProgress) -> Json:
        """A training that has ended; of a dry run, what would be learned."""
        ...

    def train_runs(self) -> Json: ...

    def stop_training(self) -> Json: ...

    def train_report(self, run_id: str) -> str:
        """A training on one page of HTML."""
        ...

    def adapters(self) -> Json: ...

    def adapter(self, adapter_id: str) -> Json: ...

    def use_adapters(self, chosen: Sequence[tuple[str, float]]) -> Json:
        """Answer with these, each with its weight; with none when it is empty."""
        ...

    def roll_back_adapter(self) -> Json: ...

    def export_adapter(self, adapter_id: str, path: str) -> Json: ...

    def import_adapter(self, path: str) -> Json: ...

    def remove_adapter(self, adapter_id: str, *, in_use: bool) -> Json: ...

    def forget(self, *, on_progress: OnProgress) -> Json:
        """What was removed of deleted notes, and what came of the training without them."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *fault: object) -> None: ...


def open_door(
    config: Config,
    *,
    writes: bool,
    by_meaning: bool = True,
    on_progress: OnProgress = lambda progress: None,
) -> Door:
    """The daemon's door if one runs for this home, else an engine opened here.

    `writes`: whether the command changes the index, which only one program may at a time (a
    conversation is no part of it). `by_meaning`: whether
    it needs the embedding model, which is then waited for.
    """
    running = read_running(config.daemon_file)
    if running is not None:
        from khoj_lite.cli.remote import RemoteDoor

        remote = RemoteDoor(config, running)
        if remote.answers():
            return remote
        remote.close()
    from khoj_lite.cli.local import LocalDoor

    return LocalDoor(config, writes=writes, by_meaning=by_meaning, on_progress=on_progress)
