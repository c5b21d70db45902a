"""What a session has read or was shown: tagged, demoted, or left as it is."""

import json

import pytest
from slow_rankers import LongIndex, Reverse

from lrat_rank.serving import SearchTool
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.exploration import Swaps
from lrat_rank.trajectories import read_trajectories


def tool(already_read="tag"):
    options = EngineOptions(k=3, depth=8, already_read=already_read)
    return SearchTool(Engine(LongIndex(size=8), Reverse(), options))


def ids(hits):
    return [hit.doc_id for hit in hits]


def tags(hits):
    return [(hit.doc_id, hit.already_read, hit.already_shown) for hit in hits]


def test_documents_seen_before_are_tagged_where_they_stand():
    session = tool()
    assert tags(session.search("q")) == [("d07", 0, 0), ("d06", 0, 0), ("d05", 0, 0)]
    session.get_document("d06")
    session.get_document("d04")
    assert tags(session.search("other", 4)) == [
        ("d07", False, True),
        ("d06", True, True),
        ("d05", False, True),
        ("d04", True, False),
    ]


def test_demoted_ones_make_room_for_new_ones_before_the_cut():
    session = tool("demote")
    assert ids(session.search("q")) == ["d07", "d06", "d05"]
    session.get_document("d07")
    assert ids(session.search("other")) == ["d04", "d03", "d02"]


def test_opened_ones_stand_below_shown_ones_and_each_kind_keeps_its_order():
    session = tool("demote")
    session.search("q")
    session.get_document("d07")
    session.get_document("d01")
    hits = session.search("other", 8)
    assert ids(hits) == ["d04", "d03", "d02", "d00", "d06", "d05", "d07", "d01"]
    assert [hit.score for hit in hits] == [4.0, 3.0, 2.0, 0.0, 6.0, 5.0, 7.0, 1.0]
    assert [hit.rank for hit in hits] == list(range(1, 9))
    assert [hit.already_read for hit in hits][-2:] == [True, True]


def test_kept_ones_are_neither_moved_nor_tagged():
    session = tool("keep")
    first = session.search("q")
    session.get_document("d07")
    assert session.search("q") == first


def test_demotion_also_reaches_documents_the_ranker_had_no_time_for():
    session = tool("demote")
    session.search("q", 3)
    assert ids(session.search("q", 8))[-3:] == ["d07", "d06", "d05"]


@pytest.mark.parametrize("mode", ["tag", "demote"])
def test_what_one_session_read_is_new_to_another_and_to_unknown_agents(mode):
    session = tool(mode)
    first = session.search("q")
    session.get_document("d07")
    assert session.session().search("q") == first
    mixed = session.mixed()
    assert mixed.search("q") == mixed.search("q") == first


def test_a_document_that_is_not_there_was_not_read():
    session = tool("demote")
    session.get_document("d99")
    assert tags(session.search("q"))[0] == ("d07", False, False)


def test_a_remembered_search_is_taken_in_and_logged_like_any_other(tmp_path):
    class Contextless(Reverse):
        reads_context = False

    def work(entries, folder):
        options = EngineOptions(k=2, depth=8, cache_entries=entries, already_read="demote")
        engine = Engine(LongIndex(size=8), Contextless(), options)
        session = SearchTool(engine).session(log=folder, session_id="s")
        calls = [session.search_with_answer("q", reasoning=f"thought {n}") for n in range(3)]
        shown = [hits for hits, _ in calls]
        [trajectory] = read_trajectories([folder])
        told = [
            (type(turn).__name__, getattr(turn, "text", ""), getattr(turn, "impressions", ()))
            for turn in trajectory.turns
        ]
        return shown, told, calls[-1][1].flags.cached

    *with_cache, cached = work(100, tmp_path / "with")
    *without, uncached = work(0, tmp_path / "without")
    assert with_cache == without
    assert (cached, uncached) == (True, False)


def test_the_log_tells_how_each_list_came_about_and_under_which_name(tmp_path):
    options = EngineOptions(k=2, depth=8, explore=Swaps(0.5), cache_entries=0)
    session = SearchTool(Engine(LongIndex(size=8), Reverse(), options)).session(
        log=tmp_path, session_id="mine"
    )
    session.search("q", question="Who?", reasoning="A thought.")
    session.end()
    [trajectory] = read_trajectories([tmp_path])
    assert (trajectory.trajectory_id, trajectory.question) == ("mine", "Who?")
    reasoning, search = trajectory.turns
    assert reasoning.text == "A thought."
    assert {one.propensity for one in search.impressions} == {0.5}
    [line] = [one for one in read_lines(tmp_path) if one["kind"] == "search"]
    assert line["flags"] == {"depth_used": 8}


def read_lines(folder):
    return [
        json.loads(line)
        for path in folder.iterdir()
        if path.is_file()
        for line in path.read_text().splitlines()
    ]
