"""The ranker: order, isolation, saving and what it refuses."""

import numpy as np
import pytest
import torch
from cross_encoder_tiny import make_checkpoint, pairs
from made_lists import Texts

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.files import write_json
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.record import CrossEncoderRecord
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.ranker import CandidateList, Ranker

FLOAT32 = ScoringOptions(precision="float32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "ranker")


@pytest.fixture(scope="module")
def documents():
    return [Document(f"d{n}", text, f"word{n}") for n, (_, text) in enumerate(pairs(12, seed=3))]


@pytest.fixture(scope="module")
def ranker(folder, documents):
    return CrossEncoderRanker.load(folder, Texts(documents), options=FLOAT32)


def lists_of(documents):
    ids = [document.doc_id for document in documents]
    return [
        CandidateList("a", "word1 word2", tuple(ids[:5])),
        CandidateList("none", "word7", ()),
        CandidateList("b", "word3", tuple(reversed(ids))),
    ]


def test_it_is_a_ranker(ranker):
    assert isinstance(ranker, Ranker)


def test_scores_come_back_in_the_order_asked_for(ranker):
    asked = pairs(40)
    together = ranker.score_pairs(asked)
    one_by_one = np.concatenate([ranker.score_pairs([pair]) for pair in asked])
    assert together.dtype == np.float32
    assert together.std() > 0.01
    np.testing.assert_allclose(together, one_by_one, atol=1e-5)


@pytest.mark.parametrize("budget", [1, 100, 333, 100_000])
def test_the_batches_do_not_change_the_scores(folder, ranker, budget):
    options = ScoringOptions(precision="float32", tokens_a_batch=budget)
    other = CrossEncoderRanker.load(folder, options=options)
    np.testing.assert_allclose(
        other.score_pairs(pairs(40)), ranker.score_pairs(pairs(40)), atol=1e-5
    )


def test_a_list_is_scored_alike_alone_and_among_others(ranker, documents):
    lists = lists_of(documents)
    together = ranker.score(lists)
    assert [scores.shape for scores in together] == [(5,), (0,), (12,)]
    for one, scores in zip(lists, together, strict=True):
        np.testing.assert_allclose(ranker.score([one])[0], scores, atol=1e-5)


def test_lists_are_read_as_pairs_of_query_and_title_with_text(ranker, documents):
    lists = lists_of(documents)
    by_pair = ranker.score_pairs([(lists[0].query, d.contents) for d in documents[:5]])
    np.testing.assert_allclose(ranker.score(lists)[0], by_pair, atol=1e-6)


def test_no_lists_and_no_pairs_give_no_scores(ranker):
    assert ranker.score([]) == []
    assert ranker.score_pairs([]).shape == (0,)
    assert ranker.rank("word1", []) == []


def test_rank_returns_the_best_first_with_where_they_stood(ranker, documents):
    best = ranker.rank("word1", documents, top_k=3)
    scores = ranker.score_pairs([("word1", d.contents) for d in documents])
    assert [hit.index for hit in best] == np.argsort(-scores)[:3].tolist()
    assert all(hit.document is documents[hit.index] for hit in best)
    assert best[0].score == pytest.approx(scores.max(), abs=1e-5)


def test_rank_takes_plain_texts_and_keeps_the_order_of_ties(ranker):
    hits = ranker.rank("word1", ["word2 word3"] * 4)
    assert [hit.index for hit in hits] == [0, 1, 2, 3]


def test_a_saved_ranker_reloads_to_identical_scores(ranker, tmp_path):
    ranker.save(tmp_path / "saved")
    again = CrossEncoderRanker.load(tmp_path / "saved", options=FLOAT32)
    assert again.record == ranker.record
    np.testing.assert_array_equal(again.score_pairs(pairs(30)), ranker.score_pairs(pairs(30)))


@pytest.mark.parametrize("max_length", [64, 20])
def test_sentence_transformers_gives_the_same_scores(folder, tmp_path, max_length):
    from sentence_transformers import CrossEncoder

    record = CrossEncoderRecord(max_length=max_length)
    loaded = CrossEncoderRanker.load(folder, options=FLOAT32)
    ours = CrossEncoderRanker(loaded._model, loaded._tokenizer, record=record, options=FLOAT32)
    ours.save(tmp_path / "saved")
    theirs = CrossEncoder(str(tmp_path / "saved"), device="cpu")
    asked = pairs(40)
    np.testing.assert_allclose(ours.score_pairs(asked), theirs.predict(asked), atol=1e-4)


def test_bf16_scores_stay_close_and_are_not_rounded_to_bf16(folder, ranker):
    rough = CrossEncoderRanker.load(folder, options=ScoringOptions(precision="bf16"))
    found = rough.score_pairs(pairs(60))
    np.testing.assert_allclose(found, ranker.score_pairs(pairs(60)), atol=0.1)
    rounded = torch.from_numpy(found).to(torch.bfloat16).float().numpy()
    assert np.mean(found == rounded) < 0.2


def test_a_template_is_saved_and_read(folder, tmp_path):
    template = PairTemplate(query="word9 {query}", document="{text}")
    loaded = CrossEncoderRanker.load(folder, options=FLOAT32)
    record = CrossEncoderRecord(max_length=64, template=template)
    CrossEncoderRanker(loaded._model, loaded._tokenizer, record=record).save(tmp_path / "saved")
    again = CrossEncoderRanker.load(tmp_path / "saved", options=FLOAT32)
    found = again.rank("word1", [Document("d", "word2", "word3")])[0].score
    assert found == pytest.approx(loaded.score_pairs([("word9 word1", "word2")])[0], abs=1e-6)


@pytest.mark.parametrize("template", [{"query": "no field"}, {"document": "{text} {author}"}])
def test_a_template_without_its_fields_is_refused(template):
    with pytest.raises(InputError, match="template must be text that holds"):
        PairTemplate(**template)


def test_scoring_by_doc_id_without_documents_is_refused(folder, documents):
    with pytest.raises(InputError, match="documents must be given to the ranker"):
        CrossEncoderRanker.load(folder).score(lists_of(documents))


def test_an_unknown_doc_id_is_refused(ranker):
    with pytest.raises(InputError, match="doc_id must be in the index; got 'nowhere'"):
        ranker.score([CandidateList("q", "word1", ("nowhere",))])


def test_a_checkpoint_with_two_logits_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"one logit \(num_labels 1\); got one with 2"):
        CrossEncoderRanker.load(make_checkpoint(tmp_path / "two", logits=2))


def test_an_encoder_without_a_ranking_head_is_refused(tmp_path):
    with pytest.raises(
        InputError, match="sequence-classification checkpoint; got one of BertModel"
    ):
        CrossEncoderRanker.load(make_checkpoint(tmp_path / "encoder", logits=None))


def test_an_index_folder_is_refused(bm25_index):
    with pytest.raises(InputError, match=r"checkpoint folder .*; got an index folder"):
        CrossEncoderRanker.load(bm25_index.folder)


def test_a_folder_without_a_checkpoint_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"got one without config\.json"):
        CrossEncoderRanker.load(tmp_path)


def test_a_ranker_of_another_kind_is_refused(tmp_path):
    write_json(tmp_path / "ranker.json", {"kind": "lightgbm", "version": 1})
    with pytest.raises(InputError, match="kind cross-encoder, version 1; got kind lightgbm"):
        CrossEncoderRanker.load(tmp_path)


def test_weights_that_need_unpickling_are_refused(folder, tmp_path):
    import shutil

    shutil.copytree(folder, tmp_path / "pickled")
    weights = tmp_path / "pickled" / "model.safetensors"
    weights.unlink()
    torch.save({}, tmp_path / "pickled" / "pytorch_model.bin")
    with pytest.raises(InputError, match="safetensors weights"):
        CrossEncoderRanker.load(tmp_path / "pickled")


def test_saving_over_a_folder_that_is_not_ours_is_refused(ranker, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match=r"one whose ranker\.json was written"):
        ranker.save(tmp_path)
