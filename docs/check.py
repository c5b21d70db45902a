"""Checks that what the documents say is so; one line a fault, exit code 1 when there is any.

Links lead somewhere, commands and options named in shell blocks exist, benchmarks named in the text
exist and those the Makefile runs stand in the README, generated tables are fresh, and no file
carries a path of somebody's machine. `make check` runs it.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

GENERATED = {
    "docs/features.md": "lrat_rank.features.table",
    "docs/losses.md": "lrat_rank.models.losses.table",
}
"""Documents that a module prints."""

_FENCE = re.compile(r"^\s*(```|~~~)\s*(\w*)")
_SHELL = {"bash", "console", "sh", "shell"}
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_REMOTE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HEADING = re.compile(r"^#+\s+(.*)$")
_END_OF_COMMAND = re.compile(r"[|&;<>()]+|[0-9]?>+.*")
_PLACEHOLDER = re.compile(r"[A-Z][A-Z_0-9]*…?|…|\.\.\.")
_BENCHMARK = re.compile(r"(?<![\w/])benchmarks/(\w+)\.py")
_BENCHMARK_LOOP = re.compile(r"for figure in ([\w\s\\]+);")
_MACHINE_PATH = re.compile(r"(?<![\w.~:/$})-])(?:/(?:home|root|Users|work)/\w|[A-Z]:\\Users\\)")


@dataclass(frozen=True)
class Line:
    """One line of a document: where it stands, and the language of the fence around it, if any."""

    where: str
    text: str
    language: str | None


def tracked(root: Path) -> list[Path]:
    """The files of the project: what git tracks or would track, by path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    paths = {root / name for name in listed.stdout.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def lines(path: Path, root: Path) -> Iterator[Line]:
    """The lines of a Markdown file; the fences themselves are left out."""
    fence, language = "", None
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _FENCE.match(text)
        if found and fence in ("", found[1]):
            fence, language = ("", None) if fence else (found[1], found[2])
        else:
            yield Line(f"{path.relative_to(root)}:{number}", text, language)


def broken_links(path: Path, root: Path) -> Iterator[str]:
    """Relative links of a Markdown file whose file or heading is not there."""
    for line in lines(path, root):
        text = re.sub(r"`[^`]*`", "", line.text) if line.language is None else ""
        for target in _LINK.findall(text):
            if _REMOTE.match(target):
                continue
            name, _, anchor = target.partition("#")
            goal = (path.parent / name).resolve() if name else path
            if not goal.exists():
                yield f"{line.where}: link must lead to a file; got {target}"
            elif anchor and goal.suffix == ".md" and anchor not in anchors(goal, root):
                yield f"{line.where}: link must lead to a heading; got {target}"


def anchors(path: Path, root: Path) -> set[str]:
    """The names by which a Markdown file's headings are linked."""
    found = (_HEADING.match(line.text) for line in lines(path, root) if line.language is None)
    return {slug(heading[1]) for heading in found if heading}


def slug(heading: str) -> str:
    """A heading as GitHub links to it.

    >>> slug("Add a `loss`: the files")
    'add-a-loss-the-files'
    """
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def shell_commands(text: list[Line]) -> Iterator[tuple[str, list[str]]]:
    """(where, words after the program) of every `lrat-rank` command in lines of shell."""
    joined, where = "", ""
    for line in text:
        where = where if joined else line.where
        joined += line.text
        if joined.endswith("\\"):
            joined = joined[:-1] + " "
            continue
        for words in _invocations(joined):
            yield where, words
        joined = ""


def _invocations(text: str) -> Iterator[list[str]]:
    if "lrat-rank" not in text:
        return
    lexer = shlex.shlex(text.replace("$(", " ( "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        words = text.split()
    for start, word in enumerate(words):
        if word == "lrat-rank" or word.endswith("/lrat-rank"):
            rest = words[start + 1 :]
            ends = [i for i, word in enumerate(rest) if _END_OF_COMMAND.fullmatch(word)]
            yield rest[: ends[0]] if ends else rest


def unknown_words(words: list[str], command: Any) -> str | None:
    """The first command or option of a line that the program lacks, as a fault; None without one.

    Args:
        words: The words after `lrat-rank`.
        command: The program as typer builds it.
    """
    path = "lrat-rank"
    for word in words:
        commands = getattr(command, "commands", None)
        if word.startswith("-") and not re.fullmatch(r"-+|-[0-9.]+", word):
            option = word.partition("=")[0]
            known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
            if option not in known | {"--help"}:
                return f"{path} must have the options it is shown with; got {option}"
        elif commands is not None:
            if _PLACEHOLDER.fullmatch(word):
                return None
            if word not in commands:
                return f"{path} must have the commands it is shown with; got {word}"
            command, path = commands[word], f"{path} {word}"
    return None


def wrong_commands(path: Path, root: Path, command: Any) -> Iterator[str]:
    """Commands and options that a document or a shell script names and the program lacks."""
    if path.suffix == ".md":
        shell = [line for line in lines(path, root) if line.language in _SHELL]
    else:
        numbered = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        shell = [Line(f"{path.relative_to(root)}:{n}", text, "sh") for n, text in numbered]
    for where, words in shell_commands(shell):
        fault = unknown_words(words, command)
        if fault:
            yield f"{where}: {fault}"


def stale(root: Path, document: str, module: str) -> Iterator[str]:
    """Whether a generated document differs from what its module prints now."""
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    path = root / document
    if done.returncode != 0:
        yield f"{document}: python -m {module} must run; got {done.stderr.strip()[-200:]}"
    elif not path.is_file() or path.read_text(encoding="utf-8") != done.stdout:
        yield f"{document} must be fresh; it is not. Run: python -m {module} > {document}"


def missing_benchmarks(path: Path, root: Path) -> Iterator[str]:
    """Benchmarks that a Markdown file names and that are not there."""
    for line in lines(path, root):
        for name in _BENCHMARK.findall(line.text):
            if not (root / "benchmarks" / f"{name}.py").is_file():
                yield f"{line.where}: a benchmark must be there; got benchmarks/{name}.py"


def untold_benchmarks(root: Path) -> Iterator[str]:
    """Benchmarks that the Makefile runs and the README, which quotes them, does not name."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    loops = _BENCHMARK_LOOP.findall(makefile)
    if not loops:
        yield "Makefile: must run benchmarks in a loop `for figure in NAMES;`; got none"
    run = {name for names in loops for name in re.findall(r"\w+", names)}
    told = set(_BENCHMARK.findall((root / "README.md").read_text(encoding="utf-8")))
    for name in sorted((run | set(_BENCHMARK.findall(makefile))) - told):
        yield f"README.md: must name every benchmark the Makefile runs; got no benchmarks/{name}.py"


def machine_paths(path: Path, root: Path) -> Iterator[str]:
    """Absolute paths of one machine in a text file; other files are passed over."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if _MACHINE_PATH.search(line):
            yield f"{path.relative_to(root)}:{number}: paths must be relative; got {line.strip()}"


def faults(root: Path) -> Iterator[str]:
    """Every fault of the project's documents."""
    import typer

    from lrat_rank.cli.app import app

    command = typer.main.get_command(app)
    for path in tracked(root):
        if path.suffix == ".md":
            yield from broken_links(path, root)
            yield from missing_benchmarks(path, root)
        if path.suffix in (".md", ".sh"):
            yield from wrong_commands(path, root, command)
        yield from machine_paths(path, root)
    yield from untold_benchmarks(root)
    for document, module in GENERATED.items():
        yield from stale(root, document, module)


def main() -> int:
    """Print the faults; 1 when there is any."""
    found = list(faults(ROOT))
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
