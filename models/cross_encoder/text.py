"""What a cross-encoder reads of a query and of a document."""

from __future__ import annotations

import string

import msgspec

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Context
from lrat_rank.models.cross_encoder.context_text import ContextTemplate
from lrat_rank.models.cross_encoder.parts import Part, PartedText, Text


class PairTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """How a query and a document become the two texts of a pair.

    Attributes:
        query: Holds `{query}`; a checkpoint that was trained with a prefix has it here.
        document: Holds `{text}`, and `{title}` where titles are to be read.
        context: What stands after the query of the agent's context; by default nothing.

    >>> PairTemplate().of_document(Document("d1", "was a poet.", "Ana Lor"))
    'Ana Lor was a poet.'
    >>> PairTemplate(query="query: {query}").of_query("poets of Lor")
    'query: poets of Lor'
    >>> reader = PairTemplate(context=ContextTemplate.parse("reasoning"))
    >>> str(reader.of_query("poets of Lor", Context(turn=3, reasoning="Ana wrote odes.")))
    'poets of Lor reasoning: Ana wrote odes.'
    """

    query: str = "{query}"
    document: str = "{title} {text}"
    context: ContextTemplate = ContextTemplate()

    def __post_init__(self) -> None:
        _check("query template", self.query, needs="query", allowed={"query"})
        _check("document template", self.document, needs="text", allowed={"title", "text"})

    def of_query(self, query: str, context: Context | None = None) -> Text:
        """The first text; the query alone where there is no context, or none is to be read."""
        asked = self.query.format(query=query).strip()
        told = tuple(self.context.parts(context))
        return PartedText((Part(asked), *told)) if told else asked

    def of_document(self, document: Document | str) -> str:
        """The second text; a plain string is a document without a title."""
        if isinstance(document, str):
            document = Document("", document)
        return self.document.format(title=document.title, text=document.text).strip()


def _check(what: str, template: str, *, needs: str, allowed: set[str]) -> None:
    must = f"text that holds {{{needs}}} and no other fields than {', '.join(sorted(allowed))}"
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise InputError(what, must=must, got=f"{template!r} ({error})") from error
    if needs not in fields or fields - allowed:
        raise InputError(what, must=must, got=repr(template))
