"""The judges by name."""

from __future__ import annotations

from collections.abc import Callable

from lrat_rank.mining.judges.base import Judge
from lrat_rank.mining.judges.cues import CueJudge
from lrat_rank.mining.judges.none import NoJudge
from lrat_rank.registry import Registry

JUDGES: Registry[Callable[[], Judge]] = Registry("judge")
JUDGES.add("cues", CueJudge)
JUDGES.add("none", NoJudge)
