"""Which endpoint is asked, with which patience, and what messages call it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lrat_rank.errors import InputError

OPENAI_URL = "https://api.openai.com/v1"
DEFAULT_KEY_ENV = "OPENAI_API_KEY"


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
            raise InputError("tries of a request", must="1 or more", got=self.tries)
        for what, given in (
            ("wait after a request", self.wait),
            ("longest wait after a request", self.longest_wait),
        ):
            if not 0 <= given < float("inf"):
                raise InputError(what, must="a finite number of seconds ≥ 0", got=given)
        for what, given in (
            ("timeout of a request", self.request_timeout),
            ("total time of a reply", self.total_time),
        ):
            if not 0 < given < float("inf"):
                raise InputError(what, must="a finite number of seconds > 0", got=given)


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What messages call whoever asks, and the options that people know.

    Attributes:
        who: Such as `judge`.
        model_option: The option that names the model.
        url_option: The option that names the endpoint.
        shorten: What to do about a text that is too long for the model.
        resume: What to know when the endpoint stays out of reach.
    """

    who: str
    model_option: str
    url_option: str
    shorten: str
    resume: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A model behind an OpenAI-compatible endpoint.

    Attributes:
        model: The model's name, as the endpoint knows it.
        words: What messages call the rest.
        base_url: The endpoint, up to and with `/v1`.
        api_key_env: The environment variable that holds the key. The key itself is never an
            option, so that it stands in no file, no log and no list of processes.
        concurrency: Requests under way at once, ≥ 1.
        retrying: Patience with it.

    Raises:
        InputError: A setting is none that can be asked with.
    """

    model: str
    words: Words
    base_url: str = OPENAI_URL
    api_key_env: str = DEFAULT_KEY_ENV
    concurrency: int = 8
    retrying: Retrying = field(default_factory=Retrying)

    def __post_init__(self) -> None:
        who = self.words.who
        if not self.model.strip():
            raise InputError(
                f"{who} model",
                must="the name of a model",
                got="nothing",
                do=f"Add {self.words.model_option}.",
            )
        _check_url(self.base_url, who)
        if not self.api_key_env or "=" in self.api_key_env or "\0" in self.api_key_env:
            raise InputError(
                f"{who} key variable",
                must="the name of an environment variable",
                got="something else",
                do="Put the key into a variable and name that.",
            )
        if self.concurrency < 1:
            raise InputError(f"{who} concurrency", must="1 or more", got=self.concurrency)

    @property
    def where(self) -> str:
        """Address and model, as messages name the place."""
        return f"{self.base_url}, model {self.model}"

    def key(self) -> str:
        """The key from its environment variable; empty where there is none and none is needed.

        Raises:
            InputError: It is needed and missing, or no header can hold it.
        """
        key = os.environ.get(self.api_key_env, "").strip()
        if not key and self.base_url.rstrip("/") == OPENAI_URL:
            raise InputError(
                f"environment variable {self.api_key_env}",
                must="set to the key of the endpoint",
                got="nothing",
                where=self.base_url,
                do=f"Run: export {self.api_key_env}=…",
            )
        if not (key.isascii() and key.isprintable()):
            raise InputError(
                f"environment variable {self.api_key_env}",
                must="a key of plain characters on one line",
                got="others",
                do="Set it again.",
            )
        return key


def _check_url(url: str, who: str) -> None:
    """The address is shown in errors: what it must not hold is not echoed either."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        secret = parts.username is not None or parts.password is not None or bool(parts.query)
    except ValueError:
        whole, secret = False, False
    if secret:
        raise InputError(
            f"{who} URL",
            must="without a user, password or query",
            got="one that holds them",
            do="Put the key into an environment variable and name that.",
        )
    if not whole:
        raise InputError(
            f"{who} URL",
            must="an http or https address",
            got=repr(url),
            do=f"Such as {OPENAI_URL}",
        )
