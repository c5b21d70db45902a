"""Web results: no ids, many containers; their address stands for the document."""

import json

import pytest

from lrat_rank.trajectories.calls.outputs import Opened, read_opened, read_shown
from lrat_rank.trajectories.model import Impression
from lrat_rank.trajectories.payloads import logged_doc_id

SHOWN = (Impression("https://ex.org/a", 1, None, "Said."),)


@pytest.mark.parametrize(
    "output",
    [
        {"organic": [{"title": "T", "link": "https://ex.org/a", "snippet": "Said."}]},
        {"organic_results": [{"position": 1, "link": "https://ex.org/a", "snippet": "Said."}]},
        {"query": "q", "results": [{"url": "https://ex.org/a", "content": "Said."}]},
        {"web": {"results": [{"url": "https://ex.org/a", "description": "Said."}]}},
        {"data": {"webPages": {"value": [{"url": "https://ex.org/a", "snippet": "Said."}]}}},
        {"items": [{"link": "https://ex.org/a", "snippet": "Said."}]},
        {"data": [{"title": "T", "uri": "https://ex.org/a", "page_content": "Said."}]},
        [{"type": "web_search_result", "url": "https://ex.org/a", "title": "Said."}],
        [{"url": "https://ex.org/a", "title": "Said."}],
    ],
)
@pytest.mark.parametrize("encode", [lambda value: value, json.dumps], ids=["value", "json"])
def test_web_results_are_found_in_every_container(output, encode):
    assert read_shown(encode(output)).impressions == SHOWN


def test_an_id_goes_before_an_address():
    hits = [{"id": "5", "url": "https://ex.org/a", "title": "T"}]
    assert read_shown({"results": hits}).impressions == (Impression("5", 1, snippet="T"),)
    assert logged_doc_id({"url": "https://ex.org/a", "docid": 5}) == "5"


def test_numbered_links_in_a_text_are_results():
    text = (
        "A search for 'q' found 2 results:\n\n1. [T](https://a.org)\nSaid.\n\n2. [U](https://b.org)"
    )
    assert read_shown(text).impressions == (
        Impression("https://a.org", 1, snippet="T\nSaid."),
        Impression("https://b.org", 2, snippet="U"),
    )


def test_an_error_and_an_empty_container_show_nothing():
    assert read_shown({"error": "down", "url": "https://api.ex.org"}).failed
    assert not read_shown({"organic": []}).failed
    assert not read_shown({"web": {"results": []}}).failed


def test_a_page_is_the_text_of_its_object_and_named_by_its_address():
    page = {"url": "https://ex.org/a", "title": "T", "content": "Body."}
    assert read_opened(json.dumps(page)) == Opened("Body.", doc_ids=("https://ex.org/a",))
