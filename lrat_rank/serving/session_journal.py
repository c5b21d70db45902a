"""What one session writes into the search log."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from lrat_rank.serving.journal import Journal
from lrat_rank.trajectories.model import Impression


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What made the list of a search.

    Attributes:
        retriever: The stages, for instance `hybrid > LightGBMRanker`.
        ranker_version: The deployment's, or empty.
        arm: The arm of an A/B test, or empty.
        flags: What else the reply said of the list (depth, fallback, …), ready for JSON.
    """

    retriever: str = ""
    ranker_version: str = ""
    arm: str = ""
    flags: Mapping[str, Any] | None = None


class SessionJournal:
    """Writes the calls of one session; not for several threads at once.

    How long a document was read is measured on the clock that only goes forward, from its reply to
    the session's next record, and stands in that next record.

    Args:
        journal: Where to.
        session_id: Whose calls. It becomes the trajectory's id.

    Attributes:
        session_id: As given.
    """

    def __init__(self, journal: Journal, session_id: str) -> None:
        self._journal, self.session_id = journal, session_id
        self._open: tuple[str, float] | None = None

    def search(
        self,
        query: str,
        shown: Sequence[Impression],
        *,
        asked: float,
        served: Served,
        reasoning: str = "",
        question: str = "",
    ) -> str:
        """A search that was answered.

        Args:
            query: As it was run.
            shown: The list as shown, after any swap, with its propensities.
            asked: When the call came in, by `time.monotonic()`.
            served: What made the list.
            reasoning: What the agent wrote since its last call, if this call brought it.
            question: The task, if this call brought it.

        Returns:
            The call's id, under which `shadow` adds to it.
        """
        keeps_snippets = self._journal.options.texts != "none"
        return self._call(
            "search",
            asked,
            reasoning,
            question=question or None,
            query=query,
            shown=[_hit(one, keeps_snippets) for one in shown],
            retriever=served.retriever or None,
            ranker_version=served.ranker_version or None,
            arm=served.arm or None,
            flags=served.flags or None,
        )

    def browse(self, doc_id: str, text: str | None, *, asked: float, reasoning: str = "") -> str:
        """A document that was opened; `text` is None where there is none of that id.

        Returns:
            The call's id.
        """
        kept = text if self._journal.options.texts == "all" else None
        found = text is not None
        call_id = self._call(
            "open", asked, reasoning, doc_id=doc_id, text=kept, failed=None if found else True
        )
        self._open = (call_id, time.monotonic()) if found else None
        return call_id

    def think(self, reasoning: str) -> None:
        """What the agent wrote, when no call brought it."""
        if reasoning.strip():
            self._journal.write("think", self.session_id, reasoning=reasoning)

    def shadow(self, call_id: str, version: str, ranking: Sequence[tuple[str, float]]) -> None:
        """How a shadow ranker would have ordered the documents of an earlier search.

        Any thread may call this, also after the session's end.
        """
        pairs = [{"doc_id": doc_id, "score": score} for doc_id, score in ranking]
        self._journal.write(
            "shadow", self.session_id, of=call_id, ranker_version=version, ranking=pairs
        )

    def end(self) -> None:
        """The session is over; what was open was read until now."""
        self._journal.write("end", self.session_id, **self._dwell())

    def _call(self, kind: str, asked: float, reasoning: str, **fields: Any) -> str:
        call_id = secrets.token_hex(8)
        self._journal.write(
            kind,
            self.session_id,
            call_id=call_id,
            took_s=max(0.0, time.monotonic() - asked),
            reasoning=reasoning.strip() or None,
            **self._dwell(asked),
            **fields,
        )
        return call_id

    def _dwell(self, until: float | None = None) -> dict[str, Any]:
        if self._open is None:
            return {}
        (read, since), self._open = self._open, None
        until = time.monotonic() if until is None else until
        return {"read": read, "dwell_s": max(0.0, until - since)}


def new_session_id() -> str:
    """A name no other session has, safe in file names: UTC time, then 48 random bits."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return f"session-{moment}-{secrets.token_hex(6)}"


def _hit(shown: Impression, keeps_snippet: bool) -> dict[str, Any]:
    hit: dict[str, Any] = {"doc_id": shown.doc_id, "rank": shown.rank}
    if shown.score is not None:
        hit["score"] = shown.score
    if shown.propensity is not None and shown.propensity != 1:
        hit["propensity"] = shown.propensity
    if keeps_snippet and shown.snippet is not None:
        hit["snippet"] = shown.snippet
    return hit
