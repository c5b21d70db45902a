"""Options of the judge `llm` that ask a scripted endpoint."""

from pathlib import Path
from typing import Any

from scripted_endpoint import KEY_ENV, QUICK, Endpoint

from lrat_rank.mining.judges.llm import LlmOptions


def options_for(endpoint: Endpoint, cache: Path, **changes: Any) -> LlmOptions:
    given: dict[str, Any] = {
        "model": "small",
        "base_url": endpoint.url,
        "api_key_env": KEY_ENV,
        "cache": cache,
        "retrying": QUICK,
        **changes,
    }
    return LlmOptions(**given)
