"""A corpus of made-up documents: titles, sentences, near-duplicates, and some with little text."""

from pathlib import Path

import numpy as np

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions

SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu"]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:4]]
COMMON = WORDS[:40]


def sentence(rng: np.random.Generator, words: int = 8) -> str:
    chosen = [*rng.choice(COMMON, words // 2), *rng.choice(WORDS, words - words // 2)]
    return " ".join(rng.permutation(chosen).tolist()).capitalize() + "."


def documents(count: int = 60, seed: int = 0) -> list[Document]:
    """Every tenth copies its predecessor but for a word; every seventh has no title.

    Of every eleven, one has a single sentence and one no text.
    """
    rng = np.random.default_rng(seed)
    made: list[Document] = []
    for number in range(count):
        title = "" if number % 7 == 3 else " ".join(rng.choice(WORDS, 2)).title()
        text = " ".join(sentence(rng) for _ in range(4))
        if number % 11 == 5:
            text = sentence(rng)
        if number % 11 == 6:
            text = ""
        if number % 10 == 9:
            text = f"{made[-1].text} {rng.choice(WORDS)}."
        made.append(Document(f"d{number}", text, title))
    return made


def index_of(made: list[Document], folder: Path) -> Index:
    return Index.build(made, folder, IndexOptions(encoder="none", language="none"))
