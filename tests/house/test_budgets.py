"""Sizes that keep a file readable in one sitting, and packages that only import."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from source_tree import (
    ROOT,
    Module,
    other_files,
    other_modules,
    package_files,
    package_modules,
    parse,
)

MOST_LINES = 320
MOST_TEST_LINES = 450
MOST_FUNCTION_LINES = 60
MOST_PARAMETERS = 7

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(module: Module) -> Iterator[Function]:
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Lines of its body, the docstring left out; a signature is a declaration."""
    first = function.body[0]
    total = (function.end_lineno or function.lineno) - first.lineno + 1
    return total - ((first.end_lineno or 0) - first.lineno + 1 if is_docstring(first) else 0)


def is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def parameters(function: Function) -> list[str]:
    """Parameter names, without `self` and `cls`, and without the options of a command.

    A command's options are what the user may say, one `Annotated[..., typer.Option(...)]` each (or
    an alias that ends in `Option` or `Argument`); their number is the command's, not the code's.
    """
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [
        argument.arg
        for argument in given
        if argument.arg not in ("self", "cls") and not is_option(argument.annotation)
    ]


def is_option(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    text = ast.unparse(annotation)
    return (
        "typer.Option(" in text
        or "typer.Argument(" in text
        or text.endswith(("Option", "Argument"))
    )


def long_functions(modules: list[Module]) -> list[str]:
    return [
        f"{module.path}:{function.lineno} {function.name} has {body_lines(function)} lines"
        for module in modules
        for function in functions(module)
        if body_lines(function) > MOST_FUNCTION_LINES
    ]


def wide_functions(modules: list[Module]) -> list[str]:
    return [
        f"{module.path}:{function.lineno} {function.name} takes {len(parameters(function))}"
        for module in modules
        for function in functions(module)
        if len(parameters(function)) > MOST_PARAMETERS
    ]


def code_in_packages(modules: list[Module]) -> list[str]:
    return [
        f"{module.path}:{node.lineno} {ast.unparse(node)[:60]}"
        for module in modules
        for node in module.tree.body
        if module.is_package and not belongs_in_a_package(node)
    ]


def belongs_in_a_package(node: ast.stmt) -> bool:
    """Whether an `__init__.py` may hold it: docstring, imports, names, a lazy `__getattr__`."""
    if isinstance(node, ast.Import | ast.ImportFrom) or is_docstring(node):
        return True
    if isinstance(node, ast.FunctionDef):
        return node.name in ("__getattr__", "__dir__")
    return isinstance(node, ast.Assign) and all(
        isinstance(target, ast.Name) and target.id in ("__all__", "__version__")
        for target in node.targets
    )


def longer_than(most: int, files: Iterable[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} has {lines} lines"
        for path in files
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > most
    ]


def unexplained(modules: list[Module]) -> list[str]:
    """Modules without a docstring of two words at least."""
    return [
        str(module.path)
        for module in modules
        if len((ast.get_docstring(module.tree) or "").split()) < 2
    ]


def test_source_files_are_short():
    assert longer_than(MOST_LINES, package_files().values()) == []


def test_tests_and_scripts_are_short():
    assert longer_than(MOST_TEST_LINES, other_files()) == []


def test_functions_are_short():
    assert long_functions([*package_modules(), *other_modules()]) == []


def test_functions_take_few_parameters():
    assert wide_functions(package_modules()) == []


def test_package_files_hold_no_code():
    assert code_in_packages(package_modules()) == []


def test_modules_say_what_they_are_for():
    assert unexplained(package_modules()) == []


def test_a_planted_long_function_is_caught_and_its_docstring_not_counted():
    def source(docstring_lines: int, code_lines: int) -> Module:
        docstring = '    """' + "text\n" * docstring_lines + '"""\n'
        return parse("planted", "def f():\n" + docstring + "    x = 1\n" * code_lines)

    assert long_functions([source(100, MOST_FUNCTION_LINES)]) == []
    assert len(long_functions([source(0, MOST_FUNCTION_LINES + 1)])) == 1


def test_a_planted_wide_function_is_caught_and_its_options_not_counted():
    plain = ", ".join("abcdefgh")
    options = ", ".join(f"{name}: Annotated[int, typer.Option()]" for name in "abcdefgh")
    assert len(wide_functions([parse("planted", f"def f({plain}): pass")])) == 1
    assert wide_functions([parse("planted", f"def f({options}, as_json: JsonOption): pass")]) == []


def test_planted_code_in_a_package_file_is_caught():
    good = '"""Words."""\nfrom a import b\n__all__ = ["b"]\ndef __getattr__(name): ...\n'
    assert code_in_packages([parse("p.__init__", good)]) == []
    assert len(code_in_packages([parse("p.__init__", "TABLE = {}")])) == 1


def test_a_planted_long_file_is_caught(tmp_path, monkeypatch):
    monkeypatch.setattr("test_budgets.ROOT", tmp_path)
    (tmp_path / "long.py").write_text("x = 1\n" * 5)
    assert longer_than(4, [tmp_path / "long.py"]) == ["long.py has 5 lines"]
    assert longer_than(5, [tmp_path / "long.py"]) == []


def test_a_planted_module_that_does_not_explain_itself_is_caught():
    assert len(unexplained([parse("planted", '"""Words."""'), parse("planted", "x = 1")])) == 2
    assert unexplained([parse("planted", '"""Two words."""')]) == []
