"""`make check` asks what is known of weaknesses, in this code and in the packages it uses."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
NOT_CHECKED = "no advisory service answers here; the installed packages were NOT checked"
KNOWN = '{"dependencies": [{"name": "requests", "vulns": [{"id": "known"}]}], "fixes": []}'
UNKNOWN = '{"dependencies": [{"name": "requests", "skip_reason": "not found"}], "fixes": []}'
SOUND = '{"dependencies": [{"name": "requests", "vulns": []}], "fixes": []}'


def audited(folder: Path, answers: dict[str, str], status: int) -> subprocess.CompletedProcess:
    """`make audit` with a pip-audit whose services answer what is told; no entry: no answer."""
    lines = [f"*\"-s {name} -f json\"*) echo '{answer}';;" for name, answer in answers.items()]
    program = folder / "pip-audit"
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        + "\n".join(lines)
        + f'\n*"-f json"*) echo "ConnectionError" >&2; exit 1;;\n'
        f'*) echo "audited with: $*"; exit {status};;\nesac\n'
    )
    program.chmod(0o755)
    return subprocess.run(
        ["make", "-s", "audit", f"BIN={folder}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@needs_make
@pytest.mark.parametrize("answers", [{}, {"pypi": UNKNOWN}, {"pypi": SOUND, "osv": UNKNOWN}])
def test_where_no_service_answers_that_is_said_and_nothing_fails(tmp_path, answers):
    done = audited(tmp_path, answers, status=1)
    assert done.returncode == 0
    assert NOT_CHECKED in done.stdout
    assert "audited with" not in done.stdout


@needs_make
@pytest.mark.parametrize("service", ["pypi", "osv"])
@pytest.mark.parametrize("status", [0, 1])
def test_where_one_answers_its_word_counts(tmp_path, service, status):
    done = audited(tmp_path, {service: KNOWN}, status=status)
    assert (done.returncode == 0) == (status == 0)
    assert f"-s {service}" in done.stdout
    assert "audited with: --local" in done.stdout
    assert NOT_CHECKED not in done.stdout


@needs_make
def test_check_runs_both_audits():
    told = subprocess.run(
        ["make", "-n", "check"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    ).stdout
    assert "bandit -q -r lrat_rank features models eval" in told
    assert "pip-audit" in told


@pytest.mark.parametrize(
    "line",
    [
        "import pickle; pickle.loads(b'')",
        "import subprocess; subprocess.run('ls', shell=True)",
        "eval(input())",
        "import yaml; yaml.load('')",
        "import hashlib; hashlib.md5(b'')",
        "import tempfile; tempfile.mktemp()",
        "HOST = '0.0.0.0'",
    ],
)
def test_bandit_as_configured_finds_what_must_not_be(tmp_path, line):
    (tmp_path / "weak.py").write_text(line + "\n")
    told = ["-q", "-r", str(tmp_path), "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [sys.executable, "-m", "bandit", *told], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "weak.py" in done.stdout
