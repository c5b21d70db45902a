"""Retrieved documents as traces hold them, made into the results that a search output is read from.

A LangChain document is `{"page_content", "metadata", "id"}`, one of OpenTelemetry `{"id", "score"}`
with the content where it was logged, one of OpenInference `{"document": {"id", "content", "score",
"metadata"}}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.payloads import DOC_ID_KEYS, logged_doc_id, plain_id, structured
from lrat_rank.trajectories.traces.span_messages import unserialised

_TEXT_KEYS = ("page_content", "content", "text", "snippet", "contents")
_SCORE_KEYS = ("score", "relevance_score", "similarity", "_score")
_SOURCE_KEYS = ("document_id", "url", "source")
"""Where the id stands in documents and metadata that have none under its usual names."""
_LIST_KEYS = ("documents", "output", "results", "result", "outputs")


def documents(value: object) -> list[Mapping[str, object]]:
    """The documents in a retriever's output, as objects; empty where it holds none.

    >>> documents({"documents": [{"page_content": "It.", "metadata": {"docid": "7"}}, 3]})
    [{'page_content': 'It.', 'metadata': {'docid': '7'}}]
    """
    if isinstance(value, str):
        value = structured(value)
    if isinstance(value, dict):
        lists = (value[key] for key in _LIST_KEYS if isinstance(value.get(key), list | str))
        found = next(lists, None)
        value = structured(found) if isinstance(found, str) else found
    items = [unserialised(item) for item in value] if isinstance(value, list) else []
    held = (
        item["document"]
        if isinstance(item, dict) and isinstance(item.get("document"), dict)
        else item
        for item in items
    )
    return [item for item in held if isinstance(item, dict)]


def are_documents(value: object) -> bool:
    """Whether a tool's output is a list of LangChain documents, not of results in general."""
    found = documents(value)
    return bool(found) and all("page_content" in document for document in found)


def hits(value: object, setting: ReadSetting) -> list[object]:
    """The documents of an output as results with `docid`, `snippet` and `score`.

    The id is the document's own, or stands in its metadata; a document without any is looked for
    in the corpus, where that is known. The other fields are kept for the rules of a mapping file.

    >>> hits([{"page_content": "It.", "metadata": {"docid": 7}}], ReadSetting())[0]["docid"]
    '7'
    """
    return [_hit(document, setting) for document in documents(value)]


def _hit(document: Mapping[str, object], setting: ReadSetting) -> Mapping[str, object]:
    metadata = document.get("metadata")
    if isinstance(metadata, str):
        metadata = structured(metadata)
    metadata = metadata if isinstance(metadata, dict) else {}
    texts = (text for key in _TEXT_KEYS if isinstance(text := document.get(key), str))
    text = next(texts, None)
    title = document.get("title", metadata.get("title"))
    doc_id = logged_doc_id(document) or logged_doc_id(metadata) or _source(document, metadata)
    if doc_id is None and setting.documents is not None:
        doc_id = setting.documents.find(title if isinstance(title, str) else "", text or "")
    scores = (place[key] for place in (document, metadata) for key in _SCORE_KEYS if key in place)
    kept = {key: item for key, item in document.items() if key not in DOC_ID_KEYS}
    return {**kept, "docid": doc_id, "snippet": text, "score": next(scores, None)}


def _source(*places: Mapping[str, object]) -> str | None:
    names = (plain_id(place.get(key)) for key in _SOURCE_KEYS for place in places)
    return next((name for name in names if name), None)
