"""What the actions of a ReAct agent did: searched, opened a page, or stayed in one.

The agents of the ReAct paper and its followers work on an encyclopedia with three actions:

Search[X], answered by a list
    `Could not find [X]. Similar: ['A', 'B']` shows the titles A and B, at ranks 1 and 2.
Search[X], answered by a page
    Where X is a title that a list of this run showed, the agent chose it from that list: a browse
    of X, and no search. Otherwise the tool went straight to the page: a search that showed the one
    document X, and a browse of it, for the agent was shown its text. A list of one document orders
    nothing by itself; it keeps the page and what the agent thought of it for lists merged over a
    run. It says nothing of how agents choose among ranks, as there was nothing to choose.
Lookup[word]
    Shows another passage of the page that is open: the same document is browsed again, so that
    the thought after it counts for that page. A lookup that found nothing, or was made outside a
    page, showed nothing: it is an `OtherCall`, and the thought after it counts for no document.

`Open[X]` browses X. Any other tool, and every tool with an `Action Input:`, is what the tool map
says, and its list is read like any tool's. A title that was asked for need not be the page's own
(encyclopedias redirect): without a corpus it is the doc id nevertheless. With a corpus the id is
that of the document with the title or the text; what is not found there is counted and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.calls.reader import NOT_LOGGED, CallReader, ToolCall, other, short
from lrat_rank.trajectories.matching import folded_title
from lrat_rank.trajectories.model import Answer, OtherCall, Turn
from lrat_rank.trajectories.payloads import structured

NOT_FOUND = "document that is not in the corpus, or not the only such one there"

_BRACKETED = re.compile(r"\W*([A-Za-z][\w.-]*)[ \t]*\[(.*)", re.DOTALL)
_NOT_A_PAGE = re.compile(r"Could not find\b(?:.*?Similar:\s*(\[.*))?", re.DOTALL)
_TITLE = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_INVALID = re.compile(r"invalid action|(?:search|lookup) (?:error|failed)", re.IGNORECASE)
_NOTHING_LOOKED_UP = re.compile(
    r"\s*(?:no more results|no results|the last page searched was not found|could not find|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its tool, what the tool was given, and the observation where there is one."""

    tool: str
    given: str
    observation: str | None
    bracketed: bool = True


def parse_action(text: str, given: str | None, observation: str | None) -> Action | None:
    """The action of an `Action:` line, with its `Action Input:`; None when it is none.

    >>> parse_action("Search[Creed (band)]", None, None)
    Action(tool='Search', given='Creed (band)', observation=None, bracketed=True)
    >>> parse_action("I am done.", None, None) is None
    True
    """
    if given is not None:
        return Action(text.strip(), given.strip(), observation, bracketed=False)
    found = _BRACKETED.match(text)
    if found is None:
        return None
    inside, closing, _ = found[2].rpartition("]")
    return Action(found[1], (inside if closing else found[2]).strip(), observation)


class Actions:
    """Reads the actions of one run in order; knows the titles shown and the page that is open."""

    def __init__(self, setting: ReadSetting) -> None:
        self._tools, self._corpus = setting.tools, setting.documents
        self._calls = CallReader(setting)
        self._shown: dict[str, str | None] = {}
        self._page: str | None = None

    def turns(self, action: Action) -> Iterator[Turn]:
        """The turns that an action made."""
        name = action.tool.lower()
        if name == "finish":
            yield Answer(action.given)
        elif name == "lookup" and action.bracketed and not self._known(action.tool):
            yield self._lookup(action)
        elif name == "search" and action.bracketed and action.observation is not None:
            yield from self._search(action, action.observation)
        elif name == "open" and action.bracketed:
            yield self._open(action)
        else:
            yield self._other_tool(action)

    def unreadable(self, text: str) -> OtherCall:
        """The turn of an action that is no call."""
        self._calls.unplaced("action that cannot be read")
        return OtherCall(short(text))

    def _known(self, tool: str) -> bool:
        return self._tools.is_search(tool) or self._tools.is_browse(tool)

    def _search(self, action: Action, observation: str) -> Iterator[Turn]:
        titles = _similar(observation)
        shown = self._tools.shown(action.tool, observation)
        invalid = bool(_INVALID.match(observation))
        if titles is None and (shown.impressions or shown.failed or invalid):
            self._page = None
            call = ToolCall(action.tool, output=observation, failed=invalid)
            yield self._calls.search([action.given], call)
        elif titles is not None:
            self._page = None
            hits = [self._hit(title, rank) for rank, title in enumerate(titles, start=1)]
            found = [hit for hit in hits if hit is not None]
            yield self._calls.search([action.given], ToolCall(action.tool, output=found))
        elif folded_title(action.given) in self._shown:
            yield self._open(action)
        else:
            hit = self._hit(action.given, 1, observation)
            call = ToolCall(action.tool, output=[] if hit is None else [hit])
            yield self._calls.search([action.given], call)
            if hit is not None:
                yield self._open(action)

    def _hit(self, title: str, rank: int, text: str = "") -> dict[str, object] | None:
        """A shown result; None where the corpus does not have it."""
        doc_id = self._doc_id(title, text)
        self._shown[folded_title(title)] = doc_id
        if doc_id is None:
            self._calls.unplaced(f"shown {NOT_FOUND}")
            return None
        return {"docid": doc_id, "rank": rank, "snippet": text or title}

    def _doc_id(self, title: str, text: str = "") -> str | None:
        known = self._shown.get(folded_title(title))
        if known is not None:
            return known
        return (title.strip() or None) if self._corpus is None else self._corpus.find(title, text)

    def _open(self, action: Action) -> Turn:
        self._page = self._doc_id(action.given, action.observation or "")
        if self._page is None:
            self._calls.unplaced(f"opened {NOT_FOUND}")
            return OtherCall(action.tool)
        return self._browse(self._page, action)

    def _browse(self, doc_id: str, action: Action) -> Turn:
        if action.observation is None:
            return self._calls.browse([doc_id], ToolCall(action.tool))
        failed = self._tools.opened(action.tool, action.observation).failed
        failed = failed or bool(_INVALID.match(action.observation))
        # Named in the output, the title stays whole, with what looks like a prefix ("SAS: …").
        page = {"docid": doc_id, "text": action.observation}
        return self._calls.browse([doc_id], ToolCall(action.tool, output=page, failed=failed))

    def _lookup(self, action: Action) -> Turn:
        if self._page is None:
            self._calls.unplaced("lookup outside a page")
        elif not _NOTHING_LOOKED_UP.match(action.observation or ""):
            return self._browse(self._page, action)
        return OtherCall(action.tool)

    def _other_tool(self, action: Action) -> Turn:
        self._page = None
        output = NOT_LOGGED if action.observation is None else action.observation
        failed = bool(action.observation and _INVALID.match(action.observation))
        arguments = structured(action.given)
        call = ToolCall(action.tool, arguments, output, failed)
        if isinstance(arguments, dict):
            return self._calls.turn(call)
        if self._tools.is_search(action.tool):
            return self._calls.search([_unquoted(action.given)], call)
        if self._tools.is_browse(action.tool):
            return self._calls.browse([_unquoted(action.given)], call)
        self._calls.unplaced(f"unknown tool {short(action.tool) or '(unnamed)'}")
        return other(call)


def _unquoted(given: str) -> str:
    whole = len(given) > 1 and given[0] == given[-1] and given[0] in "\"'"
    return given[1:-1] if whole else given


def _similar(observation: str) -> list[str] | None:
    r"""The titles of a list of similar pages; None when the observation is none.

    >>> _similar('Could not find [X]. Similar: ["A", "B\'s", "cut o')
    ['A', "B's"]
    """
    found = _NOT_A_PAGE.match(observation.strip())
    if found is None:
        return None
    titles = structured((found[1] or "").strip().rstrip("."))
    if isinstance(titles, list):
        return [title for title in titles if isinstance(title, str) and title.strip()]
    return [single or double for single, double in _TITLE.findall(found[1] or "")]
