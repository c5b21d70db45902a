"""The policies by name."""

from __future__ import annotations

from collections.abc import Callable

from lrat_rank.mining.policies.base import Policy
from lrat_rank.mining.policies.default import DefaultPolicy
from lrat_rank.mining.policies.paper import PaperPolicy
from lrat_rank.mining.policies.reference import ReferencePolicy
from lrat_rank.registry import Registry

POLICIES: Registry[Callable[[], Policy]] = Registry("policy")
POLICIES.add("default", DefaultPolicy)
POLICIES.add("paper", PaperPolicy)
POLICIES.add("reference", ReferencePolicy)
