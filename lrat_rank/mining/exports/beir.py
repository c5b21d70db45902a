"""A BEIR folder: `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv` with integer grades."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lrat_rank.collections import Document, write_corpus, write_topics
from lrat_rank.collections.qrels import Qrels
from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder, write_lines
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.exports.judgements import check_ids, judgements
from lrat_rank.mining.exports.manifest import MANIFEST, write_manifest
from lrat_rank.mining.grades import write_table

_HEADER = "query-id\tcorpus-id\tscore"


def write(source: ExportSource, out: Path) -> ExportSummary:
    """Write the folder; the gains behind the grades lie beside the qrels.

    The corpus holds the documents that the lists showed, the masked ones too (they are unjudged),
    or all of them when asked. Judged documents without a text are left out of the qrels.

    Raises:
        InputError: An id holds a tab, a line end or a quotation mark, the split is not a file
            name, or there is no relevant document.
    """
    split = source.options.split or "train"
    if not split.isidentifier():
        raise InputError("--split", must="letters, digits and _", got=repr(split))
    summary = ExportSummary(files=[out])
    qrels = judgements(source, summary, source.documents)
    check_ids(
        (name for query_id, judged in qrels.items() for name in (query_id, *judged)),
        r'[\t\r\n"]',
        must="without tabs, line ends and quotation marks in BEIR's qrels",
        do="Rename them.",
    )
    summary.rows = sum(map(len, qrels.values()))
    summary.settle()
    with atomic_folder(out, marker=MANIFEST) as folder:
        write_corpus(folder / "corpus.jsonl", _documents(source, qrels))
        texts = {m.query_id: m.query for m in source.lists if m.query_id in qrels}
        write_topics(folder / "queries.jsonl", texts)
        judged = folder / "qrels" / f"{split}.tsv"
        write_lines(judged, _lines(qrels))
        write_table(judged, source.table)
        write_manifest(folder, "beir", summary)
    return summary


def _documents(source: ExportSource, qrels: Qrels) -> Iterator[Document]:
    if source.options.all_documents:
        yield from source.whole_corpus()
        return
    shown = dict.fromkeys(
        c.doc_id for m in source.lists if m.query_id in qrels for c in m.candidates
    )
    yield from (source.documents[doc_id] for doc_id in shown if doc_id in source.documents)


def _lines(qrels: Qrels) -> Iterator[str]:
    yield _HEADER
    for query_id, judged in qrels.items():
        yield from (f"{query_id}\t{doc_id}\t{grade}" for doc_id, grade in judged.items())
