"""What a run and the qrels do not share, in words."""

from __future__ import annotations

from collections.abc import Iterator

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
            f"{name}: equal scores on documents of different grades in "
            f"{_queries_counted(len(found.tied_query_ids))}; trec_eval puts the larger doc_id "
            "first, ir_measures' RR@k and Judged the smaller."
        )
    if found.rank_column is not None:
        yield from _ranks(name, found.rank_column)


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
            f"{name}: {_queries_counted(len(found.extra_query_ids))} without qrels, left out: "
            f"{some_ids(found.extra_query_ids)}."
        )
    if found.alike_query_ids:
        pairs = [f"{ours!r} and {theirs!r}" for ours, theirs in found.alike_query_ids]
        more = f", … {len(pairs):,} in all" if len(pairs) > _SHOWN_PAIRS else ""
        yield (
            f"Warning: {name} and the qrels seem to spell the same queries differently: "
            f"{', '.join(pairs[:_SHOWN_PAIRS])}{more}. They count as missing until the ids agree."
        )


def _documents(name: str, found: Coverage) -> Iterator[str]:
    if found.judged_at_10 == 0:
        yield (
            f"Warning: {name} has no judged document in any first {JUDGED_DEPTH}; "
            "are its doc_ids spelled as in the qrels?"
        )
    if found.unmatched_doc_id is not None:
        ours, theirs = found.unmatched_doc_id
        like = f"; the qrels have {theirs!r}" if theirs else ""
        yield (
            f"Warning: not one document of {name} is judged for its query. The run has "
            f"{ours!r}{like}."
        )


def _ranks(name: str, ranks: RankColumn) -> Iterator[str]:
    if ranks.disagreeing:
        yield (
            f"Warning: {name} ranks documents against their scores in "
            f"{_queries_counted(len(ranks.disagreeing))}: {some_ids(ranks.disagreeing)}. Scores "
            "decide, as in trec_eval; are they distances, or of another order?"
        )
    if ranks.not_from_one:
        yield (
            f"{name}: the best rank is not 1 in {_queries_counted(len(ranks.not_from_one))}: "
            f"{some_ids(ranks.not_from_one)}. Ranks are not read, so nothing changes."
        )
    if ranks.unreadable:
        yield (
            f"{name}: {counted(ranks.unreadable, 'line')} with a rank that is not an integer. "
            "Ranks are not read, so nothing changes."
        )


def _queries_counted(number: int) -> str:
    return counted(number, "query", "queries")
