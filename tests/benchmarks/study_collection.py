"""Small invented collections of questions with sub-questions, indexed without vectors."""

import json
from pathlib import Path

from study.place import Place

from lrat_rank.collections import read_corpus, write_corpus, write_qrels, write_topics
from lrat_rank.eval.simulation import build_world
from lrat_rank.models.first_stage import Index, IndexOptions


def place_of(root: Path) -> Place:
    """Where collections below a folder are, and their runs are left."""
    return Place(root / "data", root / "work", root / "indexes", runs=2)


def write_collection(root: Path, name: str, *, seed: int, documents: int, questions: int) -> None:
    """Write a collection and its index where `place_of` says."""
    world = build_world(seed=seed, n_documents=documents, n_questions=questions)
    folder = root / "data" / name
    (folder / "qrels").mkdir(parents=True)
    write_corpus(folder / "corpus.jsonl", world.documents)
    write_topics(folder / "queries.jsonl", {q.question_id: q.text for q in world.questions})
    qrels = {q.question_id: dict.fromkeys(sorted(q.evidence), 1) for q in world.questions}
    write_qrels(folder / "qrels" / "test.tsv", qrels)
    lines = [
        {
            "_id": one.question_id,
            "question": one.text,
            "answer": one.answer,
            "hops": [
                {"query": hop.query, "docid": list(hop.doc_ids), "answer": hop.answer}
                for hop in one.hops
            ],
        }
        for one in world.questions
    ]
    (folder / "hops.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    read = read_corpus(folder / "corpus.jsonl")
    Index.build(read, root / "indexes" / name, IndexOptions(encoder="none"))
