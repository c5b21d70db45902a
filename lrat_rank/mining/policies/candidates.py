"""Candidates of a draft: states and evidence from what was read, gains still to come."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lrat_rank.mining.judges.base import Verdict
from lrat_rank.mining.labels import Candidate, Evidence, State
from lrat_rank.mining.policies.reading import Read
from lrat_rank.trajectories.model import Impression

_NO_EVIDENCE = Evidence()


def draft(impression: Impression, state: State, evidence: Evidence | None = None) -> Candidate:
    """A candidate whose gain is still to come."""
    return Candidate(
        doc_id=impression.doc_id,
        rank=impression.rank,
        state=state,
        gain=0.0,
        score=impression.score,
        snippet=impression.snippet,
        evidence=evidence or _NO_EVIDENCE,
    )


def evidence_of(reads: Sequence[Read]) -> Evidence:
    """What several reads of one document say together: their lengths and dwell times add up."""
    lengths = [read.length for read in reads if read.length is not None]
    dwells = [read.dwell for read in reads if read.dwell is not None]
    state = state_of(reads)
    return Evidence(
        turn=min(read.turn for read in reads),
        reasoning_length=sum(lengths) or None,
        dwell=math.fsum(dwells) or None,
        before_answer=any(read.before_answer for read in reads),
        truncated=any(read.truncated for read in reads),
        shared=any(read.shared for read in reads),
        why=next((r.decision.why for r in reads if _STATES[r.verdict] is state), ""),
    )


_STATES = {
    Verdict.USES: State.RELEVANT,
    Verdict.REJECTS: State.REJECTED,
    Verdict.UNKNOWN: State.UNJUDGED,
}


def state_of(reads: Sequence[Read]) -> State:
    """What several reads of one document say together: one use is enough."""
    verdicts = {read.verdict for read in reads}
    return next(state for verdict, state in _STATES.items() if verdict in verdicts)
