"""Which tools search and which open documents, and where things stand in their calls.

The names and keys that agent stacks use are known (`tool_names`, `arguments`, `tool_output`); a
house-made tool is told in a mapping file, see `tool_file`. A rule goes before the names: a tool
with a rule does what the rule says. A rule's name is the tool's name as logged, or without the
namespace before it. What a rule does not say is looked for under the usual names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from lrat_rank.trajectories.calls.arguments import read_doc_ids, read_queries
from lrat_rank.trajectories.calls.outputs import (
    Opened,
    Shown,
    read_opened,
    read_shown,
    result_list,
)
from lrat_rank.trajectories.calls.paths import NOTHING_FOUND, follow, hint
from lrat_rank.trajectories.calls.tool_names import is_browse, is_search, without_namespace
from lrat_rank.trajectories.payloads import DOC_ID_KEYS, joined_text, unwrap

_HIT_KEYS = {"doc_id": "docid", "snippet": "snippet", "score": "score"}


@dataclass(frozen=True, slots=True)
class SearchRule:
    """Where a search tool keeps what; None means: look under the usual names.

    `query` is a path into the arguments, `results` one into the output, to the list; `doc_id`,
    `snippet` and `score` are paths into each result. See `paths.follow`.
    """

    query: str | None = None
    results: str | None = None
    doc_id: str | None = None
    snippet: str | None = None
    score: str | None = None


@dataclass(frozen=True, slots=True)
class BrowseRule:
    """Where a tool that opens documents keeps what; None means: look under the usual names.

    `doc_id` is a path into the arguments, `text` one into the output.
    """

    doc_id: str | None = None
    text: str | None = None


Rule = TypeVar("Rule", SearchRule, BrowseRule)


class Use(Enum):
    """What a tool is for."""

    SEARCH = "search"
    BROWSE = "browse"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ToolMap:
    """What each tool does. Tools that have no rule are known by their names.

    >>> ToolMap().is_search("kb.search"), ToolMap(searches={"ask": SearchRule()}).is_search("ask")
    (True, True)

    Attributes:
        searches: Tools that search.
        browses: Tools that open documents.
        ignored: Tools that do neither, whatever their names say, and are not worth a word.
    """

    searches: Mapping[str, SearchRule] = field(default_factory=dict)
    browses: Mapping[str, BrowseRule] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def described(self) -> dict[str, list[str]]:
        """The whole map as plain values, the same for equal maps."""
        return {
            "search": sorted(f"{name}: {rule}" for name, rule in self.searches.items()),
            "browse": sorted(f"{name}: {rule}" for name, rule in self.browses.items()),
            "ignore": sorted(self.ignored),
        }

    def use(self, tool: str) -> Use | None:
        """What a tool of that name is for; None when nobody knows it.

        >>> ToolMap().use("kb.fetch"), ToolMap(ignored=frozenset({"think"})).use("think")
        (<Use.BROWSE: 'browse'>, <Use.OTHER: 'other'>)
        """
        if not (self.searches or self.browses or self.ignored):
            return _use_by_name(tool)
        if self.is_ignored(tool):
            return Use.OTHER
        if self.is_search(tool):
            return Use.SEARCH
        return Use.BROWSE if self.is_browse(tool) else None

    def is_search(self, tool: str) -> bool:
        """Whether a tool of that name searches."""
        if self._has_rule(tool):
            return _rule(self.searches, tool) is not None
        return is_search(tool)

    def is_browse(self, tool: str) -> bool:
        """Whether a tool of that name opens a document."""
        if self._has_rule(tool):
            return _rule(self.browses, tool) is not None
        return is_browse(tool)

    def is_ignored(self, tool: str) -> bool:
        """Whether a tool of that name is known to do neither."""
        return bool(self.ignored) and not self.ignored.isdisjoint((tool, without_namespace(tool)))

    def _has_rule(self, tool: str) -> bool:
        known = (self.searches, self.browses, self.ignored)
        return any(known) and any(
            name in tools for tools in known for name in (tool, without_namespace(tool))
        )

    def queries(self, tool: str, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The queries of a search call; the first is the one that was run."""
        rule = _rule(self.searches, tool)
        if rule is None or rule.query is None:
            return read_queries(arguments)
        return read_queries({"query": follow(arguments, rule.query)})

    def doc_ids(self, tool: str, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The documents a browse call asked for, as logged."""
        rule = _rule(self.browses, tool)
        if rule is None or rule.doc_id is None:
            return read_doc_ids(arguments)
        return read_doc_ids({"docid": follow(arguments, rule.doc_id)})

    def unfound(self, tool: str, arguments: Mapping[str, object]) -> Iterator[str]:
        """Paths of the tool's rule that lead nowhere in a call's arguments, as reasons."""
        if not (self.searches or self.browses):
            return
        search, browse = _rule(self.searches, tool), _rule(self.browses, tool)
        if search is not None and search.query is not None:
            yield from _missing(tool, "query", search.query, arguments)
        if browse is not None and browse.doc_id is not None:
            yield from _missing(tool, "doc_id", browse.doc_id, arguments)

    def shown(self, tool: str, output: object) -> Shown:
        """The list a search showed."""
        rule = _rule(self.searches, tool)
        if rule is None or rule == SearchRule(query=rule.query):
            return read_shown(output)
        if rule.results is None:
            return _shown_by(rule, tool, unwrap(output))
        listed = _in_output(output, rule.results)
        if listed is NOTHING_FOUND:
            # An error says nothing of results, and the rule is not at fault then.
            failed = read_shown(output).failed
            missing = _missing(tool, "results", rule.results, unwrap(output))
            reasons = () if failed else tuple(missing)
            return Shown(failed=failed, unplaced=reasons)
        return _shown_by(rule, tool, unwrap(listed))

    def opened(self, tool: str, output: object) -> Opened:
        """The document a browse opened."""
        rule = _rule(self.browses, tool)
        opened = read_opened(output)
        if rule is None or rule.text is None or opened.failed:
            return opened
        text = joined_text(unwrap(_in_output(output, rule.text)), "\n\n")
        if text:
            return replace(opened, text=text)
        missing = tuple(_missing(tool, "text", rule.text, unwrap(output)))
        return replace(opened, text=None, unplaced=missing)


@lru_cache(maxsize=1024)
def _use_by_name(tool: str) -> Use | None:
    if is_search(tool):
        return Use.SEARCH
    return Use.BROWSE if is_browse(tool) else None


def _rule(rules: Mapping[str, Rule], tool: str) -> Rule | None:
    if not rules:
        return None
    found = rules.get(tool)
    return found if found is not None else rules.get(without_namespace(tool))


def _in_output(output: object, path: str) -> object:
    """What a path finds in an output as it is logged, or inside the envelope around it."""
    found = follow(output, path)
    return follow(unwrap(output), path) if found is NOTHING_FOUND else found


def _missing(tool: str, name: str, path: str, value: object) -> Iterator[str]:
    if follow(value, path) is NOTHING_FOUND:
        near = hint(value, path)
        guess = f" (did you mean {near}?)" if near else ""
        yield f"{tool[:60]}: nothing at {name} = {path!r}{guess}"


def _shown_by(rule: SearchRule, tool: str, listed: object) -> Shown:
    """A list whose results hold their fields where the rule says."""
    hits = result_list(listed)
    named = ((name, getattr(rule, name)) for name in _HIT_KEYS)
    paths = {name: path for name, path in named if path is not None}
    if hits is None or not paths:
        return read_shown(listed)
    objects = [hit for hit in hits if isinstance(hit, dict)]
    shown = read_shown([_told(hit, paths) for hit in hits])
    missing = (
        reason
        for name, path in paths.items()
        if all(follow(hit, path) is NOTHING_FOUND for hit in objects)
        for reason in _missing(tool, name, path, objects[0] if objects else None)
    )
    return replace(shown, unplaced=(*shown.unplaced, *missing)) if hits else shown


def _told(hit: object, paths: Mapping[str, str]) -> object:
    """A result with its fields under the names that `read_shown` knows."""
    if not isinstance(hit, dict):
        return hit
    fields = {_HIT_KEYS[name]: follow(hit, path) for name, path in paths.items()}
    if "snippet" in fields:
        fields["snippet"] = joined_text(unwrap(fields["snippet"])) or None
    # A rule for the id is the only place to look: an id elsewhere would be another thing's.
    kept = hit if "docid" not in fields else {k: hit[k] for k in hit if k not in DOC_ID_KEYS}
    return {**kept, **fields}
