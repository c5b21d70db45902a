"""Negative grades: trec_eval's documents that were pooled and not judged, and queries of no other.

Computed in another process, because what goes wrong here ends the process.
"""

import subprocess
import sys
import textwrap

import pytest

from lrat_rank.collections import Run
from lrat_rank.eval.measures import parse_measures, per_query_values

NAMES = ["nDCG@10", "nDCG", "AP", "AP@5", "Bpref", "infAP", "P@5", "R@10", "RR@10", "Rprec"]
GAINS = "nDCG(gains={-1:2,1:1,2:3})@10"

MANY_QUERIES = textwrap.dedent(
    """
    import sys
    import numpy as np
    import pytrec_eval
    from lrat_rank.collections import Run
    from lrat_rank.eval.measures import parse_measures, per_query_values

    generator = np.random.default_rng(int(sys.argv[1]))
    qrels, scores = {}, {}
    for number in range(3000):
        for found, low, high in ((qrels, -3, 3), (scores, 0, 6)):
            documents = generator.choice(60, generator.integers(1, 25), replace=False)
            values = generator.integers(low, high, len(documents)).tolist()
            found[f"q{number}"] = {f"d{d}": v for d, v in zip(documents, values)}
    scores = {q: {d: float(v) for d, v in hits.items()} for q, hits in scores.items()}
    assert 0 < sum(max(judged.values()) < -1 for judged in qrels.values())
    names = sys.argv[2:]
    ours = per_query_values(Run.from_scores("r", scores), qrels, parse_measures(names))
    harmless = {
        q: {"judged": 0, **{d: max(g, -1) for d, g in judged.items()}}
        for q, judged in qrels.items()
    }
    theirs = pytrec_eval.RelevanceEvaluator(
        harmless, {"ndcg_cut.10", "ndcg", "map", "infAP", "P.5", "recall.10", "Rprec", "bpref"}
    ).evaluate(scores)
    same = {"nDCG@10": "ndcg_cut_10", "nDCG": "ndcg", "AP": "map", "infAP": "infAP", "P@5": "P_5",
            "R@10": "recall_10", "Rprec": "Rprec"}
    for name, other in same.items():
        assert ours[name] == {q: values[other] for q, values in theirs.items()}, name
        assert sum(ours[name].values()) > 0
    assert all(len(values) == len(qrels) for values in ours.values())
    print("fine")
    """
)


@pytest.mark.parametrize("seed", [0, 1])
def test_many_queries_with_negative_grades_have_the_values_of_pytrec_eval(seed):
    arguments = [sys.executable, "-c", MANY_QUERIES, str(seed), *NAMES, GAINS]
    outcome = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
    assert (outcome.returncode, outcome.stdout) == (0, "fine\n"), outcome.stderr[-2000:]


def test_negative_grades_are_all_one():
    scores = {"q": {"a": 5.0, "b": 4.0, "c": 3.0, "d": 2.0, "e": 1.0}}
    run, measures = Run.from_scores("r", scores), parse_measures(NAMES)
    judged = [{"q": {"a": low, "b": 1, "c": low, "d": 0, "e": 2}} for low in (-1, -2, -10_000)]
    first, *others = [per_query_values(run, qrels, measures) for qrels in judged]
    assert others == [first, first]
    unjudged = per_query_values(run, {"q": {"b": 1, "d": 0, "e": 2}}, measures)
    assert [name for name in first if first[name] != unjudged[name]] == ["infAP"]


def test_a_negative_grade_is_not_grade_0_to_bpref():
    run = Run.from_scores("r", {"q": {"a": 2.0, "b": 1.0}})
    [below] = per_query_values(run, {"q": {"a": -1, "b": 1}}, parse_measures(["Bpref"])).values()
    [zero] = per_query_values(run, {"q": {"a": 0, "b": 1}}, parse_measures(["Bpref"])).values()
    assert (below["q"], zero["q"]) == (1.0, 0.0)


def test_a_query_of_negative_grades_alone_counts_0_unless_they_are_given_gains():
    run = Run.from_scores("r", {"q": {"a": 1.0}, "p": {"a": 1.0}})
    found = per_query_values(
        run, {"q": {"a": -1}, "p": {"a": 1}}, parse_measures(["nDCG", "nDCG(gains={-1:1})"])
    )
    assert [values["q"] for values in found.values()] == [0.0, 1.0]
    assert [values["p"] for values in found.values()] == [1.0, 1.0]
