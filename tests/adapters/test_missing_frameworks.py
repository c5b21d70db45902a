"""Without a framework its adapter says in one line how to install it; nothing else needs it."""

import subprocess
import sys

import pytest

ABSENT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""
FRAMEWORKS = {
    "langchain": "langchain_core",
    "llamaindex": "llama_index",
    "haystack": "haystack",
    "smolagents": "smolagents",
    "rerankers": "rerankers",
}


def run(code: str, absent: list[str]) -> str:
    """The last line that a fresh interpreter without these modules prints."""
    made = ABSENT.format(absent=absent) + code
    done = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("adapter", FRAMEWORKS)
def test_a_missing_framework_is_one_line_with_the_command(adapter):
    code = f"""
try:
    import lrat_rank.adapters.{adapter}
except Exception as error:
    print(type(error).__name__, "|", error)
"""
    said = run(code, [FRAMEWORKS[adapter]])
    assert said.startswith(f"MissingExtraError | {FRAMEWORKS[adapter]}")
    assert said.endswith(f"Run: pip install 'lrat-rank[{adapter}]'")


def test_what_needs_no_framework_loads_without_any():
    names = ["agent_tools", "openai_tools", "plain", "reranker", "searcher"]
    code = "".join(f"import lrat_rank.adapters.{name}\n" for name in names)
    loaded = run(
        f"{code}print({sorted(FRAMEWORKS.values())!r}, 'openai' in sys.modules)",
        [*FRAMEWORKS.values(), "openai"],
    )
    assert loaded.endswith("False")
