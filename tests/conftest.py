"""What tests share: the folder of real data, where there is one."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the shared data folder beside the checkout, which is not here")
    return SHARED_DATA
