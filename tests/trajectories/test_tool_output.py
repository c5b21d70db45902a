"""Shown lists and opened documents, in every shape that logs hold them."""

import json

import pytest

from lrat_rank.trajectories.calls.outputs import Opened, Shown, read_opened, read_shown
from lrat_rank.trajectories.model import Impression

HITS = [{"docid": "7", "score": 2, "snippet": "S."}, {"docid": 9, "snippet": "N."}]
SHOWN = (Impression("7", 1, 2.0, "S."), Impression("9", 2, None, "N."))


@pytest.mark.parametrize(
    "output",
    [
        HITS,
        json.dumps(HITS),
        json.dumps(json.dumps(HITS)),
        str(HITS),
        {"results": HITS},
        json.dumps({"results": HITS}),
        {"result": HITS},
        [json.dumps(HITS)],
        [{"type": "text", "text": json.dumps(HITS)}],
        [{"type": "text", "text": json.dumps(hit)} for hit in HITS],
        "".join(json.dumps(hit) for hit in HITS),
        "\n".join(json.dumps(hit, indent=2) for hit in HITS),
        {"content": [{"type": "text", "text": json.dumps(HITS)}], "isError": False},
    ],
)
def test_every_encoding_of_a_list_is_the_same_list(output):
    assert read_shown(output) == Shown(SHOWN)


def test_text_blocks_carry_rank_and_snippet():
    text = (
        "A search found 2 results:\n\n## Web Results\nDocID:7\n[T]\nOne.\nTwo.\n\nDocID: 9 \n[U]\n"
    )
    assert read_shown(text).impressions == (
        Impression("7", 1, snippet="[T]\nOne.\nTwo."),
        Impression("9", 2, snippet="[U]"),
    )


def test_a_doc_id_line_inside_a_snippet_is_no_result():
    text = "## Web Results\nDocID:7\n[T]\nThe page says\nDocID:66\nand more.\n\nDocID:9\n[U]\nN."
    shown = read_shown(text).impressions
    assert [impression.doc_id for impression in shown] == ["7", "9"]
    assert shown[0].snippet == "[T]\nThe page says\nDocID:66\nand more."


def test_bare_doc_id_lines_are_results():
    assert read_shown("DocID:7\nDocID:9").impressions == (Impression("7", 1), Impression("9", 2))


def test_a_document_shown_twice_keeps_its_first_place_and_moves_no_other():
    hits = [{"docid": "7", "snippet": "a"}, {"docid": "7", "snippet": "b"}, {"docid": "9"}]
    assert read_shown(hits).impressions == (Impression("7", 1, snippet="a"), Impression("9", 3))


def test_logged_ranks_count_only_where_they_are_ranks():
    assert [i.rank for i in read_shown([{"docid": "a", "rank": 2}, {"docid": "b", "rank": 5}])
            .impressions] == [2, 5]  # fmt: skip
    assert [i.rank for i in read_shown([{"docid": "a", "rank": 0}, {"docid": "b", "rank": 1}])
            .impressions] == [1, 2]  # fmt: skip


def test_a_result_without_an_id_keeps_the_others_in_place():
    shown = read_shown([{"snippet": "x", "docid": ""}, {"docid": "9"}])
    assert shown == Shown((Impression("9", 2),), unplaced=("shown result without a doc id",))


@pytest.mark.parametrize("score", [float("nan"), float("inf"), "2.5", True, None])
def test_a_score_that_is_no_number_is_no_score(score):
    assert read_shown([{"docid": "7", "score": score}]).impressions == (Impression("7", 1),)


def test_a_broken_off_list_gives_the_ids_it_still_names():
    whole = json.dumps([{"docid": "7", "snippet": 'says "docid": "66"'}, {"docid": 9}])
    shown = read_shown(whole[:-2])
    assert shown.impressions == (Impression("7", 1), Impression("9", 2))
    assert shown.unplaced == ("search output broken off: doc ids only",)


@pytest.mark.parametrize(
    "output",
    [
        None,
        "",
        "null",
        "Search error for query 'q': refused",
        "Error executing search: timeout",
        "[Search] Invalid request format: Input must be a JSON object containing 'query' field",
        '{"error": "down"}',
        {"content": [{"type": "text", "text": "down"}], "isError": True},
    ],
)
def test_a_failed_search_is_told_from_an_empty_one(output):
    assert read_shown(output) == Shown(failed=True)
    assert read_shown("[]") == Shown(failed=False)


@pytest.mark.parametrize(
    ("output", "opened"),
    [
        ("Document 5:\nError: the book\nis a book.", Opened("Error: the book\nis a book.")),
        ("Document 5:\n{'docid': '5', 'text': 'a\\nb'}", Opened("a\nb", doc_ids=("5",))),
        ("Document 5:\n{'docid': '5', 'text': 'cut", Opened("{'docid': '5', 'text': 'cut")),
        ('{"docid": 5, "text": "b"}', Opened("b", doc_ids=("5",))),
        ({"docid": "5", "text": "b"}, Opened("b", doc_ids=("5",))),
        ([{"type": "text", "text": '{"docid": "5", "text": "b"}'}], Opened("b", doc_ids=("5",))),
        ([{"docid": "5", "text": "b"}, {"docid": "6", "text": "c"}], Opened("b\n\nc", False,
            ("5", "6"))),
        ("Document 7 was not found until 1901.", Opened("Document 7 was not found until 1901.")),
        ("Errors and their uses, a history.", Opened("Errors and their uses, a history.")),
        ("[1] A footnote.", Opened("[1] A footnote.")),
        ("[1, 2]", Opened("[1, 2]")),
        ('{"docid": "5"}', Opened(None, doc_ids=("5",))),
    ],
)  # fmt: skip
def test_the_body_of_a_document_is_found_in_every_shape(output, opened):
    assert read_opened(output) == opened


@pytest.mark.parametrize(
    "output",
    [
        None,
        "null",
        "None",
        "",
        "Document 5:\nnull",
        "[Document not found] docid=5",
        "[Error retrieving 5]: refused",
        "[get_document] Invalid request format: Input must be a JSON object",
        "Document with docid '5' not found",
        "Error: Tool visit not found",
        '{"error": "Document with docid \'5\' not found"}',
    ],
)
def test_a_document_that_did_not_open_failed(output):
    assert read_opened(output).failed
    assert read_opened(output).text is None
