"""Run files get names that tell them apart."""

from pathlib import Path

from lrat_rank.eval.named_runs import read_named_runs


def write(path: Path, tag: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"q Q0 d 1 1.0 {tag}\n")
    return path


def test_tags_name_runs_where_they_differ(tmp_path):
    paths = [write(tmp_path / "1.run", "bm25"), write(tmp_path / "2.run", "dense")]
    assert list(read_named_runs(paths)[0]) == ["bm25", "dense"]


def test_files_name_runs_where_tags_do_not(tmp_path):
    paths = [write(tmp_path / "old.run", "bm25"), write(tmp_path / "new.run", "bm25")]
    named, baseline = read_named_runs(paths, baseline=paths[0])
    assert list(named) == ["old", "new"]
    assert baseline == "old"


def test_paths_name_runs_where_neither_tags_nor_files_do(tmp_path):
    paths = [write(tmp_path / folder / "a.run", "bm25") for folder in ("x", "y")]
    assert list(read_named_runs(paths)[0]) == [str(path) for path in paths]


def test_a_file_given_twice_is_read_once(tmp_path):
    path = write(tmp_path / "a.run", "a")
    named, baseline = read_named_runs([path, tmp_path / "." / "a.run"], baseline=path)
    assert list(named) == ["a"]
    assert baseline == "a"


def test_a_baseline_beside_the_runs_comes_first(tmp_path):
    base, run = write(tmp_path / "b.run", "base"), write(tmp_path / "r.run", "run")
    named, baseline = read_named_runs([run], baseline=base)
    assert list(named) == ["base", "run"]
    assert baseline == "base"


def test_runs_of_other_forms_are_named_by_their_files(tmp_path):
    (tmp_path / "dense.json").write_text('{"q": {"d": 1.0}}')
    (tmp_path / "bm25.run").write_text("q Q0 d 1 1 lucene\n")
    named, _ = read_named_runs([tmp_path / "dense.json", tmp_path / "bm25.run"])
    assert list(named) == ["dense", "lucene"]


def test_a_named_form_holds_for_every_file(tmp_path):
    (tmp_path / "a.tsv").write_text("q\td\t1\n")
    named, _ = read_named_runs([tmp_path / "a.tsv"], format="msmarco")
    assert named["a"].scores() == {"q": {"d": 1.0}}
