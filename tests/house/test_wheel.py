"""What an installation brings: the whole package under one name, and nothing else."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from source_tree import PACKAGE_FOLDERS, PYPROJECT, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the tree, so that no build litter stays in the checkout."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for folder in (*PACKAGE_FOLDERS.values(), "tests"):
        if not (copy / folder).exists():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def source_files() -> set[str]:
    """Every file of the package folders, under the name it has when installed."""
    return {
        f"{package.replace('.', '/')}/{path.relative_to(ROOT / folder).as_posix()}"
        for package, folder in PACKAGE_FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_four_folders_and_no_other(names: set[str]):
    assert {name for name in names if ".dist-info/" not in name} == source_files()


def test_the_wheel_puts_one_name_into_site_packages(names: set[str]):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"lrat_rank"}


def test_the_wheel_says_that_it_is_typed(names: set[str]):
    assert "lrat_rank/py.typed" in names


def test_the_wheel_carries_the_licence_and_the_command(wheel: Path, names: set[str]):
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
        assert "lrat-rank = lrat_rank.cli.app:main" in archive.read(entry_points).decode()


def test_the_four_folders_import_as_one_package_from_the_wheel(wheel: Path, tmp_path: Path):
    code = "; ".join(f"import {name}; print({name}.__file__)" for name in PACKAGE_FOLDERS)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout.split()) == len(PACKAGE_FOLDERS)
    assert all(line.startswith(str(wheel)) for line in done.stdout.split())


def test_pyproject_names_every_folder_that_holds_python_files():
    found = {
        ".".join([package, *path.parent.relative_to(ROOT / folder).parts])
        for package, folder in PACKAGE_FOLDERS.items()
        for path in (ROOT / folder).rglob("*.py")
    }
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_folder_that_holds_python_files_is_a_package():
    folders = {p.parent for f in PACKAGE_FOLDERS.values() for p in (ROOT / f).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
