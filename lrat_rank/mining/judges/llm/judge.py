"""The judge `llm`: a language model reads question, query, document and reasoning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.llm import ChatClient, Meter, OutageError, RefusedError, Reply
from lrat_rank.mining.judges.base import Case, Decision, JudgeError, Verdict
from lrat_rank.mining.judges.llm.cache import ReplyCache, default_folder, key_of
from lrat_rank.mining.judges.llm.options import LlmOptions, OnError
from lrat_rank.mining.judges.llm.parsing import Parsed, parse_reply
from lrat_rank.mining.judges.llm.prompt import Messages, messages_of, reminded

_NO_REASONING = Decision(Verdict.UNKNOWN, "no reasoning")


class LlmJudge:
    """Asks a model whether the reasoning uses the document; safe to call from several threads.

    The verdict is what more than half of the votes say, and unknown when they agree on none.
    Votes that can change nothing any more are not asked for. The same case always gets the same
    decision, because replies are kept on disk; only failures of the endpoint are asked again.

    Attributes:
        meter: What it took so far.

    Raises:
        InputError: The key is missing, or the cache folder cannot be used.
        MissingExtraError: The extra `llm` is not installed.

    Source: LRAT (arXiv 2604.04949) verifies that the reasoning "explicitly uses the document".
    """

    def __init__(self, options: LlmOptions) -> None:
        self._options = options
        self.meter = Meter(options.prices)
        stops = options.on_error is OnError.STOP
        ends: tuple[type[LratRankError], ...] = (
            (InputError, OutageError) if stops else (InputError,)
        )
        self._client = ChatClient(options.endpoint(), self.meter, ends=ends)
        self._cache = ReplyCache(options.cache or default_folder(), self.meter)

    @property
    def name(self) -> str:
        """`llm:` and the model."""
        return f"llm:{self._options.model}"

    @property
    def concurrency(self) -> int:
        """How many threads may ask at once; more wait for their turn."""
        return self._options.concurrency

    def decide(self, case: Case) -> Decision:
        """The decision on one browse; unknown without asking when there is no reasoning.

        Raises:
            JudgeError: The endpoint stays out of reach, and `on_error` is `stop`.
            InputError: Key, model, address or cache is wrong.
        """
        if not case.reasoning.strip():
            return _NO_REASONING
        messages = messages_of(
            case,
            document_budget=self._options.document_budget,
            reasoning_budget=self._options.reasoning_budget,
        )
        try:
            return self._vote(messages)
        except OutageError as error:
            if self._options.on_error is OnError.STOP:
                raise JudgeError(str(error)) from error
            return _failure(error.reason)
        except RefusedError as error:
            return _failure(str(error))

    def _vote(self, messages: Messages) -> Decision:
        votes = self._options.votes
        ballots: list[_Ballot] = []
        said: Counter[Verdict] = Counter()
        for vote in range(votes):
            ballot = self._ballot(messages, vote)
            ballots.append(ballot)
            said.update([] if ballot.parsed is None else [ballot.parsed.verdict])
            leader, most = next(iter(said.most_common(1)), (Verdict.UNKNOWN, 0))
            if 2 * most > votes:
                return Decision(leader, _why(ballots, leader, votes=votes))
            if 2 * (most + votes - len(ballots)) <= votes:
                break
        if any(ballot.parsed is None for ballot in ballots):
            return _failure(_unread(ballots, self._options.max_tokens))
        told = ", ".join(f"{count} {verdict.value}" for verdict, count in said.most_common())
        return Decision(Verdict.UNKNOWN, f"votes disagree: {told}")

    def _ballot(self, messages: Messages, vote: int) -> _Ballot:
        """One vote; a reply without a verdict is asked for once more, with a reminder."""
        reply = self._reply(messages, vote)
        parsed = parse_reply(reply.text, was_cut=reply.was_cut)
        if parsed is None:
            reply = self._reply(reminded(messages, reply.text), vote)
            parsed = parse_reply(reply.text, was_cut=reply.was_cut)
        return _Ballot(parsed, reply.was_cut)

    def _reply(self, messages: Messages, vote: int) -> Reply:
        return self._cache.reply(
            key_of(self._options, messages, vote),
            lambda: self._client.ask(messages, self._options.sampling(vote)),
        )


@dataclass(frozen=True, slots=True)
class _Ballot:
    """One vote: its verdict, or None when no reply held one; whether the last was cut off."""

    parsed: Parsed | None
    was_cut: bool


def _why(ballots: Sequence[_Ballot], leader: Verdict, *, votes: int) -> str:
    """The reason of the first vote for the leader, and how the votes stand when there are more."""
    agreeing = [b.parsed for b in ballots if b.parsed is not None and b.parsed.verdict is leader]
    why = next((parsed.why for parsed in agreeing if parsed.why), "")
    if votes == 1:
        return why
    count = f"{len(agreeing)} of {len(ballots)} votes"
    return f"{why} ({count})" if why else count


def _unread(ballots: Sequence[_Ballot], max_tokens: int) -> str:
    unread = [ballot for ballot in ballots if ballot.parsed is None]
    cut = any(ballot.was_cut for ballot in unread)
    told = f"no verdict in {len(unread)} of {len(ballots)} replies"
    return f"{told}, cut off at {max_tokens} tokens" if cut else told


def _failure(reason: str) -> Decision:
    return Decision(Verdict.UNKNOWN, f"judge failed: {reason}", failed=True)


def llm_judge(options: LlmOptions) -> LlmJudge:
    """The judge `llm`, ready to be asked; raises what `LlmJudge` does."""
    return LlmJudge(options)
