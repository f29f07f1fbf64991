"""Parquet texts become JSON lines, batch by batch.

python -m tokenshift_recorder.parquet FILE.parquet… --output texts.jsonl
"""

from __future__ import annotations

import argparse
import base64
import glob
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import files
from .errors import LineError, RecorderError

_EPILOG = """\
A folder stands for the shards in it, in the order of their numbers; one that holds several splits
needs --split. Lists and structs become JSON lists and objects, maps with text as keys become
objects, NaN and infinity become null, times become ISO 8601, durations seconds, and bytes text
where they are UTF-8, else {"base64": …}. A decimal becomes a number if a double holds it, else a
string."""

# A shard of a Hugging Face dataset: train-00000-of-00004.parquet.
_SHARD = re.compile(r"(?P<split>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})(?:-[0-9a-f]+)?\.parquet")

# What becomes Python objects at a time. Bytes say little: a file can hold equal values once.
_BATCH_VALUES = 1 << 18
_BATCH_ROWS = 256

Convert = Callable[[Any], Any]


def find(paths: list[str], split: str | None = None) -> list[Path]:
    """The files that paths, folders and patterns stand for, in order. Raises `RecorderError`."""
    found: list[Path] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            found += _shards(path, split)
        elif path.exists():
            found.append(path)
        elif matches := sorted(map(Path, glob.glob(text, recursive=True)), key=_natural):
            found += [match for match in matches if match.is_file()]
        else:
            raise RecorderError(f"{text}: isn't there; give Parquet files, a folder or a pattern")
    seen: set[Path] = set()
    for path in found:
        if path.resolve() in seen:
            raise RecorderError(f"{path}: is named twice; its texts would count twice")
        seen.add(path.resolve())
    return found


def _natural(path: Path) -> list[tuple[bool, int, str]]:
    """A key that puts part-10 after part-9."""
    parts = re.split(r"(\d+)", str(path))
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def _shards(folder: Path, split: str | None) -> list[Path]:
    """The Parquet files of one split below a folder."""
    found = sorted(folder.rglob("*.parquet"), key=_natural)
    # Hidden folders are caches of tools.
    found = [p for p in found if not any(n.startswith(".") for n in p.relative_to(folder).parts)]
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in found:
        match = _SHARD.fullmatch(path.name)
        groups.setdefault((path.parent, match["split"] if match else ""), []).append(path)
    if split is not None:
        groups = {key: paths for key, paths in groups.items() if key[1] == split}
    if not groups:
        what = "Parquet files" if split is None else f"files {split}-00000-of-….parquet"
        raise RecorderError(f"{folder}: holds no {what}; look into its subfolders, or give files")
    splits = sorted({name for _, name in groups})
    if len(splits) > 1:
        names = ", ".join(name or "(files of no split)" for name in splits)
        raise RecorderError(
            f"{folder}: holds several splits ({names}); choose with --split, or give files"
        )
    if len(groups) > 1 and splits != [""]:
        names = ", ".join(str(parent) for parent, _ in groups)
        raise RecorderError(f"{folder}: has the same split in several folders; give one of {names}")
    for (parent, name), paths in groups.items():
        numbers = {
            int(m["number"]): int(m["count"]) for p in paths if (m := _SHARD.fullmatch(p.name))
        }
        missing = sorted(set(range(max(numbers.values(), default=0))) - set(numbers))
        if missing:
            raise RecorderError(
                f"{parent}: lacks shard {missing[0]:05d} of {name}, of {max(numbers.values())}; "
                "download it, or give the files that are there"
            )
    return [path for paths in groups.values() for path in paths]


def converter(kind: Any) -> Convert | None:
    """What makes JSON of a type's values; None where Python's own value is JSON already."""
    import pyarrow.types as t

    if t.is_float16(kind):
        return lambda v: None if v is None else float(v)
    if t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind) or (
        getattr(t, "is_binary_view", lambda _: False)(kind)
    ):  # fmt: skip
        return _text_or_base64
    if t.is_decimal(kind):
        return _number
    if t.is_timestamp(kind) or t.is_date(kind) or t.is_time(kind):
        return lambda v: None if v is None else v.isoformat()
    if t.is_duration(kind):
        return lambda v: None if v is None else v.total_seconds()
    if t.is_dictionary(kind):
        return converter(kind.value_type)
    if t.is_map(kind):
        return _map(kind)
    if t.is_struct(kind):
        return _struct(kind)
    if t.is_nested(kind) and hasattr(kind, "value_type"):
        inner = converter(kind.value_type)
        if inner is None:
            return None
        return lambda v: None if v is None else [inner(element) for element in v]
    # `json_line` makes null of NaN.
    plain = t.is_integer(kind) or t.is_floating(kind) or t.is_boolean(kind) or t.is_null(kind)
    if plain or any(
        getattr(t, name, lambda _: False)(kind)
        for name in ("is_string", "is_large_string", "is_string_view")
    ):
        return None
    return lambda v: None if v is None else str(v)


def _struct(kind: Any) -> Convert | None:
    members = {
        kind.field(i).name: convert
        for i in range(kind.num_fields)
        if (convert := converter(kind.field(i).type)) is not None
    }
    if not members:
        return None

    def convert(value: Any) -> Any:
        if value is None:
            return None
        return {k: members[k](v) if k in members else v for k, v in value.items()}

    return convert


def _map(kind: Any) -> Convert:
    key = converter(kind.key_type) or (lambda v: v)
    item = converter(kind.item_type) or (lambda v: v)

    def convert(value: Any) -> Any:
        if value is None:
            return None
        pairs = [[key(k), item(v)] for k, v in value]
        names = [name for name, _ in pairs]
        # An object can't hold other keys, nor one twice.
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return dict(pairs)
        return pairs

    return convert


def _text_or_base64(value: bytes | None) -> Any:
    if value is None:
        return None
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def _number(value: Decimal | None) -> Any:
    if value is None:
        return None
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _microseconds(kind: Any) -> Any:
    """The same type with times of nanoseconds in microseconds, which Python's own times hold."""
    import pyarrow as pa

    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return pa.time64("us")
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_microseconds(kind.value_type)))
    if pa.types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return pa.struct([f.with_type(_microseconds(f.type)) for f in fields])
    return kind


def rows(path: Path, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a file as JSON objects, few of them in memory at a time. Raises `RecorderError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Without a pre-buffer no whole group of rows is held.
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            names = file.schema_arrow.names
            groups = range(file.num_row_groups)
            for name in columns or []:
                if name not in names:
                    raise RecorderError(f"{path}: has no column {name!r}; it has {', '.join(names)}")
            for name in names:
                if names.count(name) > 1:
                    raise RecorderError(f"{path}: has two columns {name!r}; rename one")
            values = max(map(_values_per_row, map(file.metadata.row_group, groups)), default=1)
            count = min(max(_BATCH_VALUES // max(values, 1), 1), _BATCH_ROWS)
            for batch in file.iter_batches(batch_size=count, columns=columns, use_threads=False):
                yield from _objects(batch, columns)
    except (pa.ArrowException, OSError) as error:
        what = str(error).strip().splitlines()[:1]
        if not isinstance(error, pa.ArrowException) and error.strerror:
            what = [files.reason(error)]
        raise RecorderError(
            f"{path}: can't be read as Parquet: {' '.join(what)[:200]}{_fix(path)}"
        ) from None


def _values_per_row(group: Any) -> int:
    """How many numbers and strings a row has at the mean."""
    values = sum(group.column(i).num_values for i in range(group.num_columns))
    return values // max(group.num_rows, 1)


def _objects(batch: Any, columns: list[str] | None) -> Iterator[dict[str, Any]]:
    lists = {}
    for name in columns or batch.schema.names:
        column = batch.column(name)
        while hasattr(column.type, "storage_type"):
            column = column.storage
        kind = _microseconds(column.type)
        if kind != column.type:
            column = column.cast(kind, safe=False)
        values = column.to_pylist()
        convert = converter(column.type)
        lists[name] = values if convert is None else [convert(value) for value in values]
    for row in range(batch.num_rows):
        yield {name: values[row] for name, values in lists.items()}


def _fix(path: Path) -> str:
    """What to do about a file that isn't Parquet."""
    try:
        with open(path, "rb") as file:
            start = file.read(32)
    except OSError:
        return "; check its permissions"
    if start.startswith(b"version https://git-lfs"):
        return "; it is a Git LFS pointer: run 'git lfs pull' in its folder"
    if start.startswith(b"{"):
        return "; it looks like JSON lines, which need no conversion"
    if start.startswith(b"PAR1"):
        return "; it may be cut short: copy or download it again"
    return "; give a Parquet file"


def convert(paths: list[Path], output: str, columns: list[str] | None = None) -> int:
    """Writes all rows as JSON lines; their number."""
    count = 0
    with files.replaced(output) as file:
        for path in paths:
            for number, row in enumerate(rows(path, columns), 1):
                try:
                    file.write(files.json_line(row))
                except LineError as error:
                    raise RecorderError(f"{path}: row {number}: {error}") from None
                count += 1
    return count


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="python -m tokenshift_recorder.parquet",
        description="Parquet texts become JSON lines.", epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    result.add_argument(
        "files", nargs="+", metavar="FILE.parquet", help="files, folders or patterns"
    )
    result.add_argument("--output", required=True, metavar="FILE", help="JSON lines; - is stdout")
    result.add_argument("--columns", metavar="A,B", help="only these, in this order; default: all")
    result.add_argument("--split", metavar="NAME", help="of a folder's shards: train, test, …")
    return result


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)

    def command() -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise RecorderError(
                "needs pyarrow; pip install pyarrow, or tokenshift-recorder[parquet]"
            ) from None
        columns = options.columns.split(",") if options.columns is not None else None
        if columns is not None and (not all(columns) or len(set(columns)) < len(columns)):
            raise RecorderError("--columns takes names, each once: --columns prompt,response")
        paths = find(options.files, options.split)
        count = convert(paths, options.output, columns)
        print(f"{count:,} texts of {len(paths):,} files", file=sys.stderr)

    return files.run(command)


if __name__ == "__main__":
    sys.exit(main())
