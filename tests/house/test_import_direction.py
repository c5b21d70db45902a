"""Imports point one way: from the faces down to the base, never up, never sideways."""

from collections.abc import Iterable

import pytest
from source_tree import Module, imports, other_modules, package_modules, parse

LEVEL = {
    "base": 0,
    "trajectories": 1,
    "collections": 1,
    "llm": 2,
    "mining": 3,
    "analysis": 4,
    "features": 4,
    "models": 5,
    "eval": 6,
    "pipeline": 7,
    "serving": 7,
    "adapters": 7,
    "agent": 7,
    "cli": 7,
}
SIDEWAYS = {
    ("adapters", "serving"),
    ("cli", "pipeline"),
    ("cli", "serving"),
    ("cli", "agent"),
    ("agent", "serving"),
    ("pipeline", "serving"),
    ("pipeline", "agent"),
}
"""Edges within one level that are meant: (who imports, what)."""
SHORT_NAMES = {"features", "models", "eval"}
"""Folder names that are importable only as `lrat_rank.<name>` once installed."""


def room(name: str) -> str:
    """The room a module stands in: `mining` for `lrat_rank.mining.labels`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LEVEL else "base"


def wrong_edges(modules: Iterable[Module]) -> list[str]:
    """`module:line imports name` for every import that points up, or sideways without leave."""
    return [
        f"{module.name}:{line} imports {name}"
        for module in modules
        for line, name in imports(module)
        if name.split(".")[0] == "lrat_rank" and not allowed(room(module.name), room(name))
    ]


def allowed(importer: str, imported: str) -> bool:
    return (
        importer == imported
        or LEVEL[imported] < LEVEL[importer]
        or (importer, imported) in SIDEWAYS
    )


def bare_imports(modules: Iterable[Module]) -> list[str]:
    return [
        f"{module.path}:{line} imports {name}"
        for module in modules
        for line, name in imports(module)
        if name.split(".")[0] in SHORT_NAMES
    ]


def test_every_folder_of_the_package_has_a_level():
    rooms = {m.name.split(".")[1] for m in package_modules() if m.is_package and "." in m.name}
    assert rooms == LEVEL.keys() - {"base"}


def test_no_module_imports_upward():
    assert wrong_edges(package_modules()) == []


def test_no_module_imports_the_folders_by_their_short_names():
    assert bare_imports([*package_modules(), *other_modules()]) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("lrat_rank.errors", "import lrat_rank.collections"),
        ("lrat_rank.mining.labels", "from lrat_rank.features.forward import Field"),
        ("lrat_rank.mining.labels", "from lrat_rank import features"),
        ("lrat_rank.mining.labels", "from ..features import forward"),
        ("lrat_rank.models.ranker", "def late():\n    import lrat_rank.eval.measures"),
        ("lrat_rank.models.ranker", "import_module('lrat_rank.cli.app')"),
        ("lrat_rank.trajectories.model", "from lrat_rank.collections import Document"),
        ("lrat_rank.serving.tool", "from lrat_rank.cli import app"),
        ("lrat_rank.serving.tool", "from lrat_rank.pipeline import mine"),
        ("lrat_rank.pipeline.mine", "from lrat_rank.cli.console import emit"),
    ],
)
def test_a_planted_wrong_edge_is_caught(name, source):
    assert len(wrong_edges([parse(name, source)])) >= 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("lrat_rank.cli.app", "from lrat_rank.pipeline import mine"),
        ("lrat_rank.pipeline.demo", "from lrat_rank.serving import SearchTool"),
        ("lrat_rank.mining.labels", "from lrat_rank.errors import InputError\nimport numpy"),
        ("lrat_rank.mining.policies.default", "from .reference import rows"),
    ],
)
def test_a_downward_edge_is_allowed(name, source):
    assert wrong_edges([parse(name, source)]) == []


@pytest.mark.parametrize("source", ["import features", "from models.ranker import Ranker"])
def test_a_planted_short_name_is_caught(source):
    assert len(bare_imports([parse("somewhere", source)])) >= 1
