"""The contest: what is trained on what, what is chosen on what, and the tables of it."""

import sys
from typing import Any

import numpy as np
import pytest
import rankers
from study import beforehand as beforehand_module
from study import contest_bench as bench_module
from study import judged as judged_module
from study.beforehand import Beforehand
from study.budget import Budget
from study.contest import TRANSFER_FOLD, Contest, Entry
from study.contest_bench import Bench, System
from study.contest_split import Split
from study.contest_tables import away_table, home_table
from study.judged import judged_lists
from study.material import QUESTIONS, SUB_QUESTIONS, Material
from study.place import Place
from study.results import Results
from study.settings import lightgbm_options
from study.states import with_sessions
from study.trained import TextRanker, train_trees
from study_collection import place_of, write_collection

from lrat_rank.models.lightgbm.options import LightGBMOptions

BUDGET = Budget(threads=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """Three collections; the larger the name, the more questions."""
    root = tmp_path_factory.mktemp("contest")
    for name, questions in (("few", 8), ("more", 14), ("most", 20)):
        write_collection(root, name, seed=questions, documents=220, questions=questions)
    return place_of(root)


@pytest.fixture(scope="module")
def materials(place) -> dict[str, Material]:
    return {name: Material(name, place) for name in ("few", "more", "most")}


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    """Few trees, so that a fold takes seconds; in this process."""

    def few(budget: Budget, intensity: str = "both", **more: Any) -> LightGBMOptions:
        quick = {"rounds": 20, "patience": 5, "folds": 2}
        return lightgbm_options(budget, intensity, changes=quick | more.get("changes", {}))

    for module in (beforehand_module, bench_module, judged_module):
        monkeypatch.setattr(module, "lightgbm_options", few)


def ordering(material: Material) -> int:
    return sum(one.orders_something for one in material.cues)


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
    assert runs >= {one.trajectory_id for one in most.cues}


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


def test_where_new_trees_are_not_surely_better_those_of_the_other_collection_stay(materials):
    few, _, most = materials.values()
    base = train_trees(most, most.cues, lightgbm_options(BUDGET))
    never = lightgbm_options(BUDGET, changes={"surety": 1000.0})
    same = train_trees(few, few.cues, never, base=base)
    assert same.fitted.model == base.fitted.model


def test_a_fold_gives_the_system_where_there_is_another_collection_and_passes_it_over_where_not(
    materials, tmp_path
):
    few, _, most = materials.values()
    contest = Contest({"few": few}, BUDGET, tmp_path / "models", [System.ONWARD], [few, most])
    [made] = contest.fold("few", 0, done=())
    assert made.ranker == f"few {System.ONWARD}"
    assert made.notes["from"] == "most"
    assert made.notes["trees"] >= made.notes["trees before"]
    assert all(made.values.values())
    assert list(contest.fold("few", 0, done={made.key})) == []
    alone = Contest({"few": few}, BUDGET, tmp_path / "models", [System.ONWARD])
    assert list(alone.fold("few", 0, done=())) == []


def test_one_fold_takes_its_trees_to_the_other_collections(materials, tmp_path):
    few, more, _ = materials.values()
    contest = Contest({"few": few, "more": more}, BUDGET, tmp_path, [System.LIGHTGBM])
    wanted = list(contest.entries("few", TRANSFER_FOLD))
    assert wanted == [
        Entry("few", TRANSFER_FOLD, System.LIGHTGBM),
        Entry("few", TRANSFER_FOLD, System.LIGHTGBM, "more"),
        Entry("few", TRANSFER_FOLD, System.LIGHTGBM, "more", guarded=True),
    ]
    assert list(contest.entries("few", TRANSFER_FOLD + 1)) == [
        Entry("few", TRANSFER_FOLD + 1, System.LIGHTGBM)
    ]
    home, away, guarded = contest.fold("few", TRANSFER_FOLD, done=())
    assert [one.key for one in (home, away, guarded)] == [one.key for one in wanted]
    assert (away.arm, guarded.arm) == ("from few to more", "from few guarded to more")
    asked = set(more.tasks[SUB_QUESTIONS].question_of)
    assert set(away.values[SUB_QUESTIONS]) == set(guarded.values[SUB_QUESTIONS]) == asked
    assert set(home.values[SUB_QUESTIONS]) < set(few.tasks[SUB_QUESTIONS].question_of)
    assert set(home.values) == set(away.values) == {SUB_QUESTIONS, QUESTIONS}
    assert "blend" in guarded.notes
    assert "blend" not in away.notes


def test_the_table_names_the_collection_and_leaves_no_cell_out(materials, tmp_path):
    few, more, _ = materials.values()
    results = Results(tmp_path / "results.jsonl", "")
    for one in Contest({"few": few, "more": more}, BUDGET, tmp_path, [System.LIGHTGBM]).fold(
        "few", 0, ()
    ):
        results.add(one)
    head, rule, *rows = home_table(results, [few, more])
    assert {line.count("|") for line in (head, rule, *rows)} == {head.count("|")}
    trained, *stages = (row.split(" | ")[:2] for row in rows)
    assert trained == [f"| few, {SUB_QUESTIONS}", System.LIGHTGBM]
    assert [f"| more, {SUB_QUESTIONS}", "*RRF*"] in stages
    away = list(away_table(results, [few, more]))
    assert {line.count("|") for line in away} == {away[0].count("|")}
    assert [row.split(" | ")[2] for row in away[2:]] == ["more, sub-questions", "more, questions"]


@pytest.mark.slow
def test_the_command_makes_what_is_missing_and_then_the_same_table_from_what_is_there(
    place, monkeypatch, capsys
):
    def run(folds: int, processes: int) -> str:
        command = ["rankers.py", "--work", str(place.work), "--data", str(place.data)]
        command += ["--indexes", str(place.indexes), "--runs", str(place.runs)]
        command += ["--collections", "few elsewhere", "--systems", "lightgbm"]
        monkeypatch.setattr(
            sys, "argv", [*command, "--processes", str(processes), "--only-folds", str(folds)]
        )
        assert rankers.main() == 0
        return capsys.readouterr().out

    once = run(1, processes=1)
    assert "elsewhere is skipped: there is no" in once
    lines = (place.work / "rankers.jsonl").read_text().splitlines()
    assert not list((place.work / "labels").glob("few-correct-*"))
    twice = run(2, processes=2)
    assert (place.work / "rankers.jsonl").read_text().splitlines()[: len(lines)] == lines
    monkeypatch.setattr(rankers, "in_processes", None)
    tables = [told.rpartition("\n\n")[0] for told in (once, twice, run(2, processes=2))]
    assert tables[0] != tables[1] == tables[2]


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
    contest = Contest({"few": few}, BUDGET, tmp_path, [System.JUDGED])
    bench = Bench(split, BUDGET, tmp_path, Beforehand([few], BUDGET))
    assert split.tested.isdisjoint(one.group for one in bench.judgements)
    own = {one.query_id for topic in few.topics.values() for one in topic.lists}
    assert {one.query_id for one in bench.judgements} <= own
    [made] = contest.fold("few", 0, done=())
    assert made.ranker == f"few {System.JUDGED}"
    assert made.lists == len(bench.judgements)
    asked = set(made.values[SUB_QUESTIONS])
    assert asked == {one.query_id for one in task.part(split.tested)}


class Oracle:
    """Scores what labels call relevant above all else, or below it."""

    def __init__(self, material: Material, sign: int) -> None:
        self.sign = sign
        self.relevant = {
            (one.query, candidate.doc_id)
            for one in with_sessions(material.cues)
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
    monkeypatch.setattr(bench_module, "train_cross_encoder_on", train)
    monkeypatch.setattr(beforehand_module, "cross_encoder_in", lambda *_: seconds["warmed up"])
    contest = Contest({"most": most}, BUDGET, tmp_path, [System.CASCADE])
    [found] = contest.fold("most", TRANSFER_FOLD + 1, done=())
    assert found.notes["second"] == better
    assert found.notes["blend"] > 0


def test_a_stack_sees_the_scores_of_rankers_that_were_fitted_crosswise(
    materials, tmp_path, monkeypatch
):
    most = materials["most"]
    trained = []

    def train(home, labels, options, out, *, lists):
        trained.append({one.group for one in labels})
        return TextRanker(Oracle(home, 1), out)

    monkeypatch.setattr(beforehand_module, "warmed_in_turn", lambda materials, budget: [tmp_path])
    monkeypatch.setattr(beforehand_module, "cross_encoder_in", lambda *_: Oracle(most, 1))
    monkeypatch.setattr(bench_module, "train_cross_encoder_on", train)
    contest = Contest({"most": most}, BUDGET, tmp_path, [System.STACK])
    [made] = contest.fold("most", TRANSFER_FOLD + 1, done=())
    assert made.ranker == f"most {System.STACK}"
    one, other, every = trained
    assert one.isdisjoint(other)
    assert one | other == every


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
        return TextRanker(Watched(home, 1 if folder.name == "better" else -1), folder)

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
