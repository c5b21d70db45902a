"""Values against ir_measures, scikit-learn, LightGBM and sums done by hand."""

import math
import shutil
from importlib.util import find_spec

import ir_measures
import lightgbm
import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.eval.measures import (
    DEFAULT_MEASURES,
    means,
    parse_measures,
    per_query_values,
    split_measures,
)

NAMED = [
    *DEFAULT_MEASURES,
    *("nDCG", "nDCG@5", "nDCG(gains={1:0,2:1,3:7})@10", "nDCG(judged_only=True)@10"),
    *("RR", "RR(rel=2)@10", "P@5", "P(rel=2)@10", "AP@20", "AP(rel=3)", "R(rel=2)@10"),
    *("Rprec", "Bpref", "infAP", "Success@1", "SetP", "SetR", "SetF", "IPrec@0.1"),
    *("Judged@10", "Compat", "Compat(p=0.8)"),
]

HARD_TO_TELL_APART = [
    *("nDCG(gains={1:9,2:1,3:1})@10", "nDCG(gains={1:0,2:0,3:1})", "nDCG(gains={3:8})@5"),
    *("IPrec@0.101", "SetF(beta=2.0)", "SetF(beta=0.5)", "SetP(rel=2)", "Bpref(rel=3)"),
    *("P(judged_only=True)@5", "AP(judged_only=True)", "RR@2", "RR@40", "R(rel=3)@10"),
]


def on_ranks(run):
    """The run with ranks in the place of scores: no library can order it in another way."""
    return {
        query_id: {hit.doc_id: float(len(ranking) - above) for above, hit in enumerate(ranking)}
        for query_id, ranking in run.rankings.items()
    }


def one_by_one(names, qrels, scores):
    """Every measure in a call of its own."""
    return {
        str(measure): {
            one.query_id: one.value for one in ir_measures.iter_calc([measure], qrels, scores)
        }
        for measure in map(ir_measures.parse_measure, names)
    }


@pytest.mark.parametrize("decimals", [6, 0], ids=["no ties", "many ties"])
def test_every_measure_equals_ir_measures_whatever_else_is_asked_for(qrels, make_run, decimals):
    run = make_run("a", 0.5, decimals=decimals)
    del run.rankings["q3"]
    run.rankings["elsewhere"] = rank_by_score(["d1"], [1.0])
    together = per_query_values(run, qrels, parse_measures(NAMED))
    oracle = one_by_one(NAMED, qrels, on_ranks(run))
    assert list(together) == list(oracle)
    for name, values in oracle.items():
        assert together[name] == pytest.approx(values, abs=1e-12), name


@pytest.mark.parametrize("seed", range(20))
def test_no_choice_of_measures_changes_the_value_of_one(qrels, make_run, seed):
    names = np.random.default_rng(seed).permutation([*NAMED, *HARD_TO_TELL_APART])[:12].tolist()
    run = make_run("a", 0.5, seed=seed)
    together = per_query_values(run, qrels, parse_measures(names))
    oracle = one_by_one(names, qrels, on_ranks(run))
    assert together == {name: pytest.approx(oracle[name], abs=1e-12) for name in oracle}


def test_a_plain_ndcg_does_not_take_the_gains_of_another(qrels, make_run):
    names = ["nDCG(gains={1:9,2:1,3:1})@10", "nDCG@10", "nDCG(gains={1:0,2:0,3:5})@10", "P@5"]
    run = make_run("a", 0.5)
    together = per_query_values(run, qrels, parse_measures(names))
    alone = [per_query_values(run, qrels, parse_measures([name])) for name in names]
    assert list(together.values()) == [value for one in alone for value in one.values()]
    assert len({tuple(values.values()) for values in together.values()}) == 4


@pytest.mark.parametrize("name", ["RR@1", "RR@2", "Judged@1", "P@1", "Success@1"])
def test_every_measure_breaks_ties_in_the_order_of_the_run(name):
    qrels = {"q": {"z": 1, "m": 0}}
    run = Run("tied", {"q": rank_by_score(["a", "m", "z"], [1.0, 1.0, 1.0])})
    assert means(per_query_values(run, qrels, parse_measures([name]))) == {name: 1.0}


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a Perl script")
@pytest.mark.parametrize("name", ["ERR@10", "nDCG(dcg='exp-log2')@10"])
def test_gdeval_scores_queries_of_any_id(qrels, make_run, name):
    run, parsed = make_run("a", 0.5), parse_measures([name])
    numbered = one_by_one(
        [name],
        {q[1:]: qrels[q] for q in qrels},
        {query_id[1:]: hits for query_id, hits in run.scores().items()},
    )
    named = per_query_values(
        Run("a", {f"train-{q}": ranking for q, ranking in run.rankings.items()}),
        {f"train-{q}": judged for q, judged in qrels.items()},
        parsed,
    )
    assert list(named[name].values()) == [numbered[name][q[1:]] for q in qrels]
    assert min(named[name].values()) > 0


def test_means_equal_the_aggregates_of_ir_measures(qrels, make_run):
    run = make_run("a", 0.4)
    del run.rankings["q0"]
    parsed = parse_measures(NAMED)
    oracle = {str(one): one.calc_aggregate(qrels, run.scores()) for one in parsed}
    assert means(per_query_values(run, qrels, parsed)) == pytest.approx(oracle, abs=1e-12)


def test_the_default_measures_equal_one_call_of_ir_measures(qrels, make_run):
    run = make_run("a", 0.4)
    parsed = parse_measures(DEFAULT_MEASURES)
    oracle = ir_measures.calc_aggregate(parsed, qrels, run.scores())
    expected = {str(measure): value for measure, value in oracle.items()}
    assert means(per_query_values(run, qrels, parsed)) == pytest.approx(expected, abs=1e-12)


def ranking_of_judged(qrels, seed=1):
    """A run that ranks exactly the judged documents, so that every library sees the same ideal."""
    generator = np.random.default_rng(seed)
    return Run(
        "judged",
        {
            query_id: rank_by_score(list(judged), generator.permutation(len(judged)).tolist())
            for query_id, judged in qrels.items()
        },
    )


def grades_and_scores(qrels, run):
    for query_id, ranking in run.rankings.items():
        yield (
            np.array([qrels[query_id][hit.doc_id] for hit in ranking]),
            np.array([hit.score for hit in ranking]),
        )


@pytest.mark.parametrize("cutoff", [1, 5, 10, 20])
def test_ndcg_has_the_linear_gains_of_scikit_learn(qrels, cutoff):
    run = ranking_of_judged(qrels)
    values = per_query_values(run, qrels, parse_measures([f"nDCG@{cutoff}"]))[f"nDCG@{cutoff}"]
    expected = [
        ndcg_score([grades], [scores], k=cutoff, ignore_ties=True)
        for grades, scores in grades_and_scores(qrels, run)
    ]
    assert [values[query_id] for query_id in run.rankings] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "label_gain"),
    [("nDCG@10", [0, 1, 2, 3]), ("nDCG(gains={1:1,2:3,3:7})@10", [0, 1, 3, 7])],
    ids=["linear gains", "exponential gains"],
)
def test_ndcg_equals_lightgbms_own_metric_when_the_gains_are_the_same(qrels, name, label_gain):
    run = ranking_of_judged(qrels)
    [ours] = means(per_query_values(run, qrels, parse_measures([name]))).values()
    lists = list(grades_and_scores(qrels, run))
    data = lightgbm.Dataset(
        np.zeros((sum(len(grades) for grades, _ in lists), 1)),
        label=np.concatenate([grades for grades, _ in lists]),
        group=[len(grades) for grades, _ in lists],
        init_score=np.concatenate([scores for _, scores in lists]),
        params={"verbose": -1},
    )
    booster = lightgbm.Booster(
        {
            "objective": "lambdarank",
            "metric": "ndcg",
            "eval_at": [10],
            "label_gain": label_gain,
            "verbose": -1,
            "num_threads": 1,
        },
        data,
    )
    [(_, _, theirs, _)] = booster.eval_train()
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_ndcg_of_a_worked_example():
    run = Run("a", {"q": rank_by_score(["x", "y", "z"], [3.0, 2.0, 1.0])})
    [values] = per_query_values(run, {"q": {"y": 2, "z": 1}}, parse_measures(["nDCG@3"])).values()
    dcg = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert values["q"] == pytest.approx(dcg / ideal, abs=1e-12)


def test_a_missing_query_counts_zero_and_an_empty_ranking_is_one(qrels, make_run):
    run = make_run("a", 3.0)
    del run.rankings["q1"]
    run.rankings["q2"] = []
    values = per_query_values(run, qrels, parse_measures(["nDCG@10", "RR", "RR@10", "Judged@10"]))
    for by_query in values.values():
        assert (by_query["q1"], by_query["q2"]) == (0.0, 0.0)
        assert by_query["q4"] > 0
        assert set(by_query) == set(qrels)


def test_names_that_mean_the_same_measure_count_once():
    names = [str(one) for one in parse_measures(["MRR@10", "RR@10", "NDCG@10", "Recall@5", "MAP"])]
    assert names == ["RR@10", "nDCG@10", "R@5", "AP"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ndcg@10", "Did you mean nDCG@10?"),
        ("nDGC@10", "Did you mean nDCG@10?"),
        ("ndcg_10", "Did you mean nDCG@10?"),
        ("recall_100", "Did you mean Recall@100?"),
        ("map", "Did you mean MAP?"),
        ("mrr@10", "Did you mean MRR@10?"),
        ("Sucess@1", "Did you mean Success@1?"),
    ],
)
def test_an_unknown_name_suggests_a_known_one(name, hint):
    with pytest.raises(InputError, match="measure must be a measure of ir_measures") as caught:
        parse_measures([name])
    assert caught.value.do == hint
    assert parse_measures([hint.removeprefix("Did you mean ").removesuffix("?")])


@pytest.mark.parametrize(
    "name", ["", "nDCG@", "nDCG 10", "@10", "nDCG(10)", "1+1", "zzzzzz", "P.10"]
)
def test_what_is_no_measure_name_is_refused(name):
    with pytest.raises(InputError, match="measure must be"):
        parse_measures([name])


HUGE = "9" * 20


@pytest.mark.parametrize(
    "name",
    [
        *("nDCG@0", "P@-1", "R@0", "P(rel=0)@5", "AP(rel=-1)", "P@True"),
        *(f"nDCG@{HUGE}", f"RR@{HUGE}", f"Judged@{HUGE}", f"gnDCG@{HUGE}", "AP@1000000001"),
        *(f"Bpref(rel={HUGE})", "Bpref(rel=10001)", "nDCG(gains={1:-2})", "nDCG(gains={1:10001})"),
    ],
)
def test_a_cutoff_or_grade_that_would_end_the_process_is_refused(name):
    with pytest.raises(InputError, match=r"from [01] to 1"):
        parse_measures([name])


@pytest.mark.parametrize("name", ["nDCG", "AP", "RR", "gnDCG", "gAP"])
def test_the_deepest_cutoff_is_that_of_the_whole_ranking(qrels, make_run, name):
    gains = {query_id: dict(judged) for query_id, judged in qrels.items()}
    names = parse_measures([f"{name}@1000000000", name])
    deep, whole = per_query_values(make_run("a", 0.5), qrels, names, gains=gains).values()
    assert deep == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize(
    "name",
    ["nDCG(cutoff=3)@10", "gnDCG(cutoff=3)@10", "IPrec(recall=0.1)@0.2", "P(rel=1,rel=2)@5"],
)
def test_a_parameter_given_twice_is_refused(name):
    with pytest.raises(InputError, match="must be given once"):
        parse_measures([name])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("INST", r"'INST', with no max_rel. Give it one: INST\(max_rel=…\)."),
        ("P", "'P', with no cutoff. Give it one: P@10."),
        ("nDCG@1.5", "with cutoff=1.5."),
        ("AP(cut=3)", "with an unknown cut. AP takes cutoff, rel"),
    ],
)
def test_a_parameter_that_lacks_or_does_not_hold_is_named(name, told):
    with pytest.raises(InputError, match=told) as caught:
        parse_measures([name])
    assert "object at 0x" not in str(caught.value)


@pytest.mark.parametrize("name", ["R", "nDCG@1.5", "AP(cut=3)", "nDCG(dcg='log3')@10"])
def test_a_parameter_of_the_wrong_kind_is_refused(name):
    with pytest.raises(InputError, match="measure must be"):
        parse_measures([name])


@pytest.mark.parametrize("name", ["NumQ", "NumRet", "NumRelRet"])
def test_a_count_is_no_mean_over_queries(name):
    with pytest.raises(InputError, match="mean over queries"):
        parse_measures([name])


def test_a_measure_without_its_library_says_how_to_get_it():
    with pytest.raises(InputError, match="pip install"):
        parse_measures(["alpha_nDCG@10"])


@pytest.mark.skipif(find_spec("cwl") is not None, reason="cwl-eval computes RBP")
def test_a_measure_that_is_there_on_gains_says_so():
    with pytest.raises(InputError, match="gRBP is there, on gains"):
        parse_measures(["RBP"])


def test_a_measure_without_a_value_for_every_query_is_refused(qrels, make_run):
    run = make_run("a", 1.0)
    run.rankings["q1"] = rank_by_score(["nothing"], [1.0])
    with pytest.raises(InputError, match="Accuracy, which has no value for 1 of 25 queries"):
        per_query_values(run, qrels, parse_measures(["Accuracy"]))


def test_no_measures_is_an_error():
    with pytest.raises(InputError, match="got none"):
        parse_measures([])


def test_measures_are_split_outside_brackets_only():
    given = ["nDCG@10 AP", "P(rel=2,judged_only=True)@5,RR"]
    assert split_measures(given) == ["nDCG@10", "AP", "P(rel=2,judged_only=True)@5", "RR"]


@pytest.mark.shared
def test_a_perfect_run_scores_one_on_a_real_collection(shared):
    from lrat_rank.collections import read_qrels

    qrels = read_qrels(shared / "collections" / "cacm" / "qrels" / "test.tsv")
    perfect = Run(
        "perfect",
        {query: rank_by_score(list(docs), list(docs.values())) for query, docs in qrels.items()},
    )
    values = means(per_query_values(perfect, qrels, parse_measures(["nDCG", "RR@10", "AP"])))
    assert values == pytest.approx({"nDCG": 1.0, "RR@10": 1.0, "AP": 1.0}, abs=1e-12)
