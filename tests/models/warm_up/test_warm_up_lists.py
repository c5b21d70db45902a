"""Labelled lists from a corpus alone."""

import msgspec
import numpy as np
import pytest
from made_corpus import documents, index_of

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.features.prior import first_stage_prior, fused_lists
from lrat_rank.mining.labels import State, check
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.ranker import CandidateList, Ranker
from lrat_rank.models.usable_lists import usable_lists
from lrat_rank.models.warm_up.likeness import may_answer_too
from lrat_rank.models.warm_up.lists import warm_up_lists
from lrat_rank.models.warm_up.options import KindShares, WarmUpOptions
from lrat_rank.models.warm_up.teacher import FirstStageTeacher

OPTIONS = WarmUpOptions(lists=45, negatives=6, depth=30)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return index_of(documents(), tmp_path_factory.mktemp("made") / "index")


@pytest.fixture(scope="module")
def made(index):
    return warm_up_lists(index, OPTIONS)


def of_state(one, state):
    return [c.doc_id for c in one.candidates if c.state is state]


def test_every_list_has_one_relevant_document_the_one_its_query_was_made_from(made, index):
    assert len(made.lists) == 45
    for one in made.lists:
        check(one, one.query_id)
        (relevant,) = of_state(one, State.RELEVANT)
        assert one.query_id.endswith(f"/{relevant}")
        assert one.group.endswith(f"/{relevant}")
        (document,) = index.documents([relevant])
        where = {"title": document.title, "sentence": document.text}
        assert one.query in where.get(one.query_id.split("/")[1], one.query)
        spoken = document.contents.lower().replace(".", "").split()
        assert set(one.query.lower().replace(".", "").split()) <= set(spoken)
    assert len({one.query_id for one in made.lists}) == 45


def test_negatives_are_the_first_stages_and_neither_the_document_nor_its_like(made, index):
    fused = fused_lists(index, [one.query for one in made.lists], depth=30)
    for one, found in zip(made.lists, fused, strict=True):
        (relevant,) = of_state(one, State.RELEVANT)
        negatives = of_state(one, State.SKIPPED)
        listed = [index.doc_ids[row] for row in found.listed.tolist()]
        assert relevant not in negatives
        assert 1 <= len(negatives) <= 6
        assert set(negatives) <= set(listed)
        own, *rows = index.rows([relevant, *negatives]).tolist()
        assert not may_answer_too(index.forward, own, np.array(rows), near_duplicate=0.5).any()
        for candidate in one.candidates:
            if candidate.doc_id in listed:
                assert candidate.rank == listed.index(candidate.doc_id) + 1


def test_a_near_duplicate_is_masked_so_that_nothing_makes_it_a_negative(index):
    made = warm_up_lists(index, WarmUpOptions(lists=200, negatives=6, depth=60))
    masked = {
        (one.query_id.split("/")[2], doc_id)
        for one in made.lists
        for doc_id in of_state(one, State.UNJUDGED)
    }
    negatives = {
        (one.query_id.split("/")[2], doc_id)
        for one in made.lists
        for doc_id in of_state(one, State.SKIPPED)
    }
    copies = {(f"d{n - 1}", f"d{n}") for n in range(9, 60, 10)}
    copies -= {(a, b) for a, b in copies if not index.documents([a])[0].text}
    assert len(copies & masked) >= 3
    assert not copies & negatives
    assert not {(b, a) for a, b in copies} & negatives


def test_the_same_seed_makes_the_same_lists_and_another_seed_others(made, index):
    again = warm_up_lists(index, OPTIONS)
    assert again.lists == made.lists
    assert again.readings == made.readings
    assert warm_up_lists(index, msgspec.structs.replace(OPTIONS, seed=1)).lists != made.lists


def test_kinds_come_in_their_shares_and_fill_up_for_one_another(made, index, tmp_path):
    assert made.kinds == {"title": 15, "sentence": 15, "phrases": 15}
    shares = KindShares(title=2, sentence=1, phrases=0)
    some = warm_up_lists(index, msgspec.structs.replace(OPTIONS, lists=30, kinds=shares))
    assert some.kinds == {"title": 20, "sentence": 10, "phrases": 0}
    bare = [Document(d.doc_id, d.text.replace(".", ""), "") for d in documents() if d.text]
    plain = index_of(bare, tmp_path / "bare")
    assert warm_up_lists(plain, OPTIONS).kinds == {"title": 0, "sentence": 0, "phrases": 45}


def test_a_small_corpus_gives_fewer_lists_each_query_once(index):
    every = warm_up_lists(index, WarmUpOptions(lists=10_000, negatives=6, depth=30))
    assert 100 < len(every.lists) < 180
    assert len({one.query_id for one in every.lists}) == len(every.lists)


def test_a_document_the_first_stage_does_not_list_is_relevant_all_the_same(index):
    shallow = warm_up_lists(index, WarmUpOptions(lists=150, negatives=6, depth=2))
    ranks = [next(c.rank for c in one.candidates if c.gain) for one in shallow.lists]
    assert all(one.orders_something for one in shallow.lists)
    assert max(ranks) == 3


def test_the_lists_are_labels_that_any_ranker_can_use(made, index):
    used, left_out = usable_lists(made.lists, index, IntensityUse())
    assert len(used) == 45
    assert left_out.unknown_candidates == left_out.lists_without_order == 0


def test_a_corpus_too_small_or_all_alike_is_refused(tmp_path):
    few = index_of(documents(7), tmp_path / "few")
    with pytest.raises(InputError, match=r"^corpus must be more than 7 documents"):
        warm_up_lists(few, OPTIONS)
    alike = [Document(f"d{n}", "Bake lomi nura seti.", "") for n in range(20)]
    with pytest.raises(InputError, match="20 documents, none such"):
        warm_up_lists(index_of(alike, tmp_path / "alike"), OPTIONS)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"lists": 0}, "lists"),
        ({"negatives": 0}, "negatives"),
        ({"depth": 1}, "depth"),
        ({"epochs": 0}, "epochs"),
        ({"near_duplicate": 0.0}, "near_duplicate"),
        ({"near_duplicate": float("nan")}, "near_duplicate"),
    ],
)
def test_warm_up_options_out_of_range_are_refused_by_name(change, name):
    with pytest.raises(InputError, match=f"^{name} must be"):
        WarmUpOptions(**change)


def test_kind_shares_are_checked_and_an_unknown_kind_is_named():
    with pytest.raises(InputError, match="share title must be"):
        KindShares(title=-1.0)
    with pytest.raises(InputError, match="kind shares must be above 0"):
        KindShares(title=0.0, sentence=0.0, phrases=0.0)
    with pytest.raises(InputError, match="Did you mean title"):
        KindShares.only(["titel"])
    assert KindShares.only(["title"]) == KindShares(sentence=0.0, phrases=0.0)


def test_the_teacher_says_what_the_first_stage_says(index):
    asked = [CandidateList("q", "bake lomi", ("d1", "d2", "d30"))]
    teacher = FirstStageTeacher(index, depth=20)
    assert isinstance(teacher, Ranker)
    np.testing.assert_array_equal(
        teacher.score(asked)[0], first_stage_prior(index, asked, depth=20)[0]
    )
