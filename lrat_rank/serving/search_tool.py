"""The search tool of an agent: search with any ranker behind it, and open documents.

The Python API and every server call the same `SearchTool`.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lrat_rank.collections import Document, Ranking, Run
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Context
from lrat_rank.models.blending.validation import USE_DEPTH
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.rerank import rerank, warn_of_depth
from lrat_rank.serving.session import Session
from lrat_rank.serving.snippets import first_words, readable
from lrat_rank.serving.trajectory_log import SessionLog
from lrat_rank.trajectories.model import Browse, Impression, Search

MAX_QUERY_CHARACTERS = 4096
MAX_ID_CHARACTERS = 1024
MAX_K = 100
MAX_DEPTH = 1000

_QUERY_ID = "query"
_WARMING_WORDS = 8


class SearchIndex(Protocol):
    """What the tool asks of an index; `lrat_rank.models.first_stage.Index` is one."""

    @property
    def has_dense(self) -> bool:
        """Whether the index holds vectors."""
        ...

    @property
    def doc_ids(self) -> list[str]:
        """Every doc_id; at least one."""
        ...

    def retrieve(self, queries: Mapping[str, str], stage: str, depth: int) -> Run:
        """The best `depth` documents of each query (query_id → text).

        Raises:
            InputError: The index has no such stage, whether or not there are queries.
        """
        ...

    def documents(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents of known ids, in their order."""
        ...

    def __contains__(self, doc_id: object) -> bool:
        """Whether the index holds the document."""
        ...


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One shown document: `rank` from 1, `score` of the last stage (higher is better).

    The snippet opens with the title, where the document has one.
    """

    doc_id: str
    rank: int
    score: float
    snippet: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """One document in full."""

    doc_id: str
    text: str
    title: str = ""

    @property
    def contents(self) -> str:
        """The title on a line of its own, then the text: what an agent is given to read."""
        return readable(Document(self.doc_id, self.text, self.title))


class SearchTool:
    """Search and open documents, as one agent session does.

    A tool is one session. It remembers what was asked, shown and opened, and gives that to the
    ranker as the context of every search, the same that mining the session's log gives. With `log`,
    the session is written as one trajectory. Calls from several threads are answered one after the
    other.

    Args:
        index: Where to search.
        ranker: Reorders the first stage's candidates; None keeps the first stage's order.
        k: Documents a search shows, unless it asks for another number; 1 to 100.
        depth: Candidates the ranker scores; 1 to 1,000, at least `k`.
        stage: First stage, bm25, dense or hybrid; None takes hybrid where the index has vectors,
            else bm25.
        snippet_tokens: White-space words a snippet holds; -1 shows the whole text.
        log: Folder the session's trajectory is written to, if any.

    Raises:
        InputError: A setting is out of its range, or the index lacks the stage.
    """

    def __init__(
        self,
        index: SearchIndex,
        ranker: Ranker | None = None,
        *,
        k: int = 5,
        depth: int = USE_DEPTH,
        stage: str | None = None,
        snippet_tokens: int = 64,
        log: Path | str | None = None,
    ) -> None:
        self.stage = stage or ("hybrid" if index.has_dense else "bm25")
        index.retrieve({}, self.stage, 1)  # says at once when the index lacks the stage
        self.k = _within("k", k, 1, MAX_K)
        self.depth = _within("depth", depth, self.k, MAX_DEPTH)
        if ranker is not None:
            warn_of_depth(depth)
        self._index = index
        self._ranker = ranker
        self._snippet = first_words(snippet_tokens)
        written = SessionLog(log, retriever=self.name, k=k) if log is not None else None
        self._session = Session(log=written)
        self._one_at_a_time = threading.Lock()

    @classmethod
    def open(
        cls,
        index_folder: Path | str,
        ranker_folder: Path | str | None = None,
        *,
        k: int = 5,
        depth: int = USE_DEPTH,
        stage: str | None = None,
        snippet_tokens: int = 64,
        log: Path | str | None = None,
    ) -> SearchTool:
        """Load an index folder and, where one is given, a ranker folder.

        Raises:
            InputError: A folder is not what it should be, or a setting is out of its range.
        """
        from lrat_rank.models.first_stage import Index
        from lrat_rank.models.loading import load_ranker

        index = Index.load(Path(index_folder))
        ranker = load_ranker(Path(ranker_folder), index) if ranker_folder is not None else None
        return cls(
            index,
            ranker,
            k=k,
            depth=depth,
            stage=stage,
            snippet_tokens=snippet_tokens,
            log=log,
        )

    @property
    def name(self) -> str:
        """The stages a query goes through, for instance `hybrid > LightGBMRanker`."""
        if self._ranker is None:
            return self.stage
        return f"{self.stage} > {type(self._ranker).__name__}"

    def search(
        self,
        query: str,
        k: int | None = None,
        *,
        reasoning: str | None = None,
        question: str | None = None,
    ) -> list[SearchHit]:
        """The best `k` documents, best first; fewer, or none, where fewer match.

        Args:
            query: What to look for.
            k: How many documents; None for the tool's own number.
            reasoning: What the agent wrote since its last call. A ranker trained with context reads
                it, and mining the log judges by it what was opened before.
            question: The task; the session keeps it, so that once is enough.

        Raises:
            InputError: The query is blank or longer than 4,096 characters, `k` is not 1 to 100, or
                the question is too long or not the session's.
        """
        query = _bounded("query", query.strip(), MAX_QUERY_CHARACTERS)
        k = self.k if k is None else _within("k", k, 1, MAX_K)
        asked = time.time()
        with self._one_at_a_time:
            session = self._current()
            session.ask_for(question or "")
            session.think(reasoning or "")
            hits = self._hits(query, self._rank(query, k, session.context))
            shown = tuple(_impression(hit) for hit in hits)
            session.search(Search(query, shown, at=asked))
        return hits

    def think(self, reasoning: str) -> None:
        """Take in what the agent wrote since its last call, before its next one.

        For agents that open documents after it; others pass it to their next search.
        """
        with self._one_at_a_time:
            self._current().think(reasoning)

    def session(self, question: str = "") -> SearchTool:
        """Another session of the same index, ranker and settings, with a memory of its own.

        It writes no log. Its calls wait for those of all other sessions.

        Args:
            question: The task, where it is known.
        """
        other = copy.copy(self)
        other._session = Session(question)
        return other

    def mixed(self) -> SearchTool:
        """The tool for calls of many agents, nobody knows whose: each search stands alone.

        Its ranker is told what came with the call, and that the rest is not known; no log.
        """
        other = copy.copy(self)
        other._session = Session(mixed=True)
        return other

    def get_document(self, doc_id: str) -> OpenedDocument | None:
        """One document in full; None where the index has none of that id.

        Raises:
            InputError: The id is blank or longer than 1,024 characters.
        """
        doc_id = _bounded("doc_id", doc_id, MAX_ID_CHARACTERS)
        asked = time.time()
        with self._one_at_a_time:
            opened = self._open(doc_id)
            text = opened.contents if opened is not None else None
            self._session.browse(
                Browse(doc_id, text, failed=opened is None, at=asked, returned=time.time())
            )
        return opened

    def warm(self) -> None:
        """Run one query through all stages, so that the first agent does not wait; not logged."""
        # The words of a document: the first stage finds something, so the ranker is warmed too.
        document = self._index.documents(self._index.doc_ids[:1])[0]
        query = first_words(_WARMING_WORDS)("", document.contents)
        with self._one_at_a_time:
            self._hits(query, self._rank(query, self.k, Context(turn=0)))

    def _current(self) -> Session:
        # What an unknown agent said must not outlive its call, even one that fails.
        return Session(mixed=True) if self._session.mixed else self._session

    def _rank(self, query: str, k: int, context: Context) -> Ranking:
        queries, depth = {_QUERY_ID: query}, max(self.depth, k)
        run = self._index.retrieve(queries, self.stage, depth)
        if self._ranker is not None and run.rankings.get(_QUERY_ID):
            contexts = {_QUERY_ID: context}
            run = rerank(run, queries, self._ranker, contexts=contexts, depth=depth)
        return run.rankings.get(_QUERY_ID, [])[:k]

    def _hits(self, query: str, ranking: Ranking) -> list[SearchHit]:
        documents = self._index.documents([hit.doc_id for hit in ranking])
        return [
            SearchHit(
                doc_id=hit.doc_id,
                rank=rank,
                score=hit.score,
                snippet=self._snippet(query, readable(document)),
                title=document.title,
            )
            for rank, (hit, document) in enumerate(zip(ranking, documents, strict=True), start=1)
        ]

    def _open(self, doc_id: str) -> OpenedDocument | None:
        if doc_id not in self._index:
            return None
        document = self._index.documents([doc_id])[0]
        return OpenedDocument(document.doc_id, document.text, document.title)


def _impression(hit: SearchHit) -> Impression:
    return Impression(hit.doc_id, hit.rank, score=hit.score, snippet=hit.snippet)


def _within(what: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise InputError(what, must=f"{low} to {high}", got=value)
    return value


def _bounded(what: str, text: str, longest: int) -> str:
    if not text.strip() or len(text) > longest:
        raise InputError(
            what,
            must=f"text of 1 to {longest:,} characters",
            got=f"{len(text):,} characters" if text.strip() else "a blank one",
        )
    return text
