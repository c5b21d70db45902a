"""Labelled lists reach LightGBM whole: right rows, right groups, right weights, nothing masked."""

import numpy as np
import pytest
from lightgbm_labels import INDEX, labelled, lightgbm_form, planted

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import FEATURES
from lrat_rank.features.spec import Feature, FeatureSpec, Group, Need
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import State
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.intensity_use import INTENSITY_USES, IntensityUse
from lrat_rank.models.lightgbm import dataset as lightgbm_dataset
from lrat_rank.models.lightgbm.dataset import build_ranking_data
from lrat_rank.models.usable_lists import usable_lists

BOTH = IntensityUse(gain=True, weight=True)


def build(lists, use=BOTH, features=("bm25_score", "text_length")):
    usable, left_out = usable_lists(lists, INDEX, use)
    return build_ranking_data(usable, INDEX, features), left_out


@pytest.fixture
def group_size(monkeypatch):
    """A feature whose value is the size of the list its row stands in."""
    spec = FeatureSpec(
        name="group_size",
        group=Group.QUERY,
        unit="candidates",
        range=(1.0, 100.0),
        higher_is_better=None,
        missing=None,
        needs=(Need.TERMS,),
    )
    item = Feature(spec, lambda block: block.per_list(np.diff(block.offsets)))
    monkeypatch.setitem(FEATURES._items, "group_size", item)
    return "group_size"


def test_every_row_stands_in_the_group_it_was_computed_in(group_size):
    lists = planted(20, seed=1)
    lists.insert(
        3, labelled("x", [1, 0, 0], states=[State.RELEVANT, State.UNJUDGED, State.SKIPPED])
    )
    data, _ = build(lists, features=(group_size,))
    dataset = lightgbm_form(data).construct()
    sizes = dataset.get_group()
    shown = sizes.copy()
    shown[3] = 3  # the masked document is counted as shown, and has no row
    assert data.features.values[:, 0].tolist() == np.repeat(shown, sizes).tolist()
    assert sizes[3] == 2


def test_a_subset_keeps_lists_whole(group_size):
    data, _ = build(planted(20, seed=1), features=(group_size,))
    part = data.subset(np.array([17, 2, 5]))
    sizes = part.features.sizes
    assert sizes.tolist() == data.features.sizes[[17, 2, 5]].tolist()
    assert part.features.values[:, 0].tolist() == np.repeat(sizes, sizes).tolist()
    assert part.groups == tuple(data.groups[i] for i in (17, 2, 5))
    np.testing.assert_array_equal(
        part.gains, np.concatenate([data.features.split(data.gains)[i] for i in (17, 2, 5)])
    )
    np.testing.assert_array_equal(part.weights, data.weights[[17, 2, 5]])


def test_all_rows_of_a_list_weigh_the_same():
    lists = planted(12, seed=2)
    data, _ = build(lists)
    weights = lightgbm_form(data).construct().get_weight()
    for one, rows in zip(lists, data.features.split(weights), strict=True):
        np.testing.assert_allclose(rows, one.weight, rtol=1e-6)


def test_masked_candidates_are_left_out_and_counted():
    states = [State.RELEVANT, State.SKIPPED, State.UNJUDGED, State.ALREADY_READ, State.REJECTED]
    data, left_out = build([labelled("a", [1.0, 0, 0, 0, 0], states=states)])
    assert left_out.masked_candidates == 2
    assert data.gains.tolist() == [1, 0, 0]
    kept = [INDEX.doc_ids[i] for i in (0, 1, 4)]
    lengths = INDEX.forward.text.lengths[INDEX.rows(kept)]
    assert data.features.values[:, 1].tolist() == lengths.tolist()


def test_candidates_the_index_lacks_are_left_out_and_counted():
    known = INDEX.doc_ids[:2]
    data, left_out = build([labelled("a", [0, 1.0, 0], doc_ids=["nowhere", *known])])
    assert left_out.unknown_candidates == 1
    assert data.gains.tolist() == [1, 0]


def test_lists_that_order_nothing_are_left_out_and_counted():
    lists = [
        labelled("useful", [1.0, 0.0]),
        labelled("all-zero", [0.0, 0.0]),
        labelled("all-alike", [1.0, 1.0]),
        labelled("masked", [1.0, 0.0], states=[State.RELEVANT, State.UNJUDGED]),
        labelled("unknown", [1.0, 0.0], doc_ids=["nowhere", INDEX.doc_ids[0]]),
        labelled("empty", []),
        labelled("weightless", [1.0, 0.0], weight=0.0),
    ]
    data, left_out = build(lists)
    assert data.groups == ("useful",)
    assert left_out.lists_without_order == 5
    assert left_out.lists_without_weight == 1


def test_a_list_whose_order_is_intensity_alone_needs_the_gain_switch():
    lists = [labelled("a", [0.5, 1.5])]
    assert len(usable_lists(lists, INDEX, IntensityUse.parse("gain"))[0]) == 1
    assert usable_lists(lists, INDEX, IntensityUse.parse("weight"))[0] == []


def test_a_list_longer_than_lightgbm_takes_is_refused(monkeypatch):
    monkeypatch.setattr(lightgbm_dataset, "MOST_ROWS", 3)
    with pytest.raises(InputError, match=r"at most 3 candidates long for LightGBM; got 4"):
        build([labelled("long", [1, 0, 0, 0])])


def test_a_list_that_only_deepening_made_too_long_tells_to_deepen_less(monkeypatch):
    monkeypatch.setattr(lightgbm_dataset, "MOST_ROWS", 3)
    one = labelled("short", [1, 0])
    deep = deepen(usable_lists([one], INDEX, BOTH)[0], [one], INDEX, depth=6)
    with pytest.raises(InputError, match="Make lists less deep"):
        build_ranking_data(deep, INDEX, ("text_length",))


def test_grades_are_those_of_the_table_for_training_and_for_other_gains():
    data, _ = build(planted(10, seed=3))
    table = GradeTable.fit(data.gains, levels=5)
    assert data.grades(table).tolist() == [table.grade(gain) for gain in data.gains]
    other, _ = build([labelled("a", [9.0, 0.0, 1e-6])])
    assert other.grades(table).tolist() == [4, 0, 1]


@pytest.mark.parametrize(
    ("name", "gains", "weight"),
    [
        ("gain", [0.5, 0.0, 2.0], 1.0),
        ("weight", [1.0, 0.0, 1.0], 0.25),
        ("both", [0.5, 0.0, 2.0], 0.25),
        ("none", [1.0, 0.0, 1.0], 1.0),
    ],
)
def test_each_intensity_switch_acts_by_itself(name, gains, weight):
    use = IntensityUse.parse(name)
    one = labelled("a", [0.5, 0.0, 2.0], weight=0.25)
    assert use.gains(one).tolist() == gains
    assert use.list_weight(one) == weight
    assert use.name == name


def test_the_default_intensity_use_is_the_gain():
    assert IntensityUse() == INTENSITY_USES.get("gain")


def test_an_unknown_intensity_use_gets_the_nearest_name():
    with pytest.raises(InputError, match=r"Did you mean weight\?"):
        IntensityUse.parse("weigth")


def test_a_document_is_compared_with_the_whole_list_the_masked_ones_too():
    states = [State.ALREADY_READ, State.RELEVANT, State.SKIPPED, State.SKIPPED]
    every, _ = build([labelled("a", [0.0, 1.0, 0.0, 0.0])], features=["bm25_margin"])
    judged, _ = build(
        [labelled("a", [0.0, 1.0, 0.0, 0.0], states=states)], features=["bm25_margin"]
    )
    np.testing.assert_array_equal(judged.features.values, every.features.values[1:])
    assert judged.features.offsets.tolist() == [0, 3]
