"""Runs an example as it stands, to be called in a process of its own."""

import os
import runpy
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

QUIET = {"HAYSTACK_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1"}


def run_example(example: Path, arguments: Sequence[str], printed: Path, first: Path) -> None:
    """Write what it prints into a file.

    Args:
        example: The program.
        arguments: Those of its command line.
        printed: Where its standard output goes.
        first: A `sitecustomize.py` that is run before it, and before every process it starts.
    """
    os.environ.update(QUIET | {"PYTHONPATH": str(first.parent)})
    exec(first.read_text(), {})
    sys.argv = [str(example), *arguments]
    sys.path.insert(0, str(example.parent))
    with printed.open("w") as file, redirect_stdout(file):
        runpy.run_path(str(example), run_name="__main__")
