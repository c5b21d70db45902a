"""`lrat-rank serve` does what its options say; what it cannot serve it refuses with exit code 2."""

import inspect
import sys
from pathlib import Path

import msgspec
import pytest

from lrat_rank.cli.agent_run import agent_run
from lrat_rank.cli.app import run
from lrat_rank.cli.serve import serve
from lrat_rank.collections import Document
from lrat_rank.models.blending.validation import USE_DEPTH
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import EngineOptions
from lrat_rank.serving.backend import BackendOptions
from lrat_rank.serving.batching import BatchingOptions
from lrat_rank.serving.exploration import Swaps
from lrat_rank.serving.http.limits import Limits
from lrat_rank.serving.http.settings import ServerSettings
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.mcp.options import McpOptions


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


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "0"])
@pytest.mark.parametrize("option", ["--max-body-mb", "--drain-s", "--budget-ms", "--log-rotate-mb"])
def test_a_number_that_is_none_is_the_operators_fault(capsys, caught, option, value):
    line = refusal(capsys, "--index", "INDEX", "--http", option, value)
    assert "above 0" in line
    assert caught == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--max-body-mb", "1e308"),
        *(("--batch-wait-ms", value) for value in ("nan", "inf", "-1")),
        *(("--explore", f"swap:{value}") for value in ("nan", "inf", "-1")),
        *(("--ab", f"FOLDER:{value}") for value in ("nan", "inf", "-1")),
        *(("--log-fsync", f"interval:{value}") for value in ("nan", "inf", "-1")),
    ],
)
def test_a_number_out_of_its_range_is_refused(capsys, caught, option, value):
    assert " must be " in refusal(capsys, "--index", "INDEX", "--http", option, value)
    assert caught == []


SECRET = "open-sesame-0123456789"
SET = {
    "--index": "INDEX",
    "--http": None,
    "--mcp-tools": "openai",
    "--url-template": "https://x.test/{id}",
    "--ranker": "RANKER",
    "--k": "7",
    "--depth": "33",
    "--stage": "bm25",
    "--snippet": "best",
    "--snippet-tokens": "48",
    "--budget-ms": "250.5",
    "--already-read": "demote",
    "--passages": "4",
    "--cache": "12",
    "--no-guard": None,
    "--log": "LOG",
    "--log-fsync": "always",
    "--log-rotate-mb": "2.5",
    "--log-texts": "none",
    "--explore": "swap:0.1",
    "--shadow": "SHADOW",
    "--ab": "OTHER:0.25",
    "--host": "0.0.0.0",
    "--port": "8123",
    "--token-file": "TOKEN",
    "--model-name": "one",
    "--allow-host": "Search.Example",
    "--batch-wait-ms": "2.5",
    "--batch-pairs": "64",
    "--max-waiting": "16",
    "--concurrency": "8",
    "--max-documents": "99",
    "--max-query-chars": "111",
    "--max-document-chars": "2222",
    "--max-body-mb": "1.5",
    "--drain-s": "3.5",
}
"""Every option but --mcp and --token, which exclude --http and --token-file."""


@pytest.fixture
def caught(monkeypatch):
    """What was to be served, in place of serving it."""
    found = []
    monkeypatch.setattr("lrat_rank.cli.serve._serve_http", lambda *given: found.extend(given))
    return found


def test_every_option_has_its_place_in_what_is_served(caught, tmp_path):
    token = tmp_path / "token"
    token.write_text(SECRET + "\n")
    given = SET | {"--token-file": str(token)}
    line = [part for pair in given.items() for part in pair if part is not None]
    assert run(["serve", *line, "--model-name", "two", "--ab", "THIRD:0.5"]) == 0
    assert {name[2:].replace("-", "_") for name in SET} == set(
        inspect.signature(serve).parameters
    ) - {"mcp", "token"}
    options, settings = caught
    assert options == BackendOptions(
        index=Path("INDEX"),
        ranker=Path("RANKER"),
        arms=((Path("OTHER"), 0.25), (Path("THIRD"), 0.5)),
        shadow=Path("SHADOW"),
        guard=False,
        passages=4,
        engine=EngineOptions(
            k=7,
            depth=33,
            stage="bm25",
            snippet="best",
            snippet_tokens=48,
            budget_ms=250.5,
            already_read="demote",
            cache_entries=12,
            explore=Swaps(0.1),
        ),
        batching=BatchingOptions(wait_ms=2.5, max_pairs=64, max_waiting=16),
        log=Path("LOG"),
        journal=JournalOptions(rotate_mb=2.5, fsync="always", texts="none"),
    )
    assert settings.token.matches(SECRET.encode())
    assert msgspec.structs.replace(settings, token=None) == ServerSettings(
        host="0.0.0.0",
        port=8123,
        model="one",
        names=("one", "two"),
        hosts=("search.example",),
        limits=Limits(
            body_bytes=1_500_000,
            documents=99,
            query_characters=111,
            document_characters=2222,
            concurrency=8,
            drain_s=3.5,
        ),
        mcp=McpOptions(tools="openai", url_template="https://x.test/{id}"),
    )


def test_what_is_not_set_is_as_the_python_api_has_it(caught):
    assert run(["serve", "--index", "INDEX", "--http"]) == 0
    assert caught == [BackendOptions(index=Path("INDEX")), ServerSettings()]


def test_the_token_may_stand_in_the_environment_and_mcp_may_be_all_that_is_served(
    caught, monkeypatch
):
    monkeypatch.setenv("LRAT_RANK_TOKEN", SECRET)
    assert run(["serve", "--index", "INDEX", "--mcp", "http"]) == 0
    assert caught[1].only_mcp
    assert caught[1].token.matches(SECRET.encode())


def test_an_unknown_transport_is_refused(capsys, index_folder):
    assert "stdio" in refusal(capsys, "--index", index_folder, "--mcp", "pigeon")


def test_a_served_ranker_scores_as_many_candidates_as_it_was_checked_on():
    assert EngineOptions().depth == USE_DEPTH


@pytest.mark.parametrize("command", [serve, agent_run])
def test_the_command_line_sets_the_same_as_python_where_nothing_is_said(command):
    told = inspect.signature(command).parameters
    options = msgspec.structs.asdict(EngineOptions())
    shared = told.keys() & options.keys()
    assert {"k", "depth", "stage", "snippet_tokens"} <= shared
    assert {name: told[name].default for name in shared} == {n: options[n] for n in shared}
