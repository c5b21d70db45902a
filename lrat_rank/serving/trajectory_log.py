"""What one agent session did, kept on disk as a trajectory that `mine` reads back."""

from __future__ import annotations

import secrets
import time


def new_session_id() -> str:
    """A name no other session has, safe in file names: UTC time to the second, then 48 random bits."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return f"session-{moment}-{secrets.token_hex(6)}"
