"""Rankers are changed without losing a call, and a broken one never comes into service."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from lrat_rank.errors import InputError
from lrat_rank.serving.arms import parse_arm, session_place
from lrat_rank.serving.deployment import Deployment, version_of
from lrat_rank.serving.deployments import Deployments


class Scripted:
    """A ranker that says what its folder says."""

    def __init__(self, words):
        self.words, self.closed = words, False

    def score(self, lists):
        return [self.words]

    def close(self):
        self.closed = True


class CountsClosing:
    def __init__(self):
        self.closed = 0

    def close(self):
        self.closed += 1


def load(folder):
    words = (folder / "words").read_text()
    if words == "broken":
        raise ValueError("not a model")
    return Scripted(words)


def folder_of(place, words):
    place.mkdir(exist_ok=True)
    (place / "words").write_text(words)
    return place


def test_a_reload_serves_what_the_folder_holds_now(tmp_path):
    folder = folder_of(tmp_path / "r", "old")
    deployments = Deployments.open(load, folder)
    old = deployments.serving
    folder_of(folder, "new")
    told = deployments.reload()
    assert deployments.serving.ranker.words == "new"
    assert told.changed
    assert told.before == {"a": old.version}
    assert told.now == {"a": version_of(folder)} != told.before
    assert old.ranker.closed


def test_a_reload_of_an_unchanged_folder_keeps_the_loaded_ranker(tmp_path):
    deployments = Deployments.open(load, folder_of(tmp_path / "r", "same"))
    before = deployments.serving
    assert not deployments.reload().changed
    assert deployments.serving is before
    assert not before.ranker.closed


def test_a_folder_whose_files_cannot_be_read_leaves_all_as_they_were(tmp_path, monkeypatch):
    first, second = folder_of(tmp_path / "r", "one"), folder_of(tmp_path / "b", "two")
    made = []

    def loaded(folder):
        made.append(load(folder))
        return made[-1]

    deployments = Deployments.open(loaded, first, arms=[(second, 0.5)])
    before, real = deployments.all, Path.open
    folder_of(first, "newer")

    def unreadable(path, *args, **kwargs):
        if path.parent == second:
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", unreadable)
    with pytest.raises(InputError, match="Permission denied"):
        deployments.reload()
    assert deployments.all == before
    assert [ranker.closed for ranker in made] == [False, False, True]


@pytest.mark.parametrize("fault", ["broken", "missing", "refused"])
def test_a_ranker_that_does_not_load_or_work_leaves_all_as_they_were(tmp_path, fault):
    good, arm = folder_of(tmp_path / "r", "good"), folder_of(tmp_path / "b", "arm")
    made = []

    def check(ranker):
        made.append(ranker)
        if ranker.words == "refused":
            raise RuntimeError("scores are not numbers")

    deployments = Deployments.open(load, good, arms=[(arm, 0.5)], check=check)
    before = deployments.all
    folder_of(good, "better")
    if fault == "missing":
        (arm / "words").unlink()
    else:
        folder_of(arm, fault)
    with pytest.raises(InputError, match="ranker must be a folder that loads and scores"):
        deployments.reload()
    assert deployments.all == before
    assert not any(one.ranker.closed for one in before)
    assert all(ranker.closed for ranker in made[2:])  # what was loaded in vain holds nothing


def test_a_ranker_that_several_arms_hold_is_closed_once_when_no_arm_holds_it(tmp_path):
    one, two = folder_of(tmp_path / "r", "shared"), folder_of(tmp_path / "b", "shared")
    made = {}

    def sharing(folder):
        return made.setdefault((folder / "words").read_text(), CountsClosing())

    deployments = Deployments.open(sharing, one, arms=[(two, 0.5)])
    folder_of(one, "new")
    deployments.reload()
    assert made["shared"].closed == 0
    folder_of(two, "new")
    deployments.reload()
    assert made["shared"].closed == 1
    deployments.close()
    assert made["new"].closed == 1


def test_a_reload_in_vain_closes_no_ranker_that_serves(tmp_path):
    one, two = folder_of(tmp_path / "r", "one"), folder_of(tmp_path / "b", "two")
    ranker = CountsClosing()
    deployments = Deployments.open(
        lambda folder: ranker if load(folder) else None, one, arms=[(two, 0.5)]
    )
    folder_of(one, "newer")
    folder_of(two, "broken")
    with pytest.raises(InputError, match="not a model"):
        deployments.reload()
    assert ranker.closed == 0


def test_calls_in_flight_finish_on_the_old_ranker_which_is_closed_after_the_last(tmp_path):
    deployments = Deployments.open(load, folder_of(tmp_path, "old"))
    with deployments.using() as first:
        with deployments.using() as second:
            folder_of(tmp_path, "new")
            deployments.reload()
            with deployments.using() as third:
                assert third.ranker.words == "new"
            assert first is second
            assert not first.ranker.closed
        assert not first.ranker.closed
    assert first.ranker.closed
    assert not deployments.serving.ranker.closed


def test_a_call_does_not_fail_because_the_old_ranker_cannot_be_closed(tmp_path, caplog):
    deployments = Deployments.open(load, folder_of(tmp_path, "old"))

    def stuck():
        raise RuntimeError("the device is lost")

    with deployments.using() as old:
        old.ranker.close = stuck
        folder_of(tmp_path, "new")
        deployments.reload()
    assert "could not be closed" in caplog.text
    assert deployments.serving.ranker.words == "new"


def test_no_call_of_many_threads_meets_a_closed_ranker_while_rankers_change(tmp_path):
    deployments = Deployments.open(load, folder_of(tmp_path, "0"))
    wrong, done = [], threading.Event()

    def work():
        while not done.is_set():
            with deployments.using() as deployment:
                wrong.extend([1] * deployment.ranker.closed)
                time.sleep(0)
                wrong.extend([1] * deployment.ranker.closed)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    old = []
    for number in range(1, 100):
        old.append(deployments.serving)
        folder_of(tmp_path, str(number))
        deployments.reload()
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(one.ranker.closed for one in old)
    assert deployments.serving.ranker.words == "99"


def test_sessions_go_to_the_arms_by_their_shares_and_always_to_the_same_one():
    arms = [(Deployment(Scripted("b"), "b"), 0.25), (Deployment(Scripted("c"), "c"), 0.15)]
    deployments = Deployments(Deployment(Scripted("a"), "a"), arms=arms)
    again = Deployments(Deployment(Scripted("a"), "a"), arms=arms)
    ids = [f"session-{n}" for n in range(10_000)]
    found = [deployments.for_session(one).arm for one in ids]
    assert found == [again.for_session(one).arm for one in ids]
    shares = {arm: count / len(ids) for arm, count in Counter(found).items()}
    assert shares == pytest.approx({"a": 0.6, "b": 0.25, "c": 0.15}, abs=0.02)
    assert deployments.for_session(ids[0]).version == found[0]


def test_a_session_stays_in_its_arm_when_rankers_are_reloaded(tmp_path):
    folders = [folder_of(tmp_path / name, name) for name in "ab"]
    deployments = Deployments.open(load, folders[0], arms=[(folders[1], 0.5)])
    before = [deployments.for_session(str(n)).arm for n in range(50)]
    for folder in folders:
        folder_of(folder, "newer")
    deployments.reload()
    assert [deployments.for_session(str(n)).arm for n in range(50)] == before
    assert {one.ranker.words for one in deployments.all} == {"newer"}


def test_where_a_session_stands_is_fixed_for_ever():
    assert session_place("session-1") == pytest.approx(0.5441107101689489)
    assert 0 <= session_place("\ud800") < 1


def test_a_call_of_no_session_is_in_no_arm():
    arms = [(Deployment(Scripted("b"), "b"), 0.9)]
    deployments = Deployments(Deployment(Scripted("a"), "a"), arms=arms)
    assert (deployments.for_session("").arm, deployments.for_session("").version) == ("", "a")
    assert Deployments(Deployment()).for_session("s").arm == ""


def test_the_version_tells_contents_apart_and_not_places(tmp_path):
    one, two = folder_of(tmp_path / "one", "same"), folder_of(tmp_path / "two", "same")
    assert version_of(one) == version_of(two)
    assert version_of(folder_of(tmp_path / "three", "size")) != version_of(one)


def test_first_stages_alone_have_nothing_to_reload():
    with pytest.raises(InputError, match="ranker folder must be in service"):
        Deployments(Deployment(), load=load).reload()


@pytest.mark.parametrize("text", ["", "r", "r:", "r:0", "r:1.5", "r:-1", ":0.5", "r:nan", "r:x"])
def test_options_that_name_no_arm_are_refused(text):
    with pytest.raises(InputError, match="--ab must be"):
        parse_arm(text)


@pytest.mark.parametrize("shares", [[0.6, 0.6], [0.0], [float("nan")], [0.05] * 10])
def test_shares_that_cannot_be_served_are_refused(shares):
    with pytest.raises(InputError, match="--ab must be"):
        Deployments(Deployment(), arms=[(Deployment(), share) for share in shares])
