"""Agent runs measured: success, evidence recall, steps, and confidence against outcome."""

from lrat_rank.eval.agent_runs.answer_files import read_answers
from lrat_rank.eval.agent_runs.comparison import (
    AgentComparison,
    AgentDifference,
    compare_agent_runs,
)
from lrat_rank.eval.agent_runs.matching import (
    MATCHES,
    AnswerCase,
    AnswerJudge,
    AnswerVerdict,
)
from lrat_rank.eval.agent_runs.scored_run import ScoredRun
from lrat_rank.eval.agent_runs.scores import AgentScores, Estimate, score_agent_runs

__all__ = [
    "MATCHES",
    "AgentComparison",
    "AgentDifference",
    "AgentScores",
    "AnswerCase",
    "AnswerJudge",
    "AnswerVerdict",
    "Estimate",
    "ScoredRun",
    "compare_agent_runs",
    "read_answers",
    "score_agent_runs",
]
