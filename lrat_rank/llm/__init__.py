"""Chat completions from any OpenAI-compatible endpoint (extra `llm`): asked with patience."""

from lrat_rank.llm.client import ChatClient
from lrat_rank.llm.endpoint import OPENAI_URL, Endpoint, Retrying, Words
from lrat_rank.llm.meter import Meter, Prices
from lrat_rank.llm.reply import CallText, Reply
from lrat_rank.llm.troubles import OutageError, RefusedError, RejectedError, TooLongError

__all__ = [
    "OPENAI_URL",
    "CallText",
    "ChatClient",
    "Endpoint",
    "Meter",
    "OutageError",
    "Prices",
    "RefusedError",
    "RejectedError",
    "Reply",
    "Retrying",
    "TooLongError",
    "Words",
]
