"""`train lightgbm --base` from folder to folder, and what other commands see of the whole."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from fake_index import random_documents

from lrat_rank.cli.app import run
from lrat_rank.collections import Document
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State, write_labels
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.pipeline.importance import report_importance
from lrat_rank.pipeline.train import train_lightgbm

OPTIONS = LightGBMOptions(
    features=("text_length", "bm25_score"), threads=1, rounds=20, least_groups=10, depth=0
)


@dataclass
class World:
    """Files of a small collection."""

    folder: Path
    index: Index

    def labels(self, name: str, count: int, seed: int, *, longest: bool = False) -> Path:
        """Lists whose shortest document, or whose longest one, is relevant."""
        draw = np.random.default_rng(seed)
        lengths = self.index.forward.text.lengths * (-1 if longest else 1)
        lists = []
        for number in range(count):
            rows = draw.choice(len(self.index.doc_ids), 8, replace=False)
            best = rows[lengths[rows].argmin()]
            candidates = tuple(
                Candidate(
                    doc_id=self.index.doc_ids[row],
                    rank=rank,
                    state=State.RELEVANT if row == best else State.SKIPPED,
                    gain=float(row == best),
                )
                for rank, row in enumerate(rows, 1)
            )
            lists.append(
                LabelledList(
                    query_id=f"{seed}-{number}",
                    query=" ".join(draw.choice([f"w{n:02d}" for n in range(60)], 3)),
                    context=Context(turn=0),
                    trajectory_id=f"{seed}-{number}",
                    group=f"{seed}-{number}",
                    candidates=candidates,
                )
            )
        path = self.folder / name
        write_labels(path, lists)
        return path

    def train(self, labels: Path, out: str, *more: object) -> int:
        command = ["train", "lightgbm", labels, "--index", self.folder / "index"]
        return run([str(one) for one in [*command, "--out", self.folder / out, *more]])

    def record(self, name: str) -> dict[str, object]:
        return json.loads((self.folder / name / "ranker.json").read_text())


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    """An index without vectors, and a base."""
    folder = tmp_path_factory.mktemp("going-on")
    documents = [Document(d, text, title) for d, (title, text) in random_documents(100).items()]
    made = World(folder, Index.build(documents, folder / "index", IndexOptions(encoder="none")))
    labels = made.labels("elsewhere.jsonl", 60, seed=1)
    train_lightgbm(labels, folder / "index", folder / "base", OPTIONS, validation=None)
    return made


def test_a_ranker_goes_on_and_is_guarded_looked_at_and_loaded_as_a_whole(world):
    home = world.labels("home.jsonl", 40, seed=2)
    assert world.train(home, "onward", "--base", world.folder / "base") == 0
    told, base = world.record("onward"), world.record("base")
    assert told["features"] == base["features"]
    assert told["anchor"] == base["anchor"]
    assert told["rounds"] >= told["base"]["rounds"] == base["rounds"] > 0
    assert (world.folder / "onward" / "guard.json").is_file()
    held = world.labels("held.jsonl", 30, seed=3)
    report = report_importance(
        world.folder / "onward", held, world.folder / "index", world.folder / "importance"
    )
    assert report.features[0].feature == "text_length"
    assert report.ndcg > report.ndcg_first_stage + 0.2


def test_labels_that_only_harm_leave_the_trees_of_the_base_byte_for_byte(world, capsys):
    harm = world.labels("harm.jsonl", 40, seed=4, longest=True)
    held = world.labels("held-apart.jsonl", 30, seed=5)
    more = ("--base", world.folder / "base", "--validation", held, "--no-guard")
    assert world.train(harm, "kept", *more) == 0
    assert "The ranker is the base itself" in capsys.readouterr().err
    model = (world.folder / "kept" / "model.txt").read_bytes()
    assert model == (world.folder / "base" / "model.txt").read_bytes()


@pytest.mark.parametrize(
    ("out", "base", "told"),
    [
        ("base", "base", "--out must be apart from the inputs"),
        ("new", "index", "lrat-rank train lightgbm"),
        ("new", "nowhere", "got no folder"),
    ],
)
def test_a_base_that_is_none_is_one_line_and_nothing_is_written(world, capsys, out, base, told):
    labels = world.folder / "elsewhere.jsonl"
    before = world.record("base")
    assert world.train(labels, out, "--base", world.folder / base) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert told in line
    assert not (world.folder / "new").exists()
    assert world.record("base") == before
