"""Swaps are drawn as docs/bias.md wants them, and the log then tells examination."""

import random
import time

import pytest

from lrat_rank.analysis.bias import audit_bias
from lrat_rank.errors import InputError
from lrat_rank.pipeline.analyze import analyze_files
from lrat_rank.serving.exploration import Swaps, parse_explore
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.session_journal import Served, SessionJournal
from lrat_rank.trajectories import read_trajectories
from lrat_rank.trajectories.model import Impression

EXAMINATION = (1.0, 0.6, 0.35)


def test_the_share_of_lists_that_is_asked_for_is_shown_swapped():
    chance, swaps, listed = random.Random(1), Swaps(0.05), ["a", "b", "c", "d"]
    drawn = [swaps.draw(listed, chance) for _ in range(40_000)]
    swapped = sum(shown != listed for shown, _ in drawn) / len(drawn)
    in_play = sum(0.5 in propensities for _, propensities in drawn) / len(drawn)
    assert swapped == pytest.approx(0.05, abs=0.006)
    assert in_play == pytest.approx(0.1, abs=0.008)


def test_two_places_are_in_play_rank_1_and_any_other_and_both_carry_one_half():
    chance, listed = random.Random(2), list("abcde")
    places = {}
    for _ in range(20_000):
        shown, propensities = Swaps(0.5).draw(listed, chance)
        first, other = (place for place, p in enumerate(propensities) if p == 0.5)
        assert first == 0
        assert sorted(shown) == listed
        assert all(shown[n] == listed[n] for n in range(5) if n not in (0, other))
        places.setdefault(other, []).append(shown != listed)
    assert set(places) == {1, 2, 3, 4}
    for swapped in places.values():
        assert len(swapped) / 20_000 == pytest.approx(0.25, abs=0.02)
        assert sum(swapped) / len(swapped) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("listed", [[], ["a"]])
def test_lists_with_nothing_to_swap_stay(listed):
    assert Swaps(0.5).draw(listed) == (listed, [1.0] * len(listed))


@pytest.mark.parametrize("text", ["swap", "swap:", "swap:0", "swap:0.6", "swap:-1", "swap:nan",
                                  "swap:x", "shuffle:0.1", "0.05", ""])  # fmt: skip
def test_other_options_are_refused(text):
    with pytest.raises(InputError, match="--explore must be"):
        parse_explore(text)


def browse_by_position(log, chance, swaps, sessions):
    """Agents who look at a rank with its examination, and open what is worth it."""
    for number in range(sessions):
        session = SessionJournal(log, f"s{number}")
        for n in range(2):
            worth = sorted((chance.betavariate(1, 2) for _ in EXAMINATION), reverse=True)
            documents = [(f"d{number}-{n}-{place}", value) for place, value in enumerate(worth)]
            shown, propensities = swaps.draw(documents, chance)
            session.search(
                f"query {number} {n}",
                [
                    Impression(doc_id, rank, score=1.0 / rank, propensity=p)
                    for rank, ((doc_id, _), p) in enumerate(
                        zip(shown, propensities, strict=True), start=1
                    )
                ],
                asked=time.monotonic(),
                served=Served(),
            )
            for (doc_id, value), looked in zip(shown, EXAMINATION, strict=True):
                if chance.random() < looked * value:
                    session.browse(doc_id, "text", asked=time.monotonic())


def test_analyze_tells_the_examination_of_a_simulated_agent_from_the_log(tmp_path):
    log = Journal(tmp_path / "log", JournalOptions(rotate_mb=0.5, fsync="never"))
    browse_by_position(log, random.Random(3), parse_explore("swap:0.25"), 2_500)
    log.close()
    audit = audit_bias(read_trajectories([tmp_path / "log"]))
    told = audit.randomised
    assert told is not None
    assert told.enough
    assert told.ranks == (1, 2, 3)
    assert told.mean_weight == pytest.approx(1.0, abs=0.05)
    for low, true, high in zip(told.low, EXAMINATION, told.high, strict=True):
        assert low <= true <= high
    assert told.examination[1:] == pytest.approx(EXAMINATION[1:], rel=0.25)


def test_the_analyze_command_writes_the_table_that_mine_reads(tmp_path):
    log = Journal(tmp_path / "log", JournalOptions(fsync="never"))
    browse_by_position(log, random.Random(4), Swaps(0.5), 400)
    log.close()
    result = analyze_files([tmp_path / "log"], tmp_path / "report")
    assert result.examination is not None
    assert '"randomised"' in result.examination.read_text()
