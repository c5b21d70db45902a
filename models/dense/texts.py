"""Where the documents' texts come from, and which of them are one text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lrat_rank.collections import Document
from lrat_rank.mining.quality.nearness import Shingles, leaders_by_minhash
from lrat_rank.mining.quality.wording import normal_text


class Documents(Protocol):
    """Texts by doc_id; `lrat_rank.models.first_stage.Index` is one."""

    def __contains__(self, doc_id: object, /) -> bool:
        """Whether there is a document of that doc_id."""
        ...

    def documents(self, doc_ids: Sequence[str]) -> Sequence[Document]:
        """The documents, in the order asked for; raises InputError for an unknown doc_id."""
        ...


def same_texts(documents: Sequence[Document], threshold: float) -> dict[str, int]:
    """A number for each doc_id; near-duplicate documents have the same one.

    Near is what `lrat_rank.mining.quality.nearness` calls near: the sets of their words overlap
    (Jaccard) by `threshold` or more, and they name the same numbers.

    Args:
        documents: In the order of preference.
        threshold: In (0, 1].

    >>> one, two = Document("a", "The red fox."), Document("b", "the red fox")
    >>> same_texts([one, two, Document("c", "A bridge.")], 0.9)
    {'a': 0, 'b': 0, 'c': 1}
    """
    normal = [normal_text(document.contents) for document in documents]
    distinct = {text: place for place, text in enumerate(dict.fromkeys(normal))}
    leaders = leaders_by_minhash(list(distinct), threshold=threshold, kind=Shingles.WORDS)
    return {
        document.doc_id: leaders[distinct[text]]
        for document, text in zip(documents, normal, strict=True)
    }
