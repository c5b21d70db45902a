"""Ranking losses: pure functions over (lists, documents) tensors, and their named forms."""

from lrat_rank.models.losses.base import Family, RankingLoss, Targets
from lrat_rank.models.losses.discount_functions import DISCOUNT_FUNCTIONS
from lrat_rank.models.losses.effects import GainEffect
from lrat_rank.models.losses.gain_functions import GAIN_FUNCTIONS
from lrat_rank.models.losses.parsing import format_loss, parse_loss
from lrat_rank.models.losses.ranknet import ranknet
from lrat_rank.models.losses.registry import LOSSES
from lrat_rank.models.losses.softmax import softmax_cross_entropy

__all__ = [
    "DISCOUNT_FUNCTIONS",
    "GAIN_FUNCTIONS",
    "LOSSES",
    "Family",
    "GainEffect",
    "RankingLoss",
    "Targets",
    "format_loss",
    "parse_loss",
    "ranknet",
    "softmax_cross_entropy",
]
