"""The README's third use, copied and pasted: its Python lines and its MCP configuration."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client, StdioServerParameters
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.models.cascade.folder import compose
from lrat_rank.models.cascade.options import CascadeOptions
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.trajectories import read_trajectories

README = Path(__file__).resolve().parents[2] / "README.md"
THIRD_USE = README.read_text(encoding="utf-8").partition("## Put the reranker behind")[2]
THIRD_USE = THIRD_USE.partition("\n## ")[0]
QUERY = "who built the lighthouse"
DOCUMENTS = [
    Document("d1", "Ada Veld built the lighthouse.", "Ada"),
    Document("d2", "It rains on the lighthouse."),
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", THIRD_USE, re.DOTALL)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with `index` and `cascade`, which is of two cross-encoders with random weights."""
    folder = tmp_path_factory.mktemp("third use")
    Index.build(DOCUMENTS, folder / "index", IndexOptions(encoder="none", bm25_backend="rank-bm25"))
    words = sorted({word for one in DOCUMENTS for word in one.contents.lower().split()})
    part = write_tiny_bert(folder / "part", words, logits=1)
    compose(part, part, folder / "cascade", CascadeOptions())
    return folder


def test_the_python_lines_run_with_their_ranker_and_so_do_those_for_a_framework(
    made, tmp_path, monkeypatch
):
    for name in ("index", "cascade"):
        shutil.copytree(made / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, names)
    texts = {document.text for document in DOCUMENTS}
    assert names["page"].text in texts
    assert names["tool"].name.endswith("Cascade")
    assert list((tmp_path / "log").iterdir())

    found = names["retriever"].invoke(QUERY)
    assert {one.id for one in found} == {"d1", "d2"}
    assert len(names["compressor"].compress_documents(found, QUERY)) == 2
    assert [one.name for one in names["tools"]] == ["search", "get_document"]


def test_a_client_elsewhere_that_is_told_the_configuration_searches_and_is_logged(made, tmp_path):
    [block] = blocks("json")
    [server] = json.loads(block)["mcpServers"].values()
    paths = {
        name: str(made / name if name != "log" else tmp_path / name)
        for name in ("index", "cascade", "log")
    }
    arguments = [
        re.sub(r"^/absolute/path/to/(\w+)$", lambda found: paths[found[1]], one)
        for one in server["args"]
    ]
    assert not any("absolute" in one for one in arguments)
    assert paths.keys() == {Path(one).name for one in arguments if one.startswith("/")}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    # Where the package's command is installed, whether or not that is on the path of the tests.
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = shutil.which(server["command"], path=beside)
    assert command

    async def ask():
        told = StdioServerParameters(
            command=command, args=arguments, env=dict(os.environ), cwd=elsewhere
        )
        async with Client(told) as client:
            return await client.call_tool("search", {"query": QUERY})

    found = anyio.run(ask)
    assert {hit["docid"] for hit in json.loads(found.content[0].text)} == {"d1", "d2"}
    assert not list(elsewhere.iterdir())
    [trajectory] = read_trajectories([tmp_path / "log"])
    assert [turn.query for turn in trajectory.turns] == [QUERY]
