"""A page that did not come is told from a page that speaks of failing."""

import json

import pytest

from lrat_rank.trajectories.calls.failures import says_failed
from lrat_rank.trajectories.calls.outputs import Opened, Shown, read_opened, read_shown

FAILURES = [
    "404 Not Found",
    "403 Forbidden",
    "# 404 Not Found\n\nnginx",
    "<html>\n<head><title>404 Not Found</title></head></html>",
    "HTTP 500 Internal Server Error",
    "HTTP/1.1 503 Service Unavailable",
    "HTTP Error 429: Too Many Requests",
    "HTTP 500",
    "HTTP 502 from https://ex.org",
    "Status code: 403",
    "404 Client Error: Not Found for url: https://ex.org/" + "a" * 300,
    "Failed to fetch https://ex.org/a: connection refused",
    "Unable to load the page.",
    "Could not retrieve https://ex.org/a",
    "https://ex.org/a timed out",
    "The request timed out after 30 seconds.",
    "Timeout",
    "TimeoutError: Page.goto: 30000 ms exceeded",
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='ex.org')",
    "Page not found.",
    "Access denied",
]
PAGES = [
    "404 not found is what a server says where there is no such page.",
    "HTTP 404 is a status code.",
    "500 internal combustion engines were built.",
    "403 Forbidden Fruits: A Novel",
    "Terror: a short history.",
    "Timeouts and their uses.",
    "Not found in nature, the element is made in reactors.",
    "Access denied, her third novel, came out in 1990.",
    "Failing to fetch water, they went home.",
    "The bill timed out in the Senate, and was read again a year after.",
    "In 1998, 404 people were found.",
    "Forbidden City\nA palace in Beijing.",
]
OBJECTS = [
    {"status": "error", "message": "boom"},
    {"status": "error", "content": "boom"},
    {"status": 404, "body": ""},
    {"statusCode": 500},
    {"detail": "Not found"},
    {"message": "Not Found", "documentation_url": "https://ex.org"},
    {"success": False},
    {"ok": False, "text": "No such page."},
    {"url": "https://ex.org/a", "content": "403 Forbidden"},
    {"error": "down", "results": []},
]
LONG = " It is told at length in what follows." * 20


@pytest.mark.parametrize("text", FAILURES)
def test_a_failure_is_no_page_and_no_list(text):
    assert read_opened(text) == Opened(failed=True)
    assert read_opened(json.dumps({"text": text})).failed
    assert read_shown(text) == Shown(failed=True)


@pytest.mark.parametrize("text", PAGES)
def test_a_page_about_failing_is_a_page(text):
    assert read_opened(text) == Opened(text)
    assert not says_failed(text)


@pytest.mark.parametrize("text", FAILURES)
def test_a_long_text_that_begins_as_a_failure_is_a_page(text):
    assert read_opened(text + LONG) == Opened(text + LONG)


@pytest.mark.parametrize("record", OBJECTS)
def test_an_object_that_says_it_failed_did(record):
    for output in (record, json.dumps(record)):
        assert read_opened(output).failed
        assert read_opened(output).text is None
    if "url" not in record:
        assert read_shown(record).failed


def test_what_stands_beside_a_page_does_not_undo_it():
    for beside in (
        {"status": "error"},
        {"success": False},
        {"status": 404},
        {"message": "Error: x"},
    ):
        assert read_opened({"docid": "5", "text": LONG, **beside}) == Opened(LONG, doc_ids=("5",))
    for beside in ({"status": "ok"}, {"success": True}, {"status": 200}, {"message": "Found."}):
        assert read_opened({"docid": "5", "text": "b", **beside}) == Opened("b", doc_ids=("5",))
        assert not read_shown({"results": [], **beside}).failed


def test_one_page_that_came_is_enough():
    pages = [{"docid": "5", "text": "404 Not Found"}, {"docid": "6", "text": "Six."}]
    assert read_opened(pages) == Opened("Six.", doc_ids=("5", "6"))
