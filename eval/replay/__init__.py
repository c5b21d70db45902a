"""Replay: logged lists in the order of a new ranker, and the gate it must pass."""

from lrat_rank.eval.replay.candidates import CandidateReplay, replay_candidates
from lrat_rank.eval.replay.gate import Gate, GateDecision
from lrat_rank.eval.replay.logged import LOGGED
from lrat_rank.eval.replay.outcome import OutcomeReport, outcome_report
from lrat_rank.eval.replay.replay import replay
from lrat_rank.eval.replay.result import Replay

__all__ = [
    "LOGGED",
    "CandidateReplay",
    "Gate",
    "GateDecision",
    "OutcomeReport",
    "Replay",
    "outcome_report",
    "replay",
    "replay_candidates",
]
