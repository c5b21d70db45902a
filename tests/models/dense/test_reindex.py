"""An index made again with another encoder is the index of that encoder."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from dense_tiny import make_bert, make_encoder, options, planted

from lrat_rank.errors import InputError
from lrat_rank.files import fingerprint
from lrat_rank.models.dense.training import train_dense
from lrat_rank.models.first_stage import STAGES, Index, IndexOptions
from lrat_rank.models.first_stage import index as index_module
from lrat_rank.models.first_stage.reindex import reindex

QUERIES = {"q1": "ask1 tell2 word3", "q2": "tell0 word9", "q3": "word1 word2 tell5"}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("tiny") / "base")


@pytest.fixture(scope="module")
def documents():
    return planted(12)[1].all


def built(documents, folder: Path, encoder: Path | str, **more) -> Index:
    return Index.build(documents, folder, IndexOptions(encoder=str(encoder), **more))


@pytest.mark.parametrize("ann", ["flat", "hnsw"])
def test_it_searches_as_a_fresh_index_with_that_encoder(base, documents, tmp_path, ann) -> None:
    other = make_encoder_like(base, tmp_path / "other")
    old = built(documents, tmp_path / "old", base, ann=ann)
    again = reindex(old.folder, str(other), tmp_path / "again")
    fresh = built(documents, tmp_path / "fresh", other, ann=ann)
    for stage in STAGES:
        assert again.retrieve(QUERIES, stage, 10) == fresh.retrieve(QUERIES, stage, 10)
    assert again.options == fresh.options
    assert {p.relative_to(again.folder) for p in again.folder.rglob("*")} == {
        p.relative_to(fresh.folder) for p in fresh.folder.rglob("*")
    }
    differs = np.abs(np.asarray(again.text_vectors) - np.asarray(old.text_vectors)).max()
    assert differs > 1e-2


def make_encoder_like(base: Path, folder: Path) -> Path:
    """The base, trained a little: another encoder of the same kind."""
    lists, texts = planted(6, seed=5)
    train_dense(lists, texts, out=folder, options=options(base, epochs=3))
    return folder


def test_an_index_without_vectors_gets_them(base, documents, tmp_path) -> None:
    plain = built(documents, tmp_path / "plain", "none")
    before = fingerprint(plain.folder)
    again = reindex(plain.folder, str(base), tmp_path / "again")
    assert again.has_dense
    assert not plain.has_dense
    assert again.documents(again.doc_ids) == documents
    assert fingerprint(plain.folder) == before


def test_the_corpus_is_not_analysed_again(base, documents, tmp_path, monkeypatch) -> None:
    old = built(documents, tmp_path / "old", "none", language="none")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("analysed again")

    monkeypatch.setattr(index_module.ForwardIndex, "build", refuse)
    monkeypatch.setattr(index_module.Bm25sBackend, "build", refuse)
    again = reindex(old.folder, str(base), tmp_path / "again")
    assert again.options == msgspec.structs.replace(old.options, encoder=str(base))


def test_a_dense_retriever_is_trained_on_an_index_and_names_it(base, tmp_path) -> None:
    lists, texts = planted(8)
    index = built(texts.all, tmp_path / "index", "none")
    ranker = train_dense(lists, index, out=tmp_path / "out", options=options(base, epochs=1))
    assert ranker.record.index == fingerprint(index.folder)


@pytest.mark.parametrize("encoder", ["none", " "])
def test_no_encoder_is_refused(documents, tmp_path, encoder) -> None:
    old = built(documents, tmp_path / "old", "none")
    with pytest.raises(InputError, match="encoder must be offline"):
        reindex(old.folder, encoder, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_an_encoder_that_is_nowhere_leaves_nothing(documents, tmp_path) -> None:
    old = built(documents, tmp_path / "old", "none")
    with pytest.raises(InputError, match="encoder must be"):
        reindex(old.folder, str(tmp_path / "nowhere"), tmp_path / "again")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_an_index_is_never_replaced_by_itself(base, documents, tmp_path) -> None:
    old = built(documents, tmp_path / "old", "none")
    with pytest.raises(InputError, match="apart from the inputs"):
        reindex(old.folder, str(base), old.folder)
    assert Index.load(old.folder).options.encoder == "none"


def test_what_is_no_index_is_refused(base, tmp_path) -> None:
    with pytest.raises(InputError, match="index must be a folder made by lrat-rank index"):
        reindex(make_bert(tmp_path / "bert"), str(base), tmp_path / "again")
