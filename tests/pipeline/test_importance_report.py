"""The report of a ranker's features: figures for every feature and group, a plot, one folder."""

import json

import numpy as np
import pytest
from fake_index import random_documents

from lrat_rank.cli.app import run
from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State, write_labels
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.pipeline.importance import report_importance
from lrat_rank.pipeline.train import train_lightgbm

FEATURES = ("text_length", "bm25_score", "query_length", "text_idf_mean")
OPTIONS = LightGBMOptions(
    features=FEATURES, threads=1, rounds=40, least_groups=15, folds=3, depth=0, anchor=False
)


def planted(index, count, seed):
    """Lists whose shortest document is relevant."""
    draw = np.random.default_rng(seed)
    lengths = index.forward.text.lengths
    lists = []
    for number in range(count):
        rows = draw.choice(len(index.doc_ids), 10, replace=False)
        best = rows[lengths[rows].argmin()]
        lists.append(
            LabelledList(
                query_id=f"{seed}-{number}",
                query=" ".join(draw.choice([f"w{n:02d}" for n in range(60)], 3)),
                context=Context(turn=0),
                trajectory_id=f"{seed}-{number}",
                group=f"{seed}-{number // 2}",
                candidates=tuple(
                    Candidate(
                        doc_id=index.doc_ids[row],
                        rank=rank,
                        state=State.RELEVANT if row == best else State.SKIPPED,
                        gain=float(row == best),
                    )
                    for rank, row in enumerate(rows, 1)
                ),
            )
        )
    return lists


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """(ranker folder, labels of other questions, index folder)."""
    folder = tmp_path_factory.mktemp("importance")
    documents = [Document(d, text, title) for d, (title, text) in random_documents(120).items()]
    index = Index.build(documents, folder / "index", IndexOptions(encoder="none"))
    write_labels(folder / "train.jsonl", planted(index, 80, seed=1))
    write_labels(folder / "held.jsonl", planted(index, 40, seed=2))
    train_lightgbm(
        folder / "train.jsonl", folder / "index", folder / "ranker", OPTIONS, validation=None
    )
    return folder / "ranker", folder / "held.jsonl", folder / "index"


@pytest.fixture(scope="module")
def report(trained, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "report"
    return report_importance(*trained, out, ablate=True), out


def test_the_planted_feature_is_first_and_the_model_better_than_the_first_stage(report):
    told, _ = report
    assert told.features[0].feature == "text_length"
    assert told.features[0].drop > 0.2
    assert {one.feature for one in told.features} == set(FEATURES)
    assert told.ndcg > told.ndcg_first_stage + 0.2


def test_the_group_that_knows_is_worth_something_surely_and_the_others_nothing(report):
    told, _ = report
    groups = {one.group: one for one in told.groups}
    assert set(groups) == {"document", "first_stage", "query"}
    document = groups["document"]
    assert document.features == 2
    assert 0.1 < document.low < document.worth < document.high
    for name in ("first_stage", "query"):
        assert groups[name].low < 0.05
        assert abs(groups[name].worth) < 0.06


def test_the_folder_holds_the_figures_and_a_plot(report):
    told, out = report
    assert sorted(path.name for path in out.iterdir()) == ["importance.json", "importance.png"]
    stored = json.loads((out / "importance.json").read_text())
    assert stored["features"][0]["drop"] == told.features[0].drop
    assert stored["lists"] == 40
    assert (out / "importance.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_gives_the_same_figures(trained, report, tmp_path):
    again = report_importance(*trained, tmp_path / "again")
    assert again.features == report[0].features
    assert again.groups is None


def test_a_folder_that_is_not_ours_is_left_alone(trained, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"whose importance\.json was written by lrat-rank"):
        report_importance(*trained, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_command_prints_the_report_as_json_or_as_lines(trained, tmp_path, capsys):
    words = ["importance", *map(str, trained[:2]), "--index", str(trained[2]), "--repeats", "2"]
    assert run([*words, "--out", str(tmp_path / "a"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "a" / "importance.json").read_text())
    assert run([*words, "--out", str(tmp_path / "b"), "--ablate-groups"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split()[0] == "text_length"
    assert any(line.startswith("Without document (2)") for line in lines)


def test_training_warns_on_standard_error_and_records_what_it_was_told(trained, tmp_path, capsys):
    _, labels, index = trained
    table = tmp_path / "examination.json"
    table.write_text('{"examination": [1.0, 0.5]}')
    words = ["train", "lightgbm", str(labels), "--index", str(index), "--out", str(tmp_path / "r")]
    words += ["--features", "query_length", "--examination", str(table), "--unseen", "-1"]
    assert run([*words, "--depth", "12", "--trials", "2", "--json"]) == 0
    told = capsys.readouterr()
    record = json.loads(told.out)["record"]
    assert "Warning: The ranker is the first stage itself" in told.err
    assert (record["rounds"], record["options"]["unseen"]) == (0, None)
    assert record["options"]["examination"]["examination"] == [1.0, 0.5]
    assert len(record["trials"]) == 2
    assert len(record["index"]) == 64
