"""The tools as a server of the Model Context Protocol, over any transport.

Importing this imports the protocol's library, which costs a daemon 28 MB and a third of a second:
`mcp.py` does so at the first request."""

from __future__ import annotations

import json
import logging

import anyio.to_thread
from mcp.server import Server, ServerRequestContext
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ToolAbout

from khoj_lite import __version__
from khoj_lite.errors import KhojLiteError
from khoj_lite.server.mcp_notes import Notes
from khoj_lite.server.mcp_tools import INSTRUCTIONS, TOOLS, use
from khoj_lite.server.stream import unexpected

log = logging.getLogger(__name__)

Context = ServerRequestContext[object]


def mcp_server(notes: Notes) -> Server[object]:
    """A server whose tools read these notes, each call in a thread."""

    async def list_tools(context: Context, page: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=_described())

    async def call_tool(context: Context, call: CallToolRequestParams) -> CallToolResult:
        return await anyio.to_thread.run_sync(_called, notes, call)

    return Server(
        "khoj-lite",
        version=__version__,
        title="Notes",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _described() -> list[ToolAbout]:
    return [
        ToolAbout(
            name=name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.takes.model_json_schema(),
            output_schema=tool.gives.model_json_schema(),
            annotations=ToolAnnotations(
                title=tool.title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )
        for name, tool in TOOLS.items()
    ]


def _called(notes: Notes, call: CallToolRequestParams) -> CallToolResult:
    """What the tool gives; a refusal is a result too, for whoever called to read."""
    try:
        given = use(notes, call.name, call.arguments or {})
    except KhojLiteError as fault:
        return _failed(fault)
    except Exception:
        log.exception("the tool %s failed", call.name)
        return _failed(unexpected())
    text = json.dumps(given, ensure_ascii=False)
    return CallToolResult(content=[TextContent(text=text)], structured_content=given)


def _failed(fault: KhojLiteError) -> CallToolResult:
    said = f"{fault.message}. {fault.hint}" if fault.hint else fault.message
    return CallToolResult(content=[TextContent(text=said)], is_error=True)
