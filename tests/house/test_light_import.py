"""Starting is quick: nobody waits for torch to read a help text."""

import json
import subprocess
import sys

from source_tree import package_files

HEAVY = {
    "datasets",
    "faiss",
    "lightgbm",
    "matplotlib",
    "pandas",
    "sentence_transformers",
    "sklearn",
    "torch",
    "transformers",
}
LIGHT_ROOMS = (
    "lrat_rank.cli",
    "lrat_rank.collections",
    "lrat_rank.mining",
    "lrat_rank.trajectories",
)


def loaded_by(code: str) -> set[str]:
    """The heavy libraries that a fresh interpreter has loaded after `code`."""
    return HEAVY & set(
        json.loads(_run(f"{code}\nimport json, sys\nprint(json.dumps([*sys.modules]))"))
    )


def _run(code: str) -> str:
    """The last line that a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_importing_the_package_loads_no_heavy_library():
    assert loaded_by("import lrat_rank") == set()


def test_importing_the_package_takes_less_than_three_tenths_of_a_second():
    code = (
        "import time; start = time.perf_counter(); import lrat_rank; "
        "print(time.perf_counter() - start)"
    )
    assert min(float(_run(code)) for _ in range(3)) < 0.3


def test_no_help_text_loads_a_heavy_library():
    code = """
import typer
from lrat_rank.cli.app import app, run

def ask(command, words):
    run([*words, "--help"])
    for name, sub in getattr(command, "commands", {}).items():
        ask(sub, [*words, name])

ask(typer.main.get_command(app), [])
"""
    assert loaded_by(code) == set()


def test_the_light_rooms_load_no_heavy_library():
    names = [name for name in package_files() if name.startswith(LIGHT_ROOMS)]
    assert {name.split(".")[1] for name in names} == {room.split(".")[1] for room in LIGHT_ROOMS}
    assert loaded_by("\n".join(f"import {name}" for name in names)) == set()


def test_a_loaded_heavy_library_is_caught():
    assert loaded_by("import sys; sys.modules['torch'] = sys") == {"torch"}
