"""Feature files: scikit-learn and LightGBM read back the features that LightGBM trains on.

The hard cases: a missing value is not 0, ids are not numbers, and a list's masked documents have
no row and yet are seen by the features of the others.
"""

from pathlib import Path

import lightgbm
import numpy as np
import pytest
from export_world import BOTH, LATER, LIST, labels_of, write_documents
from sklearn.datasets import load_svmlight_file

from lrat_rank.collections import read_corpus
from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import ExportSource, ExportSummary, FeatureLists, FeatureRows
from lrat_rank.mining.exports.feature_files import write_lightgbm, write_svmlight
from lrat_rank.mining.grades import GradeTable, read_table
from lrat_rank.mining.miner import MinedLabels
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.dataset import RankingData, build_ranking_data
from lrat_rank.models.usable_lists import usable_lists
from lrat_rank.pipeline.exchange import DocumentsFrom, export_labels

TABLE = GradeTable((0.0, 0.5, 2.0))
HAND_MADE = FeatureLists(
    ("one", "two", "three"),
    [
        FeatureRows(
            query_id="a question",
            doc_ids=("d 1", "d#2"),
            gains=np.array([2.0, 0.0]),
            weight=0.5,
            values=np.array([[0.1, 0.0, np.nan], [np.nan, -3.0, 1e-9]], np.float32),
        ),
        FeatureRows(
            query_id="q2",
            doc_ids=("d3", "d4", "d5"),
            gains=np.array([0.5, 0.0, 0.0]),
            weight=2.0,
            values=np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], np.float32),
        ),
    ],
    {"masked document": 1},
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> tuple[Path, MinedLabels, RankingData]:
    """A folder with a label file and an index, and what LightGBM would train on."""
    folder = tmp_path_factory.mktemp("exported")
    _, labels = labels_of(folder, LIST, LATER, BOTH)
    corpus = write_documents(folder / "corpus.jsonl")
    index = Index.build(read_corpus(corpus), folder / "index", IndexOptions(encoder="none"))
    usable, _ = usable_lists(labels.lists, index, IntensityUse.parse("both"))
    return folder, labels, build_ranking_data(usable, index)


def export(
    folder: Path, out: Path, target: str, features: list[str] | None = None
) -> ExportSummary:
    places = DocumentsFrom(index=folder / "index", features=features)
    return export_labels(folder / "labels.jsonl", out, target=target, documents=places)


def entries(path: Path, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values with NaN where the file has none, grades and qids, as scikit-learn reads them."""
    matrix, grades, qids = load_svmlight_file(
        str(path), n_features=columns, zero_based=False, query_id=True
    )
    values = np.full(matrix.shape, np.nan)
    entry = matrix.tocoo()
    values[entry.row, entry.col] = entry.data
    return values, grades, qids


def numbered(path: Path) -> dict[int, str]:
    pairs = (line.split("\t") for line in path.read_text().splitlines())
    return {int(number): name for number, name in pairs}


def test_scikit_learn_reads_the_features_that_lightgbm_trains_on(exported, tmp_path):
    folder, labels, data = exported
    out = tmp_path / "train.svm"
    summary = export(folder, out, "svmlight")
    values, grades, qids = entries(out, len(data.features.names))
    np.testing.assert_array_equal(values.astype(np.float32), data.features.values)
    assert grades.tolist() == data.grades(labels.grade_table).tolist()
    assert qids.tolist() == np.repeat([1, 2, 3], data.features.sizes).tolist()
    assert tuple(numbered(tmp_path / "train.svm.features.tsv").values()) == data.features.names
    assert numbered(tmp_path / "train.svm.queries.tsv") == dict(
        enumerate((m.query_id for m in labels.lists), start=1)
    )
    assert read_table(out) == labels.grade_table
    assert summary.left_out == {"masked document": 1}
    assert summary.rows == len(data.gains)


def test_lightgbm_reads_its_table_lists_and_weights_and_learns_the_same_trees(exported, tmp_path):
    folder, labels, data = exported
    out = tmp_path / "train.tsv"
    export(folder, out, "lightgbm")
    given = {"header": True, "feature_pre_filter": False, "min_data_in_leaf": 1, "verbose": -1}
    given |= {"min_data_in_bin": 1}
    read = lightgbm.Dataset(str(out), params=given)
    direct = lightgbm.Dataset(
        data.features.values,
        label=data.grades(labels.grade_table),
        group=data.features.sizes,
        weight=data.row_weights,
        feature_name=list(data.features.names),
    )
    direct.params = given
    for made in (read, direct):
        made.construct()
    assert read.get_feature_name() == list(data.features.names)
    for field in ("label", "weight", "group"):
        np.testing.assert_array_equal(read.get_field(field), direct.get_field(field))
    learn = given | {"objective": "lambdarank", "min_sum_hessian_in_leaf": 0, "num_threads": 1}
    learn["label_gain"] = list(labels.grade_table.label_gain)
    trees = [lightgbm.train(learn, made, 3).trees_to_dataframe() for made in (read, direct)]
    assert trees[0].drop(columns="node_index").equals(trees[1].drop(columns="node_index"))
    assert len(trees[0]) > 3


def test_a_missing_value_is_left_out_and_a_zero_is_written(tmp_path):
    out = tmp_path / "f.svm"
    write_svmlight(ExportSource([], TABLE, features=HAND_MADE), out)
    assert out.read_text().splitlines()[:2] == [
        "2 qid:1 1:0.100000001 2:0 # d 1",
        "0 qid:1 2:-3 3:9.99999972e-10 # d#2",
    ]
    values, grades, _ = entries(out, 3)
    expected = np.concatenate([one.values for one in HAND_MADE.lists])
    np.testing.assert_array_equal(values.astype(np.float32), expected)
    assert grades.tolist() == [2, 0, 1, 0, 0]


def test_lightgbm_tells_a_missing_value_from_a_zero(tmp_path):
    out = tmp_path / "f.tsv"
    summary = write_lightgbm(ExportSource([], TABLE, features=HAND_MADE), out)
    read = lightgbm.Dataset(str(out), params={"header": True, "verbose": -1}).construct()
    assert out.read_text().splitlines()[:2] == ["grade\tone\ttwo\tthree", "2\t0.100000001\t0\tnan"]
    assert read.get_field("weight").tolist() == [0.5, 0.5, 2.0, 2.0, 2.0]
    assert read.get_group().tolist() == [2, 3]
    assert summary.rows == read.num_data() == 5


def test_chosen_features_are_the_only_columns(exported, tmp_path):
    folder, _, data = exported
    name = data.features.names[0]
    export(folder, tmp_path / "f.svm", "svmlight", [name])
    assert numbered(tmp_path / "f.svm.features.tsv") == {1: name}


def test_an_id_with_a_line_end_is_refused(tmp_path):
    broken = FeatureRows("q", ("a\nb", "c"), np.array([1.0, 0.0]), 1.0, np.ones((2, 1), np.float32))
    features = FeatureLists(("one",), [broken], {})
    with pytest.raises(InputError, match=r"without tabs and line ends .* got 'a\\nb'"):
        write_svmlight(ExportSource([], TABLE, features=features), tmp_path / "f.svm")
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_other_documents_is_refused(tmp_path):
    labels_of(tmp_path)
    others = read_corpus(write_documents(tmp_path / "other.jsonl", "xyz"))
    Index.build(others, tmp_path / "index", IndexOptions(encoder="none"))
    with pytest.raises(InputError, match=r"it lacks a, b, c, … .* Index the corpus"):
        export(tmp_path, tmp_path / "out", "svmlight")
    assert [path.name for path in tmp_path.glob("out*")] == []


def test_documents_that_the_index_lacks_are_left_out_counted_and_named(tmp_path):
    labels_of(tmp_path, LIST, LATER)
    documents = read_corpus(write_documents(tmp_path / "less.jsonl", "abc"))
    Index.build(documents, tmp_path / "index", IndexOptions(encoder="none"))
    summary = export(tmp_path, tmp_path / "out.svm", "svmlight")
    assert summary.unknown == ["d", "f"]
    assert summary.left_out == {
        "masked document": 1,
        "document that the index lacks": 2,
        "list with nothing to order": 1,
    }
    assert [line.split(" # ")[1] for line in (tmp_path / "out.svm").read_text().splitlines()] == [
        *"abc"
    ]
