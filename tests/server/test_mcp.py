"""The Model Context Protocol, spoken by its official client over both transports."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from eventually import eventually
from homes import Home
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from server.conftest import write_notes
from server.daemon import Daemon, environment

Work = Callable[[Client], Awaitable[None]]
LONG = (
    "# Long\n\n"
    + "\n".join(f"Line {n} of the marsupial diary." for n in range(200))
    + f"\n{'One line of thousands of words. ' * 120}\nThe end."
)
MODES = ("auto", "legacy")  # the protocol of 2026, and the handshake of those before


def run(session: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: Playwright keeps an event loop in that of the tests."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, session).result()


@asynccontextmanager
async def over_http(daemon: Daemon, mode: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {daemon.token}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=60) as http,
        Client(streamable_http_client(f"{daemon.address}/mcp", http_client=http), mode=mode) as c,
    ):
        yield c


@asynccontextmanager
async def over_stdio(home: Path, models: Path, mode: str = "auto") -> AsyncIterator[Client]:
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "khoj_lite", "--home", str(home), "mcp"],
        env=environment(models),
    )
    async with Client(stdio_client(started), mode=mode) as client:
        yield client


def given(result: CallToolResult) -> Any:
    """The structured content of a result, which its text holds too."""
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


def said(result: CallToolResult) -> str:
    assert result.is_error
    return " ".join(getattr(part, "text", "") for part in result.content)


async def look_around(client: Client) -> None:
    """Everything the tools do, in the order in which a program would do it."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(tools) == ["search_notes", "get_note", "similar_notes", "list_sources"]
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.input_schema["type"] == "object"
        assert tool.output_schema is not None

    hits = given(await client.call_tool("search_notes", {"query": "Berlin", "limit": 3}))["hits"]
    assert len(hits) <= 3
    assert hits[0]["text"].endswith("We moved to Berlin in 2019.")
    assert hits[0]["whole"]
    assert hits[0]["uri"].startswith("file:///")

    note = given(await client.call_tool("get_note", {"id": hits[0]["id"]}))
    assert note["title"] == "Life"
    assert "My desk number is 12." in note["text"]
    assert note["next_line"] is None
    same = given(await client.call_tool("get_note", {"path": hits[0]["path"]}))
    assert same == note

    near = given(await client.call_tool("similar_notes", {"id": hits[0]["id"], "limit": 2}))
    assert 1 <= len(near["hits"]) <= 2
    assert hits[0]["id"] not in [hit["id"] for hit in near["hits"]]

    sources = given(await client.call_tool("list_sources", {}))["sources"]
    assert [source["name"] for source in sources] == ["vault"]

    assert "index" in said(await client.call_tool("get_note", {"id": 999_999}))
    assert "either id or path" in said(await client.call_tool("get_note", {}))
    assert said(await client.call_tool("get_note", {"id": 10**30})).startswith("id: ")
    assert said(await client.call_tool("similar_notes", {"id": -1})).startswith("id: ")
    assert "limit" in said(await client.call_tool("search_notes", {"query": "x", "limit": 31}))
    assert "dt" in said(await client.call_tool("search_notes", {"query": 'dt>="no day"'}))
    assert "search_notes" in said(await client.call_tool("write_note", {"text": "x"}))


@pytest.mark.parametrize("mode", MODES)
def test_the_tools_over_http(shared_daemon: Daemon, mode: str) -> None:
    async def session() -> None:
        async with over_http(shared_daemon, mode) as client:
            await look_around(client)

    run(session())


def test_the_tools_over_stdio_go_through_the_daemon(
    shared_daemon: Daemon, model_folder: Path
) -> None:
    async def session() -> None:
        async with over_stdio(shared_daemon.home, model_folder) as client:
            await look_around(client)

    run(session())


def test_over_stdio_daemons_may_come_and_go(tmp_path: Path, model_folder: Path) -> None:
    home = Home.make(tmp_path, model_folder)
    write_notes(home.vault)
    home.index()

    async def session() -> None:
        async with over_stdio(home.config.home, model_folder) as client:
            await look_around(client)
            with Daemon(home.config.home, model_folder) as daemon:
                home.write("new.md", "# Kestrel\n")
                await asyncio.to_thread(
                    eventually, lambda: daemon.http.get("/search?q=kestrel").json()["hits"]
                )
                found = given(await client.call_tool("search_notes", {"query": '+"kestrel"'}))
            again = given(await client.call_tool("search_notes", {"query": '+"kestrel"'}))
            for answer in (found, again):
                assert [hit["title"] for hit in answer["hits"]] == ["Kestrel"]

    run(session())


def test_over_stdio_nothing_but_the_protocol_is_printed(
    shared_daemon: Daemon, model_folder: Path
) -> None:
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    sent = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "nothing/known"},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/list"},
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "khoj_lite", "-v", "--home", str(shared_daemon.home), "mcp"],
        env=environment(model_folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"no JSON at all\n")
        for message in sent:
            process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        answers = {}
        while 3 not in answers:
            answer = json.loads(process.stdout.readline())
            assert answer["jsonrpc"] == "2.0"
            answers[answer.get("id")] = answer
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0
    assert "error" in answers[2]
    assert len(answers[3]["result"]["tools"]) == 4


def test_a_long_note_is_read_in_parts(shared_daemon: Daemon, model_folder: Path) -> None:
    async def session() -> None:
        async with over_http(shared_daemon, "auto") as client:
            path = str(shared_daemon.home.with_name("vault") / "long.md")
            place = {"line": 1, "column": 1}
            read = ""
            while True:
                asked = {"path": path, **place, "max_characters": 1000}
                part = given(await client.call_tool("get_note", asked))
                assert len(part["text"]) <= 1000
                read += part["text"] if place["column"] > 1 or not read else "\n" + part["text"]
                if part["next_line"] is None:
                    break
                place = {"line": part["next_line"], "column": part["next_column"]}
            assert read == LONG
            hit = given(await client.call_tool("search_notes", {"query": "marsupial"}))["hits"][0]
            assert len(hit["text"]) <= 1500
            assert not hit["whole"]
            far = {"path": path, "line": 10_000}
            assert "lines" in said(await client.call_tool("get_note", far))
            far = {"path": path, "line": 1, "column": 10_000}
            assert "characters" in said(await client.call_tool("get_note", far))

    long = shared_daemon.home.with_name("vault") / "long.md"
    long.write_text(LONG, encoding="utf-8")
    try:
        search = '/search?q=%2B"marsupial"'
        eventually(lambda: shared_daemon.http.get(search).json()["hits"])
        run(session())
    finally:
        long.unlink()
        eventually(lambda: not shared_daemon.http.get('/search?q=%2B"marsupial"').json()["hits"])


def test_the_protocol_is_not_loaded_before_somebody_speaks_it() -> None:
    """It would cost every daemon tens of megabytes. Nor does a program on stdio load the search."""
    costly = {"mcp", "mcp_types", "httpx2", "cryptography"}
    searching = {"faiss", "tantivy", "onnxruntime", "tokenizers", "khoj_lite.engine"}
    for module, unwanted in (("server.daemon", costly), ("cli.mcp", searching)):
        looked = f"import sys, khoj_lite.{module}; print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", looked], capture_output=True, check=True)
        assert not unwanted & set(done.stdout.decode().split())


def test_without_the_token_or_from_elsewhere_nobody_gets_in(shared_daemon: Daemon) -> None:
    url, call = f"{shared_daemon.address}/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    bearer = {"Authorization": f"Bearer {shared_daemon.token}"}
    assert httpx.post(url, json=call, trust_env=False).status_code == 401
    for forged in ({"Host": f"evil.example:{shared_daemon.port}"}, {"Origin": "http://evil"}):
        answer = httpx.post(url, json=call, headers={**bearer, **forged}, trust_env=False)
        assert answer.status_code == 403
    assert httpx.get(url, headers=bearer, trust_env=False).status_code == 405
