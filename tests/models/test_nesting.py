"""What a ranker is made of, and what that says of the whole."""

import numpy as np
import pytest

from lrat_rank.models.calibration.calibrated import CalibratedRanker
from lrat_rank.models.cascade import Cascade
from lrat_rank.models.nesting import parts_of, reads_context
from lrat_rank.serving.batching import BatchingRanker


class Flat:
    def __init__(self, **told):
        self.__dict__ |= told

    def score(self, lists):
        return [np.zeros(len(one.doc_ids)) for one in lists]


READER, OTHER, SILENT = Flat(reads_context=True), Flat(reads_context=False), Flat()


@pytest.fixture
def queued():
    made = []

    def queued(ranker):
        made.append(BatchingRanker(ranker))
        return made[-1]

    yield queued
    for one in made:
        one.close()


def test_parts_are_what_a_ranker_asks_itself_in_that_order(queued):
    cascade = Cascade(READER, OTHER)
    assert parts_of(cascade) == [READER, OTHER]
    assert parts_of(queued(cascade)) == [cascade]
    assert parts_of(CalibratedRanker(SILENT, calibration=None)) == [SILENT]
    assert parts_of(Flat(bases={"a": OTHER, "b": SILENT})) == [OTHER, SILENT]
    assert parts_of(SILENT) == []


def test_a_ranker_reads_context_if_it_says_so_or_a_part_may(queued):
    assert not reads_context(None)
    assert reads_context(READER)
    assert not reads_context(OTHER)
    assert reads_context(SILENT)
    assert not reads_context(queued(Cascade(OTHER, CalibratedRanker(OTHER, calibration=None))))
    assert reads_context(queued(Cascade(OTHER, CalibratedRanker(READER, calibration=None))))
    assert reads_context(Cascade(OTHER, SILENT))
    assert not reads_context(Flat(bases={"a": READER}, reads_context=False))
