"""How the judge `llm` asks: endpoint, votes, budgets, patience, prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from lrat_rank.errors import InputError

OPENAI_URL = "https://api.openai.com/v1"
LEAST_BUDGET = 200
MOST_BUDGET = 400_000


class OnError(StrEnum):
    """What an endpoint that stays out of reach means."""

    STOP = "stop"
    """Mining stops; replies so far are in the cache, so the same command goes on from there."""
    UNJUDGED = "unjudged"
    """The case is left unjudged (masked, never a negative) and the next one is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrying:
    """Patience with an endpoint that is busy or away; times in seconds.

    Attributes:
        tries: Requests sent for one reply before giving up, ≥ 1.
        wait: Before the second try; doubled after each, up to `longest_wait`. A `Retry-After` of
            the endpoint counts instead when it is longer.
        longest_wait: The most the doubling comes to.
        request_timeout: For one request.
        total_time: For one reply, all its requests and waits together.
    """

    tries: int = 6
    wait: float = 1.0
    longest_wait: float = 30.0
    request_timeout: float = 60.0
    total_time: float = 300.0

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise InputError("judge tries", must="1 or more", got=self.tries)
        for name in ("wait", "longest_wait"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise InputError(f"judge {name}", must="seconds ≥ 0", got=getattr(self, name))
        for name in ("request_timeout", "total_time"):
            if not 0 < getattr(self, name) < float("inf"):
                raise InputError(f"judge {name}", must="seconds > 0", got=getattr(self, name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """What a million tokens cost, in any currency; ≥ 0."""

    prompt: float
    completion: float

    def __post_init__(self) -> None:
        for name in ("prompt", "completion"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise InputError(f"judge {name} price", must="0 or more", got=getattr(self, name))


@dataclass(frozen=True, kw_only=True, slots=True)
class LlmOptions:
    """How to ask.

    Attributes:
        model: The model's name, as the endpoint knows it.
        base_url: The endpoint, up to and with `/v1`.
        api_key_env: The environment variable that holds the key. The key itself is never an
            option, so that it stands in no file, no log and no list of processes.
        concurrency: Requests under way at once, ≥ 1.
        votes: Times each case is asked. One is asked at temperature 0; several at
            `vote_temperature`, each with a seed of its own.
        vote_temperature: Of the sampling when there are several votes, in [0, 2].
        seed: Of the first vote; the next ones count on from it.
        max_tokens: Of a reply. Models that think before they answer need thousands.
        document_budget: Characters of the document that are shown, from `LEAST_BUDGET` to
            `MOST_BUDGET`; a longer one keeps its beginning and its end.
        reasoning_budget: The same for the reasoning.
        cache: Folder of the replies; None is `default_folder()` of the cache module.
        on_error: What an endpoint that stays out of reach means.
        retrying: Patience with it.
        prices: For the meter; None when the cost does not matter.
    """

    model: str
    base_url: str = OPENAI_URL
    api_key_env: str = "OPENAI_API_KEY"
    concurrency: int = 8
    votes: int = 1
    vote_temperature: float = 0.7
    seed: int = 0
    max_tokens: int = 512
    document_budget: int = 6_000
    reasoning_budget: int = 8_000
    cache: Path | None = None
    on_error: OnError = OnError.STOP
    retrying: Retrying = field(default_factory=Retrying)
    prices: Prices | None = None

    def __post_init__(self) -> None:
        if not self.model.strip():
            raise InputError(
                "judge model", must="the name of a model", got="nothing", do="Add --judge-model."
            )
        _check_url(self.base_url)
        if not self.api_key_env or "=" in self.api_key_env or "\0" in self.api_key_env:
            raise InputError(
                "judge key variable",
                must="the name of an environment variable",
                got="something else",
                do="Put the key into a variable and name that.",
            )
        for name in ("concurrency", "votes", "max_tokens"):
            if getattr(self, name) < 1:
                raise InputError(f"judge {name}", must="1 or more", got=getattr(self, name))
        if not 0 <= self.vote_temperature <= 2:
            raise InputError(
                "judge vote_temperature", must="between 0 and 2", got=self.vote_temperature
            )
        for name in ("document_budget", "reasoning_budget"):
            if not LEAST_BUDGET <= getattr(self, name) <= MOST_BUDGET:
                raise InputError(
                    f"judge {name}",
                    must=f"between {LEAST_BUDGET} and {MOST_BUDGET} characters",
                    got=getattr(self, name),
                )

    def sampling(self, vote: int) -> dict[str, float | int]:
        """What a vote, counted from 0, is sampled with; a single vote needs no seed."""
        if self.votes == 1:
            return {"max_tokens": self.max_tokens, "temperature": 0.0}
        return {
            "max_tokens": self.max_tokens,
            "temperature": self.vote_temperature,
            "seed": self.seed + vote,
        }


def _check_url(url: str) -> None:
    """The address is shown in errors: what it must not hold is not echoed either."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        secret = parts.username is not None or parts.password is not None or bool(parts.query)
    except ValueError:
        whole, secret = False, False
    if secret:
        raise InputError(
            "judge URL",
            must="without a user, password or query",
            got="one that holds them",
            do="Put the key into an environment variable and name that.",
        )
    if not whole:
        raise InputError(
            "judge URL", must="an http or https address", got=repr(url), do=f"Such as {OPENAI_URL}"
        )
