"""A cascade: a quick ranker orders every candidate, a careful one looks at the best of them."""

from lrat_rank.models.cascade.cascade import Cascade
from lrat_rank.models.cascade.folder import compose
from lrat_rank.models.cascade.options import CascadeOptions

__all__ = ["Cascade", "CascadeOptions", "compose"]
