"""Training the dense retriever: what the gradient follows, what is kept, and what is written."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from dense_tiny import make_bert, make_encoder, options, planted, vectors
from made_lists import Texts, candidate, labelled, relevant
from transformers import TrainerCallback

from lrat_rank.errors import InputError
from lrat_rank.models.dense.batch import ContrastCollator
from lrat_rank.models.dense.checkpoint import open_sentence_encoder
from lrat_rank.models.dense.examples import ExampleDataset, examples_of
from lrat_rank.models.dense.false_negatives import FalseNegatives
from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.dense.texts import same_texts
from lrat_rank.models.dense.trainer import ContrastTrainer, Watch
from lrat_rank.models.dense.training import train_dense
from lrat_rank.models.heap import keep_freed_memory
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.item_trainer import quiet_arguments
from lrat_rank.models.loading import load_ranker
from lrat_rank.models.precision import Precision
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.usable_lists import training_lists
from lrat_rank.models.verdict import Verdict


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("tiny") / "base")


def both(*texts: Texts) -> Texts:
    return Texts([document for some in texts for document in some.all])


def learning(base: Path, **changes) -> DenseOptions:
    """Enough steps to learn the planted kinds."""
    plain = {"epochs": 6, "batch_examples": 8, "in_batch": False, "learning_rate": 5e-3}
    return options(base, **(plain | changes))


def step_gradient(lists, texts, chosen: DenseOptions, scratch: Path) -> torch.Tensor:
    """The gradient of the first optimiser step, of the word embeddings."""
    torch.manual_seed(0)
    model = open_sentence_encoder(chosen.base, max_length=chosen.max_length)
    used, _ = training_lists(lists, texts, chosen.intensity)
    text_of = same_texts(texts.all, chosen.near_duplicate)
    known = FalseNegatives(lists, text_of)
    examples = examples_of(used, known, text_of, gain_weighs=chosen.intensity.gain)
    data = ExampleDataset(examples, chosen)
    contents = {document.doc_id: document.contents for document in texts.all}
    arguments = quiet_arguments(chosen, str(scratch), batch_items=chosen.batch_examples)
    arguments.max_grad_norm = 0.0
    trainer = ContrastTrainer(
        model=model,
        args=arguments,
        train_dataset=data,
        data_collator=ContrastCollator(model, contents, text_of, in_batch=chosen.in_batch),
        options=chosen,
        precision=Precision.FLOAT32,
        watch=Watch(data, model, None, patience=1, steps=1),
    )
    weight = next(p for name, p in model.named_parameters() if "word_embeddings" in name)
    seen: list[torch.Tensor] = []

    class AtTheStep(TrainerCallback):
        def on_pre_optimizer_step(self, args, state, control, **_):
            seen.append(weight.grad.clone())

    trainer.add_callback(AtTheStep())
    trainer.train()
    return seen[0]


def test_training_lowers_the_loss_and_finds_what_the_base_does_not(base, tmp_path) -> None:
    lists, texts = planted(80)
    held, held_texts = planted(24, seed=9, prefix="held-")
    ranker = train_dense(
        lists,
        both(texts, held_texts),
        out=tmp_path / "out",
        options=learning(base),
        validation=held,
    )
    record = ranker.record
    assert record.losses[-1] < 0.6 * record.losses[0]
    assert record.gate is Verdict.PASSED
    assert record.validation.ndcg_after > record.validation.ndcg_before + 0.15
    assert record.validation.ndcg_after == max(record.validation.ndcg_epochs)
    asked = [CandidateList("q", o.query, tuple(c.doc_id for c in o.candidates)) for o in held]
    first = [int(np.argmax(scores)) for scores in ranker.score(asked)]
    assert np.mean(np.array(first) == 0) > 0.7


def test_training_on_a_processor_asks_for_freed_memory_to_be_kept(base, tmp_path) -> None:
    chosen = learning(base, epochs=1)
    if quiet_arguments(chosen, str(tmp_path), batch_items=8).device.type != "cpu":
        pytest.skip("trains on an accelerator here")
    keep_freed_memory.cache_clear()
    lists, texts = planted(12)
    train_dense(lists, texts, out=tmp_path / "out", options=chosen)
    assert keep_freed_memory.cache_info().currsize


def test_a_training_that_makes_it_worse_leaves_the_base(base, tmp_path, capsys) -> None:
    lists, texts = planted(80)
    for_the_contrary = [
        msgspec.structs.replace(
            one,
            candidates=(
                msgspec.structs.replace(one.candidates[0], state="skipped", gain=0.0),
                msgspec.structs.replace(one.candidates[1], state="relevant", gain=1.0),
                *one.candidates[2:],
            ),
        )
        for one in lists
    ]
    good = train_dense(lists, texts, out=tmp_path / "good", options=learning(base))
    held, held_texts = planted(24, seed=9, prefix="held-")
    ranker = train_dense(
        for_the_contrary,
        both(texts, held_texts),
        out=tmp_path / "out",
        options=learning(tmp_path / "good", patience=2),
        validation=held,
    )
    assert good.record.gate is Verdict.NOT_RUN
    record = ranker.record
    assert record.gate is Verdict.FAILED
    assert record.validation.best_epoch == 0
    assert len(record.validation.ndcg_epochs) == 2  # patience
    assert max(record.validation.ndcg_epochs) < record.validation.ndcg_before
    assert record.validation.ndcg_after == record.validation.ndcg_before
    told = capsys.readouterr().err
    assert "the folder holds the base as it was" in told
    texts_to_read = ["ask0 word1", "tell3 word2 word5"]
    np.testing.assert_array_equal(
        vectors(tmp_path / "out", texts_to_read), vectors(tmp_path / "good", texts_to_read)
    )
    assert "weights of the base, unchanged" in (tmp_path / "out" / "README.md").read_text()


def test_groups_are_held_out_where_there_are_enough_and_never_trained_on(base, tmp_path) -> None:
    lists, texts = planted(30)
    chosen = options(base, epochs=1, held_out=0.2)
    record = train_dense(lists, texts, out=tmp_path / "many", options=chosen).record
    assert (record.n_lists, record.validation.n_lists) == (24, 6)
    assert record.validation.held_out
    few = train_dense(lists[:19], texts, out=tmp_path / "few", options=chosen).record
    assert (few.n_lists, few.validation, few.gate) == (19, None, Verdict.NOT_RUN)


def test_two_lists_of_one_group_are_held_out_together(base, tmp_path) -> None:
    lists, texts = planted(60)
    paired = [
        msgspec.structs.replace(one, group=f"g{number // 2}") for number, one in enumerate(lists)
    ]
    chosen = options(base, epochs=1, held_out=0.1)
    record = train_dense(paired, texts, out=tmp_path / "out", options=chosen).record
    assert (record.n_lists, record.n_groups, record.validation.n_lists) == (54, 27, 6)


def test_the_gain_and_the_weight_pull_only_where_they_are_used(base, tmp_path) -> None:
    lists, texts = planted(6)
    heavier = [
        msgspec.structs.replace(
            one,
            weight=3.0,
            candidates=tuple(msgspec.structs.replace(c, gain=2 * c.gain) for c in one.candidates),
        )
        for one in lists
    ]
    for name, factor in (("gain", 2.0), ("weight", 3.0), ("both", 6.0), ("none", 1.0)):
        chosen = options(base, epochs=1, intensity=IntensityUse.parse(name))
        light, heavy = (step_gradient(some, texts, chosen, tmp_path) for some in (lists, heavier))
        assert light.abs().max() > 1e-4
        torch.testing.assert_close(heavy, factor * light, rtol=1e-3, atol=1e-6)


def test_without_intensity_every_gain_gives_the_same_plain_step(base, tmp_path) -> None:
    lists, texts = planted(6)
    ones = [
        msgspec.structs.replace(
            one,
            candidates=tuple(
                msgspec.structs.replace(c, gain=float(c.gain > 0)) for c in one.candidates
            ),
        )
        for one in lists
    ]
    off = options(base, epochs=1, intensity=IntensityUse.parse("none"))
    on = options(base, epochs=1, intensity=IntensityUse.parse("gain"))
    plain = step_gradient(lists, texts, off, tmp_path)
    torch.testing.assert_close(plain, step_gradient(ones, texts, on, tmp_path))


@pytest.mark.parametrize(("batch", "accumulate"), [(7, 1), (3, 3), (2, 4), (1, 7)])
def test_a_step_follows_the_mean_over_its_examples_however_it_is_accumulated(
    base, tmp_path, batch, accumulate
) -> None:
    lists, texts = planted(7)
    # With their own negatives alone, examples do not know what else is in the batch.
    chosen = options(base, epochs=1, in_batch=False)
    whole = step_gradient(lists, texts, chosen, tmp_path)
    parts = msgspec.structs.replace(chosen, batch_examples=batch, accumulate=accumulate)
    torch.testing.assert_close(
        step_gradient(lists, texts, parts, tmp_path), whole, rtol=1e-3, atol=1e-6
    )


def test_a_planted_false_negative_leaves_no_trace_in_the_step(base, tmp_path) -> None:
    lists, texts = planted(2)
    one, other = (msgspec.structs.replace(some, group="g") for some in lists)
    spared = candidate("d1-0", rank=9)
    with_it = msgspec.structs.replace(one, candidates=(*one.candidates, spared))
    chosen = options(base, epochs=1)
    # d1-0 is the other list's positive: shown here without gain, it changes nothing.
    torch.testing.assert_close(
        step_gradient([with_it, other], texts, chosen, tmp_path),
        step_gradient([one, other], texts, chosen, tmp_path),
    )
    apart = msgspec.structs.replace(with_it, group="h")
    changed = step_gradient([apart, other], texts, chosen, tmp_path)
    torch.testing.assert_close(
        changed,
        step_gradient([msgspec.structs.replace(one, group="h"), other], texts, chosen, tmp_path),
    )
    assert (changed - step_gradient([one, other], texts, chosen, tmp_path)).abs().max() > 1e-5


def test_the_same_seed_gives_the_same_encoder_and_another_seed_another(base, tmp_path) -> None:
    lists, texts = planted(30, size=8)
    read = ["ask1 word1", "tell1 word3"]

    def trained(name: str, seed: int) -> np.ndarray:
        chosen = options(base, epochs=1, seed=seed, negatives=3, held_out=0.1)
        train_dense(lists, texts, out=tmp_path / name, options=chosen)
        return vectors(tmp_path / name, read)

    first = trained("a", 1)
    np.testing.assert_array_equal(first, trained("b", 1))
    assert np.abs(first - trained("c", 2)).max() > 1e-4


def test_the_folder_scores_as_sentence_transformers_does(base, tmp_path, capsys) -> None:
    lists, texts = planted(12)
    ranker = train_dense(lists, texts, out=tmp_path / "out", options=options(base, epochs=1))
    doc_ids = tuple(c.doc_id for c in lists[0].candidates)
    read = [document.contents for document in texts.documents(doc_ids)]
    query = vectors(tmp_path / "out", [lists[0].query])[0]
    with Precision.AUTO.context(torch.device("cpu")):  # as an index reads documents
        expected = vectors(tmp_path / "out", read) @ query
    asked = [
        CandidateList("q", lists[0].query, doc_ids),
        CandidateList("none", "ask0", ()),
        CandidateList("part", lists[0].query, doc_ids[1:2]),
    ]
    again = load_ranker(tmp_path / "out", texts)
    for one in (ranker, again):
        whole, empty, part = one.score(asked)
        np.testing.assert_allclose(whole, expected, atol=1e-5)
        np.testing.assert_allclose(part, whole[1:2], atol=1e-6)
        assert empty.shape == (0,)
        assert one.score([]) == []
    assert again.record == ranker.record
    assert capsys.readouterr().out == ""


def test_the_record_and_the_card_say_what_was_done(base, tmp_path) -> None:
    lists, texts = planted(25)
    chosen = options(base, epochs=2, held_out=0.12, learning_rate=1e-3)
    train_dense(lists, texts, out=tmp_path / "out", options=chosen)
    record = json.loads((tmp_path / "out" / "dense.json").read_text())
    assert (record["kind"], record["n_lists"], record["n_examples"]) == ("dense", 22, 22)
    assert record["n_documents"] == 88
    assert record["options"]["learning_rate"] == 1e-3
    assert record["max_length"] == 32
    assert len(record["losses"]) == len(record["validation"]["ndcg_epochs"])
    card = (tmp_path / "out" / "README.md").read_text()
    assert card.startswith("---\nlibrary_name: sentence-transformers\n")
    assert "--learning-rate 0.001" in card
    assert f"{record['validation']['ndcg_before']:.4f}" in card
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_plain_encoder_without_pooling_of_its_own_can_be_the_base(tmp_path) -> None:
    lists, texts = planted(6)
    plain = make_bert(tmp_path / "plain")
    train_dense(lists, texts, out=tmp_path / "out", options=options(plain, epochs=1))
    assert vectors(tmp_path / "out", ["ask1"]).shape == (1, 32)


def test_labels_that_teach_nothing_are_refused_in_one_line(base, tmp_path) -> None:
    lists, texts = planted(3)
    flat = labelled("flat", [candidate("d0-0"), candidate("d0-1")])
    unknown = labelled("unknown", [relevant("x"), candidate("y")])
    for labels, part in (
        ([flat], "labels must be lists in which two judged"),
        ([unknown], "2 unknown candidates"),
        (lists[:1], "at least two lists"),
        ([lists[0], flat], "at least two lists"),
    ):
        with pytest.raises(InputError, match=part) as caught:
            train_dense(labels, texts, out=tmp_path / "out", options=options(base))
        assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_validation_about_the_training_questions_is_refused(base, tmp_path) -> None:
    lists, texts = planted(4)
    with pytest.raises(InputError, match="about other questions"):
        train_dense(lists, texts, out=tmp_path / "out", options=options(base), validation=lists[2:])
    assert list(tmp_path.iterdir()) == []


def test_a_base_that_is_no_sentence_encoder_is_refused(tmp_path) -> None:
    lists, texts = planted(4)
    classifier = make_bert(tmp_path / "classifier", logits=1)
    (tmp_path / "empty").mkdir()
    for base, part in (
        (classifier, "BertForSequenceClassification"),
        (tmp_path / "empty", "without modules.json"),
        (tmp_path / "nowhere", "nowhere"),
    ):
        with pytest.raises(InputError, match="base must be a sentence encoder") as caught:
            train_dense(lists, texts, out=tmp_path / "out", options=options(base))
        assert part in str(caught.value)
        assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("rate", [1e30, 1e39])
def test_a_last_step_that_diverges_leaves_the_encoder_that_was_there(base, tmp_path, rate) -> None:
    lists, texts = planted(4)
    train_dense(lists, texts, out=tmp_path / "out", options=options(base, epochs=1))
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    chosen = options(base, epochs=1, learning_rate=rate)
    with pytest.raises(InputError, match="learning_rate must be low enough"):
        train_dense(lists, texts, out=tmp_path / "out", options=chosen)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert after == before


def test_a_single_step_changes_the_encoder(base, tmp_path) -> None:
    lists, texts = planted(4)
    record = train_dense(lists, texts, out=tmp_path / "out", options=options(base, epochs=1)).record
    assert record.steps == 1
    asked = ["ask0 word1"]
    assert np.abs(vectors(tmp_path / "out", asked) - vectors(base, asked)).max() > 1e-4


def test_an_empty_validation_set_is_none_and_holds_nothing_out(base, tmp_path) -> None:
    lists, texts = planted(24)
    chosen = options(base, epochs=1, held_out=0.2)
    out = tmp_path / "out"
    record = train_dense(lists, texts, out=out, options=chosen, validation=[]).record
    assert (record.n_lists, record.validation, record.gate) == (24, None, Verdict.NOT_RUN)


def test_several_processes_are_refused(base, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    lists, texts = planted(4)
    with pytest.raises(InputError, match="dense training must be run in one process"):
        train_dense(lists, texts, out=tmp_path / "out", options=options(base))


def test_a_training_that_diverges_is_refused_and_leaves_nothing(base, tmp_path) -> None:
    lists, texts = planted(12)
    with pytest.raises(InputError, match="low enough for the loss to stay finite"):
        train_dense(lists, texts, out=tmp_path / "out", options=options(base, learning_rate=1e30))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": 0.0},
        {"learning_rate": float("nan")},
        {"negatives": -1},
        {"negatives": 0, "in_batch": False},
        {"negatives": 0, "batch_examples": 1},
        {"rejected_share": 1.5},
        {"held_out": 0.6},
        {"near_duplicate": 0.0},
        {"warmup": 1.0},
        {"weight_decay": -1.0},
        {"precision": "fp8"},
    ],
)
def test_an_option_out_of_range_is_refused(wrong) -> None:
    with pytest.raises(InputError, match=str(next(iter(wrong)))):
        DenseOptions(**wrong)
