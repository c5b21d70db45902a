"""The judge `cues`: rules over the words that agents use right after they read a document."""

from lrat_rank.mining.judges.cues.judge import CueJudge

__all__ = ["CueJudge"]
