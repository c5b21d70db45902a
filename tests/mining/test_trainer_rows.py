"""Rows for trainers: read as the trainers read them, through `datasets`, and put through a loss."""

import math
import random
from pathlib import Path

import pytest
import torch
from datasets import Dataset, List, Value, load_dataset
from export_world import BOTH, LATER, LIST, export, labels_of, rows, write_documents
from hand_made import run, search
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.cross_encoder.losses import LambdaLoss, ListNetLoss
from sentence_transformers.sentence_transformer import losses
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

from lrat_rank.errors import InputError
from lrat_rank.trajectories.model import Browse, Reasoning

NO_NEGATIVE = run(search("only b", "b"), Browse("b"), Reasoning("good"), trajectory_id="fourth")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_documents(tmp_path / "corpus.jsonl")


def loaded(path: Path) -> Dataset:
    """As the trainers load it; the cache lies beside the file."""
    cache = str(path.parent / "cache")
    return load_dataset("json", data_files=str(path), split="train", cache_dir=cache)


def checkpoint(folder: Path, kind: type) -> str:
    """A random one-layer model over the words of the documents."""
    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "title", "text", "of", *"abcdef"]
    vocabulary = {word: number for number, word in enumerate(words)}
    BertTokenizerFast(vocab=vocabulary, model_max_length=32).save_pretrained(folder)
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    config = BertConfig(vocab_size=len(words), **sizes, intermediate_size=8, num_labels=1)
    kind(config).save_pretrained(folder)
    return str(folder)


def group_of_flagembedding(row: dict, size: int, rng: random.Random) -> tuple[list[str], list]:
    """A training group as FlagEmbedding draws it: one positive, then `size - 1` negatives.

    Its contract, from the data sets of its embedders and rerankers: lists of texts, neither empty;
    for distillation a number for each. Too few negatives are repeated.
    """
    assert isinstance(row["pos"], list)
    assert isinstance(row["neg"], list)
    positive = rng.randrange(len(row["pos"]))
    places = list(range(len(row["neg"])))
    if len(places) < size - 1:
        places *= math.ceil((size - 1) / len(row["neg"]))
    drawn = rng.sample(places, size - 1)
    texts = [row["pos"][positive], *(row["neg"][place] for place in drawn)]
    scores = [row["pos_scores"][positive], *(row["neg_scores"][place] for place in drawn)]
    assert all(isinstance(score, int | float) for score in scores)
    return texts, scores


@pytest.mark.parametrize("target", ["flagembedding", "flagembedding-reranker"])
def test_flagembedding_draws_training_groups_from_every_row(target, tmp_path, corpus):
    path, labels = labels_of(tmp_path, LIST, LATER, BOTH, NO_NEGATIVE)
    summary = export(path, tmp_path / "rows.jsonl", target, corpus)
    read, rng = loaded(tmp_path / "rows.jsonl"), random.Random(0)
    columns = {
        "query": Value("string"),
        "pos": List(Value("string")),
        "neg": List(Value("string")),
        "pos_scores": List(Value("float64")),
        "neg_scores": List(Value("float64")),
    }
    assert {name: read.features[name] for name in columns} == columns
    gains = {c.gain for m in labels.lists for c in m.candidates}
    for row in read:
        texts, scores = group_of_flagembedding(row, 8, rng)
        assert len(texts) == len(scores) == 8
        assert scores[0] in gains - {0.0}
        assert scores[1:] == [0.0] * 7
    assert summary.left_out == {"masked document": 1, "list without a negative": 1}


def test_an_embedder_row_has_one_positive_the_hardest_negatives_first_and_a_weight(
    tmp_path, corpus
):
    path, labels = labels_of(tmp_path)
    export(path, tmp_path / "rows.jsonl", "flagembedding", corpus)
    first, second = rows(tmp_path / "rows.jsonl")
    gain = next(c.gain for c in labels.lists[0].candidates if c.doc_id == "b")
    assert first == {
        "query": "who was it",
        "pos": ["Title text of b"],
        "neg": ["Title text of c", "Title text of d", "Title text of a"],
        "pos_scores": [gain],
        "neg_scores": [0.0, 0.0, 0.0],
        "pos_id": ["b"],
        "neg_id": ["c", "d", "a"],
        "reweight_rate": labels.lists[0].weight,
    }
    assert (second["pos_id"], second["neg_id"]) == (["f"], ["a"])


def test_the_weights_of_a_lists_rows_follow_the_gains_and_average_to_the_lists_weight(
    tmp_path, corpus
):
    path, labels = labels_of(tmp_path, LIST, BOTH)
    export(path, tmp_path / "rows.jsonl", "flagembedding", corpus)
    weights = {r["pos_id"][0]: r["reweight_rate"] for r in rows(tmp_path / "rows.jsonl")[1:]}
    (both,) = (m for m in labels.lists if m.trajectory_id == "third")
    gains = {c.doc_id: c.gain for c in both.candidates}
    assert sum(weights.values()) / 2 == pytest.approx(both.weight)
    assert weights["f"] / weights["b"] == pytest.approx(gains["f"] / gains["b"])
    assert weights["f"] > weights["b"]


def test_a_browse_in_vain_is_an_lrat_train_row_and_never_a_trainers_positive(tmp_path, corpus):
    path, _ = labels_of(tmp_path, LIST, policy="reference")
    export(path, tmp_path / "train", "lrat-train", corpus)
    satisfied = {row["pos_id"][0]: row["satisfied"] for row in rows(tmp_path / "train")}
    assert satisfied["b"]
    assert not satisfied["d"]
    summary = export(path, tmp_path / "rows.jsonl", "flagembedding", corpus)
    positives = {row["pos_id"][0] for row in rows(tmp_path / "rows.jsonl")}
    assert positives == {doc_id for doc_id, good in satisfied.items() if good}
    assert summary.left_out["browse that did not help, as a positive"] == 2


@pytest.mark.parametrize("name", ["rows", "rows.jsonl.gz", "rows.txt"])
def test_a_name_that_flagembedding_passes_over_is_refused(name, tmp_path, corpus):
    path, _ = labels_of(tmp_path)
    with pytest.raises(InputError, match=r"named \.jsonl or \.json"):
        export(path, tmp_path / name, "flagembedding", corpus)


@pytest.mark.parametrize("loss", [ListNetLoss, LambdaLoss])
def test_a_listwise_loss_of_sentence_transformers_takes_the_lists(loss, tmp_path, corpus):
    path, labels = labels_of(tmp_path)
    export(path, tmp_path / "rows.jsonl", "sentence-transformers", corpus)
    read = loaded(tmp_path / "rows.jsonl")
    assert read.column_names == ["query", "docs", "labels"]
    assert read[0]["docs"] == [f"Title text of {d}" for d in "abcd"]
    assert read[0]["labels"] == [c.gain for c in labels.lists[0].candidates[:4]]
    model = CrossEncoder(checkpoint(tmp_path / "model", BertForSequenceClassification))
    value = loss(model)(
        [list(read["query"]), list(read["docs"])], [torch.tensor(row) for row in read["labels"]]
    )
    value.backward()
    assert 0 < value.item() < math.inf


@pytest.mark.parametrize("loss", ["MultipleNegativesRankingLoss", "TripletLoss"])
def test_a_triplet_loss_of_sentence_transformers_takes_the_triplets(loss, tmp_path, corpus):
    path, _ = labels_of(tmp_path)
    export(path, tmp_path / "rows.jsonl", "sentence-transformers-triplets", corpus)
    read = loaded(tmp_path / "rows.jsonl")
    assert read.column_names == ["anchor", "positive", "negative"]
    assert [tuple(row.values()) for row in read] == [
        ("who was it", "Title text of b", "Title text of c"),
        ("who was it", "Title text of b", "Title text of d"),
        ("who was it", "Title text of b", "Title text of a"),
        ("and when", "Title text of f", "Title text of a"),
    ]
    model = SentenceTransformer(checkpoint(tmp_path / "model", BertModel))
    features = [model.preprocess(list(read[name])) for name in read.column_names]
    value = getattr(losses, loss)(model)(features, torch.zeros(len(read)))
    value.backward()
    assert 0 < value.item() < math.inf
