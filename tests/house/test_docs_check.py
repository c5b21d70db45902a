"""The check of the documents finds what it is there to find."""

import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import pytest
from source_tree import ROOT


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_check", ROOT / "docs" / "check.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def document(tmp_path):
    def write(text: str, name: str = "page.md"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def command():
    def option(*names):
        return SimpleNamespace(opts=list(names), secondary_opts=[])

    def leaf(*options):
        return SimpleNamespace(params=[option(name) for name in options])

    train = SimpleNamespace(params=[], commands={"lightgbm": leaf("--out", "--index")})
    commands = {"mine": leaf("--out", "-k"), "train": train}
    return SimpleNamespace(params=[option("--debug")], commands=commands)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[gone](nowhere.md)", 1),
        ("![picture](nowhere.png)", 1),
        ("[no such heading](#elsewhere)\n# Here", 1),
        ("[here](#here-and-now)\n# Here, and now", 0),
        ("[itself](page.md)", 0),
        ("[web](https://example.org/x)", 0),
        ("```python\ncall[0](nowhere)\n```", 0),
        ("`call[0](nowhere)`", 0),
    ],
)
def test_a_link_that_leads_nowhere_is_found(check, document, text, faults):
    path = document(text)
    assert len(list(check.broken_links(path, path.parent))) == faults


@pytest.mark.parametrize(
    ("shell", "faults"),
    [
        ("lrat-rank mine runs --out labels.jsonl -k 3", 0),
        ("lrat-rank train lightgbm labels.jsonl --index index --out model", 0),
        ("lrat-rank --debug mine runs", 0),
        ("lrat-rank mine runs --help", 0),
        ("lrat-rank COMMAND --help", 0),
        ("lrat-rank mine runs --out x | other --unknown", 0),
        ("lrat-rank mine runs # --unknown", 0),
        ("lrat-rank mine runs --bogus", 1),
        ("lrat-rank mine runs \\\n  --bogus=3", 1),
        ("lrat-rank mein runs", 1),
        (".venv/bin/lrat-rank mein runs", 1),
        ("cd there && lrat-rank train lightbgm labels.jsonl", 1),
        ("x=$(lrat-rank mine --bogus)", 1),
    ],
)
def test_a_command_that_does_not_exist_is_found(check, document, command, shell, faults):
    page, script = document(f"```sh\n{shell}\n```\n"), document(f"{shell}\n", "walk.sh")
    for path in (page, script):
        assert len(list(check.wrong_commands(path, path.parent, command))) == faults


def test_a_command_outside_shell_blocks_is_prose(check, document, command):
    path = document("lrat-rank mein\n```text\nlrat-rank mein\n```\n")
    assert list(check.wrong_commands(path, path.parent, command)) == []


def test_a_benchmark_that_is_named_and_not_there_is_found(check, document, tmp_path):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "speed.py").touch()
    page = document("`benchmarks/speed.py`\n```\npython benchmarks/sped.py\n```\n")
    [fault] = check.missing_benchmarks(page, tmp_path)
    assert fault == "page.md:3: a benchmark must be there; got benchmarks/sped.py"


def test_a_benchmark_that_the_makefile_runs_and_the_readme_leaves_out_is_found(check, document):
    loop = 'bench:\n\tfor figure in speed \\\n\t\trecall; do python "$$figure"; done\n'
    root = document(f"{loop}study:\n\tpython benchmarks/rankers.py\n", "Makefile").parent
    document("`benchmarks/recall.py`", "README.md")
    faults = list(check.untold_benchmarks(root))
    assert [fault.split("benchmarks/")[1] for fault in faults] == ["rankers.py", "speed.py"]
    document("`benchmarks/recall.py`, `benchmarks/rankers.py`, `benchmarks/speed.py`", "README.md")
    assert list(check.untold_benchmarks(root)) == []
    document("bench:\n\tmake speed\n", "Makefile")
    [fault] = check.untold_benchmarks(root)
    assert fault.startswith("Makefile: must run benchmarks in a loop")


def test_a_stale_table_is_found_and_a_fresh_one_passes(check, document):
    table = document("print('# Table')\n", "a_table.py")
    document("# Table\n", "fresh.md")
    document("# Old table\n", "stale.md")
    root = table.parent
    assert list(check.stale(root, "fresh.md", "a_table")) == []
    assert len(list(check.stale(root, "stale.md", "a_table"))) == 1
    assert len(list(check.stale(root, "absent.md", "a_table"))) == 1
    assert len(list(check.stale(root, "fresh.md", "no_such_table"))) == 1


@pytest.mark.parametrize(
    ("parts", "faults"),
    [
        (("", "home", "ada", "labels.jsonl"), 1),
        (("cp x ", "root", "x"), 1),
        (("https://example.org", "home", "page"), 0),
        (("docs", "work", "page"), 0),
    ],
)
def test_a_path_of_one_machine_is_found(check, document, parts, faults):
    path = document("/".join(parts))
    assert len(list(check.machine_paths(path, path.parent))) == faults


def test_a_binary_file_is_passed_over(check, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\xff\xfe")
    assert list(check.machine_paths(path, tmp_path)) == []
