"""The search tool: what it shows, in which order, and what it refuses."""

import threading

import numpy as np
import pytest
from untimed import untimed

from lrat_rank.collections import Document
from lrat_rank.errors import InputError, LratRankError
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import Engine, EngineOptions, OpenedDocument, SearchHit, SearchTool
from lrat_rank.trajectories import Browse, Impression, Search, read_trajectories


def test_without_a_ranker_the_first_stage_orders(index):
    hits = SearchTool(Engine(index, options=EngineOptions(k=3))).search("poet odes")
    assert [(hit.doc_id, hit.rank, hit.score) for hit in hits] == [
        ("four", 1, 2.0),
        ("1", 2, 2.0),
        ("2", 3, 1.0),
    ]


def test_a_ranker_orders_and_its_scores_are_shown(index, ranker):
    hits = SearchTool(Engine(index, ranker)).search("poet odes")
    assert [(hit.doc_id, hit.score) for hit in hits] == [("2", 2.5), ("1", 0.5), ("four", 0.25)]


def test_the_ranker_sees_depth_candidates_though_fewer_are_shown(index, ranker):
    hits = SearchTool(Engine(index, ranker, EngineOptions(k=1, depth=2))).search("poet odes")
    assert ranker.asked[0].doc_ids == ("four", "1")
    assert ranker.asked[0].query == "poet odes"
    assert [hit.doc_id for hit in hits] == ["1"]


def test_a_search_may_ask_for_more_than_depth(index):
    tool = SearchTool(Engine(index, options=EngineOptions(k=1, depth=2)))
    assert len(tool.search("poet odes", k=3)) == 3
    assert index.depths == [3]


def test_the_snippet_opens_with_the_title(index):
    first = SearchTool(Engine(index, options=EngineOptions(k=1, snippet_tokens=4))).search("coast")[
        0
    ]
    assert first == SearchHit("1", 1, 1.0, snippet="Ana Lor\nA poet", title="Ana Lor")


def test_a_query_that_matches_nothing_gives_no_hits(index, ranker):
    assert SearchTool(Engine(index, ranker)).search("zebra") == []


def test_hybrid_is_the_default_where_the_index_has_vectors(index, dense_index):
    assert SearchTool(Engine(index)).stage == "bm25"
    assert SearchTool(Engine(dense_index)).stage == "hybrid"
    assert SearchTool(Engine(dense_index, options=EngineOptions(stage="dense"))).stage == "dense"


def test_a_stage_the_index_lacks_is_refused_before_any_search(index):
    with pytest.raises(InputError, match="stage"):
        SearchTool(Engine(index, options=EngineOptions(stage="dense")))


@pytest.mark.parametrize("settings", [{"k": 0}, {"k": 101}, {"k": 10, "depth": 9}, {"depth": 1001}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(InputError, match="must be"):
        EngineOptions(**settings)


@pytest.mark.parametrize(
    ("query", "k"), [("", 5), (" \n", 5), ("x" * 4097, 5), ("x", 0), ("x", 101)]
)
def test_a_bad_call_is_refused_and_leaves_no_trace(index, tmp_path, query, k):
    tool = SearchTool(Engine(index), log=tmp_path)
    with pytest.raises(InputError, match=r"(query|k) must be"):
        tool.search(query, k)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_query_is_answered(index):
    assert SearchTool(Engine(index)).search("poet" + " " * 5000) != []
    assert SearchTool(Engine(index)).search("x" * 4096) == []


def test_a_document_is_opened_in_full(index):
    opened = SearchTool(Engine(index)).get_document("1")
    assert opened == OpenedDocument("1", "A poet  of the coast.\nShe wrote odes.", "Ana Lor")
    assert opened.contents == "Ana Lor\nA poet  of the coast.\nShe wrote odes."


def test_an_unknown_document_is_none(index):
    assert SearchTool(Engine(index)).get_document("3") is None


@pytest.mark.parametrize("doc_id", ["", " ", "x" * 1025])
def test_an_id_that_can_be_none_is_refused_and_leaves_no_trace(index, tmp_path, doc_id):
    with pytest.raises(InputError, match="doc_id must be text of 1 to 1,024 characters"):
        SearchTool(Engine(index), log=tmp_path).get_document(doc_id)
    assert list(tmp_path.iterdir()) == []


def test_a_ranker_that_breaks_down_is_not_sorted_over(index):
    class Broken:
        def score(self, lists):
            return [np.full(len(candidates.doc_ids), np.nan) for candidates in lists]

    with pytest.raises(LratRankError, match="Broken gave document"):
        SearchTool(Engine(index, Broken(), EngineOptions(fallback=False))).search("poet")


def test_calls_from_several_threads_reach_the_ranker_one_at_a_time(index):
    class Jealous:
        busy = threading.Lock()

        def score(self, lists):
            assert self.busy.acquire(blocking=False)
            threading.Event().wait(0.02)
            self.busy.release()
            return [np.zeros(len(candidates.doc_ids)) for candidates in lists]

    tool, answers = SearchTool(Engine(index, Jealous())), []
    threads = [
        threading.Thread(target=lambda: answers.append(tool.search("poet"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4


def test_a_session_is_logged_as_it_was_shown(index, ranker, tmp_path):
    tool = SearchTool(Engine(index, ranker, EngineOptions(k=2, snippet_tokens=2)), log=tmp_path)
    hits = tool.search(" poet odes ")
    tool.get_document("2")
    tool.get_document("nowhere")
    tool.search("zebra")
    [trajectory] = read_trajectories([tmp_path])
    shown = tuple(Impression(h.doc_id, h.rank, h.score, h.snippet) for h in hits)
    assert untimed(trajectory.turns) == (
        Search("poet odes", shown),
        Browse("2", text="Vell\nThe harbour town of poets."),
        Browse("nowhere", failed=True),
        Search("zebra"),
    )
    assert trajectory.retriever == "bm25 > FixedScores"


def test_warming_up_asks_every_stage_and_is_not_logged(index, tmp_path, ranker):
    SearchTool(Engine(index, ranker), log=tmp_path).warm()
    assert index.depths == [100]
    assert len(ranker.asked) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_tool_opened_from_a_folder_has_all_the_settings_of_a_served_one(tmp_path):
    text = "It rained for days. The keeper of the light left. A poet came."
    Index.build([Document("1", text)], tmp_path / "index", IndexOptions(encoder="none"))
    options = EngineOptions(
        k=3, depth=7, snippet="best", snippet_tokens=3, already_read="demote", cache_entries=2
    )
    tool = SearchTool.open(tmp_path / "index", options=options, log=tmp_path / "log")
    assert tool.engine.options == options
    _, answer = tool.search_with_answer("poet")
    [hit], again = tool.search_with_answer(" poet\n")
    assert hit.snippet == "A poet came."
    assert hit.already_shown
    assert (answer.flags.cached, again.flags.cached) == (False, True)
    [trajectory] = read_trajectories([tmp_path / "log"])
    assert len(trajectory.turns) == 2
    with pytest.raises(InputError, match="passages must be 1, or used with a ranker that reads"):
        SearchTool.open(tmp_path / "index", passages=2)
