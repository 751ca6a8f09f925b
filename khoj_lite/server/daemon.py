"""The daemon: one process that serves one home until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from types import FrameType

import anyio.to_thread
import filelock
import psutil
import uvicorn

from khoj_lite import __version__
from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.errors import BusyError, StorageError, UsageError
from khoj_lite.server.app import create_app
from khoj_lite.server.guard import Policy, is_loopback
from khoj_lite.server.running import Running, read_running
from khoj_lite.server.token import ensure_token
from khoj_lite.store.home import make_home

REQUEST_LINE_BYTES = 8 * 1024 * 1024
"""Longest request line and headers: find-similar of some clients puts a whole note in the URL."""
THREADS = 12
"""Requests worked on at once (streams have threads of their own). Each thread keeps a database
connection and its share of the allocator; more of them than cores find nothing faster."""
GRACE_SECONDS = 2
"""How long requests that are being answered may take after the daemon was told to stop."""
STOP_SECONDS = 2.0
"""How long threads may take to end after that, before the process leaves without them."""
LOG_BYTES, LOG_FILES = 1_000_000, 3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """What the caller learns once the daemon answers."""

    engine: Engine
    running: Running
    token: str

    @property
    def sign_in(self) -> str:
        """The address that opens the page already signed in."""
        return f"{self.running.address}/?token={self.token}"


def serve(
    config: Config,
    *,
    on_open: Callable[[Engine], None] = lambda engine: None,
    on_started: Callable[[Started], None] = lambda started: None,
) -> None:
    """Serve until SIGTERM or SIGINT. `on_open` runs before indexing begins, `on_started` when
    the first request would be answered.

    BusyError when this home or this port is taken. The lock is held by the process, not by the
    file: after a crash the next start is not in its own way.
    """
    make_home(config.home)
    with _only_daemon(config), _listen(config) as listener:
        address = listener.getsockname()
        running = Running(os.getpid(), config.server_host, address[1], time.time(), __version__)
        _log_to_file(config)
        token = ensure_token(config.token_file)
        policy = Policy(token, running.port, config.server_host, config.server_open_loopback)
        overdue = threading.Timer(STOP_SECONDS, _leave)
        overdue.daemon = True
        with Engine.open(config) as engine:
            on_open(engine)
            closing = threading.Event()
            app = create_app(engine, policy, closing)

            def ready() -> None:
                running.write(config.daemon_file)
                engine.start_background()
                log.info("serving %s at %s", config.home, running.address)
                on_started(Started(engine, running, token))

            try:
                _Server(app, closing, ready).run(sockets=[listener])
            finally:
                config.daemon_file.unlink(missing_ok=True)
                overdue.start()
                app.state.context.jobs.close()
        overdue.cancel()
        log.info("stopped")


class _Server(uvicorn.Server):
    """Uvicorn with our own ending: a signal ends the streams first, then what is left."""

    def __init__(
        self, app: object, closing: threading.Event, on_started: Callable[[], None]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,  # type: ignore[arg-type]
                http="h11",
                ws="none",
                loop="asyncio",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,  # a header must not decide who counts as this machine
                h11_max_incomplete_event_size=REQUEST_LINE_BYTES,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._closing = closing
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        self._on_started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn's would raise the signal again when done, before anything was put away."""
        handled = (signal.SIGINT, signal.SIGTERM)
        earlier = {each: signal.signal(each, self.handle_exit) for each in handled}
        try:
            yield
        finally:
            for each, handler in earlier.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
        self._closing.set()


def _leave() -> None:
    """Ends the process and its children at once.

    For what cannot be interrupted, like preparing an embedding model, which takes half a minute.
    Nothing is lost: the store is made to be killed at any instant (see `store.db`)."""
    log.warning("stopping without waiting for what is still being done")
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()
    logging.shutdown()
    os._exit(0)


def check_host(config: Config, *, explicit: bool) -> str:
    """The warning to print for a host that others can reach, "" for loopback.

    UsageError when such a host was not asked for on the command line: a forgotten line in a
    settings file must not open the notes to a network.
    """
    host = config.server_host
    if host == "localhost" or is_loopback(host):
        return ""
    if not explicit:
        raise UsageError(
            f"server.host is {host}, which other machines can reach",
            f"If you mean it, say so: khoj-lite serve --host {host}",
        )
    return (
        f"warning: listening on {host}: whoever on this network learns the token can read all"
        " notes, and nothing is encrypted on the way"
    )


@contextlib.contextmanager
def _only_daemon(config: Config) -> Iterator[None]:
    lock = filelock.FileLock(config.home / "daemon.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout:
        other = read_running(config.daemon_file)
        if other is None:
            raise BusyError(f"another daemon is starting for {config.home}") from None
        raise BusyError(
            f"a daemon already serves {config.home}: process {other.pid} at {other.address}",
            f"Open {other.address} or stop it with: kill {other.pid}",
        ) from None
    except OSError as fault:
        raise StorageError(
            f"cannot write in {config.home}: {fault.strerror}",
            "Choose another data folder with --home or KHOJ_LITE_HOME.",
        ) from fault
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _listen(config: Config) -> Iterator[socket.socket]:
    """The listening socket. Opened before the engine, so that a taken port is said at once."""
    host, port = config.server_host, config.server_port
    if port > 65535:
        raise UsageError(f"there is no port {port}", "Ports end at 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as fault:
        raise UsageError(f"cannot listen on {host}: {fault.strerror}") from fault
    with socket.socket(family, kind, protocol) as listener:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(128)
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise BusyError(
                    f"port {port} is already in use by another program",
                    f"Choose another: khoj-lite serve --port {port + 1 if port < 65535 else 0}",
                ) from fault
            raise UsageError(f"cannot listen on {host}:{port}: {fault.strerror}") from fault
        yield listener


def _log_to_file(config: Config) -> None:
    """Log to home/logs too, rotating. A log that cannot be written stops nothing."""
    folder = config.home / "logs"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "daemon.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
    except OSError as fault:
        log.warning("cannot log to %s: %s", folder, fault.strerror)
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for library in ("uvicorn", "httpx"):  # httpx tells of every question to a model server
        logging.getLogger(library).setLevel(logging.WARNING)
    root = logging.getLogger()
    for each in root.handlers:
        each.setLevel(root.level)  # what stderr shows stays as it was asked for
    root.addHandler(handler)
    root.setLevel(min(root.level, logging.INFO))
