"""The source tree as the house tests read it: modules under the names they are imported by."""

import ast
import functools
import gc
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE_FOLDERS: dict[str, str] = PYPROJECT["tool"]["setuptools"]["package-dir"]
OUTSIDE_THE_PACKAGE = ("tests", "docs", "benchmarks", "examples")


@dataclass(frozen=True)
class Module:
    """One Python file: `name` as imported, `path` below the root, its syntax tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


def parse(name: str, source: str) -> Module:
    return Module(name, Path(f"{name.replace('.', '/')}.py"), ast.parse(source))


def package_files() -> dict[str, Path]:
    """Every module that an installation brings: the name it is imported by → its file."""
    return {
        ".".join([package, *path.relative_to(ROOT / folder).with_suffix("").parts]).removesuffix(
            ".__init__"
        ): path
        for package, folder in PACKAGE_FOLDERS.items()
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def other_files() -> list[Path]:
    """Tests, benchmarks, examples and the scripts of docs/."""
    return [
        path for folder in OUTSIDE_THE_PACKAGE for path in sorted((ROOT / folder).rglob("*.py"))
    ]


@functools.cache
def package_modules() -> list[Module]:
    """The modules of `package_files`, read once."""
    return _read({path: name for name, path in package_files().items()})


@functools.cache
def other_modules() -> list[Module]:
    """The modules of `other_files`, read once."""
    return _read({path: path.stem for path in other_files()})


def _read(names: Mapping[Path, str]) -> list[Module]:
    """The files as modules of these names.

    Their trees are millions of objects, through which the collector of garbage would walk again
    and again; it is told to leave them alone. They still go when nobody holds them.
    """
    gc.collect()
    gc.disable()
    try:
        return [_module(path, name) for path, name in names.items()]
    finally:
        gc.freeze()
        gc.enable()


def _module(path: Path, name: str) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return Module(name, path.relative_to(ROOT), tree)


@functools.cache
def imports(module: Module) -> tuple[tuple[int, str], ...]:
    """(line, dotted name) of every import, at any depth of the tree; looked for once a module.

    `from a import b` gives both `a` and `a.b`, because `b` may be a module. A module named as a
    string in `import_module(...)` or `require(...)` counts too.
    """
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, module)
            yield node.lineno, source
            for alias in node.names:
                yield node.lineno, f"{source}.{alias.name}"
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "require"):
            name = literal(node.args[0]) if node.args else None
            if isinstance(name, str):
                yield node.lineno, name


def _absolute(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    up = node.level - (1 if module.is_package else 0)
    parts = module.name.split(".")
    parts = parts[: len(parts) - up]
    return ".".join([*parts, node.module] if node.module else parts)


def called(node: ast.Call) -> str | None:
    """The last name of what is called: `c` for `a.b.c(...)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else None


def literal(node: ast.expr | None) -> object:
    """The value of a literal; None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def canonical(name: str) -> str:
    """A distribution's name in the one spelling that compares (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distribution_names(requirements: list[str]) -> set[str]:
    """The distributions that requirement strings name, without this package itself."""
    names = {canonical(re.split(r"[\s\[<>=!~;]", text, maxsplit=1)[0]) for text in requirements}
    return names - {canonical(PYPROJECT["project"]["name"])}


def distributions_of(top_level: str) -> set[str]:
    """The installed distributions that bring a top-level import name."""
    return {canonical(name) for name in _installed().get(top_level, [])}


@functools.cache
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()
