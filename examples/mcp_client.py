"""An agent's side of `lrat-rank serve --mcp stdio`: search, open the first hit, print both.

    python examples/mcp_client.py "QUERY" -- --index INDEX [--ranker MODEL] [--log DIR]

What follows `--` is handed to the server.
"""

from __future__ import annotations

import json
import os
import sys

import anyio
from mcp import Client, StdioServerParameters


async def ask(query: str, options: list[str]) -> None:
    """Start the server, list its tools, search, open what stands first."""
    command = ["-m", "lrat_rank.cli", "serve", "--mcp", "stdio", *options]
    server = StdioServerParameters(command=sys.executable, args=command, env=dict(os.environ))
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        print("tools:", ", ".join(tool.name for tool in tools))
        hits = json.loads((await client.call_tool("search", {"query": query})).content[0].text)
        for hit in hits:
            print(f"{hit['score']:8.3f}  {hit['docid']}  {' '.join(hit['snippet'].split())[:60]}")
        if hits:
            opened = await client.call_tool("get_document", {"docid": hits[0]["docid"]})
            document = json.loads(opened.content[0].text)
            print(f"opened {document['docid']}: {len(document['text'])} characters")


def main() -> None:
    """Read the query and the server's options."""
    if len(sys.argv) < 3 or sys.argv[2] != "--":
        sys.exit(__doc__)
    anyio.run(ask, sys.argv[1], sys.argv[3:])


if __name__ == "__main__":
    main()
