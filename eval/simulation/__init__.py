"""A synthetic world of questions and documents, and an agent that works in it without a model."""

from lrat_rank.eval.simulation.agent import SearchTool, simulate
from lrat_rank.eval.simulation.behaviour import AgentBehaviour
from lrat_rank.eval.simulation.facts import Split
from lrat_rank.eval.simulation.questions import Hop, Question
from lrat_rank.eval.simulation.world import World, build_world

__all__ = [
    "AgentBehaviour",
    "Hop",
    "Question",
    "SearchTool",
    "Split",
    "World",
    "build_world",
    "simulate",
]
