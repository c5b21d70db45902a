"""Addresses of documents, by which agents cite them."""

from __future__ import annotations

from urllib.parse import quote

_NAME = "urn:lrat-rank:document:{id}"


def document_url(doc_id: str, template: str | None = None) -> str:
    """The address of a document: never empty, and always the same.

    Args:
        doc_id: Which; in the address it is percent-encoded, slashes too.
        template: The address with `{id}` in the id's place; None for a name that leads nowhere.

    >>> document_url("03", "https://example.org/{id}.html")
    'https://example.org/03.html'
    >>> document_url("a b/c")
    'urn:lrat-rank:document:a%20b%2Fc'
    """
    return (template or _NAME).replace("{id}", quote(doc_id, safe=""))
