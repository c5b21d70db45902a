"""The server on a real socket stands with the tests of HTTP."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "http"))
