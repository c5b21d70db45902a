"""The README's third use, copied and pasted: its curl lines, and its Python lines."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from http_server import SharedWords, running

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.service import ReadingRanker, RerankService

README = Path(__file__).resolve().parents[3] / "README.md"
THIRD_USE = README.read_text(encoding="utf-8").partition("## Put the reranker behind")[2]
THIRD_USE = THIRD_USE.partition("\n## ")[0]
CURLS = [line for line in THIRD_USE.splitlines() if line.startswith("curl ")]
DOCUMENTS = [
    Document("d1", "Ada Veld built the lighthouse.", "Ada"),
    Document("d2", "It rains on the lighthouse."),
]


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme") / "index"
    Index.build(DOCUMENTS, folder, IndexOptions(encoder="none", bm25_backend="rank-bm25"))
    return folder


@pytest.fixture(scope="module")
def served(index_folder):
    ranker = ReadingRanker(SharedWords().score_pairs)
    service = Backend(SearchTool(Index.load(index_folder)), RerankService(lambda: ranker))
    with running(service) as address:
        yield address.removeprefix("http://")


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl, which is not here")
@pytest.mark.parametrize("line", CURLS, ids=lambda line: line[8:60])
def test_a_curl_line_is_answered(line, served):
    pasted = line.replace("localhost:8000", served).replace("curl -s", "curl -s --fail-with-body")
    done = subprocess.run(pasted, shell=True, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)


def test_there_is_a_curl_line_for_every_dialect():
    paths = {re.search(r"localhost:8000(/[a-z0-9/]*[a-z])", line)[1] for line in CURLS}
    assert {"/v1/rerank", "/v2/rerank", "/rerank", "/score", "/retrieve", "/search"} <= paths
    assert all(any(key in line for line in CURLS) for key in ('"texts"', '"queries"', '"topk"'))


def test_the_python_lines_run(index_folder, tmp_path, monkeypatch):
    [code] = re.findall(r"```python\n(.*?)```", THIRD_USE, re.DOTALL)[:1]
    monkeypatch.chdir(tmp_path)
    shutil.copytree(index_folder, "index")
    names: dict[str, object] = {}
    exec(code.replace(', "cascade"', ""), names)
    assert names["page"].text in {document.text for document in DOCUMENTS}
    assert list((tmp_path / "log").iterdir())


def test_the_client_configuration_is_json_that_names_the_command():
    [block] = re.findall(r"```json\n(.*?)```", THIRD_USE, re.DOTALL)[:1]
    [server] = json.loads(block)["mcpServers"].values()
    assert server["command"] == "lrat-rank"
    assert server["args"][0] == "serve"
    assert "--mcp" in server["args"]
