"""What the agent is after at one hop, and what it takes from a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lrat_rank.eval.simulation.query_forms import Request
from lrat_rank.eval.simulation.questions import Hop
from lrat_rank.eval.simulation.reading import is_evidence

_OPENING_WORDS = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """What the agent took from a document, and whether it really stood there."""

    value: str
    true: bool
    doc_id: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A hop as the agent works it.

    Attributes:
        request: The sub-question and its subject.
        answer: What a competent reader recognises as the answer; empty where any document on the
            matter will do.
        follows: How many hops back the subject was found; 0 where the question names it.
        evidence: The documents that hold the answer; None where that is told from their text.
    """

    request: Request
    answer: str
    follows: int
    evidence: frozenset[str] | None

    @classmethod
    def of(cls, hop: Hop) -> Goal:
        """The goal of a hop."""
        evidence = frozenset(hop.doc_ids) if hop.labelled else None
        return cls(Request(hop.query, hop.subject), hop.answer, hop.follows, evidence)

    def after(self, findings: Sequence[Finding]) -> Goal:
        """The goal as it stands after the hops before it.

        A wrong value is carried into the sub-question, which can then no longer be answered right
        where labels tell what is evidence. A document that was taken once is not taken again for a
        hop that any relevant document answers.
        """
        if 0 < self.follows <= len(findings) and not findings[-self.follows].true:
            return self._asked_about(findings[-self.follows].value)
        if self.evidence is None or self.answer:
            return self
        return replace(self, evidence=self.evidence - {finding.doc_id for finding in findings})

    def _asked_about(self, name: str) -> Goal:
        query = self.request.query.replace(self.request.subject, name)
        evidence = None if self.evidence is None else frozenset[str]()
        return replace(self, request=Request(query, name), evidence=evidence)

    def answered_by(self, doc_id: str, text: str) -> bool:
        """Whether a careful reader of the document finds the answer."""
        if self.evidence is not None:
            return doc_id in self.evidence
        return is_evidence(self.request, self.answer, text)

    def answer_shows_in(self, snippet: str) -> bool:
        """Whether a competent reader would notice the answer in the snippet."""
        return bool(self.answer) and self.answer in snippet

    def may_be_taken(self, name: str) -> bool:
        """Whether a careless reader may take the name for the answer, wrongly."""
        is_answer = bool(self.answer) and self.answer in name
        return name not in self.request.subject and not is_answer

    def value_in(self, text: str) -> str:
        """What is taken from a document that answers: the answer, or the document's first words."""
        return self.answer or " ".join(text.split()[:_OPENING_WORDS])
