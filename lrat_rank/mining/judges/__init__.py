"""Judges: does the reasoning after a browse use the document?"""

from lrat_rank.mining.judges.base import Case, Decision, Judge, JudgeError, Verdict
from lrat_rank.mining.judges.registry import JUDGES

__all__ = ["JUDGES", "Case", "Decision", "Judge", "JudgeError", "Verdict"]
