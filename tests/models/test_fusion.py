"""Fused runs: closed forms of every method and normalisation, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrat_rank.collections import Run
from lrat_rank.errors import InputError
from lrat_rank.models.fusion import (
    METHODS,
    NORMALISERS,
    FusionOptions,
    fuse_runs,
    reciprocal_rank_fusion,
)

ONE = Run.from_scores(
    "one", {"q": {"a": 9.0, "b": 5.0, "c": 1.0}, "only one": {"x": 3.0, "y": 1.0}}
)
TWO = Run.from_scores("two", {"q": {"c": 40.0, "d": 20.0, "a": 10.0}})


def fused(method, normalise="min-max", **options):
    return fuse_runs([ONE, TWO], FusionOptions(method, normalise), **options).scores()


def test_rrf_sums_reciprocal_ranks():
    assert fused("rrf")["q"] == pytest.approx(
        {"a": 1 / 61 + 1 / 63, "b": 1 / 62, "c": 1 / 63 + 1 / 61, "d": 1 / 62}, abs=1e-15
    )


@pytest.mark.parametrize(
    ("normalise", "one", "two"),
    [
        ("none", (9, 5, 1), (40, 20, 10)),
        ("min-max", (1, 1 / 2, 0), (1, 1 / 3, 0)),
        ("sum", (8 / 12, 4 / 12, 0), (30 / 40, 10 / 40, 0)),
        ("rank", (1, 2 / 3, 1 / 3), (1, 2 / 3, 1 / 3)),
        (
            "z-score",
            tuple(np.array([4, 0, -4]) / np.sqrt(32 / 3)),
            tuple((np.array([40, 20, 10]) - 70 / 3) / np.std([40, 20, 10])),
        ),
    ],
)
def test_sums_of_normalised_scores_have_their_closed_form(normalise, one, two):
    a, b, c = one
    c2, d, a2 = two
    total = {"a": a + a2, "b": b, "c": c + c2, "d": d}
    assert fused("combsum", normalise)["q"] == pytest.approx(total, abs=1e-12)
    times = {"a": 2, "b": 1, "c": 2, "d": 1}
    assert fused("combmnz", normalise)["q"] == pytest.approx(
        {doc_id: value * times[doc_id] for doc_id, value in total.items()}, abs=1e-12
    )
    assert fused("weighted", normalise, weights=[2.0, -0.5])["q"] == pytest.approx(
        {"a": 2 * a - a2 / 2, "b": 2 * b, "c": 2 * c - c2 / 2, "d": -d / 2}, abs=1e-12
    )


@pytest.mark.parametrize("method", METHODS.names())
def test_a_query_that_one_run_lacks_keeps_the_other_runs_order(method):
    weights = [1.0, 1.0] if method == "weighted" else None
    run = fuse_runs([ONE, TWO], FusionOptions(method), weights=weights)
    assert [hit.doc_id for hit in run.rankings["only one"]] == ["x", "y"]


@pytest.mark.parametrize("normalise", [one for one in NORMALISERS.names() if one != "none"])
def test_only_the_scale_of_none_matters(normalise):
    scaled = Run.from_scores(
        "two", {"q": {doc_id: 3 * score + 7 for doc_id, score in TWO.scores()["q"].items()}}
    )
    moved = fuse_runs([ONE, scaled], FusionOptions("combsum", normalise)).scores()["q"]
    assert moved == pytest.approx(fused("combsum", normalise)["q"], abs=1e-12)


@pytest.mark.parametrize("normalise", ["min-max", "z-score", "sum"])
def test_a_list_of_equal_scores_adds_nothing(normalise):
    flat = Run.from_scores("flat", {"q": {"a": 2.0, "z": 2.0}, "only one": {"y": 5.0}})
    total = fuse_runs([ONE, flat], FusionOptions("combsum", normalise)).scores()
    alone = NORMALISERS.get(normalise)(np.array([9.0, 5.0, 1.0]))
    assert total["q"] == pytest.approx(dict(zip("abc", alone, strict=True)) | {"z": 0.0})


@pytest.mark.parametrize("normalise", ["min-max", "z-score", "sum"])
@pytest.mark.parametrize("unit", [1e-12, 5e-324, 1e-300, 5e307])
def test_the_unit_of_scores_does_not_matter_however_small_or_large(normalise, unit):
    normal = NORMALISERS.get(normalise)
    scores = np.array([3.0, 2.0, 1.0])
    assert normal(unit * scores) == pytest.approx(normal(scores), abs=1e-9)


@pytest.mark.parametrize(
    ("normalise", "values"),
    [("min-max", [1, 0.5, 0]), ("z-score", [1.5**0.5, 0, -(1.5**0.5)]), ("sum", [2 / 3, 1 / 3, 0])],
)
def test_the_whole_range_of_floats_is_one_spread(normalise, values):
    assert NORMALISERS.get(normalise)(np.array([1.7e308, 0.0, -1.7e308])) == pytest.approx(values)


@pytest.mark.parametrize("normalise", ["min-max", "z-score", "sum"])
def test_equal_scores_alone_become_0(normalise):
    normal = NORMALISERS.get(normalise)
    assert normal(np.full(3, 0.1)).tolist() == [0.0, 0.0, 0.0]
    first, last = normal(np.array([np.nextafter(1.0, 2.0), 1.0]))
    assert first > last


def test_a_total_beyond_floats_names_query_and_document():
    huge = Run.from_scores("huge", {"q": {"a": 1.7e308, "b": 1.0}})
    with pytest.raises(InputError, match=r"got inf \(query q, document a\)"):
        fuse_runs([huge, huge], FusionOptions("combsum", "none"))


LISTS = st.lists(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(-3, 3).map(float), max_size=6),
    min_size=2,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(LISTS, st.integers(0, 100))
def test_rrf_of_runs_is_rrf_of_their_rankings(lists, k):
    runs = [Run.from_scores(str(number), {"q": hits}) for number, hits in enumerate(lists)]
    fused_run = fuse_runs(runs, FusionOptions("rrf", k=k))
    expected = {}
    for run in runs:
        for rank, hit in enumerate(run.rankings["q"], start=1):
            expected[hit.doc_id] = expected.get(hit.doc_id, 0.0) + 1 / (k + rank)
    assert fused_run.scores()["q"] == expected
    assert (
        reciprocal_rank_fusion([run.rankings["q"] for run in runs], k=k)
        == (fused_run.rankings["q"])
    )


@settings(max_examples=60, deadline=None)
@given(LISTS, st.sampled_from(["rrf", "combsum", "combmnz"]), st.randoms())
def test_the_order_of_the_runs_does_not_matter(lists, method, random):
    runs = [Run.from_scores(str(number), {"q": hits}) for number, hits in enumerate(lists)]
    mixed = random.sample(runs, len(runs))
    one, two = (fuse_runs(some, FusionOptions(method)).scores()["q"] for some in (runs, mixed))
    assert one == pytest.approx(two, abs=1e-12)


def test_depth_keeps_the_best():
    assert list(fused("rrf", depth=2)["q"]) == ["c", "a"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"method": "weighted"}, "weights must be given; got none"),
        ({"method": "rrf", "weights": [1, 1]}, "weights must be left out; got some"),
        ({"method": "weighted", "weights": [1]}, "2 finite numbers"),
        ({"method": "weighted", "weights": [0, 0]}, "not all 0"),
        ({"method": "weighted", "weights": [1, float("nan")]}, "2 finite numbers"),
        ({"method": "combmzn"}, "Did you mean combmnz"),
        ({"method": "combsum", "normalise": "minmax"}, "Did you mean min-max"),
    ],
)
def test_options_that_do_not_hold_are_refused(options, told):
    with pytest.raises(InputError, match=told):
        fused(**options)


def test_one_run_is_not_fused():
    with pytest.raises(InputError, match="two or more; got 1"):
        fuse_runs([ONE])
