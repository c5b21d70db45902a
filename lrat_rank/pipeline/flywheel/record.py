"""What a flywheel writes down: one record a round, and the whole of them."""

from __future__ import annotations

from typing import Any

import msgspec


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """The system deployed last, beside the one before it, on the questions of a round.

    Attributes:
        measures: Measure → mean difference and its p-value; below 0 is worse than before.
        rolled_back: Whether the system before took its place again.
        reason: Why, or why not, in a sentence.
    """

    measures: dict[str, dict[str, float | None]]
    rolled_back: bool
    reason: str


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """A ranker that was trained, and what the gate said of it.

    Attributes:
        training_lists: Labelled lists of all rounds up to now that it learned from.
        gate_lists: Lists it was replayed on, about questions it did not learn from.
        passed: Whether the gate let it through.
        reason: What the gate said; or why there was nothing to train on or to replay.
        difference: Challenger minus champion on the gate's measure, or None.
        p: The gate's p-value, where it asked for one.
    """

    training_lists: int
    gate_lists: int
    passed: bool
    reason: str
    difference: float | None = None
    p: float | None = None


class RoundRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One round, when it is done.

    Attributes:
        round: From 1; 0 is the first stage alone.
        questions: How many questions the agents worked.
        ran_with: The system the agents used: the round whose ranker it was, `round-0` for none.
        batch: Scores of the agents on the round's own questions.
        watch: What the watch saw; None where nothing had been deployed the round before.
        challenge: The challenger; None in round 0.
        deployed: The system that serves after the round, named as in `ran_with`.
        before: The system that served before it was deployed, for the next round's watch; None
            when this round deployed nothing.
        test: Scores of the deployed system on the test questions.
    """

    round: int
    questions: int
    ran_with: str
    deployed: str
    before: str | None
    test: dict[str, Any]
    batch: dict[str, Any] | None = None
    watch: Watch | None = None
    challenge: Challenge | None = None
