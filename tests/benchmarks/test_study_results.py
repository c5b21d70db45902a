"""Results on disk: a study that is stopped, or killed in the middle of a line, loses nothing."""

import pytest
from study.ablation_tables import compared
from study.arms import ARMS
from study.comparison import by_question, corrected, difference, mean
from study.results import Result, Results

from lrat_rank.eval.statistics.corrections import holm

QUESTION_OF = {f"q{n}#{part}": f"q{n}" for n in range(20) for part in range(2)}


def result(arm: str, fold: int, *, seed: int = 0, more: float = 0.0) -> Result:
    values = {
        query: 0.3 + 0.01 * int(query[1:-2]) + more + (0.2 if query.endswith("#1") else 0.0)
        for query in QUESTION_OF
        if int(query[1:-2]) % 5 == fold
    }
    return Result(
        arm=arm,
        ranker="lightgbm",
        seed=seed,
        fold=fold,
        made_with="a",
        values={"sub-questions": values},
        lists=10,
        seconds=1.0,
    )


def written(path, results, made_with="a") -> Results:
    store = Results(path, made_with)
    for one in results:
        store.add(one)
    return store


def test_a_study_that_goes_on_ends_with_the_same_results_in_the_same_order(tmp_path):
    every = [result("naive", fold, seed=seed) for seed in range(2) for fold in range(5)]
    whole = written(tmp_path / "whole.jsonl", every)
    written(tmp_path / "parts.jsonl", every[6:])
    parts = written(tmp_path / "parts.jsonl", every[:6])
    assert parts.of("naive", "lightgbm") == whole.of("naive", "lightgbm") == every
    assert Results(tmp_path / "parts.jsonl", "a").of("naive", "lightgbm") == every


def test_a_line_that_was_torn_is_made_again_and_those_after_it_are_read(tmp_path):
    path = tmp_path / "results.jsonl"
    written(path, [result("naive", 0), result("naive", 1)])
    path.write_bytes(path.read_bytes()[:-20])
    store = Results(path, "a")
    assert result("naive", 0).key in store
    assert result("naive", 1).key not in store
    store.add(result("naive", 1))
    store.add(result("naive", 2))
    again = Results(path, "a").of("naive", "lightgbm")
    assert [one.fold for one in again] == [0, 1, 2]


def test_results_made_with_something_else_do_not_count(tmp_path):
    path = tmp_path / "results.jsonl"
    written(path, [result("naive", 0)], made_with="b")
    store = written(path, [result("naive", 1)])
    assert store.keys() == Results(path, "a").keys() == {result("naive", 1).key}
    assert [one.fold for one in store.of("naive", "lightgbm")] == [1]
    assert store.seconds() == 1.0


def test_a_question_counts_once_whatever_it_was_tested_with():
    seeds = [result("naive", 0, seed=seed, more=0.1 * seed) for seed in range(3)]
    values = by_question(seeds, "sub-questions", QUESTION_OF)
    assert set(values) == {"q0", "q5", "q10", "q15"}
    assert values["q5"] == pytest.approx(0.3 + 0.05 + 0.1 + 0.1)
    assert mean(values).questions == 4


def test_a_planted_difference_is_found_and_none_is_found_where_there_is_none():
    def values(more):
        folds = [result("arm", fold, more=more) for fold in range(5)]
        return by_question(folds, "sub-questions", QUESTION_OF)

    found = difference(values(0.02), values(0.0))
    assert found.questions == 20
    assert found.value == pytest.approx(0.02)
    assert found.interval.low == pytest.approx(0.02)
    assert found.p < 0.001
    same = difference(values(0.0), values(0.0))
    assert (same.value, same.p) == (0.0, 1.0)


def test_only_questions_that_both_were_tested_with_are_compared():
    one, other = {"a": 0.5, "b": 0.5, "c": 0.9}, {"b": 0.4, "c": 0.8, "d": 0.0}
    found = difference(one, other)
    assert found.questions == 2
    assert found.value == pytest.approx(0.1)
    assert difference(one, {"a": 0.1}) is None


def test_a_family_is_corrected_after_holm_over_what_was_tested():
    better = {f"q{n}": 0.1 * n for n in range(8)}
    worse = {f"q{n}": 0.1 * n + (0.1 if n % 3 else -0.08) for n in range(8)}
    flat = {f"q{n}": 0.2 for n in range(8)}
    family = [difference(worse, better), None, difference(flat, better)]
    found = corrected(family)
    assert found[1] is None
    assert [found[0].p_holm, found[2].p_holm] == holm([family[0].p, family[2].p])


def test_a_table_says_what_an_arm_is_compared_with_where_it_is_not_the_usual_one():
    found = difference({f"q{n}": 0.1 * n for n in range(8)}, {f"q{n}": 0.3 for n in range(8)})
    wider, usual = ARMS.get("as many, any"), ARMS.get("correct only")
    assert compared(found, wider, "sessions").endswith(") to correct only")
    assert compared(found, usual, "sessions").endswith(")")
    assert compared(None, wider, "sessions") == ""
