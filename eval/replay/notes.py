"""What a reader must know beside the figures of a replay."""

from __future__ import annotations

from collections.abc import Iterator

from lrat_rank.eval.replay.candidates import CandidateReplay
from lrat_rank.eval.replay.outcome import OutcomeReport
from lrat_rank.eval.replay.propensity import PropensityReport
from lrat_rank.eval.replay.result import Replay
from lrat_rank.eval.replay.selection import Stratum


def replay_notes(replay: Replay) -> list[str]:
    """What was scored, what was not, and what the figures take for granted."""
    lists, questions = len(replay.lists), len(replay.units.questions)
    lines = [
        f"{count(lists, 'list')} of {count(questions, 'question')}; means over questions, in which "
        "the lists of one question count as one. Intervals and tests take questions as units; p is "
        "of the two-sided randomisation test, after Holm's correction over the systems compared."
    ]
    lines += _left_out(replay)
    lines += _choice(replay)
    if replay.propensity is None:
        lines.append(
            "Unweighted: documents that were not opened count as of no use. Some were of use and "
            "were not looked at, the more so the lower they stood, which favours the logged order. "
            "Give --examination to weight by how likely each rank was looked at."
        )
    return lines


def _choice(replay: Replay) -> Iterator[str]:
    if replay.size(Stratum.USED_AT_1)[0]:
        yield (
            "Kinds by logged rank are chosen by what the log did: where it had the best used "
            "document first little can be better, and where it had it low little can be worse."
        )


def _left_out(replay: Replay) -> Iterator[str]:
    left = replay.left_out
    if left.lists_without_used:
        noun = count(left.lists_without_used, "list")
        yield f"{noun} without a used document left out: no order of them is better than another."
    if left.masked_candidates:
        noun = count(left.masked_candidates, "document")
        yield f"{noun} already read or unjudged, taken out of every order."
    if left.unknown_candidates or left.unknown_used:
        yield (
            f"The index lacks {count(left.unknown_candidates, 'document')} of these lists, taken "
            f"out of every order, and {count(left.unknown_used, 'used document')} of the labels."
        )
    if left.joined_lists:
        noun = count(left.joined_lists, "list")
        yield (
            f"{noun} joined from several: nobody was shown them in this order, so that `logged` "
            "is a made order there. Compare rankers with each other."
        )
    if left.equal_lists:
        noun = count(left.equal_lists, "list")
        yield f"{noun} of documents with one gain: every order of them has the same value."
    if left.corrected_gains:
        noun = count(left.corrected_gains, "used document")
        yield f"The gains of {noun} were divided by the examination of their rank when mined."


def propensity_notes(report: PropensityReport) -> list[str]:
    """How much stands behind the weighted figures."""
    return [
        f"Weighted by 1 / examination of the logged rank (at most {report.largest_weight:.3g}): "
        f"{report.covered} of {count(report.used, 'used document')}, worth "
        f"{report.effective:.0f} of equal weight. Right as far as agents look at ranks as the "
        "table says and open what is of use where they look."
    ]


def candidate_notes(found: CandidateReplay) -> list[str]:
    """What the two readings of unjudged candidates mean."""
    used = found.found + found.not_found
    return [
        f"{found.found} of {count(used, 'used document')} are among the first {found.depth} of "
        f"{found.stage}; the others count as below all of them.",
        "All candidates: documents that the log did not show count as of no use, which is hard on "
        "rankers that bring up new ones (see judged@10). Shown ones alone: those are taken out.",
    ]


def outcome_notes(report: OutcomeReport) -> list[str]:
    """What agreement with the outcome can show."""
    unknown = f", and {report.unknown_runs} that may be either" if report.unknown_runs else ""
    lines = [f"{count(report.correct_runs, 'right run')}, {report.incorrect_runs} wrong{unknown}."]
    if report.refusal:
        return [*lines, f"Not compared: {report.refusal}."]
    return [
        *lines,
        "That figures go with right answers is a correlation: easy questions have better lists "
        "and more right answers. Only agents that work with the new ranker show what it does; "
        "with another order they would have gone other ways.",
    ]


def count(number: int, noun: str) -> str:
    """A number and its noun.

    >>> count(1, "list"), count(2, "list")
    ('1 list', '2 lists')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
