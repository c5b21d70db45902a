"""Which documents of a list an epoch shows: shares of the sources, and what is never shown."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.cross_encoder.negatives import choose_shown, own_negatives
from lrat_rank.models.cross_encoder.sampling import NegativeShares, SamplingOptions
from lrat_rank.models.cross_encoder.unrelated import UnrelatedDocuments
from lrat_rank.models.usable_lists import UsableList

OWN = ("rejected", "skipped_above", "skipped_below", "unseen")


def usable(gains, *, rejected=(), unseen=()):
    n = len(gains)
    return UsableList(
        query_id="q",
        query="a",
        context=Context(turn=0),
        group="g",
        doc_ids=tuple(f"d{n}" for n in range(n)),
        gains=np.array(gains, dtype=float),
        list_ids=tuple(f"d{n}" for n in range(n)),
        rejected=np.isin(np.arange(n), rejected),
        unseen=np.isin(np.arange(n), unseen),
        ranks=np.arange(1, n + 1),
        weight=1.0,
    )


def mixed(n=30):
    """Of 30: one relevant at 12, rejected at 2 and 7, opened no further; the last 10 unseen."""
    gains = np.zeros(n)
    gains[12] = 1.0
    return usable(gains, rejected=(2, 7), unseen=range(20, n))


def endless(wanted):
    return [f"u{number}" for number in range(wanted)]


def nothing(wanted):
    return []


def counted(one, positions, foreign):
    counts = {
        name: len(set(pool.tolist()) & set(positions)) for name, pool in own_negatives(one).items()
    }
    return counts | {"unrelated": len(foreign)}


def only(**shares):
    return NegativeShares(**(dict.fromkeys(NegativeShares.__struct_fields__, 0.0) | shares))


def test_the_sources_part_a_list_by_what_the_agent_did():
    found = {name: pool.tolist() for name, pool in own_negatives(mixed()).items()}
    assert found == {
        "rejected": [2, 7],
        "skipped_above": [0, 1, 3, 4, 5, 6, 8, 9, 10, 11],
        "skipped_below": list(range(13, 20)),
        "unseen": list(range(20, 30)),
    }


def test_a_document_above_one_opened_in_vain_was_passed_over_too():
    one = usable([0, 1.0, 0, 0, 0], rejected=(3,))
    assert own_negatives(one)["skipped_above"].tolist() == [0, 2]
    assert own_negatives(one)["skipped_below"].tolist() == [4]


@pytest.mark.parametrize("size", [4, 9, 17])
@pytest.mark.parametrize("seed", range(10))
def test_shares_are_met_where_every_source_has_enough(size, seed):
    draw = np.random.default_rng(seed)
    shares = NegativeShares(
        rejected=0.0,
        skipped_above=float(draw.integers(0, 2)),
        skipped_below=float(draw.integers(0, 2)),
        unseen=float(draw.integers(0, 2)),
        unrelated=float(draw.integers(2, 5)),
    )
    options = SamplingOptions(list_size=size, negatives=shares)
    one = mixed()
    positions, foreign = choose_shown(one, options, draw, endless)
    assert positions[0] == 12
    assert counted(one, positions, foreign) == shares.places(size - 1)


@pytest.mark.parametrize("room", range(12))
def test_places_add_up_and_lie_within_one_of_the_exact_share(room):
    for seed in range(30):
        draw = np.random.default_rng(seed)
        values = draw.choice([0, 0.3, 1, 2.5], size=5) + (np.arange(5) == seed % 5)
        shares = NegativeShares(
            **dict(zip(NegativeShares.__struct_fields__, values.tolist(), strict=True))
        )
        places = shares.places(room)
        assert sum(places.values()) == room
        exact = room * values / values.sum()
        assert np.abs(np.array(list(places.values())) - exact).max() < 1
        assert all(places[n] == 0 for n, share in zip(places, values, strict=True) if not share)


def test_a_source_with_too_few_leaves_its_room_to_the_next_then_to_the_surest():
    one = mixed()
    draw = np.random.default_rng(0)
    shares = only(rejected=1, skipped_below=1)
    found = counted(one, *choose_shown(one, SamplingOptions(list_size=11, negatives=shares),
                                       draw, nothing))  # fmt: skip
    assert found == {
        "rejected": 2, "skipped_above": 0, "skipped_below": 7, "unseen": 0, "unrelated": 0
    }  # fmt: skip
    shares = only(skipped_above=1, unrelated=2)
    found = counted(one, *choose_shown(one, SamplingOptions(list_size=7, negatives=shares),
                                       draw, nothing))  # fmt: skip
    assert found["skipped_above"] == 6
    shares = only(rejected=3, unrelated=1)
    found = counted(one, *choose_shown(one, SamplingOptions(list_size=9, negatives=shares),
                                       draw, endless))  # fmt: skip
    assert (found["rejected"], found["unrelated"]) == (2, 6)


def test_a_source_without_a_share_is_not_used_unless_nothing_else_is_there():
    one = usable([1.0, 0, 0, 0, 0])
    draw = np.random.default_rng(0)
    options = SamplingOptions(list_size=4, negatives=only(rejected=1))
    positions, foreign = choose_shown(one, options, draw, nothing)
    assert len(positions) == 4
    assert not foreign
    options = SamplingOptions(list_size=4, negatives=only(rejected=1, unrelated=1))
    positions, foreign = choose_shown(one, options, draw, endless)
    assert (positions, len(foreign)) == ([0], 3)


def test_gains_take_half_of_the_places_the_highest_first_and_more_only_without_negatives():
    gains = np.array([0, 0.5, 0, 1.5, 0, 0, 0.9, 0])
    one = usable(gains, rejected=(5,))
    for seed in range(20):
        draw = np.random.default_rng(seed)
        options = SamplingOptions(list_size=5, negatives=only(rejected=1, skipped_above=1))
        positions, _ = choose_shown(one, options, draw, nothing)
        assert positions[:4] == [3, 6, 1, 5]
        assert positions[4] in (0, 2, 4)
    draw = np.random.default_rng(0)
    positions, _ = choose_shown(one, SamplingOptions(list_size=8), draw, nothing)
    assert sorted(positions) == list(range(8))
    every = usable([0.3, 0.9, 0.1])
    assert choose_shown(every, SamplingOptions(list_size=2), draw, nothing)[0] == [1, 0]


def test_no_list_grows_beyond_its_size_nor_repeats_a_document():
    for seed in range(200):
        draw = np.random.default_rng(seed)
        n = int(draw.integers(2, 40))
        gains = draw.choice([0, 0, 0, 0.4, 1.3], size=n)
        gains[:2] = (0, 1)
        rejected = np.flatnonzero((gains == 0) & (draw.random(n) < 0.3))
        one = usable(gains, rejected=rejected)
        shares = NegativeShares(
            **{name: float(draw.integers(1, 4)) for name in NegativeShares.__struct_fields__}
        )
        size = int(draw.integers(2, 12))
        options = SamplingOptions(list_size=size, negatives=shares)
        positions, foreign = choose_shown(one, options, draw, endless)
        assert len(positions) + len(foreign) == size
        assert len(set(positions)) == len(positions)
        assert gains[positions].max() > 0
        assert gains[positions].min() == 0 or foreign


def test_documents_skipped_near_the_top_are_drawn_more_often():
    one = usable([*np.zeros(11), 1.0])
    counts = np.zeros(12)
    options = SamplingOptions(list_size=3, negatives=only(skipped_above=1))
    for seed in range(400):
        positions, _ = choose_shown(one, options, np.random.default_rng(seed), nothing)
        counts[positions] += 1
    assert counts[11] == 400
    assert counts[0] > 2 * counts[5] > 0


def labelled(group, doc_ids, state=State.SKIPPED):
    candidates = tuple(
        Candidate(doc_id=doc_id, rank=n + 1, state=state, gain=0.0)
        for n, doc_id in enumerate(doc_ids)
    )
    return LabelledList(
        query_id=group,
        query="a",
        context=Context(turn=0),
        trajectory_id=group,
        group=group,
        candidates=candidates,
    )


@pytest.mark.parametrize("state", list(State))
def test_unrelated_documents_are_distinct_and_all_there_are_but_the_groups_own(state):
    pool = [f"d{n}" for n in range(20)]
    drawn = UnrelatedDocuments(pool, [labelled("one", pool[:12], state), labelled("two", pool)])
    one, two = (
        replace(usable([1, 0]), query="", group=group, list_ids=("d13",))
        for group in ("one", "two")
    )
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found = drawn.draw(one, 7, rng)
        assert sorted(found) == ["d12", "d14", "d15", "d16", "d17", "d18", "d19"]
        assert len(set(drawn.draw(one, 3, rng))) == 3
        assert len(drawn.draw(one, 9, rng)) == 7
    assert drawn.draw(two, 3, np.random.default_rng(0)) == []


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: SamplingOptions(list_size=1), "list_size"),
        (lambda: SamplingOptions(depth=0), "depth"),
        (lambda: NegativeShares(unseen=-1.0), "share unseen"),
        (lambda: NegativeShares(rejected=float("nan")), "share rejected"),
        (lambda: NegativeShares(unrelated=float("inf")), "share unrelated"),
        (lambda: only(), "negative shares"),
    ],
)
def test_sampling_out_of_range_is_refused_by_name(make, name):
    with pytest.raises(InputError, match=f"^{name} must be"):
        make()


def test_sampling_options_survive_a_record():
    options = SamplingOptions(list_size=5, negatives=NegativeShares(unseen=0.5))
    assert msgspec.json.decode(msgspec.json.encode(options), type=SamplingOptions) == options
