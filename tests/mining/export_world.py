"""Labels and their documents, as files: what the tests of the exports start from."""

import json
from pathlib import Path

from hand_made import mined, run, search

from lrat_rank.collections import Document, write_corpus
from lrat_rank.mining.exports.base import ExportSummary
from lrat_rank.mining.grades import write_table
from lrat_rank.mining.labels import write_labels
from lrat_rank.mining.miner import MinedLabels
from lrat_rank.pipeline.exchange import DocumentsFrom, export_labels
from lrat_rank.trajectories.model import Browse, Reasoning

LIST = run(
    search("who was it", "a b c d e"),
    Browse("d"),
    Reasoning("in vain"),
    Browse("b"),
    Reasoning("three good words"),
    Browse("c"),
    Reasoning("in vain"),
    Browse("e"),
    Reasoning("unclear"),
    trajectory_id="first",
)
"""b helped; c and d did not; a was passed over; e is masked."""
LATER = run(search("and when", "a f"), Browse("f"), Reasoning("good"), trajectory_id="second")
BOTH = run(
    search("of both kinds", "a b f"),
    Browse("b"),
    Reasoning("good"),
    Browse("f"),
    Reasoning("good and very much longer than the other"),
    trajectory_id="third",
)
"""Two documents helped, the second one more."""


def labels_of(folder: Path, *runs: object, policy: str = "default") -> tuple[Path, MinedLabels]:
    """A label file with its gain table, and what it holds."""
    labels = mined(policy, *(runs or (LIST, LATER)))  # type: ignore[arg-type]
    path = folder / "labels.jsonl"
    write_labels(path, labels.lists)
    write_table(path, labels.grade_table)
    return path, labels


def write_documents(path: Path, doc_ids: str = "abcdef") -> Path:
    write_corpus(path, [Document(d, f"text of {d}", "Title") for d in doc_ids])
    return path


def export(labels: Path, out: Path, target: str, corpus: Path | None = None) -> ExportSummary:
    return export_labels(labels, out, target=target, documents=DocumentsFrom(corpus))


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
