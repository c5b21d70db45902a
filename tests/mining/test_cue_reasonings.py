"""The judge `cues` against a reader, on texts labelled by hand."""

from collections import Counter

import pytest
from cue_reasonings import SPLITS, VERDICTS, confusion, reasonings, split_of

from lrat_rank.mining.judges.cues import CueJudge

FLOORS = {  # of the held-out half: verdict → precision, recall, a little under what was reached
    "uses": (0.90, 0.90),
    "rejects": (0.96, 0.79),
    "unknown": (0.74, 0.98),
}
DEVELOPMENT_ACCURACY = 0.95


def half(split):
    return [text for text in reasonings() if text.split == split]


def test_texts_are_in_the_half_their_hash_says_and_none_is_twice():
    texts = reasonings()
    assert [text.split for text in texts] == [split_of(text.text) for text in texts]
    assert len({text.text for text in texts}) == len(texts)


@pytest.mark.parametrize("split", SPLITS)
def test_each_half_holds_enough_texts_of_every_verdict(split):
    counts = Counter(text.verdict for text in half(split))
    assert set(counts) == set(VERDICTS)
    assert min(counts["uses"], counts["rejects"]) >= 60
    assert counts["unknown"] >= 40


@pytest.mark.parametrize("verdict", VERDICTS)
def test_figures_of_the_held_out_half_do_not_fall(verdict):
    made = confusion(CueJudge(), half("held_out"))
    precision, recall = FLOORS[verdict]
    assert made.precision(verdict) >= precision
    assert made.recall(verdict) >= recall


def test_the_rules_fit_the_half_they_were_made_on():
    made = confusion(CueJudge(), half("development"))
    right = sum(made.counts[verdict, verdict] for verdict in VERDICTS)
    assert right / made.counts.total() >= DEVELOPMENT_ACCURACY


def test_a_text_that_says_nothing_never_becomes_a_rejection():
    made = confusion(CueJudge(), reasonings())
    assert made.counts["unknown", "rejects"] == 0


def test_precision_and_recall_count_what_the_reader_shares():
    class Always:
        name, concurrency = "always", 0

        def decide(self, case):
            return CueJudge().decide(type(case)("The page states it."))

    made = confusion(Always(), reasonings())
    share = Counter(text.verdict for text in reasonings())["uses"] / len(reasonings())
    assert (made.precision("uses"), made.recall("uses")) == (pytest.approx(share), 1.0)
    assert (made.precision("rejects"), made.recall("rejects")) == (0.0, 0.0)
