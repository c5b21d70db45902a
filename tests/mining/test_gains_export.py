"""Labels as a gains file: what was mined, unrounded, for the same documents as the qrels."""

import pytest
from export_world import export, labels_of
from hand_made import run, search

from lrat_rank.collections import Run, rank_by_score, read_gains, read_qrels
from lrat_rank.errors import InputError
from lrat_rank.eval.measures import means, parse_measures, per_query_values
from lrat_rank.trajectories.model import Browse, Reasoning


def test_a_gains_file_holds_the_mined_gains_of_judged_documents(tmp_path):
    path, labels = labels_of(tmp_path)
    summary = export(path, tmp_path / "labels.gains", "gains")
    assert read_gains(tmp_path / "labels.gains") == {
        one.query_id: {c.doc_id: c.gain for c in one.candidates if c.judged} for one in labels.lists
    }
    assert summary.rows == 6
    assert summary.left_out == {"masked document": 1}
    assert summary.files == [tmp_path / "labels.gains"]


def test_gains_and_qrels_of_the_same_labels_are_evaluated_together(tmp_path):
    path, _ = labels_of(tmp_path)
    export(path, tmp_path / "labels.gains", "gains")
    export(path, tmp_path / "labels.qrels", "qrels")
    qrels, gains = read_qrels(tmp_path / "labels.qrels"), read_gains(tmp_path / "labels.gains")
    assert {q: set(d) for q, d in gains.items()} == {q: set(d) for q, d in qrels.items()}
    best = Run("best", {q: rank_by_score(list(g), list(g.values())) for q, g in gains.items()})
    values = per_query_values(best, qrels, parse_measures(["nDCG@10", "gnDCG@10"]), gains=gains)
    assert means(values) == {"nDCG@10": 1.0, "gnDCG@10": 1.0}


def test_an_id_with_white_space_cannot_be_a_column_of_a_gains_file(tmp_path):
    spaced = run(search("q", "a b"), Browse("a"), Reasoning("good"), trajectory_id="my run")
    path, _ = labels_of(tmp_path, spaced)
    with pytest.raises(InputError, match="without white space in a gains file"):
        export(path, tmp_path / "labels.gains", "gains")
    assert not (tmp_path / "labels.gains").exists()
