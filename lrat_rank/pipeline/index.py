"""Corpus files into an index folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.collections import read_corpus
from lrat_rank.files import refuse_inputs
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.first_stage.reindex import reindex


class IndexResult(msgspec.Struct, frozen=True):
    """What was indexed; `repeats` are documents left out because their id came before."""

    index: str
    documents: int
    encoder: str
    repeats: list[str]


def build_index(corpus: Path, out: Path, options: IndexOptions, *, strict: bool) -> IndexResult:
    """Index a corpus file.

    Raises:
        InputError: The corpus is malformed, or, with `strict`, an id comes twice.
    """
    refuse_inputs(out, corpus)
    repeats: list[str] = []
    documents = read_corpus(corpus, repeats=None if strict else repeats)
    index = Index.build(documents, out, options)
    return IndexResult(str(out), len(index), options.encoder, repeats)


def encode_index_again(index: Path, encoder: str, out: Path) -> IndexResult:
    """Make an index again with another encoder.

    Raises:
        InputError: There is no index or no encoder of that name.
    """
    return IndexResult(str(out), len(reindex(index, encoder, out)), encoder, [])
