"""Documents as token ids: each read and tokenised once, when it is first shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lrat_rank.models.cross_encoder.pairs import PairTokenizer, TokenIds
from lrat_rank.models.cross_encoder.reading import Reading
from lrat_rank.models.cross_encoder.text import PairTemplate

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.ranker import Documents

_Key = tuple[str, bool, str | None]


class DocumentTokens:
    """Token ids of documents under the readings of their lists.

    Args:
        documents: Texts by doc_id.
        tokenizer: Makes the ids.
        template: What the model reads of a document.
    """

    def __init__(
        self, documents: Documents, tokenizer: PairTokenizer, template: PairTemplate
    ) -> None:
        self._documents, self._tokenizer, self._template = documents, tokenizer, template
        self._ids: dict[_Key, TokenIds] = {}

    def prepare(self, shown: Iterable[tuple[str, Reading]]) -> None:
        """Read and tokenise, in one call, what is not yet known."""
        new = {
            _key(doc_id, reading): reading
            for doc_id, reading in shown
            if _key(doc_id, reading) not in self._ids
        }
        found = self._documents.documents([doc_id for doc_id, _, _ in new])
        texts = [
            self._template.of_document(reading.of(document))
            for document, reading in zip(found, new.values(), strict=True)
        ]
        self._ids.update(zip(new, self._tokenizer.tokenize(texts), strict=True))

    def of(self, doc_id: str, reading: Reading) -> TokenIds:
        """The token ids of a document that was prepared."""
        return self._ids[_key(doc_id, reading)]


def _key(doc_id: str, reading: Reading) -> _Key:
    return doc_id, reading.titles, reading.texts.get(doc_id)
