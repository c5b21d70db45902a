"""OpenResearcher: link numbers become documents, through cursors, scrolling, finding, errors."""

import json

import pytest
from cpu_time import cpu_seconds
from message_samples import browser_call, openresearcher_run, results, view

from lrat_rank.trajectories import Answer, Browse, OtherCall, ReadReport, Reasoning, Search
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.matching import DocumentMatcher
from lrat_rank.trajectories.messages.browser_pages import read_page
from lrat_rank.trajectories.messages.openresearcher import OPENRESEARCHER, read_run

SERP = results(
    0,
    "q",
    "  * 【0†Seven - a number that is ",
    "odd†ex.org】 It is prime ",
    "and odd.",
    "  * 【1†Nine†ex.org】 Nine is odd.",
    "  * 【2†Two†two.org】 Two.",
)
SEARCH = ("Look.", browser_call(1, "search", query="q", topn=10), SERP)
SEVEN = view(1, "Seven - a number that is odd", "https://ex.org/7", "Seven is odd.")


def read(*exchanges, report=None, documents=None, **fields):
    record = openresearcher_run(*exchanges, **fields)
    assert OPENRESEARCHER.recognises(record)
    setting = ReadSetting(report or ReadReport(), documents=documents)
    return read_run(record, trajectory_id="t", source="x", setting=setting)


def opened(number, page, **arguments):
    return ("", browser_call(number, "open", **arguments), page)


def test_a_link_opened_by_its_number_names_the_shown_document():
    report = ReadReport()
    trajectory = read(SEARCH, opened(2, SEVEN, cursor=0, id=0), report=report)
    _, search, browse, answer = trajectory.turns
    assert trajectory.turns[0] == Reasoning("Look.")
    assert (search.query, browse) == ("q", Browse("https://ex.org/7", "Seven is odd."))
    (shown,) = search.impressions
    assert (shown.doc_id, shown.rank) == ("https://ex.org/7", 1)
    assert shown.snippet == "Seven - a number that is odd\nIt is prime and odd."
    assert answer == Answer("Exact Answer: 7")
    assert report.unplaced == {"shown result without a doc id": 2}
    assert (trajectory.question, trajectory.answer, trajectory.status) == ("Which?", "7", "success")


def test_a_link_keeps_its_place_in_the_list():
    nine = view(1, "Nine", "https://ex.org/9", "Nine is odd.")
    _, search, *_ = read(SEARCH, opened(2, nine, id=1)).turns
    assert [(i.doc_id, i.rank) for i in search.impressions] == [("https://ex.org/9", 2)]


def test_links_are_those_of_the_page_that_the_cursor_names():
    other = results(1, "again", "  * 【0†Two†two.org】 Two.")
    two = view(2, "Two", "https://two.org/", "Two is even.")
    again = ("", browser_call(2, "search", query="again"), other)
    turns = read(
        SEARCH,
        again,
        opened(3, "Error fetching URL: timeout", cursor=0, id=2),
        opened(4, two, id=0),
        opened(5, "Error: gone", cursor=0, id=0),
    ).turns
    browses = [turn for turn in turns if isinstance(turn, Browse)]
    assert [(b.doc_id, b.failed) for b in browses] == [
        ("https://two.org/", True), ("https://two.org/", False),
    ]  # fmt: skip
    assert OtherCall("browser.open") in turns
    searches = [turn for turn in turns if isinstance(turn, Search)]
    assert [[i.doc_id for i in s.impressions] for s in searches] == [["https://two.org/"]] * 2


@pytest.mark.parametrize("identifier", [9, "9", -1, None])
def test_a_link_that_leads_nowhere_is_counted(identifier):
    report = ReadReport()
    turns = read(
        ("", browser_call(1, "open", cursor=0, id=identifier), "No pages to access!"), report=report
    ).turns
    assert turns[0] == OtherCall("browser.open")
    assert report.unplaced == {"browse without a doc id": 1}


def test_scrolling_and_finding_read_the_same_document_again():
    more = view(2, "Seven - a number that is odd", "https://ex.org/7", "More.")
    find = view(
        3, "Find results for text: `odd` in `Seven`", "https://ex.org/7/find?pattern=odd",
        "# 【0†match at L3】", "odd",
    )  # fmt: skip
    back = view(4, "Seven - a number that is odd", "https://ex.org/7", "Again.")
    turns = read(
        SEARCH,
        opened(2, SEVEN, id=0),
        opened(3, more, cursor=1, loc=3),
        ("", browser_call(4, "find", pattern="odd", cursor=2), find),
        opened(5, back, id=0),
        opened(6, "Invalid location parameter: `900`. Cannot exceed it.", loc=900),
    ).turns
    browses = [turn for turn in turns if isinstance(turn, Browse)]
    assert [b.doc_id for b in browses] == ["https://ex.org/7"] * 5
    assert [b.failed for b in browses] == [False] * 4 + [True]
    assert browses[1].text == "More."


def test_scrolling_a_result_list_adds_to_the_list_of_its_search():
    second = results(1, "q", "  * 【3†Four†four.org】 Four.")
    four = view(2, "Four", "https://four.org/", "Four is even.")
    turns = read(SEARCH, opened(2, second, cursor=0, loc=9), opened(3, four, cursor=1, id=3)).turns
    search = turns[1]
    assert [(i.doc_id, i.rank) for i in search.impressions] == [("https://four.org/", 4)]
    assert turns[2:4] == (OtherCall("browser.open"), Browse("https://four.org/", "Four is even."))


def test_a_page_opened_by_its_address_names_the_links_to_it():
    two = view(1, "Two", "https://two.org/", "Two is even.")
    _, search, browse, _ = read(SEARCH, opened(2, two, id="https://two.org/")).turns
    assert browse.doc_id == "https://two.org/"
    assert [(i.doc_id, i.rank) for i in search.impressions] == [("https://two.org/", 3)]


def test_the_corpus_names_every_link_whose_title_it_has_once():
    corpus = DocumentMatcher([("d7", "Seven - a number that is odd", "x"), ("wiki:9", "Nine", "y"),
                              ("d2", "Two", "z")])  # fmt: skip
    nine = view(1, "Nine", "https://ex.org/9", "Nine is odd.")
    report = ReadReport()
    turns = read(SEARCH, opened(2, nine, id=1), documents=corpus, report=report).turns
    assert [i.doc_id for i in turns[1].impressions] == ["d7", "wiki:9", "d2"]
    assert turns[2].doc_id == "wiki:9"
    assert report.unplaced == {}


def test_a_search_without_results_did_not_fail_and_one_that_broke_did():
    asked = browser_call(1, "search", query="q")
    none = "Error during search for `q`: No results returned for any query: ['q']"
    assert not read(("", asked, none)).turns[0].failed
    assert read(("", asked, "Error during search for `q`: Search error 500: x")).turns[0].failed
    assert read(("", asked, json.dumps({"error": "Invalid function arguments"}))).turns[0].failed


def harmony(role, text, **fields):
    return {"role": role, "content": [{"type": "text", "text": text}], **fields}


def test_harmony_messages_are_read_as_chat_messages_are():
    messages = [
        harmony("user", "Which?"),
        harmony("assistant", "Look.", channel="analysis"),
        harmony("assistant", '{"query": "q"}', channel="commentary", recipient="browser.search"),
        harmony("tool", SERP, name="browser.search"),
        harmony("assistant", '{"id": 0}', channel="analysis", recipient="browser.open"),
        harmony("tool", SEVEN, name="browser.open"),
        harmony("assistant", "It helps.", channel="analysis"),
        harmony("assistant", "Exact Answer: 7", channel="final"),
    ]
    record = {"qid": 39, "question": "Which?", "messages": messages}
    assert OPENRESEARCHER.recognises(record)
    turns = read_run(record, trajectory_id="t", source="x", setting=ReadSetting()).turns
    chat = read(SEARCH, opened(2, SEVEN, id=0)).turns
    assert turns == (*chat[:3], Reasoning("It helps."), chat[3])


def test_a_failed_row_has_no_turns():
    row = {"qid": 1, "question": "Which?", "messages": [], "attempts": 5, "status": "fail"}
    assert OPENRESEARCHER.recognises(row)
    trajectory = read_run(row, trajectory_id="t", source="x", setting=ReadSetting())
    assert (trajectory.turns, trajectory.status, trajectory.question) == ((), "fail", "Which?")


def test_an_address_is_read_whole_though_it_is_wrapped_and_unquoted():
    address = "https://ex.org/wiki/" + "a" * 60 + "%C5%BE(b)"
    shown = "https://ex.org/wiki/" + "a" * 60 + "ž(b)"
    line = f"URL: {address}"
    head = f"[1] T (x) ({shown})\n**viewing lines [0 - 3] of 9**\n\n"
    page = read_page(f"{head}L0: \nL1: {line[:80]}\nL2: {line[80:]}\nL3: Body.")
    assert (page.title, page.url, page.text) == ("T (x)", address, "Body.")


@pytest.mark.parametrize("head", ["x (" * 50_000 + ")", "【1†" * 50_000, "\n" * 100_000])
def test_a_page_that_is_none_takes_no_time(head):
    page = f"[0] {head}\n**viewing lines [0 - 1] of 1**\n\n{head}"
    assert cpu_seconds(lambda: read_page(page), enough=2) < 2
