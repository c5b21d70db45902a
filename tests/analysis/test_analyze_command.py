"""`lrat-rank analyze`: the files it writes, what it prints, and what it refuses."""

import json
from pathlib import Path

import pytest
from invented_runs import analysis, ordinary

from lrat_rank.cli.app import run as command_line
from lrat_rank.trajectories import write_trajectory


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    for trajectory in ordinary(6):
        write_trajectory(folder, trajectory)
    return folder


def analyze(*arguments: object) -> int:
    return command_line(["analyze", *map(str, arguments)])


def test_the_folder_holds_the_page_and_every_number_on_it(runs, tmp_path, capsys):
    out = tmp_path / "report"
    assert analyze(runs, "--out", out) == 0
    assert sorted(path.name for path in out.iterdir()) == ["analysis.json", "index.html"]
    numbers = json.loads((out / "analysis.json").read_text())
    assert numbers["trajectories"] == 6
    assert numbers["labels"]["lists"] > 0
    assert numbers["reasoning"]["half_life"] > 0
    assert sum(point["browsed"] for point in numbers["position"]["curve"]) > 0
    assert "Wrote" in capsys.readouterr().out


def test_json_prints_what_the_file_holds_and_nothing_else(runs, tmp_path, capsys):
    out = tmp_path / "report"
    assert analyze(runs, "--out", out, "--json") == 0
    assert json.loads(capsys.readouterr().out) == json.loads((out / "analysis.json").read_text())


def test_the_same_runs_give_the_same_bytes(runs, tmp_path):
    for name in ("one", "two"):
        assert analyze(runs, "--out", tmp_path / name) == 0
    for file in ("index.html", "analysis.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_an_earlier_report_is_replaced_and_other_folders_are_not(runs, tmp_path, capsys):
    out = tmp_path / "report"
    assert analyze(runs, "--out", out) == analyze(runs, "--out", out) == 0
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    assert analyze(runs, "--out", tmp_path / "thesis") == 2
    assert (tmp_path / "thesis" / "chapter.txt").exists()
    assert analyze(runs, "--out", runs) == 2
    assert "Choose another --out" in capsys.readouterr().err


def test_an_unknown_trajectory_leaves_no_report(runs, tmp_path, capsys):
    out = tmp_path / "report"
    assert analyze(runs, "--out", out, "--trajectory", "nobody") == 2
    assert "'nobody'" in capsys.readouterr().err
    assert not out.exists()


def test_named_trajectories_and_their_number_are_the_users_choice(runs, tmp_path):
    out = tmp_path / "report"
    assert analyze(runs, "--out", out, "--show", 2) == 0
    assert len(json.loads((out / "analysis.json").read_text())["shown_trajectories"]) == 2
    names = json.loads((out / "analysis.json").read_text())["shown_trajectories"]
    assert analyze(runs, "--out", out, "--trajectory", names[0]) == 0
    assert json.loads((out / "analysis.json").read_text())["shown_trajectories"] == names[:1]


@pytest.mark.parametrize("option", ["--policy", "--judge"])
def test_an_unknown_choice_is_refused(runs, tmp_path, option, capsys):
    assert analyze(runs, "--out", tmp_path / "report", option, "nonsense") == 2
    assert "nonsense" in capsys.readouterr().err


def test_the_numbers_do_not_depend_on_how_many_runs_are_shown():
    some, every = analysis(*ordinary(), show=2).to_dict(), analysis(*ordinary()).to_dict()
    assert some.pop("shown_trajectories") != every.pop("shown_trajectories")
    assert some == every


@pytest.mark.shared
def test_the_six_real_runs_give_a_report(shared, tmp_path):
    out = tmp_path / "report"
    assert analyze(shared / "trajectories" / "lrat", "--out", out) == 0
    numbers = json.loads((out / "analysis.json").read_text())
    assert numbers["trajectories"] == 6
    assert numbers["list_sizes"] == {"10": 30}
    curve = {point["rank"]: point["browsed"] for point in numbers["position"]["curve"]}
    assert sum(curve[rank] for rank in (1, 2)) >= 9
    assert "Bedřich Havlíček" in (out / "index.html").read_text(encoding="utf-8")
