"""The engine of a running daemon, over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from khoj_lite.cli.door import Json, OnProgress
from khoj_lite.config import Config
from khoj_lite.errors import BusyError, CancelledError, KhojLiteError
from khoj_lite.server.running import Running
from khoj_lite.server.token import read_token

if TYPE_CHECKING:
    from khoj_lite.types import Mode  # brings numpy with it

POLL_SECONDS = 0.2
HEALTH_SECONDS = 2.0
"""A daemon that does not say it is there within this is taken for hung."""


class RemoteDoor:
    def __init__(self, config: Config, running: Running) -> None:
        token = read_token(config.token_file) or ""
        self._running = running
        self._http = httpx.Client(
            base_url=f"{running.address}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(60.0, connect=5.0),
            trust_env=False,  # no proxy stands between a program and its own machine
        )

    def answers(self) -> bool:
        """Whether the daemon is there; BusyError when it is, but says nothing."""
        try:
            return self._http.get("/health", timeout=HEALTH_SECONDS).status_code == 200
        except httpx.ConnectError:
            return False
        except httpx.HTTPError as fault:
            raise BusyError(
                f"the daemon (process {self._running.pid}) does not answer",
                f"Wait a little, or stop it with: kill {self._running.pid}",
            ) from fault

    def search(self, query: str, n: int, mode: Mode, *, explain: bool, full: bool) -> Json:
        return self._call(
            "GET", "/search", {"q": query, "n": n, "mode": mode, "explain": explain, "full": full}
        )

    def similar(self, path: str, line: int | None, n: int, *, explain: bool, full: bool) -> Json:
        asked = {"path": path, "n": n, "explain": explain, "full": full}
        return self._call("GET", "/similar", asked if line is None else {**asked, "line": line})

    def sources(self) -> Json:
        return self._call("GET", "/sources")

    def add(
        self, location: str, name: str | None, include: Sequence[str], exclude: Sequence[str]
    ) -> Json:
        body = {"location": location, "include": list(include), "exclude": list(exclude)}
        answer = self._call(
            "POST", "/sources", body=body if name is None else {**body, "name": name}
        )
        source: Json = answer["source"]
        return source

    def remove(self, name: str) -> None:
        self._call("DELETE", f"/sources/{_segment(name)}")

    def index(self, names: Sequence[str], *, full: bool, on_progress: OnProgress) -> Json:
        """Starts a job and watches it; Ctrl-C cancels it."""
        job = self._call("POST", "/index", body={"names": list(names), "full": full})
        return self._watched(job, "indexing", on_progress)

    def _watched(self, job: Json, doing: str, on_progress: OnProgress) -> Json:
        """The result of a job, once it is done; Ctrl-C cancels it."""
        try:
            while job["state"] in ("queued", "running"):
                on_progress(job["progress"])
                time.sleep(POLL_SECONDS)
                job = self._call("GET", f"/jobs/{job['id']}")
        except KeyboardInterrupt:
            self._call("DELETE", f"/jobs/{job['id']}")
            raise
        if job["state"] == "failed":
            raise _error(job["error"])
        if job["result"] is None:
            raise CancelledError(f"{doing} was cancelled", "Run it again: it goes on from here.")
        result: Json = job["result"]
        return result

    def status(self) -> Json:
        return self._call("GET", "/status")

    def files(self, state: str | None, limit: int, offset: int) -> Json:
        asked: Json = {"limit": limit, "offset": offset}
        return self._call("GET", "/files", asked if state is None else {**asked, "state": state})

    def chat(
        self,
        message: str,
        conversation_id: str | None,
        adapters: Sequence[tuple[str, float]] | None = None,
    ) -> Generator[Json, None, None]:
        body: Json = {"message": message}
        if conversation_id is not None:
            body["conversation_id"] = conversation_id
        if adapters is not None:
            body["adapters"] = _weights(adapters)
        try:
            with self._http.stream("POST", "/chat", json=body, timeout=None) as answer:
                if answer.status_code >= 400:
                    answer.read()
                    raise _refusal(answer)
                for line in answer.iter_lines():
                    if line:
                        yield json.loads(line)
        except httpx.HTTPError as fault:
            raise self._gone(fault) from fault

    def models(self) -> Json:
        return self._call("GET", "/models")

    def pull(self, name: str, *, for_training: bool, on_progress: OnProgress) -> Json:
        body = {"for_training": for_training}
        job = self._call("POST", f"/models/{_segment(name)}/pull", body=body)
        return self._watched(job, "the download", on_progress)

    def measure(
        self,
        paths: Sequence[str],
        lengths: Sequence[int],
        depths: Sequence[float],
        *,
        on_progress: OnProgress,
    ) -> Json:
        body = {"paths": list(paths), "lengths": list(lengths), "depths": list(depths)}
        job = self._call("POST", "/models/measure", body=body)
        return self._watched(job, "measuring", on_progress)

    def measurements(self) -> Json:
        return self._call("GET", "/models/measure")

    def use(self, name: str) -> Json:
        return self._call("POST", f"/models/{_segment(name)}/use" if name else "/models/none")

    def remove_model(self, name: str) -> Json:
        return self._call("DELETE", f"/models/{_segment(name)}")

    def train(self, *, dry_run: bool, now: bool, on_progress: OnProgress) -> Json:
        job = self._call("POST", "/train", body={"dry_run": dry_run, "now": now})
        return self._watched(job, "the training", on_progress)

    def train_runs(self) -> Json:
        return self._call("GET", "/train/runs")

    def stop_training(self) -> Json:
        return self._call("POST", "/train/stop")

    def train_report(self, run_id: str) -> str:
        return self._answer("GET", f"/train/runs/{_segment(run_id)}/report").text

    def adapters(self) -> Json:
        return self._call("GET", "/adapters")

    def adapter(self, adapter_id: str) -> Json:
        return self._call("GET", f"/adapters/{_segment(adapter_id)}")

    def use_adapters(self, chosen: Sequence[tuple[str, float]]) -> Json:
        return self._call("POST", "/adapters/use", body={"adapters": _weights(chosen)})

    def roll_back_adapter(self) -> Json:
        return self._call("POST", "/adapters/rollback")

    def export_adapter(self, adapter_id: str, path: str) -> Json:
        return self._call("POST", f"/adapters/{_segment(adapter_id)}/export", body={"path": path})

    def import_adapter(self, path: str) -> Json:
        return self._call("POST", "/adapters/import", body={"path": path})

    def remove_adapter(self, adapter_id: str, *, in_use: bool) -> Json:
        return self._call("DELETE", f"/adapters/{_segment(adapter_id)}", {"in_use": in_use})

    def forget(self, *, on_progress: OnProgress) -> Json:
        job = self._call("POST", "/adapters/forget")
        return self._watched(job, "forgetting", on_progress)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> RemoteDoor:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def _call(
        self, method: str, path: str, query: Json | None = None, body: Json | None = None
    ) -> Json:
        answer = self._answer(method, path, query, body)
        result: Json = answer.json() if answer.content else {}
        return result

    def _answer(
        self, method: str, path: str, query: Json | None = None, body: Json | None = None
    ) -> httpx.Response:
        try:
            answer = self._http.request(method, path, params=query, json=body)
        except httpx.HTTPError as fault:
            raise self._gone(fault) from fault
        if answer.status_code >= 400:
            raise _refusal(answer)
        return answer

    def _gone(self, fault: httpx.HTTPError) -> KhojLiteError:
        return KhojLiteError(
            f"the daemon at {self._running.address} went away ({type(fault).__name__})",
            "Start it again with: khoj-lite serve",
        )


def _weights(chosen: Sequence[tuple[str, float]]) -> list[Json]:
    return [{"id": id, "weight": weight} for id, weight in chosen]


def _refusal(answer: httpx.Response) -> KhojLiteError:
    try:
        return _error(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return KhojLiteError(f"the daemon answered {answer.status_code} {answer.reason_phrase}")


def _error(body: dict[str, Any]) -> KhojLiteError:
    """The error that the daemon raised, of the same class, so that the exit code is the same."""
    kind = {each.code: each for each in _tree(KhojLiteError)}.get(body["code"], KhojLiteError)
    return kind(body["message"], body.get("hint", ""))


def _tree(root: type[KhojLiteError]) -> Iterator[type[KhojLiteError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def _segment(name: str) -> str:

    return quote(name, safe="")
