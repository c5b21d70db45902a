"""How logs are read: their format, their tools, and the corpus behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lrat_rank.collections.corpus import read_corpus
from lrat_rank.trajectories.calls.tool_map import ToolMap
from lrat_rank.trajectories.formats import AUTO
from lrat_rank.trajectories.matching import LateMatcher


@dataclass(frozen=True)
class LogOptions:
    """How the logs are read.

    Attributes:
        format_name: A registered format, or `auto` to look at each record.
        tools: What house-made tools do.
        corpus: When given, documents outside it become no candidates.
        strict: Stop at the first record that cannot be read.
    """

    format_name: str = AUTO
    tools: ToolMap = field(default_factory=ToolMap)
    corpus: Path | None = None
    strict: bool = False

    def documents(self) -> CorpusFile | None:
        """The documents there are; None when that is not known."""
        return None if self.corpus is None else CorpusFile(self.corpus, strict=self.strict)


class CorpusFile:
    """A corpus file, read when it is needed."""

    def __init__(self, path: Path, *, strict: bool) -> None:
        self._path, self._strict = path, strict

    def ids(self) -> frozenset[str]:
        """The documents there are."""
        return frozenset(doc_id for doc_id, _, _ in self.documents())

    def matcher(self) -> LateMatcher:
        """Finds documents that a log shows without an id."""
        return LateMatcher(self.documents)

    def documents(self) -> Iterator[tuple[str, str, str]]:
        """(doc_id, title, text) of each."""
        for document in read_corpus(self._path, repeats=None if self._strict else []):
            yield document.doc_id, document.title, document.text
