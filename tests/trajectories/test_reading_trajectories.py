"""Files and folders of runs: order, ids, and nothing lost in silence."""

import gzip
import json

import pytest

from lrat_rank.errors import InputError
from lrat_rank.trajectories import ReadReport, Skipped, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting


def run(query_id=None, text="Thinking."):
    return {"query_id": query_id, "result": [{"type": "reasoning", "output": text}]}


def put(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(*records) -> bytes:
    return b"\n".join(r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)


def ids(*paths, **options):
    return [trajectory.trajectory_id for trajectory in read_trajectories(paths, **options)]


def test_a_folder_is_read_in_name_order_and_only_its_logs(tmp_path):
    for name in ("4.json", "11.json", "1.json", "10.json.gz", "sub/10.json"):
        put(tmp_path / name, run())
    for name in ("notes.md", ".hidden.json", ".cache/2.json", "corpus.csv"):
        put(tmp_path / name, run())
    report = ReadReport()
    assert ids(tmp_path, setting=ReadSetting(report)) == ["1", "10", "11", "4", "sub/10"]
    assert (report.files, report.trajectories, report.skipped) == (5, 5, [])


def test_runs_of_one_file_are_named_by_query_id_or_line(tmp_path):
    many = put(tmp_path / "many.jsonl", lines(run("q1"), b"", run(), run(7)))
    listed = put(tmp_path / "listed.json", [run("q1"), run()])
    assert ids(many) == ["many-q1", "many-3", "many-7"]
    assert ids(listed) == ["listed-q1", "listed-2"]
    packed = put(tmp_path / "packed.jsonl.gz", many.read_bytes())
    assert ids(packed) == ["packed-q1", "packed-3", "packed-7"]


def test_ids_are_unique_among_all_paths(tmp_path):
    first, second = put(tmp_path / "a/10.json", run()), put(tmp_path / "b/10.json", run())
    third, rival = put(tmp_path / "c/10.json", run()), put(tmp_path / "c/10#2.json", run())
    assert ids(first, rival, second, third) == ["10", "10#2", "10#3", "10#4"]


def test_a_file_given_twice_is_read_once(tmp_path):
    path = put(tmp_path / "1.json", run())
    assert ids(tmp_path, path) == ["1"]


def test_the_source_names_file_and_line(tmp_path):
    path = put(tmp_path / "many.jsonl", lines(run(), run()))
    assert [t.source for t in read_trajectories([path])] == [f"{path}:1", f"{path}:2"]


BAD = {
    "truncated.json": (b'{"result": [{"type": "rea', "broken JSON"),
    "binary.json": (bytes(range(256)), "broken JSON"),
    "latin1.json": ('{"result": "é"}'.encode("latin-1"), "not UTF-8 text"),
    "empty.json": (b"", "empty file"),
    "blank.jsonl": (b"\n\n", "empty file"),
    "scalar.json": (b"5", "not a trajectory in a known format"),
    "labels.json": (b'{"query_id": "q", "candidates": []}', "not a trajectory in a known format"),
    "deep.json": (b"[" * 100_000, "broken JSON"),
    "notgzip.json.gz": (None, "broken gzip"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_and_the_rest_is_read(tmp_path, name):
    data, reason = BAD[name]
    path = tmp_path / name
    path.write_bytes(b"plain text" if data is None else data)
    put(tmp_path / "a.json", run())
    put(tmp_path / "z.json", run())
    report = ReadReport()
    assert ids(tmp_path, setting=ReadSetting(report)) == ["a", "z"]
    (skipped,) = report.skipped
    assert skipped.where == str(path)
    assert reason in skipped.reason
    assert report.files == 3


def test_a_bad_line_is_named_and_the_rest_is_read(tmp_path):
    bad = [b'{"result": [', b"\xff\xfe\xfa", b'"text"']
    path = put(tmp_path / "many.jsonl", lines(run("a"), *bad, run("b")))
    report = ReadReport()
    assert ids(path, setting=ReadSetting(report)) == ["many-a", "many-b"]
    assert [skipped.where for skipped in report.skipped] == [f"{path}:{n}" for n in (2, 3, 4)]


def test_the_lines_before_a_broken_gzip_end_are_kept(tmp_path):
    records = [run(str(n), f"{n * 7919:x}" * 500) for n in range(60)]
    packed = gzip.compress(lines(*records))
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    report = ReadReport()
    read = ids(path, setting=ReadSetting(report))
    assert read[:3] == ["cut-0", "cut-1", "cut-2"]
    assert len(read) < 60
    assert "broken gzip" in report.skipped[-1].reason


def test_strict_stops_at_the_first_bad_record(tmp_path):
    put(tmp_path / "a.json", run())
    bad = put(tmp_path / "b.json", b"{")
    drawn = read_trajectories([tmp_path], strict=True)
    assert next(drawn).trajectory_id == "a"
    with pytest.raises(InputError, match="broken JSON") as caught:
        next(drawn)
    assert str(bad) in str(caught.value)


def test_a_missing_path_and_an_unknown_format_are_refused_at_once(tmp_path):
    with pytest.raises(InputError, match="an existing file or folder; got nothing there"):
        read_trajectories([tmp_path / "none"])
    with pytest.raises(InputError, match=r"one of auto, browsecomp, .*; got 'browscomp'"):
        read_trajectories([tmp_path], format_name="browscomp")


def test_inputs_without_a_single_run_are_refused_in_one_line(tmp_path):
    for n in range(5):
        put(tmp_path / f"{n}.json", b"")
    with pytest.raises(InputError) as caught:
        list(read_trajectories([tmp_path]))
    message = str(caught.value)
    assert "0.json: empty file; " in message
    assert "and 2 more" in message
    assert "\n" not in message


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"got no \.json, \.jsonl, \.ndjson"):
        list(read_trajectories([tmp_path]))


def test_a_file_of_another_kind_is_refused_by_name(tmp_path):
    path = put(tmp_path / "run.yaml", run())
    with pytest.raises(InputError, match="name does not end in"):
        list(read_trajectories([path]))


def test_a_named_format_takes_only_its_records(tmp_path):
    put(tmp_path / "a.json", run())
    other = put(tmp_path / "b.json", {"messages": []})
    report = ReadReport()
    assert ids(tmp_path, format_name="browsecomp", setting=ReadSetting(report)) == ["a"]
    assert report.skipped == [Skipped(str(other), "not a trajectory in the format browsecomp")]


def test_the_report_counts_turns_and_failures_by_kind(tmp_path):
    steps = [
        {"type": "reasoning", "output": "x"},
        {"type": "tool_call", "tool_name": "search", "arguments": {"query": "q"}, "output": None},
        {"type": "tool_call", "tool_name": "visit", "arguments": {"docid": 1}, "output": "Body."},
        {"type": "tool_call", "tool_name": "python", "arguments": {}, "output": ""},
        {"type": "output_text", "output": "y"},
    ]
    put(tmp_path / "a.json", {"result": steps})
    report = ReadReport()
    ids(tmp_path, setting=ReadSetting(report))
    assert report.turns == {"reasoning": 1, "search": 1, "browse": 1, "other_call": 1, "answer": 1}
    assert report.failed == {"search": 1}


def test_half_an_emoji_is_repaired_so_that_it_can_be_written_again(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"result": [{"type": "reasoning", "output": "cut \\ud83d"}]}')
    (trajectory,) = read_trajectories([path])
    assert trajectory.turns[0].text == "cut \ufffd"


def test_a_file_of_something_else_is_counted_whole_and_named_in_part(tmp_path):
    put(tmp_path / "a.json", run())
    path = put(tmp_path / "corpus.jsonl", b'{"_id": "1", "text": "x"}\n' * 1500)
    report = ReadReport()
    assert ids(tmp_path, setting=ReadSetting(report)) == ["a"]
    assert report.skipped_by_reason == {"not a trajectory in a known format": 1500}
    assert [skipped.where for skipped in report.skipped] == [f"{path}:{n}" for n in range(1, 1001)]


def test_lines_under_the_wrong_name_and_linked_folders_are_read(tmp_path):
    (tmp_path / "logs").mkdir()
    put(tmp_path / "elsewhere" / "linked.json", run())
    (tmp_path / "logs" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "logs" / "loop").symlink_to(tmp_path / "logs")
    put(tmp_path / "logs" / "wrong.json", lines(run("q"), run("q")))
    assert ids(tmp_path / "logs") == ["link/linked", "wrong-q", "wrong-q#2"]
