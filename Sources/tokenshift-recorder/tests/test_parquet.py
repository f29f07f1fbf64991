"""Rows of Parquet against values written by hand, and the order and the faults of files."""

from __future__ import annotations

import json
import math
import sys
import tracemalloc
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tokenshift_recorder import parquet  # noqa: E402
from tokenshift_recorder.errors import RecorderError  # noqa: E402

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

CASES: list[tuple[str, Any, list[Any], list[Any]]] = [
    ("ids", pa.list_(pa.int32()), [[1, 2], [], None], [[1, 2], [], None]),
    ("text", pa.large_string(), ["ü\n", "", None], ["ü\n", "", None]),
    ("number", pa.float64(), [1.5, math.nan, math.inf], [1.5, None, None]),
    ("half", pa.float16(), [1.5, None, -2.0], [1.5, None, -2.0]),
    ("numbers", pa.list_(pa.float32()), [[0.5, math.nan], None, [-math.inf]],
     [[0.5, None], None, [None]]),
    ("large", pa.uint64(), [2**64 - 1, 0, None], [2**64 - 1, 0, None]),
    ("flag", pa.bool_(), [True, False, None], [True, False, None]),
    ("bytes", pa.binary(), ["é".encode(), b"\xff\x00", None], ["é", {"base64": "/wA="}, None]),
    ("fixed", pa.binary(2), [b"ab", b"\xff\xff", None], ["ab", {"base64": "//8="}, None]),
    ("decimal", pa.decimal128(30, 3),
     [Decimal("0.125"), Decimal("12345678901234567890.001"), Decimal(7)],
     [0.125, "12345678901234567890.001", 7]),
    ("day", pa.date32(), [date(2026, 1, 2), None, date(1, 1, 1)],
     ["2026-01-02", None, "0001-01-01"]),
    ("naive", pa.timestamp("ms"), [datetime(2026, 1, 2, 3, 4, 5), None, None],
     ["2026-01-02T03:04:05", None, None]),
    ("zoned", pa.timestamp("us", "UTC"), [datetime(2026, 1, 2, tzinfo=timezone.utc), None, None],
     ["2026-01-02T00:00:00+00:00", None, None]),
    ("nano", pa.timestamp("ns"), pa.array([1, 1_500_000_000, None], pa.timestamp("ns")),
     ["1970-01-01T00:00:00", "1970-01-01T00:00:01.500000", None]),
    ("nested nano", pa.list_(pa.timestamp("ns")),
     pa.array([[1001], [], None], pa.list_(pa.timestamp("ns"))),
     [["1970-01-01T00:00:00.000001"], [], None]),
    ("clock", pa.time64("us"), [time(1, 2, 3), None, None], ["01:02:03", None, None]),
    ("span", pa.duration("ms"), [timedelta(seconds=1.5), None, None], [1.5, None, None]),
    ("category", pa.dictionary(pa.int32(), pa.string()), ["a", None, "a"], ["a", None, "a"]),
    ("messages", pa.list_(pa.struct([("role", pa.string()), ("at", pa.date32())])),
     [[{"role": "user", "at": date(2026, 1, 2)}], [], None],
     [[{"role": "user", "at": "2026-01-02"}], [], None]),
    ("map", pa.map_(pa.string(), pa.float64()), [[("a", math.nan)], [], None],
     [{"a": None}, {}, None]),
    ("numbered", pa.map_(pa.int8(), pa.string()), [[(1, "a")], [(1, "a"), (2, "b")], None],
     [[[1, "a"]], [[1, "a"], [2, "b"]], None]),
    ("twice", pa.map_(pa.string(), pa.int8()), [[("a", 1), ("a", 2)], None, None],
     [[["a", 1], ["a", 2]], None, None]),
    ("nothing", pa.null(), [None, None, None], [None, None, None]),
]  # fmt: skip


def write(path: Path, first: int = 0, count: int = 3) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"n": list(range(first, first + count))}), path)
    return path


def numbers(path: Path) -> list[int]:
    return [json.loads(line)["n"] for line in path.read_text().splitlines()]


@pytest.mark.parametrize(("name", "kind", "values", "expected"), CASES, ids=[c[0] for c in CASES])
def test_types(name: str, kind: Any, values: Any, expected: list[Any], tmp_path: Path) -> None:
    array = values if isinstance(values, pa.Array) else None
    if array is None and pa.types.is_dictionary(kind):
        array = pa.array(values, kind.value_type).dictionary_encode()
    if array is None:
        array = pa.array(values, kind)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({name: array}), path)
    target = tmp_path / "a.jsonl"
    assert parquet.main([str(path), "--output", str(target)]) == 0
    found = [
        json.loads(line, parse_constant=pytest.fail) for line in target.read_text().splitlines()
    ]
    assert found == [{name: value} for value in expected]
    assert [type(row[name]) for row in found] == [type(value) for value in expected]


def test_columns_and_their_order(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path, target = tmp_path / "a.parquet", tmp_path / "a.jsonl"
    pq.write_table(pa.table({"a": [1], "b": ["x"], "c": [{"d": 2}]}), path)
    assert parquet.main([str(path), "--output", str(target), "--columns", "c,a"]) == 0
    assert target.read_text() == '{"c": {"d": 2}, "a": 1}\n'
    capsys.readouterr()
    assert parquet.main([str(path), "--output", str(target), "--columns", "z"]) == 2
    assert capsys.readouterr().err == f"error: {path}: has no column 'z'; it has a, b, c\n"
    assert parquet.main([str(path), "--output", str(target), "--columns", "a,,b"]) == 2
    assert parquet.main([str(path), "--output", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == {"a": 1, "b": "x", "c": {"d": 2}}
    assert target.read_text() == '{"c": {"d": 2}, "a": 1}\n'


def test_shards_of_a_folder(tmp_path: Path) -> None:
    folder, target = tmp_path / "set", tmp_path / "a.jsonl"
    for shard in range(12):
        write(folder / f"data/train-{shard:05d}-of-00012.parquet", shard, 1)
    assert parquet.main([str(folder), "--output", str(target)]) == 0
    assert numbers(target) == list(range(12))
    write(folder / "data/test-00000-of-00001.parquet", 100, 2)
    write(folder / ".cache/train-00000-of-00001.parquet", 200, 1)
    with pytest.raises(RecorderError, match=r"several splits \(test, train\).*--split"):
        parquet.find([str(folder)])
    assert parquet.main([str(folder), "--output", str(target), "--split", "test"]) == 0
    assert numbers(target) == [100, 101]
    with pytest.raises(RecorderError, match="holds no files dev-00000-of"):
        parquet.find([str(folder)], "dev")
    (folder / "data/train-00003-of-00012.parquet").unlink()
    with pytest.raises(RecorderError, match="lacks shard 00003 of train, of 12"):
        parquet.find([str(folder)], "train")
    write(folder / "other/train-00000-of-00001.parquet")
    with pytest.raises(RecorderError, match="same split in several folders"):
        parquet.find([str(folder)], "train")
    with pytest.raises(RecorderError, match="holds no Parquet files"):
        parquet.find([str(empty(tmp_path))])


def empty(tmp_path: Path) -> Path:
    (tmp_path / "empty").mkdir(exist_ok=True)
    return tmp_path / "empty"


def test_patterns_and_given_order(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        write(tmp_path / f"part-{number}.parquet", number, 1)
    pattern = str(tmp_path / "part-*.parquet")
    assert [path.stem for path in parquet.find([pattern])] == ["part-1", "part-2", "part-10"]
    assert [path.stem for path in parquet.find([str(tmp_path)])] == ["part-1", "part-2", "part-10"]
    given = [str(tmp_path / f"part-{number}.parquet") for number in (10, 1)]
    assert [path.stem for path in parquet.find(given)] == ["part-10", "part-1"]
    with pytest.raises(RecorderError, match="named twice"):
        parquet.find([pattern, given[0]])
    with pytest.raises(RecorderError, match="isn't there"):
        parquet.find([str(tmp_path / "x*.parquet")])


def test_broken_files(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    target = tmp_path / "a.jsonl"
    whole = write(tmp_path / "whole.parquet").read_bytes()
    for content, message in (
        (whole[:-20], "may be cut short"),
        (b'{"prompt": "a"}\n', "looks like JSON lines"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"", "give a Parquet file"),
    ):
        path = tmp_path / "b.parquet"
        path.write_bytes(content)
        # The first file is fine, and yet nothing is written.
        files = [str(tmp_path / "whole.parquet"), str(path)]
        assert parquet.main([*files, "--output", str(target)]) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"error: {path}: can't be read as Parquet: ") and error.count("\n") == 1
        assert message in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.parquet", "whole.parquet"]


def test_memory_is_flat(tmp_path: Path) -> None:
    """Python's objects of a batch, not of a group of rows (here 15 times as much)."""
    path = tmp_path / "a.parquet"
    ids = pa.array([list(range(1000, 2000))] * 4_000, pa.list_(pa.int32()))
    pq.write_table(pa.table({"prompt_ids": ids}), path, row_group_size=4_000)
    tracemalloc.start()
    try:
        count = sum(len(row["prompt_ids"]) for row in parquet.rows(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 4_000_000
    # All rows would be 32 MB of pointers and 112 MB of numbers.
    assert peak < 20e6


def test_without_pyarrow(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert parquet.main(["x.parquet", "--output", str(tmp_path / "a")]) == 2
    error = capsys.readouterr().err
    assert "pip install pyarrow" in error and "[parquet]" in error and error.count("\n") == 1
