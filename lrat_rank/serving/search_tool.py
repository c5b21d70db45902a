"""The search tool of an agent: search with any ranker behind it, and open documents.

The Python API and every server call the same `SearchTool`.
"""

from __future__ import annotations

import contextlib
import copy
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from lrat_rank.serving.answer import Answer
from lrat_rank.serving.bounds import MAX_ID_CHARACTERS, bounded
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.passages import read_by_passages
from lrat_rank.serving.session import Said, Session
from lrat_rank.serving.shown import (
    OpenedDocument,
    SearchHit,
    hits_of,
    impressions_of,
    served_by,
)


class SearchTool:
    """Search and open documents, as one agent session does.

    A tool is one session. It remembers what was asked, shown and opened, and gives that to the
    ranker as the context of every search, the same that mining the session's log gives. Calls of
    one session are answered one after the other.

    Args:
        engine: What answers, with all its settings.
        log: Journal the session is written to, or its folder; None writes nothing.

    Attributes:
        engine: As given.
    """

    def __init__(self, engine: Engine, *, log: Journal | Path | str | None = None) -> None:
        self.engine = engine
        self._session = Session(journal=_journal(log))
        self._one_at_a_time, self._over = threading.Lock(), False

    @classmethod
    def open(
        cls,
        index_folder: Path | str,
        ranker_folder: Path | str | None = None,
        options: EngineOptions | None = None,
        *,
        passages: int = 1,
        log: Journal | Path | str | None = None,
    ) -> SearchTool:
        """Load an index folder and, where one is given, a ranker folder.

        Args:
            index_folder: Where to search.
            ranker_folder: Reorders the first stage's candidates; None keeps the first stage's
                order.
            options: How many documents, which snippets, how long a call may take, …
            passages: Passages that a long document is read in, at most; 1 cuts it.
            log: Journal the session is written to, or its folder; None writes nothing.

        Raises:
            InputError: A folder is not what it should be, the index lacks the stage, or `passages`
                is out of its range or has no ranker that reads texts.

        Example:
            tool = SearchTool.open("index", "cascade", EngineOptions(k=3, snippet="best"))
        """
        from lrat_rank.models.first_stage import Index
        from lrat_rank.models.loading import load_ranker

        index = Index.load(Path(index_folder))
        ranker = load_ranker(Path(ranker_folder), index) if ranker_folder is not None else None
        read_by_passages(ranker, passages)
        return cls(Engine(index, ranker, options), log=log)

    @property
    def name(self) -> str:
        """The stages a query goes through, for instance `hybrid > LightGBMRanker`."""
        return self.engine.name

    @property
    def stage(self) -> str:
        """The first stage."""
        return self.engine.stage

    @property
    def k(self) -> int:
        """Documents a search shows, unless it asks for another number."""
        return self.engine.options.k

    @property
    def depth(self) -> int:
        """Candidates the ranker scores."""
        return self.engine.options.depth

    @property
    def session_id(self) -> str:
        """Names the session in its log."""
        return self._session.session_id

    def search(
        self,
        query: str,
        k: int | None = None,
        *,
        reasoning: str | None = None,
        question: str | None = None,
        budget_ms: float | None = None,
    ) -> list[SearchHit]:
        """The best `k` documents, best first; fewer, or none, where fewer match.

        A call that fails leaves no trace, nor does what it said of the agent's thoughts and task:
        repeat it as it was.

        Args:
            query: What to look for.
            k: How many documents; None for the tool's own number.
            reasoning: What the agent wrote since its last call. A ranker trained with context reads
                it, and mining the log judges by it what was opened before.
            question: The task; the session keeps the first it is told, so that once is enough.
            budget_ms: Milliseconds this call should take; None for the tool's own budget.

        Raises:
            InputError: The query is blank or longer than 4,096 characters, `k` is not 1 to 100, the
                budget is not above 0, or the question is longer than 4,096 characters.
            Busy: As many calls wait for the ranker as may.
        """
        return self.search_with_answer(
            query, k, reasoning=reasoning, question=question, budget_ms=budget_ms
        )[0]

    def search_with_answer(
        self,
        query: str,
        k: int | None = None,
        *,
        reasoning: str | None = None,
        question: str | None = None,
        budget_ms: float | None = None,
    ) -> tuple[list[SearchHit], Answer]:
        """As `search`, with the answer the hits were made from, for calls of many threads."""
        asked = time.monotonic()
        query, said = query.strip(), Said.of(question, reasoning)
        with self._turn() as session:
            context = session.context(said)
            answer = self.engine.rank(
                query, k, context, session_id=session.arm_id, budget_ms=budget_ms
            )
            hits = hits_of(self.engine, query, answer, context)
            call_id = session.searched(
                query,
                impressions_of(hits, answer),
                said=said,
                served=served_by(answer),
                asked=asked,
            )
            self.engine.offer_to_shadow(
                query,
                context,
                answer,
                lambda version, ranking: session.shadowed(call_id, version, ranking),
            )
        return hits, answer

    def think(self, reasoning: str) -> None:
        """Take in what the agent wrote since its last call, before its next one.

        For agents that open documents after it; others pass it to their next search.
        """
        with self._turn() as session:
            session.think(reasoning)

    def session(
        self,
        question: str = "",
        *,
        log: Journal | Path | str | None = None,
        session_id: str = "",
    ) -> SearchTool:
        """Another session of the same engine, with a memory of its own.

        Args:
            question: The task, where it is known.
            log: Where it is written, if anywhere.
            session_id: Names the session in the log, and chooses the arm of an A/B test; made up
                when it is empty.
        """
        return self._with(Session(question, _journal(log), session_id=session_id))

    def mixed(self, log: Journal | Path | str | None = None) -> SearchTool:
        """The tool for calls of many agents, nobody knows whose: each call stands alone.

        Its ranker is told what came with the call, and that the rest is not known. Its calls do not
        wait for each other.

        Args:
            log: Where each call is written, as a session of its own, if anywhere.
        """
        return self._with(Session(journal=_journal(log), mixed=True))

    def get_document(self, doc_id: str, *, reasoning: str | None = None) -> OpenedDocument | None:
        """One document in full; None where the index has none of that id.

        Args:
            doc_id: Which.
            reasoning: What the agent wrote since its last call.

        Raises:
            InputError: The id is blank or longer than 1,024 characters.
        """
        doc_id = bounded("doc_id", doc_id, MAX_ID_CHARACTERS)
        asked, said = time.monotonic(), Said.of(reasoning=reasoning)
        with self._turn() as session:
            document = self.engine.document(doc_id)
            opened = OpenedDocument.of(document) if document is not None else None
            session.opened(doc_id, opened.contents if opened else None, said=said, asked=asked)
        return opened

    def end(self) -> None:
        """The session is over; its log, where there is one, says so.

        It does not wait for a call in flight: that call's thread says so after it. So does a call
        that comes later.
        """
        self._over = True
        self._end_where_over()

    def warm(self) -> None:
        """Run one query through all stages, so that the first agent does not wait; not logged."""
        self.engine.warm()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[Session]:
        if self._session.mixed:
            # What an unknown agent said must not outlive its call, even one that fails.
            yield self._session.alone()
            return
        try:
            with self._one_at_a_time:
                yield self._session
        finally:
            self._end_where_over()

    def _end_where_over(self) -> None:
        # Whoever holds the lock comes here after it: somebody always finds it free.
        if self._over and self._one_at_a_time.acquire(blocking=False):
            try:
                self._session.end()
            finally:
                self._one_at_a_time.release()

    def _with(self, session: Session) -> SearchTool:
        other = copy.copy(self)
        other._session = session
        other._one_at_a_time, other._over = threading.Lock(), False
        return other


def _journal(log: Journal | Path | str | None) -> Journal | None:
    return log if log is None or isinstance(log, Journal) else Journal(log)
