"""What the code imports is declared, and what is declared is used."""

import ast
import sys
from collections.abc import Iterator

import pytest
from source_tree import (
    PACKAGE_FOLDERS,
    PYPROJECT,
    ROOT,
    Module,
    called,
    canonical,
    distribution_names,
    distributions_of,
    imports,
    literal,
    other_modules,
    package_modules,
    parse,
)

CORE = distribution_names(PYPROJECT["project"]["dependencies"])
EXTRAS = {
    name: distribution_names(requirements)
    for name, requirements in PYPROJECT["project"]["optional-dependencies"].items()
}
NEEDED_THROUGH_ANOTHER = {
    "accelerate": "transformers.Trainer refuses to start without it",
    "numba": "the backend that bm25s chooses by name",
}
RUN_AS_PROGRAMS = {
    "bandit",
    "build",
    "mypy",
    "pip-audit",
    "pytest-timeout",
    "pytest-xdist",
    "ruff",
    "setuptools",
}
SCRIPT_FOLDERS = ("benchmarks", "docs", "examples")
OURS = {
    "lrat_rank",
    *(path.stem for path in (ROOT / "tests").rglob("*.py")),
    *(path.stem for folder in SCRIPT_FOLDERS for path in (ROOT / folder).rglob("*.py")),
    *(path.parent.name for folder in SCRIPT_FOLDERS for path in (ROOT / folder).glob("*/*.py")),
}


def third_party(modules: list[Module]) -> Iterator[tuple[Module, int, str]]:
    """(module, line, top-level name) of every import that is neither ours nor Python's."""
    for module in modules:
        for line, name in imports(module):
            top = name.split(".")[0]
            if top not in OURS and top not in sys.stdlib_module_names:
                yield module, line, top


def undeclared(modules: list[Module], declared: set[str]) -> set[str]:
    return {
        f"{module.path}:{line} {name}"
        for module, line, name in third_party(modules)
        if not (distributions_of(name) or {canonical(name)}) & declared
    }


def requirements_in_code(modules: list[Module]) -> Iterator[tuple[str, str, str]]:
    """(place, module, extra) of every `require("module", extra="extra")`."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and called(node) == "require":
                extra = next((k.value for k in node.keywords if k.arg == "extra"), None)
                place = f"{module.path}:{node.lineno}"
                yield place, str(literal(node.args[0])), str(literal(extra))


def unknown_extras(modules: list[Module]) -> list[str]:
    return [
        f"{place} {name} from [{extra}]"
        for place, name, extra in requirements_in_code(modules)
        if not (distributions_of(name.split(".")[0]) or {canonical(name.split(".")[0])})
        & EXTRAS.get(extra, set())
    ]


def test_every_import_of_the_package_is_a_declared_dependency():
    declared = CORE.union(*(EXTRAS[name] for name in EXTRAS.keys() - {"dev", "test"}))
    assert undeclared(package_modules(), declared) == set()


def test_every_import_of_tests_and_scripts_is_a_declared_dependency():
    declared = CORE.union(*EXTRAS.values())
    assert undeclared(other_modules(), declared) == set()


def test_every_core_dependency_is_used():
    used = {d for _, _, name in third_party(package_modules()) for d in distributions_of(name)}
    assert CORE - used - NEEDED_THROUGH_ANOTHER.keys() == set()


def test_every_dependency_of_an_extra_is_used():
    modules = [*package_modules(), *other_modules()]
    used = {d for _, _, name in third_party(modules) for d in distributions_of(name)}
    assert set().union(*EXTRAS.values()) - used - RUN_AS_PROGRAMS == set()


def test_every_extra_named_in_code_exists_and_brings_the_module():
    assert unknown_extras(package_modules()) == []


def test_every_declared_dependency_is_pinned_in_the_constraints():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    pinned = {canonical(line.partition("==")[0]) for line in lines if "==" in line}
    assert CORE.union(*EXTRAS.values()) - pinned == set()


@pytest.mark.parametrize("source", ["import nowhere_to_be_found", "import_module('requests.auth')"])
def test_a_planted_undeclared_import_is_caught(source):
    assert len(undeclared([parse("planted", source)], CORE)) == 1


@pytest.mark.parametrize(
    "source",
    ["require('mcp', extra='server')", "require('mcp', extra='offline')", "require('mcp')"],
)
def test_a_planted_wrong_extra_is_caught(source):
    assert len(unknown_extras([parse("planted", source)])) == 1


def test_the_package_folders_are_the_four_of_the_layout():
    assert sorted(PACKAGE_FOLDERS.values()) == ["eval", "features", "lrat_rank", "models"]
