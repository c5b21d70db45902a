"""How one list reads its documents, where not as they stand in the corpus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lrat_rank.collections import Document


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a list hides of its documents, so that a query made from one is not copied from it.

    Attributes:
        titles: Whether titles are read.
        texts: Doc_id → the text read in place of the document's own.

    >>> Reading(titles=False, texts={"a": "shorter"}).of(Document("a", "the whole", "Title"))
    Document(doc_id='a', text='shorter', title='')
    """

    titles: bool = True
    texts: Mapping[str, str] = field(default_factory=dict)

    def of(self, document: Document) -> Document:
        """The document as the list reads it."""
        text = self.texts.get(document.doc_id, document.text)
        return replace(document, text=text, title=document.title if self.titles else "")


AS_IT_STANDS = Reading()
