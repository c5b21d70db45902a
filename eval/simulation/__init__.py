"""Search agents without a language model, and an invented world for them to work in."""

from lrat_rank.eval.simulation.agent import simulate
from lrat_rank.eval.simulation.behaviour import AgentBehaviour
from lrat_rank.eval.simulation.calibration import Calibration, calibration, calibration_lines
from lrat_rank.eval.simulation.collection_questions import (
    questions_from_hops,
    questions_from_qrels,
)
from lrat_rank.eval.simulation.facts import Split
from lrat_rank.eval.simulation.presets import PRESETS, Preset
from lrat_rank.eval.simulation.questions import Hop, Question, evidence_of
from lrat_rank.eval.simulation.snippet_judgement import Similarity, cosine_similarity
from lrat_rank.eval.simulation.tools import SearchTool, ShuffledTool
from lrat_rank.eval.simulation.world import World, build_world

__all__ = [
    "PRESETS",
    "AgentBehaviour",
    "Calibration",
    "Hop",
    "Preset",
    "Question",
    "SearchTool",
    "ShuffledTool",
    "Similarity",
    "Split",
    "World",
    "build_world",
    "calibration",
    "calibration_lines",
    "cosine_similarity",
    "evidence_of",
    "questions_from_hops",
    "questions_from_qrels",
    "simulate",
]
