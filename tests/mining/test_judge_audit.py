"""The audit sample depends on the browses alone, and its file survives people and spreadsheets."""

import csv
import pickle
import random

import pytest

from lrat_rank.errors import InputError
from lrat_rank.mining.judges import Case, Decision, Verdict
from lrat_rank.mining.judges.audit import (
    COLUMNS,
    DOCUMENT_LIMIT,
    AuditSample,
    read_audit,
    write_audit,
)

VERDICTS = list(Verdict)


def offered(sample: AuditSample, numbers) -> AuditSample:
    for number in numbers:
        case = Case(f"It says {number}.", f"d{number}", f"text {number}", "query", "question?")
        decision = Decision(VERDICTS[number % 3], f"because {number}", failed=number % 5 == 0)
        sample.offer(case, decision, browse=f"t{number % 7}:{number}")
    return sample


@pytest.mark.parametrize("seed", range(5))
def test_the_sample_depends_neither_on_order_nor_on_shares_nor_on_repeats(seed):
    numbers = list(range(200))
    expected = offered(AuditSample(20), numbers).rows()
    random.Random(seed).shuffle(numbers)
    first, second = AuditSample(20), AuditSample(20)
    offered(first, numbers[:90])
    offered(second, numbers[70:])
    first.merge(pickle.loads(pickle.dumps(second)))
    assert first.rows() == expected
    assert len(expected) == 20
    assert offered(AuditSample(5), numbers).rows() == expected[:5]


def test_a_sample_holds_little_more_than_it_gives():
    few, many = (offered(AuditSample(20), range(n)) for n in (20, 2_000))
    assert len(pickle.dumps(many)) < 3 * len(pickle.dumps(few))


def test_fewer_browses_than_asked_for_are_all_there():
    assert len(offered(AuditSample(50), range(8)).rows()) == 8


def test_the_sample_is_spread_over_the_verdicts():
    rows = offered(AuditSample(60), range(600)).rows()
    assert {row.verdict for row in rows} == set(Verdict)


def test_a_sample_of_none_is_refused():
    with pytest.raises(InputError, match="audit size"):
        AuditSample(0)


HOSTILE = [
    "=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "'=1", "''=1", "'plain", "\t=1", "a,b;c",
    'say "so"', "two\nlines", "a\n\n\nb", "a\r\nb", "\r", "  spaces  ", "", "é — ü", "null", "007",
]  # fmt: skip


@pytest.mark.parametrize("name", ["audit.csv", "audit.jsonl", "audit.jsonl.gz"])
def test_what_is_written_is_read_again(tmp_path, name):
    sample = AuditSample(len(HOSTILE))
    for turn, text in enumerate(HOSTILE):
        case = Case(f"r{text}", f"{text}", text, text, text)
        sample.offer(case, Decision(VERDICTS[turn % 3], text, turn == 1), browse=f"{text}:{turn}")
    rows = sample.rows()
    assert len(rows) == len(HOSTILE)
    write_audit(tmp_path / name, rows)
    assert read_audit(tmp_path / name) == rows


def test_no_cell_starts_a_formula(tmp_path):
    sample = AuditSample(9)
    sample.offer(Case("=r", "=d", "@doc"), Decision(Verdict.USES, "+w"), browse="-t:1")
    write_audit(tmp_path / "a.csv", sample.rows())
    with (tmp_path / "a.csv").open(newline="") as lines:
        [record] = csv.DictReader(lines)
    assert list(record) == list(COLUMNS)
    assert record["human"] == ""
    assert not any(cell[:1] in ("=", "+", "-", "@") for cell in record.values() if cell)


def test_long_texts_are_cut_for_the_reader():
    sample = AuditSample(1)
    case = Case("r" * 50_000, document="x" * 50_000)
    sample.offer(case, Decision(Verdict.USES), browse="t:1")
    [row] = sample.rows()
    assert row.document.count("x") == DOCUMENT_LIMIT
    assert len(row.reasoning) < 32_767


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("uses", "uses"), ("USES", "uses"), (" Rejects ", "rejects"), ("DOES_NOT_USE", "rejects"),
        ("does not use", "rejects"), ("unknown", "unknown"), ("cannot tell", "unknown"), ("", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_that_a_person_filled_in_a_spreadsheet_is_read(tmp_path, said, verdict, delimiter):
    rows = offered(AuditSample(3), range(3)).rows()
    write_audit(tmp_path / "a.csv", rows)
    with (tmp_path / "a.csv").open(newline="") as lines:
        records = list(csv.DictReader(lines))
    with (tmp_path / "b.csv").open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.DictWriter(out, [*COLUMNS[::-1], "note"], delimiter=delimiter)
        writer.writeheader()
        for record in records:
            writer.writerow({**record, "human": said, "note": "x", "failed": "FALSE"})
    read = read_audit(tmp_path / "b.csv")
    assert [row.key for row in read] == [row.key for row in rows]
    assert {row.human.value if row.human else None for row in read} == {verdict}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: text.replace("human", "people"), "none called human"),
        (lambda text: text.replace("uses", "useful", 1), "useful"),
        (lambda text: text + text.split("\n")[1] + "\n", "once in its file"),
        (lambda text: text.replace('"false",""', '"false","maybe"', 1), "'maybe'"),
        (lambda text: text.replace('"false"', '"perhaps"'), "bool"),
        (lambda text: text.encode("utf-16"), "UTF-8"),
        (lambda text: "", "none called"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, change, what):
    sample = AuditSample(2)
    for turn in (0, 1):
        sample.offer(Case("r", "d"), Decision(Verdict.USES), browse=f"t{turn}:1")
    path = tmp_path / "a.csv"
    write_audit(path, sample.rows())
    changed = change(path.read_text())
    path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    with pytest.raises(InputError, match=what) as caught:
        read_audit(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_rows_of_nothing_but_delimiters_are_passed_over(tmp_path, delimiter):
    rows = offered(AuditSample(3), range(3)).rows()
    write_audit(tmp_path / "a.csv", rows)
    text = (tmp_path / "a.csv").read_text().replace('","', f'"{delimiter}"')
    empty = delimiter * (len(COLUMNS) - 1)
    (tmp_path / "a.csv").write_text(f"{text}{empty}\n{empty}\n")
    assert read_audit(tmp_path / "a.csv") == rows


def test_a_missing_file_and_broken_json_are_named(tmp_path):
    for name in ("none.csv", "none.jsonl"):
        with pytest.raises(InputError, match="existing file"):
            read_audit(tmp_path / name)
    (tmp_path / "a.jsonl").write_text('{"verdict": "uses"}\n')
    with pytest.raises(InputError, match="browse"):
        read_audit(tmp_path / "a.jsonl")
