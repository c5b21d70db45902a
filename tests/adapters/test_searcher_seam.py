"""What retrievers give of a search, and what one query knows of another."""

import pytest
from adapter_world import FOUND, FOUND_SCORES, DocIdScores, made_tool

from lrat_rank.adapters.searcher import Searcher
from lrat_rank.errors import InputError


def test_documents_come_in_the_search_tools_order_with_what_is_known_of_them():
    found = Searcher(made_tool()).find("poet")
    assert [one.doc_id for one in found] == FOUND
    assert [one.score for one in found] == FOUND_SCORES
    assert found[1].text == "Ana Lor\nA poet  of the coast.\nShe wrote odes."
    assert found[1].metadata == {"doc_id": "1", "rank": 2, "title": "Ana Lor"}


def test_a_document_without_a_title_has_none_among_its_metadata():
    assert Searcher(made_tool()).find("fish")[0].metadata == {"doc_id": "03", "rank": 1}


def test_nothing_found_is_no_documents():
    assert Searcher(made_tool()).find("zebra") == []


@pytest.mark.parametrize(("own", "asked", "count"), [(1, None, 1), (None, 2, 2), (1, 3, 3)])
def test_a_call_may_ask_for_another_number(own, asked, count):
    assert len(Searcher(made_tool(), k=own).find("poet", asked)) == count


@pytest.mark.parametrize("k", [0, 101])
def test_a_number_no_search_can_show_is_refused_at_once(k):
    with pytest.raises(InputError, match="k must be 1 to 100"):
        Searcher(made_tool(), k=k)


@pytest.mark.parametrize("one_session", [False, True])
def test_a_query_knows_of_the_one_before_only_within_one_session(one_session):
    ranker = DocIdScores()
    searcher = Searcher(made_tool(ranker), one_session=one_session)
    searcher.find("poet")
    searcher.find("odes")
    assert ranker.asked[1].context.previous_queries == (("poet",) if one_session else ())
