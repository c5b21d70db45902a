"""The README's third use, copied and pasted: its curl lines."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from http_server import SharedWords, running

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.text_scores import ReadingRanker, RerankService

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
    service = Backend(SearchTool(Engine(Index.load(index_folder))), RerankService(lambda: ranker))
    with running(service) as address:
        yield address.removeprefix("http://")


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


def replied(line, served):
    pasted = line.replace("localhost:8000", served).replace("curl -s", "curl -s --fail-with-body")
    done = subprocess.run(pasted, shell=True, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    return json.loads(done.stdout)


@needs_curl
@pytest.mark.parametrize("line", CURLS, ids=lambda line: line[8:60])
def test_a_curl_line_is_answered(line, served):
    assert replied(line, served)


@needs_curl
def test_the_search_r1_reranker_line_shows_the_title_that_it_sends(served):
    [line] = [line for line in CURLS if "/rerank" in line and '"queries"' in line]
    [[best]] = replied(line, served)["result"]
    assert best["document"] == "(Title: Ada) Ada built it."


def test_there_is_a_curl_line_for_every_dialect():
    paths = {re.search(r"localhost:8000(/[a-z0-9/]*[a-z])", line)[1] for line in CURLS}
    assert {"/v1/rerank", "/v2/rerank", "/rerank", "/score", "/retrieve", "/search"} <= paths
    assert all(any(key in line for line in CURLS) for key in ('"texts"', '"queries"', '"topk"'))
