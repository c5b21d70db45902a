"""OpenResearcher runs: chat or Harmony messages around a browser with numbered links.

A record is `{"qid", "question", "answer", "messages", "status", "latency_s", "attempts"}`, or any
messages that call `browser.search(query)`, `browser.open(id, cursor, loc)` and
`browser.find(pattern, cursor)`. Messages are chat messages with `tool_calls`, or Harmony messages,
in which a call is an assistant message with a `recipient`, and `channel` tells thoughts
(`analysis`, `commentary`) from the answer (`final`).

A result list prints titles and sites but no addresses (`browser_pages`), and a document is opened
by its link's number. So a document gets its id from what is known of it anywhere in the run:

- the corpus, where one is given and a title stands for one document of it;
- else its address: the one an opened page prints, which names the link it was opened by, and every
  link of the run with the same title and site;
- a link that nothing names has no id. Shown, it is counted, and its list keeps its place free;
  opened, the call is an `OtherCall` and counted.

Scrolling and finding in a page are further reads of its document. Scrolling a result list adds the
links that come into view to the list of its search. `latency_s`, `error` and `attempts` are not
read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.arguments import read_arguments
from lrat_rank.trajectories.calls.reader import CallReader
from lrat_rank.trajectories.calls.tool_names import without_namespace
from lrat_rank.trajectories.matching import DocumentFinder
from lrat_rank.trajectories.messages.browser_pages import Link, Page, merged, read_page, site_of
from lrat_rank.trajectories.messages.openai_chat import (
    chat_entries,
    chat_messages,
    is_openresearcher_row,
    tool_calls,
)
from lrat_rank.trajectories.messages.steps import (
    Asked,
    Came,
    Entry,
    Step,
    UserSaid,
    content_text,
    first_question,
    is_users,
    role,
)
from lrat_rank.trajectories.messages.turns import read_steps, settled
from lrat_rank.trajectories.model import Reasoning, Trajectory
from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.run_facts import run_name

_BROWSER = "browser."
_ERROR = re.compile(
    r"\s*(?:error\b|invalid\b|cannot\b|cursor `|no pages\b|an unexpected error\b|unknown\b"
    r"|tool \S+ not\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,6}")
_NO_RESULTS = "No results returned"
_ERROR_URL = re.compile(r"Error fetching URL `([^`\s]+)`")


def recognises(record: object) -> bool:
    """Whether a record is a run of OpenResearcher, or calls its browser.

    >>> recognises({"qid": 1, "question": "Who?", "messages": [], "attempts": 5})
    True
    >>> recognises({"qid": 1, "messages": [{"role": "user", "content": "Who?"}]})
    False
    """
    if is_openresearcher_row(record):
        return True
    messages = chat_messages(record)
    return any(
        (_recipient(message) or "").startswith(_BROWSER)
        or any(call.tool.startswith(_BROWSER) for call in tool_calls(message))
        for message in messages
    )


def _recipient(message: Mapping[str, object]) -> str | None:
    recipient = message.get("recipient")
    return recipient if isinstance(recipient, str) and role(message) == "assistant" else None


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run; nothing of the wrong type is refused, what cannot be placed is counted."""
    messages = chat_messages(record)
    harmony = any(isinstance(m.get("channel") or _recipient(m), str) for m in messages)
    entries = list(_harmony_entries(messages) if harmony else chat_entries(messages))
    reader = CallReader(setting)
    browsing = _Browsing(setting.documents)
    return read_steps(
        browsing.steps(settled(entries, reader)),
        reader,
        record,
        question=first_question(messages),
        trajectory_id=trajectory_id,
        source=source,
    )


def _harmony_entries(messages: Sequence[Mapping[str, object]]) -> Iterator[Entry]:
    for message in messages:
        text = content_text(message.get("content"))
        recipient = _recipient(message)
        if role(message) == "tool":
            yield Came(text)
        elif recipient and recipient != "all":
            yield Step(calls=(Asked(recipient, text),))
        elif role(message) == "assistant" and message.get("channel") in ("analysis", "commentary"):
            yield Step(thoughts=(Reasoning(text),) if text.strip() else ())
        elif role(message) == "assistant":
            yield Step(text=text)
        elif role(message) == "user" and is_users(text):
            yield UserSaid()


@dataclass(frozen=True, slots=True)
class _View:
    """A page in the browser's stack.

    Attributes:
        page: What was printed.
        document: Address of the document it shows; None for a result list.
        search: Index of the search whose results it lists; None for others.
    """

    page: Page
    document: str | None = None
    search: int | None = None


_Finish = Callable[[], Asked]
"""Makes the call as it is read, once all of the run is known."""


class _Browsing:
    """Follows the browser through a run, so that link numbers become documents."""

    def __init__(self, documents: DocumentFinder | None) -> None:
        self._documents = documents
        self._views: dict[int, _View] = {}
        self._current = -1
        self._lists: list[tuple[Link, ...]] = []
        self._titles: defaultdict[str, list[str]] = defaultdict(list)
        """Titles by address, of pages and of the links to them."""
        self._addresses: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        """Addresses by title and site."""

    def steps(self, steps: Sequence[Step]) -> list[Step]:
        """The steps, with ids in their result lists and in the calls that open."""
        followed = [(step, [self._follow(call) for call in step.calls]) for step in steps]
        return [
            replace(step, calls=tuple(finish() for finish in finishes))
            for step, finishes in followed
        ]

    def _follow(self, call: Asked) -> _Finish:
        came = call.came if call.came is not None else Came()
        text = content_text(came.output)
        page = read_page(text)
        wrong = page is None and bool(_ERROR.match(text))
        came = replace(came, failed=came.failed or (wrong and _NO_RESULTS not in text))
        call = replace(call, came=came)
        tool = without_namespace(call.tool)
        if tool == "search":
            return self._search(call, came, [] if wrong and not came.failed else came.output, page)
        if tool in ("open", "find"):
            return self._open(call, came, text, page)
        return lambda: call

    def _search(self, call: Asked, came: Came, output: object, page: Page | None) -> _Finish:
        if page is None:
            return lambda: replace(call, came=replace(came, output=output))
        search = len(self._lists)
        self._lists.append(page.links)
        self._show(_View(page, search=search))
        return lambda: replace(call, came=replace(came, output=self._hits(search)))

    def _open(self, call: Asked, came: Came, text: str, page: Page | None) -> _Finish:
        arguments = read_arguments(call.arguments) or {}
        view = self._view(arguments.get("cursor"))
        named = plain_id(arguments.get("id")) or plain_id(arguments.get("url"))
        number = int(named) if named is not None and _NUMBER.fullmatch(named) else None
        typed = named if number is None and named != "-1" else None
        link = self._link(view, number)
        stays = number is None and typed is None
        if page is not None and view is not None and view.search is not None and stays:
            self._lists[view.search] = merged(self._lists[view.search], page.links)
            self._show(replace(view, page=page))
            return lambda: replace(call, neither=True)
        here = view.document if view is not None and stays else None
        address = _printed(page, text) or typed or here
        self._learn(address, page, link if view is not None and view.search is not None else None)
        if page is not None:
            self._show(_View(page, document=address))

        def finish() -> Asked:
            doc_id = self._doc_id(address, link)
            if doc_id is None:
                return replace(call, opens=())
            output = came.output if page is None else {"docid": doc_id, "text": page.text}
            return replace(call, opens=(doc_id,), came=replace(came, output=output))

        return finish

    def _view(self, cursor: object) -> _View | None:
        named = plain_id(cursor)
        known = named is not None and _NUMBER.fullmatch(named) is not None
        return self._views.get(int(named) if named is not None and known else self._current)

    def _link(self, view: _View | None, number: int | None) -> Link | None:
        if view is None or number is None:
            return None
        links = view.page.links if view.search is None else self._lists[view.search]
        return next((link for link in links if link.number == number), None)

    def _show(self, view: _View) -> None:
        self._views[view.page.cursor] = view
        self._current = view.page.cursor

    def _learn(self, address: str | None, page: Page | None, link: Link | None) -> None:
        """Remember what a page that was opened tells about the links to it."""
        if address is None:
            return
        titles = [(link.title, link.site)] if link is not None else []
        if page is not None and page.found_on is None:
            titles.append((page.title, site_of(address)))
        for title, site in titles:
            self._titles[address].append(title)
            self._addresses[title.casefold(), site].add(address)

    def _doc_id(self, address: str | None, link: Link | None) -> str | None:
        """The id of a document known by its address, or by a link to it."""
        if address is None and link is not None:
            address = self._address(link)
        titles = [*self._titles.get(address or "", ()), *([link.title] if link else ())]
        if self._documents is not None:
            found = (self._documents.find(title, link.snippet if link else "") for title in titles)
            doc_id = next(filter(None, found), None)
            if doc_id is not None:
                return doc_id
        return address

    def _address(self, link: Link) -> str | None:
        if "://" in link.site:
            return link.site
        known = self._addresses.get((link.title.casefold(), link.site), set())
        return next(iter(known)) if len(known) == 1 else None

    def _hits(self, search: int) -> list[object]:
        return [
            {"docid": self._doc_id(None, link), "snippet": f"{link.title}\n{link.snippet}".strip()}
            for link in self._lists[search]
        ]


def _printed(page: Page | None, text: str) -> str | None:
    """The address that the output of a call names."""
    if page is None:
        wrong = _ERROR_URL.search(text)
        return wrong[1] if wrong else None
    return page.found_on or (page.url if page.is_web_page else None)


OPENRESEARCHER = TrajectoryFormat(
    name="openresearcher",
    summary="OpenResearcher and gpt-oss runs: a browser with numbered links",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
)
