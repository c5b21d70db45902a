"""Token vectors of an index are the encoder's own, reduced, and cover a document to its end."""

import shutil

import numpy as np
import pytest

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.extract import extract
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.first_stage.passages import WINDOW, sentence_starts
from lrat_rank.models.first_stage.token_states import MOST_PARTS, read_texts

LONG = " ".join(f"Sentence {n} is about the harbour." for n in range(100))
ENDLESS = " ".join(["harbour"] * 3000)
DOCUMENTS = [
    Document("fox", "The red fox jumps over the lazy dog. It sleeps at noon!", "Red fox"),
    Document("void", "", ""),
    Document("long", f"{LONG} Zebras graze at the very end.", "Harbours"),
    Document("endless", ENDLESS),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return Index.build(DOCUMENTS, tmp_path_factory.mktemp("token") / "index")


def decoded(rows, row):
    start, length = rows.extents[row]
    return rows.vectors[start : start + length] * rows.scales[start : start + length, None]


def test_the_one_reading_gives_the_documents_own_vectors(index):
    plain = index.encoder.encode([document.contents for document in DOCUMENTS])
    np.testing.assert_allclose(index.text_vectors, plain, atol=5e-3)


def test_angles_between_word_pieces_survive_the_reduction(index):
    (read,) = read_texts(index.encoder, [DOCUMENTS[0].contents])
    unit = read.states / np.linalg.norm(read.states, axis=1, keepdims=True)
    kept = decoded(index.token_index.tokens, 0)
    assert len(kept) == len(unit)
    assert np.abs(kept @ kept.T - unit @ unit.T).mean() < 0.05


def test_a_long_document_is_read_beyond_the_encoders_reach(index):
    lengths = index.token_index.tokens.extents[:, 1]
    assert lengths[1] == 0
    assert lengths[2] > index.encoder.longest
    assert lengths[3] == MOST_PARTS * (index.encoder.longest - 2)
    found = extract(
        index,
        [CandidateList("q", "Zebras graze", ("long", "endless"))],
        ["maxsim", "best_sentence_cosine", "text_cosine"],
    ).values
    # The animals stand where the document's own vector does not reach.
    assert found[0, 1] > found[0, 2] + 0.3
    assert found[0, 0] > found[1, 0] + 0.2


def test_passages_are_sentences_and_overlapping_windows(index):
    sentences = index.token_index.sentences.extents[:, 1]
    assert sentences.tolist() == [len(sentence_starts(d)) if d.contents else 0 for d in DOCUMENTS]
    pieces = index.token_index.tokens.extents[:, 1]
    windows = index.token_index.windows.extents[:, 1]
    assert windows[0] == 1
    assert windows[1] == 0
    assert windows[3] == -(-(pieces[3] - WINDOW // 2) // (WINDOW // 2))


def test_a_sentence_vector_is_the_mean_over_its_word_pieces(index):
    (read,) = read_texts(index.encoder, [DOCUMENTS[0].contents])
    starts = sentence_starts(DOCUMENTS[0])
    in_first = read.starts < starts[1]
    mean = read.states[in_first].mean(axis=0)
    kept = decoded(index.token_index.sentences, 0)[0]
    assert kept @ (mean / np.linalg.norm(mean)) > 0.999


def test_a_query_is_encoded_once_and_rare_pieces_weigh_more(index):
    first, again = index.encode_query_pieces(["harbour fox", "harbour fox"])
    assert first is again
    assert index.encode_query_pieces(["harbour fox"])[0] is first
    assert first.vectors.shape == (2, index.token_index.tokens.vectors.shape[1])
    assert first.idf[1] > first.idf[0]


def test_an_index_may_go_without_token_vectors(tmp_path):
    options = IndexOptions(token_vectors=False)
    plain = Index.build(DOCUMENTS[:1], tmp_path / "plain", options)
    assert plain.token_index is None
    assert plain.encode_query_pieces(["fox"]) is None
    assert not (tmp_path / "plain" / "token_vectors").exists()


def test_large_collections_and_those_without_an_encoder_go_without_unless_asked():
    assert IndexOptions().keeps_token_vectors(100_000)
    assert not IndexOptions().keeps_token_vectors(100_001)
    assert IndexOptions(token_vectors=True).keeps_token_vectors(100_001)
    assert not IndexOptions(encoder="none").keeps_token_vectors(5)
    with pytest.raises(InputError, match="token vectors must be asked of an index with an encoder"):
        IndexOptions(encoder="none", token_vectors=True)


def test_missing_token_vectors_are_told_as_a_damaged_index(index, tmp_path):
    copy = tmp_path / "index"
    shutil.copytree(index.folder, copy)
    (copy / "token_vectors" / "windows.scales.npy").unlink()
    with pytest.raises(InputError, match=r"token vectors are damaged.*lrat-rank index"):
        _ = Index.load(copy).token_index
