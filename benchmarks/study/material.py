"""A collection made ready: its index, the runs of simulated agents on it, their labels, its tasks.

Everything lies in the work folder and is made once:

    index/COLLECTION      unless indexes are given
    runs/COLLECTION-RUNS  trajectories, a file each
    labels/COLLECTION-JUDGE-RUNS.jsonl
    warm/PRECISION-COLLECTION-LISTS  a cross-encoder that learned from the documents alone; where it
                          went on to other collections, their names and lists follow
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lrat_rank.collections import Document, read_corpus, read_qrels, read_topics
from lrat_rank.eval.simulation import Question
from lrat_rank.eval.simulation.collection_questions import (
    questions_from_hops,
    questions_from_qrels,
)
from lrat_rank.mining.labels import LabelledList, read_labels
from lrat_rank.mining.options import MiningOptions
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.pipeline.simulate import SimulationOptions, simulate_runs

from .bank import FeatureBank
from .folds import joined, questions_of_groups
from .place import Place
from .tasks import Task, searches_task, sub_questions_task, topics_task

COLLECTIONS = ("musique", "vaswani", "cacm")
SUB_QUESTIONS, QUESTIONS, SEARCHES = "sub-questions", "questions", "agent searches"
_MINING: dict[str, dict[str, str]] = {
    "cues": {"judge": "cues"},
    "none": {"judge": "none", "missing_reasoning": "mean"},
    "correct": {"judge": "cues", "correctness": "filter"},
}


@dataclass(frozen=True)
class Mined:
    """The labels of one set of runs, mined in three ways, one list a search.

    Attributes:
        cues: Judged by what the reasoning says.
        none: Every document that was opened counts as relevant.
        correct: As `cues`, from the runs with a right answer alone.
    """

    cues: list[LabelledList]
    none: list[LabelledList]
    correct: list[LabelledList]


class Material:
    """One collection; each part is made when it is first asked for.

    Attributes:
        name: Of the collection.
    """

    def __init__(self, name: str, place: Place) -> None:
        self.name, self._place = name, place
        self._folder = place.data / name

    @cached_property
    def _index_folder(self) -> Path:
        if self._place.indexes is not None:
            return self._place.indexes / self.name
        folder = self._place.work / "index" / self.name
        if not folder.exists():
            Index.build(self.documents(), folder, IndexOptions(encoder="offline"))
        return folder

    def documents(self) -> Iterator[Document]:
        """All of them, in the order of the index."""
        return read_corpus(self._folder / "corpus.jsonl", repeats=[])

    @property
    def warm_folder(self) -> Path:
        """For cross-encoders that learned from the documents alone."""
        return self._place.work / "warm"

    @cached_property
    def index(self) -> Index:
        """Of the documents."""
        return Index.load(self._index_folder)

    @cached_property
    def bank(self) -> FeatureBank:
        """Features, each computed once."""
        return FeatureBank(self.index)

    @cached_property
    def questions(self) -> list[Question]:
        """What simulated agents work on."""
        hops = self._folder / "hops.jsonl"
        if hops.is_file():
            return questions_from_hops(hops)
        topics = read_topics(self._folder / "queries.jsonl")
        return questions_from_qrels(topics, read_qrels(self._folder / "qrels" / "test.tsv"))

    @cached_property
    def cues(self) -> list[LabelledList]:
        """Labels from simulated runs, judged by what the reasoning says; made where missing."""
        return self._labels("cues")

    @cached_property
    def mined(self) -> Mined:
        """The same and those mined in the other ways."""
        return Mined(self.cues, none=self._labels("none"), correct=self._labels("correct"))

    def _labels(self, name: str) -> list[LabelledList]:
        out = self._place.work / "labels" / f"{self.name}-{name}-{self._place.runs}.jsonl"
        if not out.exists():
            out.parent.mkdir(parents=True, exist_ok=True)
            logs = LogOptions(corpus=self._folder / "corpus.jsonl")
            mine_files([self._runs], out, MiningOptions.named(**_MINING[name]), logs=logs)
        return read_labels(out)

    @cached_property
    def _runs(self) -> Path:
        """The folder of the simulated runs; those that are missing are made."""
        runs = self._place.work / "runs" / f"{self.name}-{self._place.runs}"
        options = SimulationOptions(preset="infoseek", seeds=self._place.runs, k=10, depth=50)
        simulate_runs(self._index_folder, self.questions, runs, options)
        return runs

    @cached_property
    def question_of(self) -> dict[str, str]:
        """Group of a list → the question that stands for it; all ways of mining have the same."""
        return questions_of_groups(self.cues, self.joined)

    @cached_property
    def joined(self) -> dict[str, str]:
        """Question → the one that stands for it; see `folds.joined`."""
        return joined(self.questions)

    @property
    def units(self) -> set[str]:
        """What folds are made of: questions that share nothing."""
        return set(self.joined.values())

    @cached_property
    def topics(self) -> dict[str, Task]:
        """The tests whose queries people wrote, by name."""
        folder, index, units = self._folder, self.index, self.joined
        if not (folder / "hops.jsonl").is_file():
            return {self.name: topics_task(self.name, folder, index, units)}
        return {
            SUB_QUESTIONS: sub_questions_task(SUB_QUESTIONS, folder, index, units),
            QUESTIONS: topics_task(QUESTIONS, folder, index, units),
        }

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """All tests by name: those of `topics`, and the searches of agents where hops are known."""
        if SUB_QUESTIONS not in self.topics:
            return self.topics
        evidence = {
            one.question_id: {doc_id for hop in one.hops for doc_id in hop.doc_ids}
            for one in self.questions
        }
        found = searches_task(SEARCHES, self.cues, evidence, self.index, self.joined)
        return {**self.topics, SEARCHES: found}
