"""Who is given which job: those alike to one process, until another has nothing to do."""

from study.jobs import Jobs


def work_off(jobs: Jobs, seconds: dict[str, float], processes: int) -> dict[str, int]:
    """Which process did which job, where each takes so long."""
    free = {number: 0.0 for number in range(processes)}
    last: dict[int, str | None] = dict.fromkeys(free)
    done: dict[str, int] = {}
    while free:
        number = min(free, key=lambda one: (free[one], one))
        given = jobs.give(last[number])
        if not given:
            del free[number]
            continue
        [last[number]] = given
        done[given[0]] = number
        free[number] += seconds[given[0]]
    return done


def test_without_a_kind_jobs_are_taken_one_by_one_in_their_order():
    taken = []
    jobs = Jobs(taken.append(job) or job for job in "abc")
    assert taken == []
    assert jobs.give() == ["a"]
    assert taken == ["a"]
    assert [jobs.give("a"), jobs.give(), jobs.give("b")] == [["b"], ["c"], []]


def test_a_process_goes_on_with_its_kind_and_begins_another_before_it_helps():
    names = [f"{kind}{number}" for kind in "abc" for number in range(5)]
    done = work_off(Jobs(names, kind=lambda job: job[0]), dict.fromkeys(names, 1.0), 2)
    assert sorted(done) == names
    assert {done[f"a{number}"] for number in range(5)} == {0}
    assert {done[f"b{number}"] for number in range(5)} == {1}
    assert {done[f"c{number}"] for number in range(5)} == {0, 1}


def test_whoever_is_free_helps_where_most_is_left():
    seconds = {"a0": 9, "a1": 9, "a2": 9, "b0": 9, "b1": 9, "c0": 1}
    done = work_off(Jobs(seconds, kind=lambda job: job[0]), seconds, 3)
    assert done == {"a0": 0, "b0": 1, "c0": 2, "a1": 2, "a2": 0, "b1": 1}


def test_more_processes_than_kinds_share_from_the_start():
    seconds = dict.fromkeys(["a0", "a1", "a2"], 1.0)
    assert work_off(Jobs(seconds, kind=lambda job: job[0]), seconds, 3) == {
        "a0": 0,
        "a1": 1,
        "a2": 2,
    }


def test_no_job_is_lost_where_a_process_did_a_kind_that_is_over():
    jobs = Jobs(["a0", "b0"], kind=lambda job: job[0])
    assert [jobs.give(), jobs.give("a0"), jobs.give("b0"), jobs.give("a0")] == [
        ["a0"],
        ["b0"],
        [],
        [],
    ]
