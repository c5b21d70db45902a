"""Training further: what is taken over from the base, what is refused, how long a pair may be."""

from pathlib import Path

import msgspec
import pytest
import torch
from cross_encoder_tiny import FILLERS, Shelf, make_checkpoint, options, planted
from transformers import AutoConfig, AutoModel, AutoTokenizer

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.checkpoint import longest_pair, open_base
from lrat_rank.models.cross_encoder.held_out import gather_material
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.cross_encoder.training import _fingerprint, train_cross_encoder


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


def test_a_ranker_trained_further_reads_what_it_read_unless_told_otherwise(base, tmp_path, capsys):
    lists, texts = planted(4)
    reading = PairTemplate(query="colour1 {query}")

    def trained(name, of, **changes):
        chosen = options(of, epochs=1, **changes)
        return train_cross_encoder(lists, texts, options=chosen, out=tmp_path / name).record

    assert trained("first", base, template=reading, max_length=32).template == reading
    capsys.readouterr()
    later = trained("later", tmp_path / "first")
    assert (later.template, later.training.options.template) == (reading, reading)
    assert later.max_length == 32
    assert "Pairs are cut at 32 tokens instead of 64" in capsys.readouterr().err
    plain = trained("plain", tmp_path / "first", template=PairTemplate())
    assert plain.template == PairTemplate()


def test_a_correction_of_the_first_stage_is_not_trained_further_without_it(base, tmp_path):
    lists, texts = planted(6)
    shelf = Shelf(texts.all)
    chosen = options(base, anchor=True, epochs=1)
    train_cross_encoder(lists, shelf, options=chosen, out=tmp_path / "first")
    with pytest.raises(InputError, match="base must be one that was trained without an anchor"):
        train_cross_encoder(
            lists, shelf, options=options(tmp_path / "first"), out=tmp_path / "later"
        )


@pytest.mark.parametrize(
    ("architecture", "room"),
    [("bert", 40), ("roberta", 38), ("xlm-roberta", 38), ("camembert", 38), ("mpnet", 38)],
)
def test_a_pair_of_the_longest_length_is_read_and_none_longer(tmp_path, architecture, room):
    make_checkpoint(tmp_path / "base", logits=None, length=512)
    config = AutoConfig.for_model(
        architecture,
        vocab_size=60,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=40,
        pad_token_id=1,
    )
    AutoModel.from_config(config).save_pretrained(tmp_path / "base")
    model, tokenizer = open_base(str(tmp_path / "base"), dropout=0.0)
    assert longest_pair(model, tokenizer) == room
    ids = torch.full((1, room), 7)
    assert model.eval()(input_ids=ids).logits.shape == (1, 1)
    with pytest.raises((IndexError, RuntimeError)):
        model(input_ids=torch.full((1, room + 1), 7))


def test_a_roberta_trains_on_texts_longer_than_it_reads(tmp_path):
    make_checkpoint(tmp_path / "base", logits=None, length=512)
    words = len(AutoTokenizer.from_pretrained(tmp_path / "base"))
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = AutoConfig.for_model(
        "roberta", vocab_size=words, intermediate_size=16, max_position_embeddings=34,
        pad_token_id=0, type_vocab_size=2, **small,
    )  # fmt: skip
    AutoModel.from_config(config).save_pretrained(tmp_path / "base")
    lists, texts = planted(3)
    chosen = options(tmp_path / "base", epochs=1)
    ranker = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    assert ranker.record.max_length == 33
    again = CrossEncoderRanker.load(tmp_path / "out")
    assert len(again.rank("word1", [" ".join(FILLERS * 3)])) == 1


def test_validation_lists_reach_below_what_was_shown_and_spare_what_labels_say():
    lists, texts = planted(20)
    shelf = Shelf(texts.all)

    def held(**stopping):
        chosen = options("offline", stopping=StoppingOptions(held_out=0.2, **stopping))
        return gather_material(lists, None, shelf, shelf, chosen).held

    assert [len(one.list_ids) for one in held()] == [30] * 4
    assert [len(one.list_ids) for one in held(depth=0)] == [5] * 4
    assert all(one.gains[one.unseen].max(initial=0) == 0 for one in held())


def test_whatever_training_reads_of_labels_and_index_is_in_its_fingerprint(tmp_path):
    lists, texts = planted(3)
    chosen = options(tmp_path)
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "manifest.json").write_text("1")
    shelf = Shelf(texts.all)
    shelf.folder = tmp_path / "index"

    def found(labels):
        material = gather_material(labels, (), shelf, shelf, chosen)
        return _fingerprint(chosen, material, labels, shelf, None)

    def changed(**changes):
        first = msgspec.structs.replace(lists[0].candidates[0], **changes)
        rest = lists[0].candidates[1:]
        return [msgspec.structs.replace(lists[0], candidates=(first, *rest)), *lists[1:]]

    plain = found(lists)
    assert found(list(lists)) == plain
    context = msgspec.structs.replace(lists[0].context, read_doc_ids=("d9",))
    assert found([msgspec.structs.replace(lists[0], context=context), *lists[1:]]) != plain
    assert found(changed(rank=7)) != plain
    (tmp_path / "index" / "manifest.json").write_text("2")
    assert found(lists) != plain
