"""Search-R1 rollouts: an agent that searches in tags and reads the lists themselves.

    <think>…</think> <search>q</search>
    <information>Doc 1(Title: "t") body
    Doc 2(Title: …) …</information>
    <think>…</think> <answer>…</answer>

A record is the rollout as text, has it in a text field, or has messages. The prompt before it,
which explains the same tags, is not the agent's: it ends where the assistant's turn begins, or
after its line `Question: …`; a text may begin with that line alone. A sentence that the environment
writes after an invalid action names the tags too, and is taken out.

The documents have no ids. With a corpus, they are found in it by title and text; one that is not
there, or not alone, is counted and left out, and the others keep their ranks. Without a corpus the
id is made of the words of title and text (`matching.made_id`): the same passage has the same id in
every run, and a passage cut off at the end of a list has another.

There is no opening of documents: the turns are searches, reasoning and the answer. What the agent
thinks after a list may be about any document of it, so policies that label opened documents make
no labels from these logs; the report says so for every run with a search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.headings import headed
from lrat_rank.trajectories.calls.reader import CallReader, ToolCall
from lrat_rank.trajectories.matching import DocumentFinder, made_id
from lrat_rank.trajectories.model import Answer, Reasoning, Search, Trajectory, Turn
from lrat_rank.trajectories.run_facts import run_facts, run_name
from lrat_rank.trajectories.texts.tagged import (
    Message,
    Piece,
    asked,
    messages,
    pieces,
    run,
    written_by_agent,
)

NO_BROWSES = "run that opens no documents: lists and reasoning only, so no label by browsing"
NOT_FOUND = "shown document that is not in the corpus, or not the only such one there"

_TAGS = frozenset({"think", "search", "information", "answer"})
_INSTRUCTION = "inside <think> and </think>"
_LONGEST_PROMPT = 8_000
"""Characters before a question that may be its prompt; what is longer holds runs."""
_QUESTION = re.compile(r"\bQuestion:[ \t]*([^\n]*)(?:\n|\Z)")
_INVALID = re.compile(r"My previous action is invalid\..{0,500}?Let me try again\.", re.DOTALL)
_DOCUMENT = re.compile(
    r"""^[ \t]*Doc[ ]?\d+[ ]?\(Title:[ ]?(?:"([^\n]*?)"|((?:[^()\n]|\([^()\n]*\))*))\)[ \t]*""",
    re.MULTILINE | re.VERBOSE,
)


def recognises(record: object) -> bool:
    """Whether the agent's own text searches in tags, or thinks and answers in tags.

    >>> recognises("<think>a</think><search>q</search><information></information>")
    True
    >>> recognises("<tool_call>{}</tool_call>")
    False
    """
    text = written_by_agent(record)
    prompt = _prompt(text)
    text = text[prompt.end() :] if prompt else text
    if "<tool_call>" in text or "<function=" in text:
        return False
    search = text.find("<search>")
    if "<information>" in text or (search >= 0 and text.find("</search>", search) >= 0):
        return True
    return "</think>" in text and "</answer>" in text


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run.

    Raises:
        ValueError: The record is not one that `recognises` accepts.
    """
    said = messages(record)
    if not run(said):
        raise ValueError("no text with tags: ask recognises() first")
    facts = run_facts(record)
    question, rollout = _split_prompt(asked(record, said), run(said))
    turns = tuple(_Rollout(setting).read(rollout))
    if any(isinstance(turn, Search) for turn in turns):
        setting.report.unplaced[NO_BROWSES] += 1
    return Trajectory(
        trajectory_id=trajectory_id,
        question=question,
        turns=turns,
        status=facts.status,
        correct=facts.correct,
        answer=facts.answer,
        agent=facts.agent,
        retriever=facts.retriever,
        source=source,
    )


def _prompt(text: str) -> re.Match[str] | None:
    """The line with the question that ends the prompt at the start of a text."""
    told = text.find(_INSTRUCTION, 0, _LONGEST_PROMPT)
    if told >= 0:
        found = _QUESTION.search(text, told)
        if found is not None and found.start() <= _LONGEST_PROMPT:
            return found
    return _QUESTION.match(text, len(text) - len(text.lstrip()))


def _split_prompt(question: str, said: Sequence[Message]) -> tuple[str, list[Message]]:
    """The question in its prompt, and the messages without a prompt in the first of them."""
    prompt = _prompt(question)
    if prompt is not None:
        question = prompt[1].strip()
    first, *rest = said
    prompt = _prompt(first.text)
    if prompt is None:
        return question, [first, *rest]
    return question or prompt[1].strip(), [Message("assistant", first.text[prompt.end() :]), *rest]


class _Rollout:
    """Reads the tags of one run in order."""

    def __init__(self, setting: ReadSetting) -> None:
        self._calls = CallReader(setting)
        self._corpus = setting.documents
        self._query: str | None = None

    def read(self, said: Sequence[Message]) -> Iterator[Turn]:
        """The turns; a search comes with the information that follows it."""
        for piece in chain.from_iterable(map(self._pieces, said)):
            if piece.tag == "information":
                yield from self._searched(piece.text)
                continue
            yield from self._searched(None)
            if piece.tag == "search":
                self._called(piece)
            elif piece.tag == "answer":
                yield Answer(piece.text)
            elif piece.text:
                yield Reasoning(piece.text, truncated=piece.tag == "think" and piece.cut)
        yield from self._searched(None)

    def _pieces(self, message: Message) -> Iterator[Piece]:
        text, invalid = _INVALID.subn("", message.text)
        for _ in range(invalid):
            self._calls.unplaced("action that the environment called invalid")
        shown_only = message.role != "assistant"
        for piece in pieces(text, _TAGS):
            if not shown_only or piece.tag == "information":
                yield piece

    def _called(self, piece: Piece) -> None:
        if piece.cut:
            self._calls.unplaced("search that was cut off")
        else:
            self._query = piece.text

    def _searched(self, information: str | None) -> Iterator[Turn]:
        query, self._query = self._query, None
        if query is None:
            if information is not None:
                self._calls.unplaced("list without a search")
            return
        call = ToolCall("search")
        if information is not None:
            call = ToolCall("search", output=self._listed(information))
        yield self._calls.search([query], call)

    def _listed(self, information: str) -> object:
        """The shown documents as objects with ids; text without any as it is."""
        shown = _documents(information)
        found = []
        for rank, (title, body) in enumerate(shown, start=1):
            doc_id = _doc_id(self._corpus, title, body)
            if doc_id is None:
                self._calls.unplaced(NOT_FOUND)
            else:
                found.append({"docid": doc_id, "rank": rank, "snippet": f"{title}\n{body}".strip()})
        return found if shown else information


def _doc_id(corpus: DocumentFinder | None, title: str, body: str) -> str | None:
    return made_id(title, body) if corpus is None else corpus.find(title, body)


def _documents(information: str) -> list[tuple[str, str]]:
    """Title and body of each document shown."""
    return [
        ((head[1] or head[2] or "").strip(), body) for head, body in headed(_DOCUMENT, information)
    ]


SEARCH_R1 = TrajectoryFormat(
    name="search-r1",
    summary="Search-R1 rollouts: <search> and <information> tags, documents without ids",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
)
