"""Policies: which labelled lists come out of a trajectory."""

from lrat_rank.mining.policies.base import Policy, Setting
from lrat_rank.mining.policies.registry import POLICIES

__all__ = ["POLICIES", "Policy", "Setting"]
