"""The losses that can be chosen by name."""

from __future__ import annotations

from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.ranknet import RankNetLoss
from lrat_rank.models.losses.softmax import SoftmaxLoss
from lrat_rank.registry import Registry

LOSSES: Registry[type[RankingLoss]] = Registry("loss")
LOSSES.add("softmax", SoftmaxLoss)
LOSSES.add("ranknet", RankNetLoss)
