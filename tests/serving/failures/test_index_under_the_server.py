"""An index that is missing or cut short is refused; a server has no need of its folder's files."""

import shutil
import signal
import subprocess

import httpx
import pytest
from served_process import command, documents, free_port, search, serving, write_index

from lrat_rank.cli.app import run
from lrat_rank.errors import InputError
from lrat_rank.models.first_stage import IndexOptions
from lrat_rank.serving.backend import BackendOptions, open_backend
from lrat_rank.trajectories import read_trajectories


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An index with everything that one without an encoder has."""
    return write_index(
        tmp_path_factory.mktemp("whole") / "index", options=IndexOptions(encoder="none")
    )


def test_a_missing_index_is_said_in_one_line(capsys, tmp_path):
    nowhere = str(tmp_path / "nowhere")
    assert run(["serve", "--index", nowhere, "--http", "--port", str(free_port())]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "index must be a folder made by lrat-rank index; got nothing there" in line
    assert nowhere in line


FILES = [
    "manifest.json",
    "documents.arrow",
    "bm25/data.csc.index.npy",
    "bm25/indices.csc.index.npy",
    "bm25/indptr.csc.index.npy",
    "bm25/params.index.json",
    "forward/contents.document_frequency.npy",
    "forward/text.collection_frequency.npy",
    "forward/text.offsets.npy",
    "forward/text.tokens.npy",
    "forward/title.offsets.npy",
    "forward/vocabulary.json",
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("left", [0.0, 0.5, 0.95, None])
def test_an_index_that_lacks_a_part_is_refused_before_anything_is_served(
    tmp_path, whole, name, left
):
    folder = shutil.copytree(whole, tmp_path / "index")
    part = folder / name
    content = part.read_bytes()
    part.unlink()
    if left is not None:
        part.write_bytes(content[: int(left * len(content))])
    with pytest.raises(InputError) as refused:
        open_backend(BackendOptions(index=folder))
    assert "\n" not in str(refused.value)
    assert "index" in str(refused.value)


def answers(server):
    found = search(server.address, "poet glacier", k=9).json()["hits"]
    opened = httpx.get(f"{server.address}/documents/02", timeout=60)
    return found, opened.json()


def test_an_index_that_is_replaced_or_removed_changes_no_answer_until_the_next_start(tmp_path):
    index = write_index(tmp_path / "index")
    with serving(index) as server:
        before = answers(server)
        write_index(index, documents("sang")[::-1][:4])
        assert answers(server) == before
        server.process.send_signal(signal.SIGHUP)
        assert answers(server) == before
        shutil.rmtree(index)
        assert answers(server) == before
        assert search(server.address, "harbour salt", k=9).status_code == 200
    write_index(index, documents("sang"))
    with serving(index) as server:
        assert answers(server)[1]["text"] == "A poet sang of the glacier."


def test_files_cut_short_in_place_give_no_wrong_answer_and_the_next_start_refuses(tmp_path):
    index, log = write_index(tmp_path / "index"), tmp_path / "log"
    with serving(index, "--log", str(log)) as server:
        before = answers(server)
        for path in index.rglob("*"):
            if path.is_file():
                path.write_bytes(b"")
        try:
            after = answers(server)
        except httpx.TransportError:  # the system ends a process that reads what is gone
            assert server.process.wait(60) == -signal.SIGBUS
            assert any("Bus error" in line for line in server.said)
        else:
            assert after == before
    assert any(turn.query == "poet glacier" for s in read_trajectories([log]) for turn in s.turns)
    again = subprocess.run(
        command(index, free_port()), capture_output=True, text=True, timeout=120, check=False
    )
    assert again.returncode == 2
    [line] = again.stderr.splitlines()
    assert "index manifest" in line
