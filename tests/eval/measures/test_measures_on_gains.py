"""Measures on gains by name, over whole runs: parity on integer gains, names, errors, choices."""

import re
import shutil
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.eval.measures import (
    means,
    parse_measures,
    per_query_values,
    queries_without_gain,
)
from lrat_rank.eval.measures.on_gains import GAIN_MEASURES, GainMeasure
from lrat_rank.eval.measures.ranked_gains import ranked_gains

PAIRS = [
    *[("gnDCG", "nDCG"), ("gnDCG@1", "nDCG@1"), ("gnDCG@10", "nDCG@10"), ("gnDCG@100", "nDCG@100")],
    *[("gnDCG(judged_only=True)", "nDCG(judged_only=True)")],
    *[("gnDCG(judged_only=True)@10", "nDCG(judged_only=True)@10")],
]
BINARY_PAIRS = [
    *[("gAP", "AP"), ("gAP@5", "AP@5"), ("gAP@20", "AP@20"), ("gnDCG@10", "nDCG@10")],
    *[("gAP(judged_only=True)", "AP(judged_only=True)")],
    *[("gAP(judged_only=True)@5", "AP(judged_only=True)@5")],
]


def as_gains(qrels):
    return {q: {d: float(g) for d, g in judged.items()} for q, judged in qrels.items()}


def scored(run, qrels, name, *, gains=None):
    [values] = per_query_values(run, qrels, parse_measures([name]), gains=gains).values()
    return values


@pytest.mark.parametrize("decimals", [6, 0], ids=["no ties", "many ties"])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_integer_gains_equal_ir_measures(qrels, make_run, ours, theirs, decimals):
    run = make_run("a", 0.5, decimals=decimals)
    del run.rankings["q3"]
    expected = scored(run, qrels, theirs)
    assert scored(run, qrels, ours, gains=as_gains(qrels)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("ours", "theirs"), BINARY_PAIRS)
def test_binary_gains_of_any_height_equal_ir_measures(qrels, make_run, ours, theirs):
    run = make_run("a", 0.5, decimals=0)
    binary = {q: {d: int(g > 1) for d, g in judged.items()} for q, judged in qrels.items()}
    halves = {q: {d: g / 2 for d, g in judged.items()} for q, judged in binary.items()}
    expected = scored(run, binary, theirs)
    assert scored(run, binary, ours, gains=halves) == pytest.approx(expected, abs=1e-12)


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a Perl script")
@pytest.mark.parametrize("cutoff", [1, 5, 20, 1000])
def test_err_of_integer_gains_equals_gdevals(qrels, make_run, cutoff):
    run = make_run("a", 0.5, decimals=0)
    ours = scored(run, qrels, f"gERR(max_gain=4)@{cutoff}", gains=as_gains(qrels))
    # gdeval prints five digits.
    assert ours == pytest.approx(scored(run, qrels, f"ERR@{cutoff}"), abs=0.5000001e-5)


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a Perl script")
def test_ndcg_of_exponential_gains_equals_gdevals(qrels, make_run):
    run = make_run("a", 0.5)
    exponential = {q: {d: 2.0**g - 1 for d, g in judged.items()} for q, judged in qrels.items()}
    ours = scored(run, qrels, "gnDCG@10", gains=exponential)
    theirs = scored(run, qrels, "nDCG(dcg='exp-log2')@10")
    assert ours == pytest.approx(theirs, abs=0.5000001e-5)


def test_rbp_of_integer_gains_equals_ir_measures(qrels, make_run):
    pytest.importorskip("cwl", reason="ir_measures computes RBP with cwl-eval alone")
    run = make_run("a", 0.5)
    binary = {q: {d: int(g > 1) for d, g in judged.items()} for q, judged in qrels.items()}
    expected = scored(run, qrels, "RBP(rel=2,p=0.8)")
    assert scored(run, qrels, "gRBP", gains=as_gains(binary)) == pytest.approx(expected, abs=1e-9)


def test_dcg_over_its_best_is_ndcg(qrels, make_run):
    run, gains = make_run("a", 0.5), as_gains(qrels)
    best = Run("best", {q: rank_by_score(list(g), list(g.values())) for q, g in gains.items()})
    dcg, highest = (scored(one, qrels, "gDCG@10", gains=gains) for one in (run, best))
    ratio = {q: dcg[q] / highest[q] for q in qrels}
    assert ratio == pytest.approx(scored(run, qrels, "nDCG@10"), abs=1e-12)


names = st.builds(
    lambda name, cutoff, judged_only, p, max_gain: GainMeasure(
        name,
        cutoff=cutoff,
        judged_only=judged_only,
        p=p if "p" in GAIN_MEASURES.get(name).defaults else None,
        max_gain=max_gain if "max_gain" in GAIN_MEASURES.get(name).defaults else None,
    ),
    name=st.sampled_from(GAIN_MEASURES.names()),
    cutoff=st.none() | st.integers(1, 10**6),
    judged_only=st.booleans(),
    p=st.floats(0, 1, exclude_min=True, exclude_max=True),
    max_gain=st.none() | st.floats(0, 1e100, exclude_min=True),
)


@given(names)
def test_a_canonical_name_reads_back_as_the_same_measure(measure):
    assert parse_measures([str(measure)]) == [measure]


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("gRBP", "gRBP(p=0.8)"),
        ("gRBP(judged_only=True, p=0.50)@10", "gRBP(p=0.5,judged_only=True)@10"),
        ("gERR(max_gain=4.0)@20", "gERR(max_gain=4)@20"),
        (" gnDCG( judged_only = False )@10", "gnDCG@10"),
    ],
)
def test_spellings_of_one_measure_have_one_name(given, canonical):
    assert [str(one) for one in parse_measures([given, canonical])] == [canonical]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("gndcg@10", "Did you mean gnDCG@10?"),
        ("gnDGC@5", "Did you mean gnDCG@5?"),
        ("gerr(max_gain=4)@20", "Did you mean gERR(max_gain=4)@20?"),
        ("gMAP", "Did you mean MAP?"),
        ("grbp_10", "Did you mean gRBP@10?"),
        ("nDGC@10", "Did you mean nDCG@10?"),
    ],
)
def test_an_unknown_name_is_answered_from_both_families(name, hint):
    with pytest.raises(InputError, match="or a measure on gains such as gnDCG@10") as caught:
        parse_measures([name])
    assert caught.value.do == hint
    assert parse_measures([hint.removeprefix("Did you mean ").removesuffix("?")])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gnDCG@0", "cutoff of gnDCG must be an integer from 1 to"),
        ("gnDCG@1.5", "cutoff of gnDCG must be an integer"),
        ("gnDCG@True", "cutoff of gnDCG must be an integer"),
        ("gRBP(p=1)", "p of gRBP must be a number between 0 and 1"),
        ("gRBP(p='high')", "p of gRBP must be a number"),
        ("gERR(max_gain=0)", "max_gain of gERR must be a number above 0"),
        ("gERR(max_gain=True)", "max_gain of gERR must be a number"),
        ("gERR(p=0.5)", "parameter of gERR must be one of cutoff, judged_only, max_gain"),
        ("gAP(rel=2)", "parameter of gAP must be one of cutoff, judged_only"),
        ("gAP(judged_only=1)", "judged_only of gAP must be True or False"),
    ],
)
def test_a_wrong_parameter_says_what_it_must_be(name, message):
    with pytest.raises(InputError, match=message):
        parse_measures([name])


def test_both_families_come_in_the_order_asked_for(qrels, make_run):
    asked = ["gAP", "nDCG@10", "gnDCG@10", "RR@10", "gRBP(p=0.5)@3"]
    parsed = parse_measures(asked)
    values = per_query_values(make_run("a", 0.5), qrels, parsed, gains=as_gains(qrels))
    assert list(values) == asked
    assert all(list(by_query) == list(qrels) for by_query in values.values())


def test_gains_need_no_integer_measure_and_qrels_no_grade(make_run, qrels):
    values = scored(make_run("a", 1.0), {"q1": {}}, "gnDCG", gains={"q1": {"d1": 0.5}})
    assert list(values) == ["q1"]


def test_measures_on_gains_without_gains_say_what_to_give(qrels, make_run):
    with pytest.raises(InputError, match=r"none, for gnDCG@10, gAP\. Give --gains FILE"):
        per_query_values(make_run("a", 1.0), qrels, parse_measures(["gnDCG@10", "AP", "gAP"]))


def test_a_judged_query_without_gains_is_refused_and_named(qrels, make_run):
    gains = as_gains(qrels)
    del gains["q4"], gains["q7"]
    with pytest.raises(InputError, match=re.escape("none for 2 of 25 (q4, q7)")):
        scored(make_run("a", 1.0), qrels, "gnDCG", gains=gains)


def test_gains_of_queries_outside_the_qrels_are_left_out(qrels, make_run):
    run, gains = make_run("a", 1.0), as_gains(qrels)
    values = scored(run, qrels, "gnDCG", gains=gains)
    assert scored(run, qrels, "gnDCG", gains=gains | {"elsewhere": {"d1": 1.0}}) == values


def test_a_query_that_the_run_misses_counts_0(qrels, make_run):
    run = make_run("a", 3.0)
    del run.rankings["q1"]
    run.rankings["q2"] = []
    values = scored(run, qrels, "gDCG", gains=as_gains(qrels))
    assert (values["q1"], values["q2"]) == (0.0, 0.0)
    assert means({"gDCG": values})["gDCG"] == pytest.approx(sum(values.values()) / 25)


def test_a_query_without_positive_gain_counts_0_and_is_named(qrels, make_run):
    gains = as_gains(qrels) | {"q5": {"d1": 0.0}, "q6": {}}
    for name in GAIN_MEASURES.names():
        values = scored(make_run("a", 3.0), qrels, name, gains=gains)
        assert (values["q5"], values["q6"]) == (0.0, 0.0)
    assert queries_without_gain(gains) == ["q5", "q6"]


@pytest.mark.parametrize("name", ["gERR(max_gain=2)@5", "gRBP(max_gain=2)"])
def test_a_max_gain_below_the_gains_is_refused_whatever_the_run_found(qrels, name):
    run = Run("a", {"q1": rank_by_score(["nothing"], [1.0])})
    with pytest.raises(InputError, match=r"got a gain of 3 \(query q0, document d\d+\)"):
        scored(run, qrels, name, gains=as_gains(qrels))


@pytest.mark.parametrize("name", ["gERR(max_gain=3)", "gRBP(max_gain=3)"])
def test_a_gain_outside_the_qrels_may_be_above_max_gain(qrels, make_run, name):
    run, gains = make_run("a", 1.0), as_gains(qrels)
    values = scored(run, qrels, name, gains=gains)
    assert scored(run, qrels, name, gains=gains | {"elsewhere": {"d1": 9.0}}) == values


def test_ties_are_ordered_as_in_the_run():
    run = Run.from_scores("tied", {"q": {"a": 1.0, "z": 1.0}})
    assert scored(run, {"q": {}}, "gDCG@1", gains={"q": {"z": 0.5}}) == {"q": 0.5}
    assert scored(run, {"q": {}}, "gDCG@1", gains={"q": {"a": 0.5}}) == {"q": 0.0}


def test_many_queries_are_scored_as_one_by_one():
    generator = np.random.default_rng(5)
    gains = {f"q{i}": {"a": float(g), "b": 1.0} for i, g in enumerate(generator.random(1300))}
    run = Run("a", {q: rank_by_score(["a", "b"], [2.0, 1.0]) for q in gains})
    values = scored(run, {q: {} for q in gains}, "gnDCG", gains=gains)
    for query_id in ("q0", "q511", "q512", "q1299"):
        one = {query_id: gains[query_id]}
        assert scored(run, {query_id: {}}, "gnDCG", gains=one)[query_id] == values[query_id]


def test_a_cutoff_counts_after_unjudged_documents_were_left_out():
    ranking = rank_by_score(["a", "b", "c", "d"], [4.0, 3.0, 2.0, 1.0])
    found = ranked_gains([ranking], [{"b": 0.5, "c": 0.25, "d": 1.0}], judged_only=True, depth=2)
    assert found.gains.tolist() == [[0.5, 0.25]]


def test_the_documented_table_holds_every_measure_and_its_parameters():
    text = (Path(__file__).parents[3] / "docs" / "measures.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(g\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", text, re.M)
    yes = {True: "yes", False: "no"}
    assert [tuple(cell.strip() for cell in row) for row in rows] == [
        (
            name,
            kind.title,
            ", ".join(f"`{p}`" for p in kind.defaults) or "–",
            yes[kind.normalised],
            yes[kind.scale_free],
        )
        for name, kind in GAIN_MEASURES.items()
    ]


def test_no_measure_has_the_name_of_one_of_ir_measures():
    assert not set(GAIN_MEASURES.names()) & set(ir_measures.measures.registry)
