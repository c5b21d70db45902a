"""What servers answer from: the search tool and what stands behind it, opened and closed as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec

from lrat_rank.models.ranker import Ranker
from lrat_rank.serving.batching import BatchingOptions, BatchingRanker, ScoringQueue
from lrat_rank.serving.deployment import trying
from lrat_rank.serving.deployments import Deployments, Reloaded
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.passages import read_by_passages
from lrat_rank.serving.search_index import SearchIndex
from lrat_rank.serving.search_tool import SearchTool
from lrat_rank.serving.text_scores import (
    ReadingRanker,
    RerankService,
    text_calibration,
    text_ranker,
)


class BackendOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides of a server, whatever it speaks.

    Attributes:
        index: Index folder.
        ranker: Ranker folder; None keeps the first stage's order.
        arms: (ranker folder, share of the sessions) of an A/B test's further arms.
        shadow: Folder of a ranker that scores what others serve, for the log alone.
        guard: Whether rankers are used with the guards in their folders.
        passages: Passages that a long document is read in, at most; see `read_by_passages`.
        engine: Of searches.
        batching: Of the queue before the rankers.
        log: Folder of the search log, if there is to be one.
        journal: How the log is kept.
    """

    index: Path
    ranker: Path | None = None
    arms: tuple[tuple[Path, float], ...] = ()
    shadow: Path | None = None
    guard: bool = True
    passages: int = 1
    engine: EngineOptions = EngineOptions()
    batching: BatchingOptions = BatchingOptions()
    log: Path | None = None
    journal: JournalOptions = JournalOptions()


@dataclass
class Backend:
    """Search, text scores, and what stands behind both.

    Attributes:
        tool: The search tool that sessions are made of.
        rerank: Scores texts.
        queue: Before the rankers, where there is one.
        journal: The search log, where there is one.
        reload: Loads the rankers again; None where they came from no folder.
        closers: Called when the server ends, in this order.
        ready: Whether everything is loaded and tried, and the server is not about to end.
    """

    tool: SearchTool
    rerank: RerankService
    queue: ScoringQueue | None = None
    journal: Journal | None = None
    reload: Callable[[], Reloaded] | None = None
    closers: Sequence[Callable[[], object]] = field(default_factory=tuple)
    ready: bool = True

    @property
    def deployments(self) -> Deployments:
        """The rankers in service."""
        return self.tool.engine.deployments

    @property
    def version(self) -> str:
        """Of the ranker that serves sessions in no further arm."""
        return self.deployments.serving.version

    def close(self) -> None:
        """Finish what was begun; safe to repeat."""
        self.ready = False
        closers, self.closers = self.closers, ()
        for close in closers:
            close()


def open_backend(options: BackendOptions) -> Backend:
    """Load an index and rankers, and run one query through them.

    Raises:
        InputError: A folder is not what it should be, or an option is out of its range.
    """
    from lrat_rank.models.first_stage import Index

    index = Index.load(options.index)
    journal = Journal(options.log, options.journal) if options.log is not None else None
    queue = ScoringQueue(options.batching)
    rankers = _Rankers(index, queue, options)
    deployments = Deployments.open(
        rankers.load,
        options.ranker,
        arms=options.arms,
        shadow=options.shadow,
        check=rankers.check,
        load_shadow=rankers.load_apart,
    )
    engine = Engine(index, deployments, options.engine)
    with trying(options.ranker):
        engine.warm()
    if deployments.shadow is not None:
        with trying(options.shadow):
            engine.warm(deployments.shadow.deployment.ranker)
    rankers.engine = engine
    closers: list[Callable[[], object]] = [deployments.close, queue.close]
    if journal is not None:
        closers.append(journal.close)
    return Backend(
        tool=SearchTool(engine),
        rerank=RerankService(lambda: rankers.reading(deployments)),
        queue=queue,
        journal=journal,
        reload=deployments.reload if any(one.folder for one in deployments.in_service) else None,
        closers=closers,
    )


class _Rankers:
    """Loads rankers for one queue, and remembers how the texts of requests are read with each."""

    engine: Engine | None = None

    def __init__(self, index: SearchIndex, queue: ScoringQueue, options: BackendOptions) -> None:
        self._index, self._queue, self._options = index, queue, options
        self._reading: WeakKeyDictionary[Ranker, ReadingRanker] = WeakKeyDictionary()

    def load(self, folder: Path) -> Ranker:
        from lrat_rank.models.loading import load_ranker

        loaded = load_ranker(folder, self._index, guard=self._options.guard)  # type: ignore[arg-type]
        read_by_passages(loaded, self._options.passages)
        ranker = BatchingRanker(loaded, self._queue)
        reader = text_ranker(loaded)
        if reader is not None:
            queued = BatchingRanker(reader, self._queue)
            self._reading[ranker] = ReadingRanker(queued.score_pairs, text_calibration(folder))
        return ranker

    def load_apart(self, folder: Path) -> Ranker:
        """A shadow's ranker, in no queue and over an index of its own: it holds up nobody."""
        from lrat_rank.models.first_stage import Index
        from lrat_rank.models.loading import load_ranker

        index = Index.load(self._options.index)
        loaded = load_ranker(folder, index, guard=self._options.guard)
        read_by_passages(loaded, self._options.passages)
        return loaded

    def check(self, ranker: Ranker) -> None:
        # Before there is an engine, its own warming tries the first rankers.
        if self.engine is not None:
            self.engine.warm(ranker)

    def reading(self, deployments: Deployments) -> ReadingRanker | None:
        serving = deployments.serving
        found = self._reading.get(serving.ranker) if serving.ranker is not None else None
        return replace(found, version=serving.version) if found is not None else None
