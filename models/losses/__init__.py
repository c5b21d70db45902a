"""Ranking losses: pure functions over (lists, documents) tensors, and their named forms."""

from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.ranknet import RankNetLoss, ranknet
from lrat_rank.models.losses.registry import LOSSES
from lrat_rank.models.losses.softmax import SoftmaxLoss, softmax_cross_entropy

__all__ = [
    "LOSSES",
    "RankNetLoss",
    "RankingLoss",
    "SoftmaxLoss",
    "ranknet",
    "softmax_cross_entropy",
]
