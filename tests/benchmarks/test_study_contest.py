"""Trees of the largest other collection, and what the labels at home add to them."""

import numpy as np
import pytest
from msgspec.structs import replace
from study import beforehand as beforehand_module
from study import contest as contest_module
from study import contest_trees
from study.beforehand import Beforehand
from study.budget import Budget
from study.contest import CASCADE, JUDGED, LIGHTGBM, ONWARD, SYSTEMS, Bench, Contest
from study.contest_split import Split
from study.contest_trees import choose_settings
from study.judged import judged_lists
from study.material import SUB_QUESTIONS, Material
from study.results import Results
from study.states import with_sessions
from study.trained import TextRanker, train_trees
from study_collection import place_of, write_collection

BUDGET = Budget(threads=1)


@pytest.fixture(scope="module")
def materials(tmp_path_factory) -> dict[str, Material]:
    """Three collections; the larger the name, the more questions."""
    root = tmp_path_factory.mktemp("contest")
    for name, questions in (("few", 8), ("more", 14), ("most", 20)):
        write_collection(root, name, seed=questions, documents=220, questions=questions)
    return {name: Material(name, place_of(root)) for name in ("few", "more", "most")}


@pytest.fixture(autouse=True)
def small_grid(monkeypatch):
    """Few and small trees, so that a fold takes seconds."""
    quick = {"rounds": 20, "patience": 5, "folds": 2}
    monkeypatch.setattr(contest_trees, "GRID", (quick, quick | {"num_leaves": 4}))


def ordering(material: Material) -> int:
    return sum(one.orders_something for one in material.mined.cues)


def test_the_largest_other_collection_has_most_lists_that_order_something(materials):
    few, more, most = materials.values()
    assert ordering(few) < ordering(more) < ordering(most)
    beforehand = Beforehand([few, more, most], BUDGET)
    assert beforehand.largest(few) is beforehand.largest(more) is most
    assert beforehand.largest(most) is more
    assert Beforehand([few], BUDGET).largest(few) is None


def test_trees_of_a_collection_are_trained_once_and_on_nothing_of_the_home(materials, monkeypatch):
    asked = []

    def watched(material, labels, options):
        asked.append((material.name, {one.trajectory_id for one in labels}))
        return train_trees(material, labels, options)

    monkeypatch.setattr(beforehand_module, "train_trees", watched)
    few, more, most = materials.values()
    beforehand = Beforehand([few, more, most], BUDGET)
    assert beforehand.trees(few) is beforehand.trees(more)
    [(name, runs)] = asked
    assert name == "most"
    assert runs >= {one.trajectory_id for one in most.mined.cues}


def test_at_home_the_trees_of_the_other_collection_come_first_and_their_scale_stays(
    materials, tmp_path
):
    few, _, most = materials.values()
    beforehand = Beforehand([few, most], BUDGET)
    bench = Bench(Split(few, 0), BUDGET, tmp_path, beforehand)
    base, found = beforehand.trees(few), bench.onward
    assert found.material is few
    assert found.fitted.scale == base.fitted.scale
    assert found.fitted.rounds >= base.fitted.rounds > 0
    lists = few.tasks["sub-questions"].lists[:5]
    matrix = few.bank.matrix(lists, context=False)
    first = [
        one.fitted.trees.predict(matrix.values, rounds=base.fitted.rounds) for one in (base, found)
    ]
    np.testing.assert_array_equal(*first)


def test_the_settings_are_those_of_the_new_trees(materials):
    few, _, most = materials.values()
    base = train_trees(most, most.mined.cues, choose_settings(most, most.mined.cues, BUDGET)[0])
    options, told = choose_settings(few, few.mined.cues, BUDGET, base)
    assert "rounds 20" in told
    never = replace(options, surety=1000.0)
    same = train_trees(few, few.mined.cues, never, base=base)
    assert same.fitted.model == base.fitted.model


def test_a_fold_gives_the_system_where_there_is_another_collection_and_passes_it_over_where_not(
    materials, tmp_path
):
    few, _, most = materials.values()
    assert SYSTEMS.index(ONWARD) == SYSTEMS.index(LIGHTGBM) + 1
    results = Results(tmp_path / "results.jsonl", "")
    contest = Contest([few], BUDGET, tmp_path / "models", [ONWARD], [few, most])
    [made] = contest.fold(few, 0, results)
    assert made.ranker == f"few {ONWARD}"
    assert made.notes["from"] == "most"
    assert made.notes["trees"] >= made.notes["trees before"]
    assert all(made.values.values())
    alone = Contest([few], BUDGET, tmp_path / "models", [ONWARD])
    assert list(alone.fold(few, 0, results)) == []


def test_judgements_of_the_training_questions_alone_are_told_to_the_trees(materials, tmp_path):
    few = materials["few"]
    task = few.tasks[SUB_QUESTIONS]
    split = Split(few, 0)
    lists = judged_lists([task], few.units - split.tested)
    assert lists
    assert split.tested.isdisjoint(one.group for one in lists)
    for one in lists:
        told = dict(zip(one.doc_ids, one.gains, strict=True))
        assert told == {d: task.qrels[one.query_id].get(d, 0) for d in one.doc_ids}
        assert len(set(told.values())) > 1
    contest = Contest([few], BUDGET, tmp_path, [JUDGED])
    bench = Bench(split, BUDGET, tmp_path, Beforehand([few], BUDGET))
    assert split.tested.isdisjoint(one.group for one in bench.judgements)
    [made] = contest.fold(few, 0, Results(tmp_path / "results.jsonl", ""))
    assert made.ranker == f"few {JUDGED}"
    assert made.lists == len(bench.judgements)
    asked = set(made.values[SUB_QUESTIONS])
    assert asked == {one.query_id for one in task.part(split.tested)}


class Oracle:
    """Scores what labels call relevant above all else, or below it."""

    def __init__(self, material: Material, sign: int) -> None:
        self.sign = sign
        self.relevant = {
            (one.query, candidate.doc_id)
            for one in with_sessions(material.mined.cues)
            for candidate in one.candidates
            if candidate.gain > 0
        }

    def score(self, lists):
        return [
            np.array([self.sign * ((one.query, d) in self.relevant) for d in one.doc_ids], float)
            for one in lists
        ]


@pytest.mark.parametrize("better", ["warmed up", "trained"])
def test_a_cascade_takes_the_cross_encoder_that_validation_lists_order_best(
    materials, tmp_path, monkeypatch, better
):
    most = materials["most"]
    seconds = {name: TextRanker(Oracle(most, -1), tmp_path) for name in ("warmed up", "trained")}
    seconds[better] = TextRanker(Oracle(most, 1), tmp_path)

    def train(home, labels, options, out, *, lists, validation):
        return seconds["trained"]

    monkeypatch.setattr(beforehand_module, "warmed_in_turn", lambda materials, budget: [tmp_path])
    monkeypatch.setattr(contest_module, "train_cross_encoder_on", train)
    monkeypatch.setattr(beforehand_module, "cross_encoder_in", lambda *_: seconds["warmed up"])
    bench = Bench(Split(most, 0), BUDGET, tmp_path, Beforehand([most], BUDGET))
    found = bench.result("home", CASCADE, bench.cascade, [most.tasks[SUB_QUESTIONS]], 0.0, None)
    assert found.notes["second"] == better
    assert found.notes["blend"] > 0
    values = found.values[SUB_QUESTIONS]
    assert values.keys() == most.tasks[SUB_QUESTIONS].question_of.keys()


def test_folds_choose_their_start_on_training_lists_and_share_what_was_read(
    materials, tmp_path, monkeypatch
):
    most = materials["most"]
    warmed = [tmp_path / name for name in ("worse", "better")]
    asked = []

    class Watched(Oracle):
        def score(self, lists):
            asked.append([one.query for one in lists])
            return super().score(lists)

    def load(folder, home, precision):
        return Watched(home, 1 if folder.name == "better" else -1)

    monkeypatch.setattr(beforehand_module, "warmed_in_turn", lambda materials, budget: warmed)
    monkeypatch.setattr(beforehand_module, "cross_encoder_in", load)
    beforehand = Beforehand([most], BUDGET)
    first, second = Split(most, 0), Split(most, 1)
    for split in (first, second):
        assert Bench(split, BUDGET, tmp_path, beforehand).start.name == "better"
    ids = {one.query_id for one in first.training}
    assert {one.query_id for one in first.sampled(50)} < ids
    both = {one.query for one in first.training} & {one.query for one in second.training}
    read_anew = [set(queries) for queries in asked[2:]]
    assert both
    assert all(both.isdisjoint(queries) for queries in read_anew)
