"""How the agent is run: model, prompt, tools, budgets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from lrat_rank.agent.budget import Limits
from lrat_rank.agent.prompt import PROMPT, check_prompt
from lrat_rank.errors import InputError
from lrat_rank.llm import OPENAI_URL, Endpoint, Retrying, Words
from lrat_rank.llm.endpoint import DEFAULT_KEY_ENV

_WORDS = Words(
    who="agent",
    model_option="--model",
    url_option="--base-url",
    shorten="lower --max-steps, -k, --snippet-tokens, --document-tokens or --max-completion-tokens",
    resume="Finished runs are kept: run the same command again to go on.",
)
PATIENCE = Retrying(request_timeout=300.0, total_time=900.0)
"""A model that thinks long before each step takes minutes for a reply."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentOptions:
    """How to run the agent.

    Attributes:
        model: The model's name, as the endpoint knows it.
        base_url: The endpoint, up to and with `/v1`.
        api_key_env: The environment variable that holds the key; the key is never an option.
        concurrency: Runs under way at once, ≥ 1.
        retrying: Patience with the endpoint.
        prompt: What the agent is told, with `{question}` where the question goes.
        limits: What one run may spend.
        max_completion_tokens: Of one reply, thoughts included, ≥ 1.
        temperature: Of the sampling, in [0, 2]; None leaves it to the endpoint.
        stream: Ask for replies in pieces.
        get_document: Offer the tool that opens a document.
        document_tokens: White-space words of a document that are shown; -1: the whole text.
        send_reasoning: Send the model's thoughts back with the conversation, as some models need.

    Raises:
        InputError: A setting is out of its range.
    """

    model: str
    base_url: str = OPENAI_URL
    api_key_env: str = DEFAULT_KEY_ENV
    concurrency: int = 4
    retrying: Retrying = PATIENCE
    prompt: str = PROMPT
    limits: Limits = field(default_factory=Limits)
    max_completion_tokens: int = 4_096
    temperature: float | None = None
    stream: bool = False
    get_document: bool = True
    document_tokens: int = -1
    send_reasoning: bool = False

    def __post_init__(self) -> None:
        self.endpoint()  # says at once what is wrong with it
        check_prompt(self.prompt)
        if self.max_completion_tokens < 1:
            raise InputError(
                "max completion tokens", must="1 or more", got=self.max_completion_tokens
            )
        if self.document_tokens == 0 or self.document_tokens < -1:
            raise InputError(
                "document tokens",
                must="1 or more, or -1 for the whole text",
                got=self.document_tokens,
            )
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise InputError("temperature", must="between 0 and 2", got=self.temperature)

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

    def parameters(self) -> dict[str, Any]:
        """The fields of a request that are the same in all of them."""
        parameters: dict[str, Any] = {"max_tokens": self.max_completion_tokens}
        if self.temperature is not None:
            parameters["temperature"] = self.temperature
        if self.stream:
            parameters |= {"stream": True, "stream_options": {"include_usage": True}}
        return parameters

    def record(self) -> dict[str, Any]:
        """What makes runs comparable: the options that a job must be resumed with.

        Where the endpoint is, and how many runs go on at once, changes no run.
        """
        return {
            "model": self.model,
            "prompt": self.prompt,
            "limits": asdict(self.limits),
            "max_completion_tokens": self.max_completion_tokens,
            "temperature": self.temperature,
            "get_document": self.get_document,
            "document_tokens": self.document_tokens,
            "send_reasoning": self.send_reasoning,
        }
