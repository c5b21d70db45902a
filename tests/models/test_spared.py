"""What labels forbid as negatives is forbidden by every way of drawing them."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from fake_index import FakeIndex

from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.cross_encoder.unrelated import UnrelatedDocuments
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.dense.false_negatives import FalseNegatives
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.spared import SparedDocuments
from lrat_rank.models.usable_lists import training_lists

INDEX = FakeIndex({f"d{n}": ("", f"red fox number{n}") for n in range(9)}, encoder=False)


def candidate(doc_id: str, gain: float = 0.0, state: State = State.SKIPPED) -> Candidate:
    return Candidate(doc_id=doc_id, rank=1, state=state, gain=gain)


def labelled(query_id, candidates, *, query="red fox", group="g", read=()) -> LabelledList:
    return LabelledList(
        query_id=query_id,
        query=query,
        context=Context(turn=0, read_doc_ids=read),
        trajectory_id=query_id,
        group=group,
        candidates=tuple(candidates),
    )


OWN = labelled("q", [candidate("d0", 1.0), candidate("d1")])
OTHERS = {
    "relevant in the group": labelled("r", [candidate("d5", 1.0)], query="a hen"),
    "unjudged in the group": labelled("r", [candidate("d5", 0, State.UNJUDGED)], query="a hen"),
    "read in the group": labelled("r", [candidate("d2")], query="a hen", read=("d5",)),
    "relevant to the same query": labelled("r", [candidate("d5", 1.0)], query="RED fox", group="h"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_spared_document_is_no_negative_however_it_is_drawn(name):
    labels = [OWN, OTHERS[name]]
    used = training_lists([OWN], INDEX.doc_ids, IntensityUse())[0]
    assert "d5" in SparedDocuments(labels).spared("g", "red fox")
    [deep] = deepen(used, labels, INDEX, depth=9)
    assert "d5" in deep.list_ids
    assert "d5" not in deep.doc_ids
    assert "d4" in deep.doc_ids
    foreign = UnrelatedDocuments(INDEX.doc_ids, labels)
    drawn = foreign.draw(used[0], 9, np.random.default_rng(0))
    assert "d5" not in drawn
    assert "d4" in drawn
    text_of = {doc_id: number for number, doc_id in enumerate(INDEX.doc_ids)}
    assert text_of["d5"] in FalseNegatives(labels, text_of).spared("g", "red fox")


def test_what_another_question_found_does_not_matter():
    other = msgspec.structs.replace(OTHERS["relevant in the group"], group="h")
    used = training_lists([OWN], INDEX.doc_ids, IntensityUse())[0]
    [deep] = deepen(used, [OWN, other], INDEX, depth=9)
    assert "d5" in deep.doc_ids
    drawn = UnrelatedDocuments(INDEX.doc_ids, [OWN, other])
    assert "d5" in drawn.draw(replace(used[0], list_ids=()), 9, np.random.default_rng(0))
