"""Where used documents land: hand-computed lists, and what must not change the figures."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from replay_lists import ByQuery, InOrder, knowing, listed
from sklearn.metrics import ndcg_score

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.eval.replay import replay
from lrat_rank.eval.replay.measures import parse_replay_measures
from lrat_rank.eval.replay.selection import Stratum
from lrat_rank.mining.labels import Evidence

MEASURES = ["nDCG@3", "DCG", "RR", "Success@1", "R@2", "MeanRank", "FirstRank", "LastRank"]
LOG3 = math.log2(3)


def means(replayed, system: str) -> dict[str, float]:
    return {name: one.value for name, one in replayed.system(system).means.items()}


def test_figures_of_a_small_list_are_those_worked_out_by_hand():
    replayed = replay([listed("a. b+1 c- d+0.5")], {"new": InOrder("dbca")}, measures=MEASURES)
    ideal = 1 + 0.5 / LOG3
    assert means(replayed, "logged") == pytest.approx(
        {
            "nDCG@3": (1 / LOG3) / ideal,
            "DCG": 1 / LOG3 + 0.5 / math.log2(5),
            "RR": 1 / 2,
            "Success@1": 0,
            "R@2": 1 / 2,
            "MeanRank": 3,
            "FirstRank": 2,
            "LastRank": 4,
        }
    )
    assert means(replayed, "new") == pytest.approx(
        {
            "nDCG@3": (0.5 + 1 / LOG3) / ideal,
            "DCG": 0.5 + 1 / LOG3,
            "RR": 1,
            "Success@1": 1,
            "R@2": 1,
            "MeanRank": 1.5,
            "FirstRank": 1,
            "LastRank": 2,
        }
    )


STATES = st.sampled_from(["+0.5", "+1", "+2", ".", "-", "r", "?"])


@st.composite
def label_lists(draw):
    lists = []
    for number in range(draw(st.integers(1, 5))):
        states = draw(st.lists(STATES, min_size=1, max_size=8))
        states[draw(st.integers(0, len(states) - 1))] = "+1"
        text = " ".join(f"{doc}{state}" for doc, state in zip("abcdefgh", states, strict=False))
        lists.append(listed(text, f"q{number}", group=f"g{draw(st.integers(0, 2))}"))
    return lists


@settings(max_examples=20, deadline=None)
@given(label_lists())
def test_a_ranker_that_knows_the_gains_reaches_the_best_values(lists):
    replayed = replay(lists, {"knowing": knowing(lists)}, measures=MEASURES)
    best, logged = means(replayed, "knowing"), means(replayed, "logged")
    assert best["nDCG@3"] == pytest.approx(1)
    assert best["RR"] == best["Success@1"] == best["FirstRank"] == 1
    for name, value in best.items():
        assert (value <= logged[name] + 1e-9) if "Rank" in name else (value >= logged[name] - 1e-9)


@settings(max_examples=20, deadline=None)
@given(label_lists())
def test_ndcg_is_that_of_scikit_learn(lists):
    replayed = replay(lists, {}, measures=["nDCG"])
    for one, value in zip(lists, replayed.system("logged").values["nDCG"], strict=True):
        gains = [c.gain for c in one.candidates if c.judged]
        order = [-float(rank) for rank in range(len(gains))]
        oracle = ndcg_score([gains], [order]) if len(gains) > 1 else 1.0
        assert value == pytest.approx(oracle)


@settings(max_examples=20, deadline=None)
@given(label_lists(), st.randoms(use_true_random=False))
def test_the_order_of_lists_and_of_candidates_in_the_file_plays_no_part(lists, random):
    def shuffled(things):
        return random.sample(list(things), len(things))

    moved = [replace(o, candidates=tuple(shuffled(o.candidates))) for o in shuffled(lists)]
    ranker = InOrder("hcfbdage")
    first, second = (replay(some, {"new": ranker}, measures=MEASURES) for some in (lists, moved))
    for name in ("logged", "new"):
        assert means(first, name) == pytest.approx(means(second, name))


def test_equal_scores_and_equal_ranks_put_the_larger_doc_id_first():
    one = listed("a+ b. c.")
    alike = replace(one, candidates=tuple(replace(c, rank=1) for c in one.candidates))
    replayed = replay([alike], {"none": ByQuery({})}, measures=["FirstRank"])
    assert means(replayed, "none") == means(replayed, "logged") == {"FirstRank": 3}


def test_masked_documents_are_scored_and_then_taken_out():
    ranker = InOrder("rxa")
    replayed = replay(
        [listed("rr x? b. a+")], {"new": ranker}, measures=["FirstRank"], known="rxba"
    )
    assert [one.doc_ids for one in ranker.seen] == [("r", "x", "b", "a")]
    assert (means(replayed, "logged"), means(replayed, "new")) == (
        {"FirstRank": 2},
        {"FirstRank": 1},
    )
    assert replayed.left_out.masked_candidates == 2


def test_documents_the_index_lacks_are_taken_out_for_every_system():
    lists = [listed("x. a. b+", "one"), listed("x+ a.", "two")]
    replayed = replay(lists, {"new": InOrder("ba")}, measures=["FirstRank"], known={"a", "b"})
    assert [one.query_id for one in replayed.lists] == ["one"]
    assert means(replayed, "logged") == {"FirstRank": 2}
    left = replayed.left_out
    assert (left.lists_without_used, left.unknown_candidates, left.unknown_used) == (1, 1, 1)


def test_lists_without_a_used_document_are_counted_and_not_scored():
    lists = [listed("a. b+", "one"), listed("a. b-", "two"), listed("ar b?", "three")]
    replayed = replay(lists, {}, measures=["RR"])
    assert means(replayed, "logged") == {"RR": 0.5}
    assert replayed.left_out.lists_without_used == 2


def test_lists_are_looked_at_apart_by_search_and_by_where_the_log_had_the_used_document():
    lists = [
        listed("a+ b.", "first"),
        listed("a. b. c+", "second", previous=["x"]),
        listed("a. b. c. d. e+", "third", previous=["x", "y"]),
        listed("a. b+", "joined", evidence=Evidence(merged=True)),
    ]
    replayed = replay(lists, {}, measures=["FirstRank"])
    values = {
        stratum: found["FirstRank"].value
        for stratum, found in replayed.system("logged").strata.items()
    }
    assert values == {
        Stratum.FIRST_SEARCH: 1,
        Stratum.LATER_SEARCH: 4,
        Stratum.USED_AT_1: 1,
        Stratum.USED_AT_2_3: 3,
        Stratum.USED_BELOW: 5,
        Stratum.JOINED: 2,
    }
    assert replayed.left_out.joined_lists == 1


def test_means_count_questions_alike_and_lists_by_weight_where_asked():
    lists = [
        listed("a+ b.", "1", group="x", weight=3.0),
        listed("a. b+", "2", group="x", weight=1.0),
        listed("a. b+", "3", group="y", weight=2.0),
    ]
    logged = replay(lists, {}, measures=["RR"]).system("logged")
    assert logged.means["RR"].value == pytest.approx((0.75 + 0.5) / 2)
    assert logged.weighted["RR"].value == pytest.approx((3 * 1 + 0.5 + 2 * 0.5) / 6)


def test_repeating_the_lists_of_a_question_makes_nothing_surer():
    draw = np.random.default_rng(3)
    lists = [
        listed(
            " ".join(f"{d}{'+' if n == draw.integers(5) else '.'}" for n, d in enumerate("abcde"))
        )
        for _ in range(12)
    ]
    lists = [
        replace(one, query_id=f"q{n}", group=f"g{n}")
        for n, one in enumerate(lists)
        if any(c.gain for c in one.candidates)
    ]
    again = [replace(one, query_id=f"{one.query_id}-{n}") for one in lists for n in range(5)]
    once, often = (replay(some, {"new": InOrder("bdaec")}) for some in (lists, again))
    for a, b in zip(once.changes, often.changes, strict=True):
        assert a.p == b.p
        assert a.interval == pytest.approx(b.interval)
    for measure, one in once.system("new").means.items():
        assert one.interval == pytest.approx(often.system("new").means[measure].interval)


def test_one_question_has_no_interval():
    interval = replay([listed("a+ b.")], {}).system("logged").means["RR"].interval
    assert math.isnan(interval.low)
    assert math.isnan(interval.high)


@pytest.mark.parametrize("name", ["nDGC@10", "RR@0", "MeanRank@5", "Success", "R", "nDCG@x", ""])
def test_measures_that_do_not_exist_are_refused(name):
    with pytest.raises(InputError):
        parse_replay_measures([name])


def test_what_cannot_be_replayed_is_refused():
    lists = [listed("a+ b.")]
    with pytest.raises(InputError, match="lists in which a document was used; got 1 lists"):
        replay([listed("a. b-")], {})
    with pytest.raises(InputError, match="query_id must be unique"):
        replay(lists * 2, {})
    with pytest.raises(InputError, match="another than the log's"):
        replay(lists, {"logged": InOrder("a")})
    with pytest.raises(InputError, match="baseline must be one of logged, new; got 'old'"):
        replay(lists, {"new": InOrder("a")}, baseline="old")
    with pytest.raises(LratRankError, match="orders nothing"):
        replay(lists, {"broken": ByQuery({"q": {"a": math.nan}})})


def test_a_ranker_may_be_what_the_others_are_compared_with():
    replayed = replay(
        [listed("a. b+")], {"old": InOrder("ab"), "new": InOrder("ba")}, baseline="old"
    )
    differences = {(c.system, c.measure): c.difference for c in replayed.changes}
    assert differences["new", "RR"] == 0.5
    assert differences["logged", "RR"] == 0
