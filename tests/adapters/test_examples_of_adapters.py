"""Every example runs as it stands, and asks nobody outside this machine."""

import re
from pathlib import Path

import pytest
from example_process import run_example
from warm_processes import start

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ALONE = """
import pathlib, socket

def refuse(*address, **options):
    pathlib.Path({told!r}).write_text(repr(address))
    raise OSError("there is no network here")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
"""
PRINTED = {
    "rerank_in_plain_python": (r"^text ", 3, r"^found "),
    "rerank_in_langchain": (r"^compressed .*relevance_score", 3, r"^get_document .*docid"),
    "rerank_in_llamaindex": (r"^reranked ", 3, r"^retrieved "),
    "rerank_in_haystack": (r"^0\.\d+ +d\d ", 3, r"harbour"),
    "rerank_in_smolagents": (r"^answer: .*\S", 1, r"^reranked: \[\(\d"),
    "rerank_in_rerankers": (r"^[123]\. 0\.\d+ +d\d ", 3, r"^1\. "),
    "rerank_with_openai_tools": (r"^offered: ", 3, r"^read: .*\S"),
}


def run(folder: Path, name: str, *arguments: str) -> str:
    """What an example prints, in a process that may open no connection."""
    printed, said, told = (folder / name for name in ("printed", "said", "told"))
    alone = folder / "sitecustomize.py"
    alone.write_text(ALONE.format(told=str(told)))
    process = start(said, run_example, EXAMPLES / f"{name}.py", arguments, printed, alone)
    process.join()
    assert process.exitcode == 0, said.read_text()
    assert not told.exists(), told.read_text()
    return printed.read_text()


def test_every_example_is_run_here():
    written = {path.stem for path in EXAMPLES.glob("*.py")}
    assert written == {*PRINTED, "mcp_client", "tiny_world"}


@pytest.mark.slow
@pytest.mark.parametrize("name", PRINTED)
def test_an_example_runs_without_a_network(name, tmp_path):
    printed = run(tmp_path, name)
    lines, count, also = PRINTED[name]
    assert len(re.findall(lines, printed, re.MULTILINE)) == count
    assert re.search(also, printed, re.MULTILINE)


def test_the_client_of_the_mcp_server_searches_and_opens_what_it_finds(tmp_path):
    documents = [Document("d1", "Ada built it.", "Lighthouse"), Document("d2", "It rains.")]
    options = IndexOptions(encoder="none", bm25_backend="rank-bm25")
    Index.build(documents, tmp_path / "index", options)
    printed = run(tmp_path, "mcp_client", "who built it", "--", "--index", str(tmp_path / "index"))
    tools, *found, opened = printed.splitlines()
    assert tools == "tools: search, get_document"
    assert [line.split()[1] for line in found] == ["d1"]
    assert opened == "opened d1: 24 characters"
