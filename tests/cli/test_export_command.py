"""`export` and `import`: what people read, and what programs do."""

import json
from pathlib import Path

import pytest
import small_world

from lrat_rank.mining.exports.base import Need
from lrat_rank.mining.exports.registry import EXPORTERS


@pytest.fixture
def mined(lrat_rank, tmp_path: Path) -> Path:
    """A folder with labels, their corpus and an index of it."""
    corpus = small_world.write_corpus(tmp_path / "corpus.jsonl")
    runs = small_world.write_runs(tmp_path / "runs")
    for words in (
        ("mine", runs, "--corpus", corpus, "--out", tmp_path / "labels.jsonl"),
        ("index", corpus, "--out", tmp_path / "index", "--encoder", "none"),
    ):
        assert lrat_rank(*words).code == 0
    return tmp_path


def test_the_help_text_lists_every_target_with_its_summary(lrat_rank):
    printed = lrat_rank("export", "--help").out.splitlines()
    for name, target in EXPORTERS.items():
        assert any(line.split() == [name, *target.summary.split()] for line in printed), name


def test_every_target_is_written_from_the_index_and_says_what_it_wrote(lrat_rank, mined):
    for name, target in EXPORTERS.items():
        out = mined / f"{name}.{'parquet' if name == 'parquet' else 'jsonl'}"
        given = () if target.needs is Need.NOTHING else ("--index", mined / "index")
        words = ("export", mined / "labels.jsonl", "--to", name, "--out", out, *given, "--json")
        outcome = lrat_rank(*words)
        assert outcome.code == 0, outcome.err
        result = json.loads(outcome.out)
        assert result["rows"] >= len(small_world.TOPICS)
        assert result["unknown_documents"] == []
        assert all(Path(file).exists() for file in result["files"])


def test_texts_from_the_corpus_and_from_the_index_are_the_same(lrat_rank, mined):
    for option, place in (("--corpus", "corpus.jsonl"), ("--index", "index")):
        out = mined / f"{place}.rows"
        words = ("export", mined / "labels.jsonl", "--to", "lrat-train", "--out", out)
        assert lrat_rank(*words, option, mined / place).code == 0
    assert (mined / "corpus.jsonl.rows").read_text() == (mined / "index.rows").read_text()


def test_documents_without_a_text_are_named_to_people(lrat_rank, mined):
    lines = (mined / "corpus.jsonl").read_text().splitlines()
    (mined / "less.jsonl").write_text("\n".join(x for x in lines if '"harbour-stub"' not in x))
    outcome = lrat_rank(
        "export", mined / "labels.jsonl", "--to", "sentence-transformers",
        "--out", mined / "rows.jsonl", "--corpus", mined / "less.jsonl",
    )  # fmt: skip
    assert "not in corpus or index: 1 documents (harbour-stub)" in outcome.out
    assert outcome.out.splitlines()[-1] == f"Wrote 10 rows: {mined / 'rows.jsonl'}."
    assert outcome.err == ""


def test_a_dataset_is_written_without_other_peoples_progress_bars(lrat_rank, mined):
    outcome = lrat_rank(
        "export", mined / "labels.jsonl", "--to", "datasets", "--out", mined / "dataset"
    )
    assert (outcome.code, outcome.err) == (0, "")


def test_rows_come_back_as_labels(lrat_rank, mined):
    rows, back = mined / "rows.jsonl", mined / "back.jsonl"
    index = ("--index", mined / "index")
    words = ("export", mined / "labels.jsonl", "--to", "flagembedding", "--out", rows, *index)
    assert lrat_rank(*words).code == 0
    outcome = lrat_rank("import", rows, "--out", back)
    assert outcome.out == f"Wrote 10 lists: {back}, {back}.gains.json.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--to", "svmlite"), "Did you mean svmlight?"),
        (("--to", "svmlight"), "add --index INDEX"),
        (("--to", "beir"), "Add --corpus CORPUS or --index INDEX"),
        (("--to", "qrels", "--split", "dev"), "--split must be given with --to beir"),
        (("--to", "datasets", "--private"), "--private must be given with --push-to-hub REPO"),
        (("--to", "qrels", "--features", "bm25"), "--features must be given with a target"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(lrat_rank, mined, words, message):
    outcome = lrat_rank("export", mined / "labels.jsonl", "--out", mined / "out", *words)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert not (mined / "out").exists()
