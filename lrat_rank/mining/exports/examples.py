"""What a list gives a trainer: the positives and negatives that have a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.labels import Candidate, LabelledList, State


@dataclass(frozen=True, slots=True)
class Example:
    """A list, parted; masked documents and those without a text are in neither part.

    Attributes:
        labelled: The list.
        positives: The relevant documents, or the browse that the list was made for, even where it
            did not help.
        negatives: The rejected documents and then the skipped ones: the hardest first.
    """

    labelled: LabelledList
    positives: list[Candidate]
    negatives: list[Candidate]

    def weight(self, positive: Candidate) -> float:
        """The weight ≥ 0 of a row with one of the positives.

        The list's weight, shared out by gain: over the list's positives it is the list's weight on
        average.
        """
        gains = [c.gain for c in self.positives]
        if positive.evidence.focal or not sum(gains):
            return self.labelled.weight
        return self.labelled.weight * positive.gain * len(gains) / sum(gains)


def examples(source: ExportSource, summary: ExportSummary) -> Iterator[Example]:
    """Part the lists that have a positive; the rest is counted as left out."""
    for labelled in source.lists:
        told = told_candidates(labelled, source, summary)
        focal = [c for c in told if c.evidence.focal]
        positives = focal or [c for c in told if c.state is State.RELEVANT]
        if not positives:
            summary.leave_out("list without a positive")
            continue
        negatives = [
            c
            for state in (State.REJECTED, State.SKIPPED)
            for c in told
            if c.state is state and not c.evidence.focal
        ]
        yield Example(labelled, positives, negatives)


def told_candidates(
    labelled: LabelledList, source: ExportSource, summary: ExportSummary
) -> list[Candidate]:
    """The judged candidates that have a text, in the list's order; the rest is counted."""
    judged = [c for c in labelled.candidates if c.judged]
    told = [c for c in judged if source.text(c.doc_id)]
    summary.leave_out("masked document", len(labelled.candidates) - len(judged))
    summary.leave_out("document without a text", len(judged) - len(told))
    return told


def trainer_examples(source: ExportSource, summary: ExportSummary) -> Iterator[Example]:
    """As `examples`, those a contrastive trainer can use.

    A browse that did not help is no positive, whatever its list was made for, and trainers that
    draw negatives from a row stop at a row that has none.
    """
    for example in examples(source, summary):
        helped = [c for c in example.positives if c.state is State.RELEVANT]
        summary.leave_out(
            "browse that did not help, as a positive", len(example.positives) - len(helped)
        )
        if helped and not example.negatives:
            summary.leave_out("list without a negative")
        elif helped:
            yield Example(example.labelled, helped, example.negatives)
