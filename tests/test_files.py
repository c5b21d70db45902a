"""Files that name the place of a fault, and are written whole or not at all."""

import gzip
import json

import numpy as np
import pytest

from lrat_rank.errors import InputError
from lrat_rank.files import (
    atomic_file,
    atomic_folder,
    existing_file,
    iter_jsonl,
    iter_lines,
    read_json,
    refuse_inputs,
    write_json,
    write_jsonl,
    write_lines,
)


def put(path, data):
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
class TestReading:
    def test_lines_come_with_their_numbers_and_blank_ones_are_skipped(self, tmp_path, name):
        path = put(tmp_path / name, "\ufeffone\r\n\n  \ntwo\u2028x\ry\nthree".encode())
        assert list(iter_lines(path)) == [(1, "one"), (4, "two\u2028x\ry"), (5, "three")]

    def test_bytes_that_are_no_text_name_their_own_line(self, tmp_path, name):
        path = put(tmp_path / name, b"good\n" * 6 + b"b\xffd\n")
        lines = iter_lines(path, "corpus")
        assert [next(lines) for _ in range(6)][-1] == (6, "good")
        with pytest.raises(InputError) as caught:
            next(lines)
        assert str(caught.value) == f"corpus must be UTF-8 text; got bytes that are not ({path}:7)."

    @pytest.mark.parametrize("data", [b"", b"\n \n"])
    def test_an_empty_file_is_refused(self, tmp_path, name, data):
        with pytest.raises(InputError, match="got an empty file"):
            list(iter_lines(put(tmp_path / name, data)))

    @pytest.mark.parametrize(
        "line", [b'{"a": 1', b"{'a': 1}", b'{"a": NaN}', b"[" * 100_000, b'"\xed\xa0\x80"']
    )
    def test_broken_json_names_its_line(self, tmp_path, name, line):
        path = put(tmp_path / name, b'{"a": 1}\n' + line + b"\n")
        with pytest.raises(InputError, match=rf"{name}:2"):
            list(iter_jsonl(path))

    @pytest.mark.parametrize(("line", "kind"), [(b"[1]", "list"), (b"3", "int"), (b'"a"', "str")])
    def test_json_that_is_no_object_names_its_line_and_kind(self, tmp_path, name, line, kind):
        with pytest.raises(InputError, match=rf"a JSON object; got a {kind} \(.*{name}:1\)"):
            list(iter_jsonl(put(tmp_path / name, line)))

    def test_one_json_object_may_span_lines(self, tmp_path, name):
        assert read_json(put(tmp_path / name, b'{\n "a":\n\n [1]}\n')) == {"a": [1]}
        with pytest.raises(InputError, match="got broken JSON"):
            read_json(put(tmp_path / name, b'{"a": 1} {"b": 2}'))
        with pytest.raises(InputError, match="got a list"):
            read_json(put(tmp_path / name, b"[]"))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="run must be an existing file; got nothing there"):
        existing_file(tmp_path / "none", "run")
    with pytest.raises(InputError, match="run must be a file; got a folder"):
        list(iter_lines(tmp_path, "run"))


def test_a_truncated_or_unpacked_gzip_is_refused(tmp_path):
    whole = gzip.compress(bytes(np.random.default_rng(0).integers(97, 122, 9000, dtype=np.uint8)))
    damaged = bytearray(whole)
    damaged[500] ^= 255
    for data in (whole[:3000], whole[:-4], b"plain text\n", bytes(damaged)):
        (tmp_path / "a.gz").write_bytes(data)
        with pytest.raises(InputError, match="a whole gzip file; got a broken one"):
            list(iter_lines(tmp_path / "a.gz"))


def test_every_float_reads_back_exactly(tmp_path):
    values = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0]
    write_json(tmp_path / "a.json", {"values": values})
    assert read_json(tmp_path / "a.json") == {"values": values}
    write_jsonl(tmp_path / "a.jsonl.gz", ({"v": value} for value in values))
    assert [record["v"] for _, record in iter_jsonl(tmp_path / "a.jsonl.gz")] == values
    assert json.loads((tmp_path / "a.json").read_text()) == {"values": values}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["out.txt", "out.txt.gz"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, name):
    def failing():
        yield "new"
        raise RuntimeError("half way")

    write_lines(tmp_path / name, ["old"])
    with pytest.raises(RuntimeError):
        write_lines(tmp_path / name, failing())
    assert [line for _, line in iter_lines(tmp_path / name)] == ["old"]
    assert names(tmp_path) == [name]


def test_nothing_stands_at_the_name_before_the_file_is_whole(tmp_path):
    with atomic_file(tmp_path / "new" / "out.txt") as temporary:
        temporary.write_text("whole")
        assert not (tmp_path / "new" / "out.txt").exists()
    assert (tmp_path / "new" / "out.txt").read_text() == "whole"
    assert names(tmp_path / "new") == ["out.txt"]


def test_a_written_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    write_lines(tmp_path / "ours", ["a"])
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_output_that_cannot_be_made_is_the_users_fault(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="output must be a file path; got an existing folder"):
        write_lines(tmp_path, ["a"])
    for path in (tmp_path / "file" / "out", tmp_path / "file" / "deep" / "out"):
        with pytest.raises(InputError, match="in a folder that can be written to"):
            write_lines(path, ["a"])
        with (
            pytest.raises(InputError, match="in a folder that can be written to"),
            atomic_folder(path, marker="manifest.json"),
        ):
            pass


OURS = '{"format": "lrat-rank-index", "version": 1}'


def make(folder, **files):
    with atomic_folder(folder, marker="manifest.json") as temporary:
        for name, text in files.items():
            (temporary / f"{name}.json").write_text(text)


def test_a_folder_of_ours_is_replaced_whole(tmp_path):
    make(tmp_path / "index", manifest=OURS, old="1")
    make(tmp_path / "index", manifest=OURS, new="2")
    assert names(tmp_path / "index") == ["manifest.json", "new.json"]
    assert names(tmp_path) == ["index"]


def test_a_failed_folder_leaves_the_old_one_and_nothing_else(tmp_path):
    make(tmp_path / "index", manifest=OURS)
    with pytest.raises(TypeError):
        make(tmp_path / "index", half="2", broken=None)  # the second file cannot be written
    assert names(tmp_path / "index") == ["manifest.json"]
    assert names(tmp_path) == ["index"]


def test_a_folder_or_file_of_somebody_else_is_never_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").touch()
    (tmp_path / "file").touch()
    for name in ("thesis", "file"):
        with pytest.raises(InputError, match=r"one whose manifest\.json was written"):
            make(tmp_path / name, manifest=OURS)
    assert names(tmp_path / "thesis") == ["chapter.txt"]


def test_a_folder_of_another_program_with_a_file_of_the_same_name_is_never_replaced(tmp_path):
    (tmp_path / "webext").mkdir()
    for content in ('{"name": "an extension"}', "[1]", "not JSON"):
        (tmp_path / "webext" / "manifest.json").write_text(content)
        with pytest.raises(InputError, match="written by lrat-rank"):
            make(tmp_path / "webext", manifest=OURS)


def test_the_folder_one_stands_in_may_be_replaced(tmp_path, monkeypatch):
    make(tmp_path / "index", manifest=OURS, old="1")
    monkeypatch.chdir(tmp_path / "index")
    make(".", manifest=OURS, new="2")
    assert names(tmp_path / "index") == ["manifest.json", "new.json"]


def test_an_output_that_is_or_holds_an_input_is_refused(tmp_path):
    refuse_inputs(tmp_path / "in" / "out", tmp_path / "in", None)
    for out, given in (("a", "a"), ("a", "a/b"), ("a/../b", "b")):
        with pytest.raises(InputError, match="--out must be apart"):
            refuse_inputs(tmp_path / out, tmp_path / given)


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    make(tmp_path / "empty", manifest=OURS)
    assert names(tmp_path / "empty") == ["manifest.json"]
