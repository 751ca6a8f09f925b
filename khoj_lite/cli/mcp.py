"""`mcp`: the notes for one program that started this one, over its stdin and stdout."""

from __future__ import annotations

import logging
import threading
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from khoj_lite import config
from khoj_lite.cli.console import Console
from khoj_lite.config import Config
from khoj_lite.errors import KhojLiteError, ModelError
from khoj_lite.server.mcp_notes import EngineNotes, Notes
from khoj_lite.server.running import Running, read_running
from khoj_lite.server.token import read_token
from khoj_lite.server.wire import Json

if TYPE_CHECKING:
    from khoj_lite.engine import Engine

log = logging.getLogger(__name__)


def run(options: Namespace, console: Console) -> None:
    """Serve until stdin ends. Whatever else is printed goes to stderr."""
    from mcp.server.stdio import stdio_server

    from khoj_lite.server.mcp_server import mcp_server

    notes = AnyNotes(config.load(options.home))
    server = mcp_server(notes)

    async def serve() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    try:
        anyio.run(serve)
    finally:
        notes.close()


class AnyNotes:
    """The notes through the daemon while one runs for this home, else an engine opened here that
    only reads. Looked up at every call: this program may live longer than a daemon."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def search(self, query: str, n: int) -> Json:
        return self._notes().search(query, n)

    def similar(self, id: int | None, path: str | None, line: int | None, n: int) -> Json:
        return self._notes().similar(id, path, line, n)

    def note(self, *, id: int | None, path: str | None) -> Json:
        return self._notes().note(id=id, path=path)

    def sources(self) -> Json:
        return self._notes().sources()

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _notes(self) -> Notes:
        running = read_running(self._config.daemon_file)
        if running is not None:
            daemon = DaemonNotes(self._config, running)
            if daemon.answers():
                self.close()
                return daemon
        with self._lock:
            if self._engine is None:
                self._engine = _opened(self._config)
            return EngineNotes(self._engine)


def _opened(config: Config) -> Engine:
    """An engine that reads. Without its embedding model it still finds by words."""
    from khoj_lite.engine import Engine

    engine = Engine.open(config, writer=False)
    try:
        engine.load(lambda progress: None)
    except ModelError as fault:
        log.warning("searching by words alone: %s", fault.message)
    except BaseException:
        engine.close()
        raise
    return engine


class DaemonNotes:
    """The notes of a running daemon, over its HTTP API."""

    def __init__(self, config: Config, running: Running) -> None:
        self._base = f"{running.address}/api/v1"
        self._token = read_token(config.token_file) or ""

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self._base}/health", timeout=5, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def search(self, query: str, n: int) -> Json:
        return self._get("/search", {"q": query, "n": n, "full": True})

    def similar(self, id: int | None, path: str | None, line: int | None, n: int) -> Json:
        asked = {"id": id, "path": path, "line": line, "n": n, "full": True}
        return self._get("/similar", asked)

    def note(self, *, id: int | None, path: str | None) -> Json:
        return self._get("/note", {"id": id, "path": path})

    def sources(self) -> Json:
        return self._get("/sources", {})

    def _get(self, path: str, asked: dict[str, Any]) -> Json:
        try:
            answer = httpx.get(
                self._base + path,
                params={key: value for key, value in asked.items() if value is not None},
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=60,
                trust_env=False,
            )
            body: Json = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise KhojLiteError(
                f"the daemon did not answer ({fault})", "Is it busy or going down? Try again."
            ) from fault
        if answer.is_error:
            raise KhojLiteError(body["error"]["message"], body["error"]["hint"])
        return body
