"""What a run and the qrels do not share, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lrat_rank.collections.runs import RankColumn
from lrat_rank.eval.coverage import JUDGED_DEPTH, Coverage
from lrat_rank.eval.report.wording import counted, some_ids

_SHOWN_PAIRS = 3


def coverage_notes(name: str, found: Coverage, queries: int) -> Iterator[str]:
    """Sentences on one run.

    Args:
        name: What the run is called.
        found: What it covers.
        queries: How many queries are judged.
    """
    yield from _queries(name, found, queries)
    yield from _documents(name, found)
    if found.tied_query_ids:
        yield (
            f"{name}: documents of different grades share a score, to the 32 bits of trec_eval, "
            f"{in_queries(found.tied_query_ids)}. The larger doc_id comes first there, so ids and "
            "not the system decide the value."
        )
    if found.rank_column is not None:
        yield from rank_notes(name, found.rank_column)


def _queries(name: str, found: Coverage, queries: int) -> Iterator[str]:
    if found.missing_query_ids:
        missing = len(found.missing_query_ids)
        yield (
            f"{name}: {missing:,} of {counted(queries, 'judged query', 'judged queries')} missing, "
            f"counted 0: {some_ids(found.missing_query_ids)}."
        )
        if 2 * missing > queries:
            yield (
                f"Warning: {name} answers less than half the queries; "
                "its means and tests say more about that than about its ranking."
            )
    if found.extra_query_ids:
        yield (
            f"{name}: {counted(len(found.extra_query_ids), 'query', 'queries')} without qrels, "
            f"left out: {some_ids(found.extra_query_ids)}."
        )
    if found.alike_query_ids:
        pairs = [f"{ours!r} and {theirs!r}" for ours, theirs in found.alike_query_ids]
        more = f", … {len(pairs):,} in all" if len(pairs) > _SHOWN_PAIRS else ""
        yield (
            f"Warning: {name} and the qrels seem to spell the same queries differently: "
            f"{', '.join(pairs[:_SHOWN_PAIRS])}{more}. They count as missing until the ids agree."
        )


def _documents(name: str, found: Coverage) -> Iterator[str]:
    if found.unmatched_doc_id is not None:
        ours, theirs = found.unmatched_doc_id
        like = f"; the qrels have {theirs!r}" if theirs else ""
        yield (
            f"Warning: not one document of {name} is judged for its query; are doc_ids spelled as "
            f"in the qrels? The run has {ours!r}{like}."
        )
    elif found.judged_at_10 == 0:
        yield f"Warning: {name} has no judged document in any first {JUDGED_DEPTH}."


def rank_notes(name: str, ranks: RankColumn) -> Iterator[str]:
    """Sentences on the rank column of one run's file."""
    if ranks.disagreeing:
        yield (
            f"Warning: {name} ranks documents against their scores {in_queries(ranks.disagreeing)}."
            " Scores decide, as in trec_eval; are they distances, or of another order?"
        )
    if ranks.not_from_one:
        yield (
            f"{name}: the best rank is not 1 {in_queries(ranks.not_from_one)}. "
            "Ranks are not read, so nothing changes."
        )
    if ranks.unreadable:
        yield (
            f"{name}: {counted(ranks.unreadable, 'line')} with a rank that is not an integer. "
            "Ranks are not read, so nothing changes."
        )


def in_queries(query_ids: Sequence[str]) -> str:
    """Where something is so.

    >>> in_queries(["q1"]), in_queries(["q1", "q2"])
    ('in 1 query: q1', 'in 2 queries: q1 and q2')
    """
    return f"in {counted(len(query_ids), 'query', 'queries')}: {some_ids(query_ids)}"
