"""Run files of other tools: told apart, read to the same run, written back, or refused plainly."""

import gzip
import json

import pytest

from lrat_rank.collections import Run, read_run, write_run
from lrat_rank.collections.runs import RUN_FORMATS
from lrat_rank.errors import InputError

SCORES = {"q1": {"b": 2.5, "a": 0.1 + 0.2, "ü": -1.0}, "q2": {"a": 1e-30}}
RUN = Run.from_scores("bm25", SCORES)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("form", ["trec", "beir", "ranx", "mteb"])
def test_forms_with_scores_give_back_every_digit_named_or_not(tmp_path, form, suffix):
    path = tmp_path / f"bm25.run{suffix}"
    write_run(path, RUN, form)
    assert read_run(path).scores() == SCORES
    assert read_run(path, form) == RUN


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_ms_marco_keeps_the_order_with_the_reciprocal_rank_for_a_score(tmp_path, suffix):
    path = tmp_path / f"bm25.tsv{suffix}"
    write_run(path, RUN, "msmarco")
    opened = gzip.open if suffix else open
    with opened(path, "rt") as lines:
        assert next(lines) == "q1\tb\t1\n"
    read = read_run(path)
    assert read == read_run(path, "msmarco")
    assert read.scores() == {"q1": {"b": 1.0, "a": 1 / 2, "ü": 1 / 3}, "q2": {"a": 1.0}}


def test_ranx_and_beir_write_what_json_reads_as_a_plain_dictionary(tmp_path):
    for form in ("ranx", "beir"):
        write_run(tmp_path / form, RUN, form)
        assert json.loads((tmp_path / form).read_text()) == SCORES


def test_mtebs_predictions_are_read_as_mteb_saves_them(tmp_path):
    path = tmp_path / "NFCorpus_predictions.json"
    meta = {"mteb_model_meta": {"model_name": "m", "revision": "r"}}
    path.write_text(json.dumps(meta | {"default": {"test": SCORES}}))
    assert read_run(path) == Run.from_scores("NFCorpus_predictions", SCORES)


def test_several_parts_of_mtebs_predictions_ask_for_a_name(tmp_path):
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"en": {"test": SCORES, "dev": {"q": {"d": 1}}}}))
    assert read_run(path, part="en/dev").scores() == {"q": {"d": 1.0}}
    with pytest.raises(InputError, match=r"one of en/test, en/dev; got none .* --part"):
        read_run(path)
    with pytest.raises(InputError, match="got 'de/test'"):
        read_run(path, part="de/test")


@pytest.mark.parametrize("form", ["trec", "beir"])
def test_a_part_of_a_file_without_parts_is_refused(tmp_path, form):
    write_run(tmp_path / "run", RUN, form)
    with pytest.raises(InputError, match="part must be left out"):
        read_run(tmp_path / "run", part="default/test")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"q": {"d": NaN}}', "score must be a finite number; got NaN"),
        ('{"q": {"d": -Infinity}}', "got -Infinity"),
        ('{"q": {"d": 1e999}}', "got inf .*query q, document d"),
        ('{"q": {"d": "2.0"}}', "got '2.0'"),
        ('{"q": {"d": true}}', "got True"),
        ('{"q": {"d": 1, "d": 2}}', "names every id once; got 'd' twice"),
        ('{"q": {"d": 1}, "q": {"e": 1}}', "got 'q' twice"),
        ('{"q": {"d": 1},\n "p": }', r"broken JSON .*run\.json:2"),
        ('{"q": ["d"]}', r"query 'q' must be an object \{doc_id: score\}; got a list"),
        ("{}", "one document or more; got none"),
        ('{"q": {}}', "one document or more; got none"),
        ("{" * 100_000, "run must be JSON; got"),
    ],
)
def test_json_that_is_no_run_says_what_is_wrong(tmp_path, text, told):
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        read_run(path)


def test_json_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "a.json").write_bytes(b'{"q": {"\xff": 1}}')
    with pytest.raises(InputError, match="run must be UTF-8 text"):
        read_run(tmp_path / "a.json")


def test_a_query_without_documents_survives_in_json(tmp_path):
    write_run(tmp_path / "a.json", Run.from_scores("a", {"q": {}, "p": {"d": 1.0}}), "beir")
    assert read_run(tmp_path / "a.json").scores() == {"q": {}, "p": {"d": 1.0}}


@pytest.mark.parametrize("rank", ["0", "-1", "1.5", "one", "²", "9" * 30])
def test_an_ms_marco_rank_that_is_none_names_its_line(tmp_path, rank):
    path = tmp_path / "a.tsv"
    path.write_text(f"q\td\t1\nq\te\t{rank}\n")
    with pytest.raises(InputError, match=r"rank must be an integer of 1 or more; got .*a\.tsv:2"):
        read_run(path, "msmarco")


def test_an_ms_marco_document_twice_names_both_lines(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("q\td\t1\nq\td\t2\n")
    with pytest.raises(InputError, match=r"q d a second time \(.*a\.tsv:2, first on line 1\)"):
        read_run(path)


@pytest.mark.parametrize("text", ["q\ta\t1\nq\tb\t0\n", "q\ta\t2\nq\tb\t1\n", "q\ta\t1\np\ta\t1\n"])
def test_beir_qrels_are_not_taken_for_an_ms_marco_run(tmp_path, text):
    (tmp_path / "qrels").write_text(text)
    with pytest.raises(InputError, match="3 columns, which is a BEIR qrels file"):
        read_run(tmp_path / "qrels")


def test_an_unknown_format_names_the_known_ones(tmp_path):
    write_run(tmp_path / "run", RUN)
    with pytest.raises(InputError, match=f"{', '.join(RUN_FORMATS.names())}; got 'terc'.*trec"):
        read_run(tmp_path / "run", "terc")
    with pytest.raises(InputError, match="got 'csv'"):
        write_run(tmp_path / "out", RUN, "csv")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", RUN_FORMATS.names())
def test_an_empty_file_is_no_run(tmp_path, form):
    (tmp_path / "empty").write_text("")
    with pytest.raises(InputError, match="run must be"):
        read_run(tmp_path / "empty", form)


def test_ids_that_ms_marcos_columns_cannot_carry_are_not_written(tmp_path):
    with pytest.raises(InputError, match="ids in an MS MARCO run must be without white space"):
        write_run(tmp_path / "a.tsv", Run.from_scores("t", {"q 1": {"d": 1.0}}), "msmarco")
    assert not (tmp_path / "a.tsv").exists()
