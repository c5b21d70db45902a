"""`lrat-rank serve` refuses what it cannot serve: one line on standard error, exit code 2."""

import inspect
import sys

import pytest

from lrat_rank.cli.agent_run import agent_run
from lrat_rank.cli.app import run
from lrat_rank.cli.serve import serve
from lrat_rank.collections import Document
from lrat_rank.models.blending.validation import USE_DEPTH
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import SearchTool


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("serve") / "index"
    Index.build([Document("1", "A poet.")], folder, IndexOptions(encoder="none"))
    return str(folder)


def refusal(capsys, *arguments):
    assert run(["serve", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    return line


def test_a_missing_extra_is_named_with_the_command_that_brings_it(
    capsys, monkeypatch, index_folder
):
    monkeypatch.setitem(sys.modules, "mcp", None)
    line = refusal(capsys, "--index", index_folder, "--mcp", "stdio")
    assert "pip install 'lrat-rank[serve]'" in line


def test_a_folder_that_is_no_index_is_refused(capsys, tmp_path):
    line = refusal(capsys, "--index", str(tmp_path), "--mcp", "stdio")
    assert "index must be a folder made by lrat-rank index" in line


def test_an_index_given_as_a_ranker_is_refused(capsys, index_folder):
    line = refusal(capsys, "--index", index_folder, "--ranker", index_folder, "--mcp", "stdio")
    assert "got an index folder" in line


def test_a_stage_the_index_lacks_is_refused(capsys, index_folder):
    line = refusal(capsys, "--index", index_folder, "--stage", "hybrid", "--mcp", "stdio")
    assert "Use --stage bm25" in line


def test_a_public_address_is_refused(capsys, index_folder):
    line = refusal(capsys, "--index", index_folder, "--mcp", "http", "--host", "0.0.0.0")
    assert "A public bind needs a token" in line


def test_an_address_template_without_a_place_for_the_id_is_refused(capsys, index_folder):
    options = ("--mcp-tools", "openai", "--url-template", "https://x.test/")
    line = refusal(capsys, "--index", index_folder, "--mcp", "stdio", *options)
    assert "url_template must be an address with {id}" in line


def test_an_unknown_transport_is_refused(capsys, index_folder):
    assert "stdio" in refusal(capsys, "--index", index_folder, "--mcp", "pigeon")


def test_a_served_ranker_scores_as_many_candidates_as_it_was_checked_on():
    defaults = {
        inspect.signature(command).parameters["depth"].default
        for command in (serve, agent_run, SearchTool, SearchTool.open)
    }
    assert defaults == {USE_DEPTH}
