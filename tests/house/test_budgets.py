"""Sizes that keep a file readable in one sitting, and packages that only import."""

import ast
from collections.abc import Iterator

import pytest
from source_tree import ROOT, Module, other_modules, package_modules, parse

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


@pytest.mark.parametrize("module", package_modules(), ids=lambda module: module.name)
def test_a_source_file_is_short(module):
    assert len((ROOT / module.path).read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", other_modules(), ids=lambda module: str(module.path))
def test_a_test_or_script_is_short(module):
    assert len((ROOT / module.path).read_text(encoding="utf-8").splitlines()) <= MOST_TEST_LINES


def test_functions_are_short():
    assert long_functions([*package_modules(), *other_modules()]) == []


def test_functions_take_few_parameters():
    assert wide_functions(package_modules()) == []


def test_package_files_hold_no_code():
    assert code_in_packages(package_modules()) == []


@pytest.mark.parametrize("module", package_modules(), ids=lambda module: module.name)
def test_a_module_says_what_it_is_for(module):
    docstring = ast.get_docstring(module.tree) or ""
    assert len(docstring.split()) >= 2


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
