"""What an agent does with an MCP server, in one line each."""

import contextlib
import json

import anyio
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from lrat_rank.serving import SearchTool
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.mcp.options import McpOptions
from lrat_rank.serving.mcp.server import build_server

OPENAI = McpOptions(tools="openai")


def tool_with(index, **options):
    """A search tool of an engine with these options."""
    return SearchTool(Engine(index, None, EngineOptions(**options)))


def calls(server, *asked, mode="auto"):
    """The results of calls (tool, arguments), made one after the other by one client."""

    async def work():
        async with Client(server, mode=mode) as client:
            return [await client.call_tool(name, arguments) for name, arguments in asked]

    return anyio.run(work)


def call(tool, name, arguments, options=None, *, mode="auto"):
    [result] = calls(build_server(tool, options), (name, arguments), mode=mode)
    return result


def tools_of(tool, options=None):
    async def ask():
        async with Client(build_server(tool, options)) as client:
            return {entry.name: entry for entry in (await client.list_tools()).tools}

    return anyio.run(ask)


def text_of(result):
    [block] = result.content
    return block.text


def data_of(result):
    assert not result.is_error, text_of(result)
    return json.loads(text_of(result))


def error_of(result):
    assert result.is_error
    return text_of(result)


def over_http(address, *asked, mode="auto", token=None):
    """As `calls`, over streamable HTTP."""

    async def work():
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with contextlib.AsyncExitStack() as open_things:
            http = await open_things.enter_async_context(httpx2.AsyncClient(headers=headers))
            transport = streamable_http_client(f"{address}/mcp", http_client=http)
            client = await open_things.enter_async_context(Client(transport, mode=mode))
            return [await client.call_tool(name, arguments) for name, arguments in asked]

    return anyio.run(work)
