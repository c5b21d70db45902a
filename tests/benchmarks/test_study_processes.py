"""Jobs side by side: each done once, in as many processes as were asked for."""

import os
from functools import partial

import pytest
import torch
from study.processes import side_by_side


def start(base: int):
    """What adds a number to another and says where."""
    return lambda job: (base + job, os.getpid(), torch.get_num_threads())


def test_every_job_is_done_once_in_processes_with_their_share_of_the_cores():
    done = dict(side_by_side(partial(start, 10), range(6), processes=2, threads=1))
    assert {job: made[0] for job, made in done.items()} == {job: 10 + job for job in range(6)}
    assert os.getpid() not in {process for _, process, _ in done.values()}
    assert {threads for _, _, threads in done.values()} == {1}


def test_one_process_is_this_one_and_keeps_its_threads():
    before = torch.get_num_threads()
    done = list(side_by_side(partial(start, 0), [3], processes=1, threads=before + 1))
    assert done == [(3, (3, os.getpid(), before))]


@pytest.mark.parametrize("processes", [1, 2])
def test_jobs_are_taken_as_they_can_be_done_and_may_end_early(processes):
    taken = []

    def jobs():
        for job in range(100):
            taken.append(job)
            yield job

    made = side_by_side(partial(start, 0), jobs(), processes=processes, threads=1)
    next(made)
    made.close()
    assert len(taken) <= 2 * processes


def test_what_goes_wrong_with_a_job_is_raised_here():
    with pytest.raises(TypeError):
        list(side_by_side(partial(start, 0), ["text"], processes=2, threads=1))
