"""The index and its stages: right scores, whole folders, refusals people can read."""

import json
from pathlib import Path

import numpy as np
import pytest

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.features.forward import ForwardIndex
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.first_stage.bm25 import Bm25Parameters, Bm25sBackend, RankBm25Backend
from lrat_rank.models.first_stage.vectors import build_vector_search, open_vector_search
from lrat_rank.models.precision import Precision

QUERIES = {"q1": "fox hunting mice", "q2": "who built the Orrin lighthouse", "q3": "zzz unknown"}


def test_both_bm25_backends_give_the_same_scores(bm25_index: Index) -> None:
    parameters = Bm25Parameters(k1=0.9, b=0.4)
    queries = [bm25_index.forward.term_ids(text) for text in QUERIES.values()]
    quick = Bm25sBackend.build(bm25_index.forward, parameters).search(queries, 10)
    slow = RankBm25Backend.build(bm25_index.forward, parameters).search(queries, 10)
    for number in range(len(queries)):
        assert dict(zip(quick.rows[number], quick.scores[number].round(4), strict=True)) == dict(
            zip(slow.rows[number], slow.scores[number].round(4), strict=True)
        )
    assert len(quick.rows[0]) > 1


def test_bm25_is_the_written_formula(bm25_index: Index) -> None:
    hits = Bm25sBackend.build(bm25_index.forward, Bm25Parameters()).search(
        [bm25_index.forward.term_ids("rodents")], 1
    )
    lengths = [len(terms) for terms in bm25_index.forward.contents()]
    norm = 1.5 * (1 - 0.75 + 0.75 * lengths[3] / np.mean(lengths))
    expected = np.log(1 + (6 - 1 + 0.5) / (1 + 0.5)) * 1 / (1 + norm)
    assert hits.rows[0].tolist() == [3]
    assert hits.scores[0][0] == pytest.approx(expected, rel=1e-5)


def test_a_query_of_unknown_words_finds_nothing(bm25_index: Index) -> None:
    assert bm25_index.retrieve(QUERIES, "bm25", 5).rankings["q3"] == []


def test_a_depth_beyond_the_collection_is_no_error(bm25_index: Index) -> None:
    assert len(bm25_index.retrieve({"q": "fox"}, "bm25", 1000).rankings["q"]) == 2


def test_a_saved_index_answers_as_it_did(bm25_index: Index) -> None:
    again = Index.load(bm25_index.folder)
    assert again.retrieve(QUERIES, "bm25", 5) == bm25_index.retrieve(QUERIES, "bm25", 5)
    assert again.documents(["d2", "d5"]) == bm25_index.documents(["d2", "d5"])


def test_documents_come_back_as_they_went_in(bm25_index: Index, documents: list[Document]) -> None:
    assert bm25_index.documents([d.doc_id for d in documents]) == documents


def test_no_file_of_an_index_needs_unpickling(dense_index: Index) -> None:
    for path in dense_index.folder.rglob("*.npy"):
        np.load(path, allow_pickle=False)
    assert not list(dense_index.folder.rglob("*.pkl"))


def test_dense_finds_a_paraphrase_that_shares_no_word(dense_index: Index) -> None:
    query = {"q": "wild canine predator"}
    assert dense_index.retrieve(query, "bm25", 3).rankings["q"] == []
    assert dense_index.retrieve(query, "dense", 3).rankings["q"][0].doc_id == "d1"


def test_a_search_does_not_depend_on_which_precision_is_quicker_now(
    dense_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for precision in (Precision.FLOAT32, Precision.BFLOAT16):
        monkeypatch.setattr("lrat_rank.models.precision.quicker", lambda _, p=precision: p)
        index = Index.load(dense_index.folder)
        pieces = index.encode_query_pieces([QUERIES["q1"]])
        found.append((index.retrieve(QUERIES, "dense", 6).rankings, pieces))
    assert repr(found[0]) == repr(found[1])


def test_exact_dense_search_is_the_inner_product(dense_index: Index) -> None:
    query = dense_index.encode_queries(["bridges"])
    assert query is not None
    assert dense_index.text_vectors is not None
    expected = np.asarray(dense_index.text_vectors) @ query[0]
    ranking = dense_index.retrieve({"q": "bridges"}, "dense", 6).rankings["q"]
    for hit in ranking:
        assert hit.score == pytest.approx(expected[dense_index.rows([hit.doc_id])[0]], abs=1e-5)


def test_titles_that_are_missing_have_zero_vectors(dense_index: Index) -> None:
    assert dense_index.title_vectors is not None
    norms = np.linalg.norm(dense_index.title_vectors, axis=1)
    assert norms[3] == 0
    np.testing.assert_allclose(np.delete(norms, 3), 1, atol=1e-5)


def test_hybrid_is_reciprocal_rank_fusion_of_the_two(dense_index: Index) -> None:
    runs = [dense_index.retrieve(QUERIES, stage, 6).rankings["q1"] for stage in ("bm25", "dense")]
    fused = dense_index.retrieve(QUERIES, "hybrid", 6).rankings["q1"]
    for hit in fused:
        ranks = [
            [h.doc_id for h in run].index(hit.doc_id) + 1
            for run in runs
            if hit.doc_id in [h.doc_id for h in run]
        ]
        assert hit.score == pytest.approx(sum(1 / (60 + rank) for rank in ranks))


@pytest.mark.parametrize("ann", ["flat", "hnsw", "ivf"])
def test_every_vector_search_finds_a_document_by_its_own_vector(ann: str, tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    build_vector_search(vectors, ann, tmp_path)
    hits = open_vector_search(vectors, tmp_path).search(vectors[:20], 3)
    found = [row[0] for row in hits.rows]
    assert np.mean(np.array(found) == np.arange(20)) > 0.9
    assert hits.scores[0][0] == pytest.approx(1, abs=1e-5)


def test_dense_without_an_encoder_says_what_to_do(bm25_index: Index) -> None:
    with pytest.raises(InputError, match="--stage bm25"):
        bm25_index.retrieve(QUERIES, "hybrid", 5)


def test_an_unknown_doc_id_is_named(bm25_index: Index) -> None:
    with pytest.raises(InputError, match="nowhere"):
        bm25_index.documents(["d1", "nowhere"])


def test_a_folder_that_is_no_index_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "ranker.json").write_text("{}")
    with pytest.raises(InputError, match="a ranker folder"):
        Index.load(tmp_path)
    with pytest.raises(InputError, match="nothing there"):
        Index.load(tmp_path / "absent")


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": "lrat-rank-index", "version": 9}))
    with pytest.raises(InputError, match="version 9"):
        Index.load(tmp_path)


def test_a_failed_build_leaves_the_old_index(tmp_path: Path, documents: list[Document]) -> None:
    options = IndexOptions(encoder="none")
    Index.build(documents, tmp_path / "index", options)
    with pytest.raises(InputError):
        Index.build([], tmp_path / "index", options)
    assert len(Index.load(tmp_path / "index")) == len(documents)
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_build_does_not_replace_a_folder_that_is_not_an_index(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="--out"):
        Index.build([Document("d", "text")], tmp_path, IndexOptions(encoder="none"))
    assert (tmp_path / "thesis.txt").exists()


def test_gather_keeps_documents_apart() -> None:
    pairs = [("a b c", "one two"), ("", ""), ("dd ee", "two two")]
    forward = ForwardIndex.build(pairs, bm25_analyzer())
    tokens, owner = forward.text.gather(np.array([2, 1, 0]))
    names = list(forward.vocabulary)
    assert [names[t] for t in tokens] == ["two", "two", "one", "two"]
    assert owner.tolist() == [0, 0, 2, 2]


def bm25_analyzer():
    from lrat_rank.collections.analyzer import Analyzer

    return Analyzer("none")
