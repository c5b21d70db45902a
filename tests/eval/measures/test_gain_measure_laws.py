"""Laws that every registered measure on gains must keep, on random rankings and gains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.eval.measures import parse_measures, per_query_values
from lrat_rank.eval.measures.on_gains import GAIN_MEASURES

NAMES = GAIN_MEASURES.names()
NORMALISED = [name for name, kind in GAIN_MEASURES.items() if kind.normalised]
BOUNDED = [name for name, kind in GAIN_MEASURES.items() if kind.bounded]
SCALE_FREE = [name for name, kind in GAIN_MEASURES.items() if kind.scale_free]
SCALED = [name for name, kind in GAIN_MEASURES.items() if "max_gain" in kind.defaults]
ROUNDING = 1e-12

a_gain = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.sampled_from([1e-12, 1e12]))
some_gains = st.lists(a_gain, min_size=1, max_size=8)
a_cutoff = st.one_of(st.none(), st.integers(1, 10))

laws = settings(max_examples=25, deadline=None)


def value(name, ranked, *, missed=(), cutoff=None, judged_only=False, others=()):
    """The measure of one list: gains in ranked order, None for an unjudged document."""
    documents = [f"d{place}" for place in range(len(ranked))]
    judged = {d: gain for d, gain in zip(documents, ranked, strict=True) if gain is not None}
    judged |= {f"missed{i}": gain for i, gain in enumerate(missed)}
    rankings = {"q": rank_by_score(documents, [-float(i) for i in range(len(documents))])}
    gains = {"q": judged, "other": {f"o{i}": gain for i, gain in enumerate(others)}}
    full = name + ("(judged_only=True)" if judged_only else "")
    full += f"@{cutoff}" if cutoff else ""
    measures = parse_measures([full])
    [found] = per_query_values(Run("a", rankings), {"q": {}}, measures, gains=gains).values()
    return found["q"]


@pytest.mark.parametrize("name", BOUNDED)
@laws
@given(ranked=some_gains, missed=some_gains, cutoff=a_cutoff)
def test_values_lie_between_0_and_1(name, ranked, missed, cutoff):
    assert 0 <= value(name, ranked, missed=missed, cutoff=cutoff) <= 1 + ROUNDING


@pytest.mark.parametrize("name", NAMES)
@laws
@given(ranked=some_gains, missed=some_gains, cutoff=a_cutoff)
def test_no_order_is_better_than_the_best(name, ranked, missed, cutoff):
    best = sorted(ranked + missed, reverse=True)
    highest = value(name, best, cutoff=cutoff)
    assert value(name, ranked, missed=missed, cutoff=cutoff) <= highest * (1 + ROUNDING)


@pytest.mark.parametrize("name", NORMALISED)
@laws
@given(gains=some_gains.filter(any))
def test_the_best_order_is_exactly_1(name, gains):
    assert value(name, sorted(gains, reverse=True)) == 1.0


@laws
@given(gains=some_gains.filter(any), cutoff=a_cutoff)
def test_the_best_order_is_exactly_1_for_ndcg_at_every_cutoff(gains, cutoff):
    assert value("gnDCG", sorted(gains, reverse=True), cutoff=cutoff) == 1.0


@pytest.mark.parametrize("name", NAMES)
@laws
@given(ranked=st.lists(a_gain, min_size=2, max_size=8), place=st.integers(0, 6), cutoff=a_cutoff)
def test_swapping_a_better_document_up_never_lowers(name, ranked, place, cutoff):
    upper, lower = place % (len(ranked) - 1), place % (len(ranked) - 1) + 1
    better_below = list(ranked)
    better_below[upper], better_below[lower] = sorted([ranked[upper], ranked[lower]])
    better_above = list(better_below)
    better_above[upper], better_above[lower] = better_below[lower], better_below[upper]
    before, after = (value(name, one, cutoff=cutoff) for one in (better_below, better_above))
    assert after >= before * (1 - ROUNDING)


@pytest.mark.parametrize("name", SCALE_FREE)
@laws
@given(
    ranked=some_gains, missed=some_gains, cutoff=a_cutoff, unit=st.sampled_from([1e-12, 3, 1e12])
)
def test_the_unit_of_the_gains_does_not_matter(name, ranked, missed, cutoff, unit):
    scaled = value(
        name, [g * unit for g in ranked], missed=[g * unit for g in missed], cutoff=cutoff
    )
    assert scaled == pytest.approx(value(name, ranked, missed=missed, cutoff=cutoff), rel=1e-9)


@laws
@given(ranked=some_gains, unit=st.sampled_from([1e-6, 3, 1e6]))
def test_dcg_is_in_the_unit_of_the_gains(ranked, unit):
    scaled = value("gDCG", [gain * unit for gain in ranked])
    assert scaled == pytest.approx(value("gDCG", ranked) * unit, rel=1e-12)


@pytest.mark.parametrize("name", SCALED)
def test_max_gain_is_the_highest_gain_of_all_queries_where_it_is_not_given(name):
    explicit = parse_measures([f"{name}(max_gain=8)"])
    run = Run("a", {"q": rank_by_score(["d0", "d1"], [2.0, 1.0])})
    gains = {"q": {"d0": 1.0, "d1": 2.0}, "elsewhere": {"d9": 8.0}}
    [found] = per_query_values(run, {"q": {}}, explicit, gains=gains).values()
    assert value(name, [1.0, 2.0], others=[8.0]) == found["q"]
    assert value(name, [1.0, 2.0]) > found["q"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "gnDCG"])
@laws
@given(ranked=some_gains, missed=some_gains)
def test_a_deeper_cutoff_never_lowers(name, ranked, missed):
    """Of all but nDCG, whose ideal grows with the cutoff too."""
    cutoffs = range(1, len(ranked) + 1)
    values = [value(name, ranked, missed=missed, cutoff=cutoff) for cutoff in cutoffs]
    assert values == sorted(values)
    assert values[-1] == value(name, ranked, missed=missed)


@pytest.mark.parametrize("name", NAMES)
@laws
@given(ranked=some_gains, cutoff=a_cutoff, more=st.integers(1, 5))
def test_unjudged_documents_at_the_end_change_nothing(name, ranked, cutoff, more):
    longer = [*ranked, *[None] * more]
    assert value(name, longer, cutoff=cutoff) == value(name, ranked, cutoff=cutoff)


@pytest.mark.parametrize("name", NAMES)
@laws
@given(ranked=st.lists(st.one_of(st.none(), a_gain), min_size=1, max_size=10), cutoff=a_cutoff)
def test_a_condensed_list_is_the_list_without_its_unjudged_documents(name, ranked, cutoff):
    condensed = value(name, ranked, cutoff=cutoff, judged_only=True)
    judged = [gain for gain in ranked if gain is not None]
    assert condensed == value(name, judged, cutoff=cutoff)
    as_zero = value(name, [gain or 0.0 for gain in ranked], cutoff=cutoff)
    assert value(name, ranked, cutoff=cutoff) == as_zero


@pytest.mark.parametrize("name", NAMES)
def test_lists_without_anything_to_find_are_0(name):
    for ranked, missed in [([], []), ([], [1.0]), ([0.0], [1.0]), ([0.0, 0.0], []), ([None], [])]:
        assert value(name, ranked, missed=missed) == 0.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("gain", [5e-324, 1e-12, 1.0, 1e12, 1e100])
def test_a_single_gain_of_any_size_has_a_finite_value(name, gain):
    found = value(name, [gain])
    assert np.isfinite(found)
    if name in NORMALISED:
        assert found == 1.0


@pytest.mark.parametrize("name", NAMES)
@laws
@given(lists=st.lists(some_gains, min_size=2, max_size=6), data=st.data(), cutoff=a_cutoff)
def test_the_value_of_a_query_depends_on_no_other_query(name, lists, data, cutoff):
    """Neither on how far its row is padded, nor on the order of queries or of judgements."""
    order = data.draw(st.permutations(range(len(lists))))
    measures = parse_measures([f"{name}@{cutoff}" if cutoff else name])
    highest = {"scale": {"d": max(map(max, lists))}}
    gains = {f"q{i}": {f"d{j}": g for j, g in enumerate(row)} for i, row in enumerate(lists)}
    rankings = {
        q: rank_by_score(list(row), [-float(i) for i in range(len(row))])
        for q, row in gains.items()
    }
    [together] = per_query_values(
        Run("a", rankings), {q: {} for q in gains}, measures, gains=gains | highest
    ).values()
    shuffled = {f"q{i}": dict(reversed(gains[f"q{i}"].items())) for i in order}
    [permuted] = per_query_values(
        Run("a", rankings), {q: {} for q in shuffled}, measures, gains=shuffled | highest
    ).values()
    assert permuted == together
    for query_id, row in gains.items():
        [alone] = per_query_values(
            Run("a", rankings), {query_id: {}}, measures, gains={query_id: row} | highest
        ).values()
        assert alone[query_id] == together[query_id]
