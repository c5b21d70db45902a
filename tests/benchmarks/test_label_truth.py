"""What labels of simulated agents say beside the judgements, on a small collection."""

import label_truth
import numpy as np
import pytest
from label_truth import KINDS, counted, kinds, lists_of, table
from study.material import Material
from study.states import with_sessions
from study_collection import place_of, write_collection


@pytest.fixture(scope="module")
def material(tmp_path_factory) -> Material:
    root = tmp_path_factory.mktemp("truth")
    write_collection(root, "some", seed=3, documents=220, questions=8)
    return Material("some", place_of(root))


def test_every_document_of_a_training_list_is_of_one_kind(material):
    useful, in_vain, _, never = KINDS
    for one in lists_of(material):
        told = np.array(kinds(one))
        np.testing.assert_array_equal(told == useful, one.gains > 0)
        np.testing.assert_array_equal(told == never, one.unseen)
        np.testing.assert_array_equal(told == in_vain, one.rejected & (one.gains == 0))
        assert set(told) <= set(KINDS)


def test_shares_are_of_what_the_judgements_call_relevant_to_the_question(material, monkeypatch):
    every, relevant = counted(material)
    gains = [c.gain > 0 for one in with_sessions(material.mined.cues) for c in one.candidates]
    assert 0 < every["useful"] <= sum(gains)
    assert relevant["useful"] / every["useful"] > relevant["never shown"] / every["never shown"]
    [_, _, row] = table([material])
    assert f"of {every['useful']:,} |" in row
    monkeypatch.setattr(label_truth, "relevant_of", lambda it: {q: set() for q in it.units})
    assert not sum(counted(material)[1].values())
