"""The judge `llm`: a model behind any OpenAI-compatible endpoint reads the reasoning."""

from lrat_rank.llm import Prices, Retrying
from lrat_rank.mining.judges.llm.judge import LlmJudge, llm_judge
from lrat_rank.mining.judges.llm.options import LlmOptions, OnError

__all__ = ["LlmJudge", "LlmOptions", "OnError", "Prices", "Retrying", "llm_judge"]
