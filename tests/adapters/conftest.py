"""A cross-encoder small enough to make in a test, and what adapters of frameworks need set."""

import os
from pathlib import Path

import pytest
from adapter_world import QUERY, TEXTS
from tiny_bert import write_tiny_bert

# Frameworks that report their use over the network do so unless told before they load.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "false"


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = sorted({word for text in [QUERY, *TEXTS] for word in text.split()})
    return write_tiny_bert(tmp_path_factory.mktemp("cross-encoder"), words, logits=1)
