"""Queries into runs: by a first stage, or by a ranker over an earlier run."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.collections import read_run, read_topics, write_run
from lrat_rank.errors import InputError
from lrat_rank.files import refuse_inputs
from lrat_rank.models.first_stage import Index
from lrat_rank.models.loading import RankerUse, load_for_use
from lrat_rank.models.rerank import rerank, warn_of_depth
from lrat_rank.registry import nearest


class RunResult(msgspec.Struct, frozen=True):
    """A run that was written.

    Attributes:
        queries: Queries with at least one document.
        without_documents: Queries no document was found for.
        without_text: Queries of the reranked run that the topics lack; they keep their ranking.
    """

    run: str
    queries: int
    documents: int
    without_documents: list[str]
    without_text: list[str]


def retrieve_run(index: Path, queries: Path, out: Path, *, stage: str, depth: int) -> RunResult:
    """Search an index for every query and write the run.

    Raises:
        InputError: The index, queries, stage or depth do not hold.
    """
    if depth < 1:
        raise InputError("-k", must="at least 1", got=depth)
    refuse_inputs(out, index, queries)
    topics = read_topics(queries)
    run = Index.load(index).retrieve(topics, stage, depth)
    write_run(out, run)
    empty = [query_id for query_id, ranking in run.rankings.items() if not ranking]
    documents = sum(map(len, run.rankings.values()))
    return RunResult(str(out), len(run.rankings) - len(empty), documents, empty, [])


def rerank_run(
    run: Path,
    index: Path,
    queries: Path,
    ranker: Path,
    out: Path,
    *,
    depth: int,
    use: RankerUse | None = None,
) -> RunResult:
    """Rerank a run with a trained ranker or cascade and write the new run.

    Raises:
        InputError: A file does not hold, or the run and the queries share no query_id.
    """
    if depth < 1:
        raise InputError("--depth", must="at least 1", got=depth)
    refuse_inputs(out, run, index, queries, ranker)
    topics, first = read_topics(queries), read_run(run)
    without_text = [query_id for query_id in first.rankings if query_id not in topics]
    if len(without_text) == len(first.rankings):
        like = nearest(without_text[0], list(topics))
        raise InputError(
            "queries",
            must=f"the ones of the run {run}",
            got="none of its query ids",
            where=queries,
            do=f"The run asks {without_text[0]!r}; the nearest here is {like!r}." if like else None,
        )
    warn_of_depth(depth)
    opened = Index.load(index)
    tag = Path(out).name.removesuffix(".gz").removesuffix(".run")
    second = rerank(
        first, topics, load_for_use(ranker, opened, use or RankerUse()), depth=depth, tag=tag
    )
    write_run(out, second)
    documents = sum(map(len, second.rankings.values()))
    return RunResult(str(out), len(second.rankings), documents, [], without_text)
