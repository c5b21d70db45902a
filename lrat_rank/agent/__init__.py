"""A search agent with a language model: it answers questions with the search tool (extra `llm`)."""

from lrat_rank.agent.budget import Limits
from lrat_rank.agent.job import run_agent
from lrat_rank.agent.options import AgentOptions
from lrat_rank.agent.status import ENDED, Status
from lrat_rank.agent.summary import AgentResult

__all__ = ["ENDED", "AgentOptions", "AgentResult", "Limits", "Status", "run_agent"]
