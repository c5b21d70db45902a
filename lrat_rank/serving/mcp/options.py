"""What an operator decides of the tools that agents see."""

from __future__ import annotations

import re
from typing import Literal, get_args

import msgspec

from lrat_rank.errors import InputError

ToolShape = Literal["browsecomp", "openai"]
"""browsecomp: `search` and `get_document`, as the BrowseComp-Plus server has them. openai: `search`
and `fetch`, as OpenAI's connectors and deep research call them."""

_PLACE = "{id}"
_WRITTEN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+")


class McpOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the search tool is offered over the Model Context Protocol.

    Attributes:
        tools: Names, arguments and replies of the tools.
        url_template: Where a document can be looked at, with `{id}` for its id; for the tools
            `openai`, whose results are cited by address. None makes a name of the id.

    Raises:
        InputError: There are no such tools, the template is no address with `{id}` in it, or the
            tools show no addresses.
    """

    tools: ToolShape = "browsecomp"
    url_template: str | None = None

    def __post_init__(self) -> None:
        shapes = get_args(ToolShape)
        if self.tools not in shapes:
            raise InputError("tools", must=f"one of {', '.join(shapes)}", got=self.tools)
        if self.url_template is None:
            return
        if self.tools != "openai":
            raise InputError(
                "url_template", must="given with the tools openai", got=f"the tools {self.tools}"
            )
        _check_template(self.url_template)


def _check_template(template: str) -> None:
    rest = template.replace(_PLACE, "")
    if rest == template or "{" in rest or "}" in rest or not _WRITTEN.fullmatch(template):
        raise InputError(
            "url_template",
            must=f"an address with {_PLACE} where the document's id goes",
            got=repr(template),
            do="For instance https://example.org/documents/{id}",
        )
