"""How the judge `llm` asks: endpoint, votes, budgets, patience, prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.llm import OPENAI_URL, Endpoint, Prices, Retrying, Words

LEAST_BUDGET = 200
MOST_BUDGET = 400_000

_WORDS = Words(
    who="judge",
    model_option="--judge-model",
    url_option="--judge-url",
    shorten="lower --judge-document-budget, --judge-reasoning-budget or --judge-max-tokens",
    resume="Mining stopped, what was judged is kept: run the same command again to go on.",
)


class OnError(StrEnum):
    """What an endpoint that stays out of reach means."""

    STOP = "stop"
    """Mining stops; replies so far are in the cache, so the same command goes on from there."""
    UNJUDGED = "unjudged"
    """The case is left unjudged (masked, never a negative) and the next one is asked."""


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
        self.endpoint()  # says at once what is wrong with it
        for name in ("votes", "max_tokens"):
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

    def endpoint(self) -> Endpoint:
        """Who is asked.

        Raises:
            InputError: Model, address, key variable or concurrency is none to ask with.
        """
        return Endpoint(
            model=self.model,
            words=_WORDS,
            base_url=self.base_url,
            api_key_env=self.api_key_env,
            concurrency=self.concurrency,
            retrying=self.retrying,
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
