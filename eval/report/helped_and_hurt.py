"""The queries that a run helps and hurts most against the baseline, with both lists of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from lrat_rank.collections import Document, Qrels, Run
from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.eval.report.wording import shortened
from lrat_rank.eval.statistics.differences import ROUNDING

MOST_QUERIES = 10
DEPTH = 10
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Judgements:
    """What is known of documents: grades, and gains where there are any."""

    qrels: Qrels
    gains: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def relevant(self, query_id: str, doc_id: str) -> bool:
        """Whether the grade is 1 or more, or the gain above 0."""
        grade = self.qrels.get(query_id, {}).get(doc_id, 0)
        return grade >= 1 or self.gains.get(query_id, {}).get(doc_id, 0.0) > 0


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One document in one of the two lists.

    Attributes:
        rank: From 1.
        doc_id: The document.
        grade: None when no grade is known.
        gain: None when no gain is known.
        relevant: Whether its grade or gain says so.
        other_rank: Its rank in the other list; None where it is not there at all.
    """

    rank: int
    doc_id: str
    grade: int | None
    gain: float | None
    relevant: bool
    other_rank: int | None

    @property
    def judged(self) -> bool:
        """Whether anything is known of it."""
        return self.grade is not None or self.gain is not None


@dataclass(frozen=True, slots=True)
class ChangedQuery:
    """A query, its values before (the baseline's) and after, and the first documents of both."""

    query_id: str
    before: float
    after: float
    baseline_list: tuple[ListedDocument, ...]
    run_list: tuple[ListedDocument, ...]

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class HelpedAndHurt:
    """One run's most helped and most hurt queries, the largest difference first."""

    run: str
    helped: tuple[ChangedQuery, ...]
    hurt: tuple[ChangedQuery, ...]

    def doc_ids(self) -> Iterator[str]:
        """Every document that is listed, with repeats."""
        for query in (*self.helped, *self.hurt):
            yield from (one.doc_id for one in (*query.baseline_list, *query.run_list))


def helped_and_hurt(
    evaluation: Evaluation,
    run: str,
    measure: str,
    *,
    runs: Mapping[str, Run],
    judgements: Judgements,
    most: int = MOST_QUERIES,
) -> HelpedAndHurt:
    """The queries with the largest differences of `run` against the baseline, by one measure.

    Equal differences stand in the order of their query_ids; a query without a difference is in
    neither list.

    Args:
        evaluation: One with a baseline.
        run: Name of the run.
        measure: One of the evaluation's.
        runs: The runs that were scored, by name.
        judgements: For the marks in the lists.
        most: Queries in each of the two.
    """
    assert evaluation.baseline is not None
    values = {scores.name: scores.values[measure] for scores in evaluation.runs}
    before, after = values[evaluation.baseline], values[run]
    differences = after - before
    order = np.argsort(-differences, kind="stable")
    helped = [int(query) for query in order if differences[query] > ROUNDING][:most]
    hurt = [int(query) for query in np.argsort(differences, kind="stable")[:most]]

    def changed(query: int) -> ChangedQuery:
        query_id = evaluation.query_ids[query]
        ranks = [_ranks(runs[name], query_id) for name in (evaluation.baseline or "", run)]
        return ChangedQuery(
            query_id,
            float(before[query]),
            float(after[query]),
            _listed(query_id, ranks[0], ranks[1], judgements),
            _listed(query_id, ranks[1], ranks[0], judgements),
        )

    return HelpedAndHurt(
        run,
        tuple(map(changed, helped)),
        tuple(changed(query) for query in hurt if differences[query] < -ROUNDING),
    )


def document_lines(documents: Iterable[Document], wanted: Iterable[str]) -> dict[str, str]:
    """What to show of the wanted documents: the title, or how the text begins.

    `documents` is read once and not kept, so a whole corpus may be given.
    """
    left = set(wanted)
    lines: dict[str, str] = {}
    if not left:
        return lines
    for document in documents:
        if document.doc_id in left:
            left.discard(document.doc_id)
            lines[document.doc_id] = shortened(document.title or document.text, LONGEST_TEXT)
            if not left:
                break
    return lines


def _ranks(run: Run, query_id: str) -> dict[str, int]:
    return {hit.doc_id: rank for rank, hit in enumerate(run.rankings.get(query_id, ()), start=1)}


def _listed(
    query_id: str, ranks: Mapping[str, int], others: Mapping[str, int], judgements: Judgements
) -> tuple[ListedDocument, ...]:
    grades = judgements.qrels.get(query_id, {})
    gains = judgements.gains.get(query_id, {})
    return tuple(
        ListedDocument(
            rank,
            doc_id,
            grades.get(doc_id),
            gains.get(doc_id),
            judgements.relevant(query_id, doc_id),
            others.get(doc_id),
        )
        for doc_id, rank in list(ranks.items())[:DEPTH]
    )
