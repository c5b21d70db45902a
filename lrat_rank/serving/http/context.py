"""What every route needs of the server it belongs to."""

from __future__ import annotations

import time
from dataclasses import dataclass

from starlette.requests import Request

from lrat_rank.serving.backend import Backend
from lrat_rank.serving.http.dialects.base import About
from lrat_rank.serving.http.errors import Kind, Problem
from lrat_rank.serving.http.metrics import Metrics
from lrat_rank.serving.http.sessions import Sessions
from lrat_rank.serving.http.settings import ServerSettings
from lrat_rank.serving.http.workers import Workers


@dataclass(frozen=True)
class ServerContext:
    """One server's parts; two servers in a process share none of them."""

    backend: Backend
    settings: ServerSettings
    metrics: Metrics
    workers: Workers
    sessions: Sessions

    def about(self, request: Request) -> About:
        """What the reply to a request says beside the scores."""
        return About(
            request_id=request.state.request_id,
            model=self.settings.model,
            created=int(time.time()),
        )

    def check_model(self, name: str | None) -> None:
        """Make sure that a request means this server's ranker.

        Raises:
            Problem: Names are configured, and this is none of them.
        """
        names = self.settings.names
        if name and names and name not in names:
            raise Problem(
                Kind.NOT_FOUND,
                f"There is no model {name[:_SHOWN]!r} here; there is {', '.join(names)}.",
                param="model",
            )


_SHOWN = 100
