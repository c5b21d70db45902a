"""The six real LRAT runs."""

import json

import pytest

from lrat_rank.trajectories import Browse, ReadReport, Reasoning, Search, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def runs(shared):
    folder = shared / "trajectories" / "lrat"
    report = ReadReport()
    trajectories = list(read_trajectories([folder], setting=ReadSetting(report)))
    logged = [json.loads((folder / f"{t.trajectory_id}.json").read_text()) for t in trajectories]
    return trajectories, logged, report


def test_all_runs_are_read_in_name_order_and_nothing_is_left_out(runs):
    trajectories, _, report = runs
    assert [t.trajectory_id for t in trajectories] == ["1", "10", "11", "14", "17", "4"]
    assert report.skipped == []
    assert report.unplaced == {}
    assert report.failed == {}


def test_turns_are_as_many_as_each_log_counts(runs):
    for trajectory, logged in zip(*runs[:2], strict=True):
        counts = logged["tool_call_counts"]
        searches = [t for t in trajectory.turns if isinstance(t, Search)]
        browses = [t for t in trajectory.turns if isinstance(t, Browse)]
        assert len(searches) == counts["search"]
        assert len(browses) == counts.get("get_document", 0) + counts.get("visit", 0)
        assert len(trajectory.turns) == len(logged["result"])


def test_every_list_has_the_documents_the_log_retrieved(runs):
    for trajectory, logged in zip(*runs[:2], strict=True):
        searches = [t for t in trajectory.turns if isinstance(t, Search)]
        browses = [t for t in trajectory.turns if isinstance(t, Browse)]
        assert all([i.rank for i in s.impressions] == list(range(1, 11)) for s in searches)
        shown = {i.doc_id for s in searches for i in s.impressions}
        opened = {b.doc_id for b in browses}
        assert shown | opened == set(logged["retrieved_docids"])
        assert all(i.snippet.startswith("[") for s in searches for i in s.impressions)


def test_every_result_line_of_the_reference_rule_is_an_impression(runs):
    for trajectory, logged in zip(*runs[:2], strict=True):
        outputs = [step["output"] for step in logged["result"] if step["tool_name"] == "search"]
        by_line = [
            [line[6:].strip() for line in output.split("\n") if line.startswith("DocID:")]
            for output in outputs
        ]
        searches = [t for t in trajectory.turns if isinstance(t, Search)]
        assert [[i.doc_id for i in s.impressions] for s in searches] == by_line


def test_every_browse_has_a_clean_id_and_the_text_of_its_document(runs, shared):
    with (shared / "trajectories" / "lrat-corpus.jsonl").open() as lines:
        corpus = {d["docid"]: d["text"] for d in map(json.loads, lines)}
    browses = [t for trajectory in runs[0] for t in trajectory.turns if isinstance(t, Browse)]
    assert len(browses) == 15
    for browse in browses:
        assert browse.doc_id.isdigit()
        assert browse.text.strip() == corpus[browse.doc_id].strip()


def test_reasoning_stays_one_turn_an_item(runs):
    for trajectory, logged in zip(*runs[:2], strict=True):
        texts = [t.text for t in trajectory.turns if isinstance(t, Reasoning)]
        assert texts == [s["output"] for s in logged["result"] if s["type"] == "reasoning"]
