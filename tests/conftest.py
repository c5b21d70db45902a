"""What tests share: real data and a browser, where there are any, and model endpoints."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from scripted_endpoint import KEY, KEY_ENV, Answer, Asked, Endpoint

# What tests compute is tiny: several threads would only wait for each other, and on cores that do
# other work as well they wait long. Libraries read this when they are loaded; processes inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was loaded so far, which stays to the end.

    Trainers collect garbage each time they start, and would look through all of it.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the shared data folder beside the checkout, which is not here")
    return SHARED_DATA


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("LRAT_RANK_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    if path is None:
        pytest.skip("needs Chromium; none is on the path, and LRAT_RANK_CHROMIUM names none")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield started
        started.close()


@pytest.fixture
def serve(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Callable[[int, Asked], Answer]], Endpoint]]:
    """Makes endpoints that behave as told, and takes them down again; the key is set."""
    monkeypatch.setenv(KEY_ENV, KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as opened:
        yield lambda behave: opened.enter_context(Endpoint(behave).serving())
