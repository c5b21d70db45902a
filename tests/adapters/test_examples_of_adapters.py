"""The example of each framework runs as it stands, and asks nobody outside this machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_every_example_is_run_here():
    assert {path.stem for path in EXAMPLES.glob("rerank_*.py")} == PRINTED.keys()


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_runs_without_a_network(name, tmp_path):
    told = tmp_path / "told"
    (tmp_path / "sitecustomize.py").write_text(ALONE.format(told=str(told)))
    quiet = {"HAYSTACK_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        env=os.environ | quiet | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines, count, also = PRINTED[name]
    assert len(re.findall(lines, done.stdout, re.MULTILINE)) == count
    assert re.search(also, done.stdout, re.MULTILINE)
    assert not told.exists(), told.read_text()
