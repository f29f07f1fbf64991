"""Token logs on the disk: finished blocks first, then one HDF5 file in one rename.

Blocks are kept in a folder beside the log while a recording runs, so that a stopped one can go on.
The HDF5 file is laid out as those of `tokenshift score`: strings of a fixed length, bytes and offsets
for lists of strings, all columns packed and under checksums.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from . import schema
from .errors import RecorderError

# Larger attributes lie outside the parts of a file that have checksums.
MOST_ATTRIBUTE_BYTES = 2_048
CHUNK = 65_536
# Of the header's members those in which a stopped run and its continuation may differ.
FREE = ("created", "command_line", "texts_file")

Block = dict[str, np.ndarray]


def flat_columns(header: dict) -> list[tuple[str, schema.Column]]:
    """Path and column of every dataset but offsets and strings."""
    found = [(f"tok/{column.path}", column) for column in schema.TOKEN]
    found += [(f"seq/{column.path}", column) for column in schema.SEQUENCE]
    has_replicate = header.get("replicate_texts") is not None
    for model in header["models"]:
        columns = schema.MODEL + (schema.TOP_K if header["top_k"] else [])
        if "replicate_type" in model:
            columns = columns + schema.MODEL_REPLICATE
        found += [(f"model/{model['name']}/{column.path}", column) for column in columns]
    for pair in header["pairs"]:
        columns = schema.PAIR + (schema.PAIR_REPLICATE if has_replicate else [])
        if header.get("moved_mass_threshold") is not None:
            columns = columns + schema.MOVED
        found += [(f"pair/{':'.join(pair)}/{column.path}", column) for column in columns]
    return found


class _StoredBlock:
    """Arrays of a block on the disk; the file is open only while one is read."""

    def __init__(self, path: Path):
        self.path = path

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            with np.load(self.path, allow_pickle=False) as file:
                return file[name]
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise RecorderError(
                f"{self.path}: is damaged ({error}); --overwrite begins anew") from error


class BlockStore:
    """Finished blocks of a log that isn't whole yet."""

    def __init__(self, destination: str):
        self.destination = destination
        self.folder = Path(destination + ".blocks")
        self.count = 0
        parent = Path(destination).absolute().parent
        if not parent.is_dir():
            raise RecorderError(f"{destination}: there is no folder {parent}; make it first")
        if Path(destination).is_dir():
            raise RecorderError(f"{destination}: is a folder; name a file for the log")
        self._lock: Any = None

    def begin(self, header: dict, resume: bool = False, overwrite: bool = False) -> int:
        """Begins, or goes on; returns the number of texts that are finished."""
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise RecorderError(f"{self.folder}: can't be made: {error.strerror}") from error
        self._take_lock()
        finished = sorted(self.folder.glob("[0-9]*.npz"))
        if finished and not resume and not overwrite:
            raise RecorderError(
                f"{self.folder}: holds {len(finished)} finished blocks of a stopped run: --resume "
                "goes on, --overwrite begins anew")
        place = self.folder / "header.json"
        if finished and resume:
            try:
                earlier = json.loads(place.read_text())
            except (OSError, ValueError) as error:
                raise RecorderError(f"{place}: can't be read; --overwrite begins anew") from error
            difference = _difference(header, earlier)
            if difference:
                raise RecorderError(
                    f"{self.folder}: was begun with another {difference}: --resume needs the same "
                    "again, --overwrite begins anew")
            self.count = len(finished)
            return sum(len(self.read(index)["seq/count"]) for index in range(self.count))
        for path in self.folder.glob("*.npz"):
            path.unlink()
        place.write_text(json.dumps(header))
        return 0

    def _take_lock(self) -> None:
        lock = open(self.folder / "lock", "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise RecorderError(f"{self.destination}: another process is writing this log") from error
        except OSError:
            pass  # a file system without locks
        self._lock = lock

    def append(self, block: Block) -> None:
        """Keeps a block, whole or not at all."""
        partial = self.folder / "block.partial"
        try:
            with open(partial, "wb") as file:
                np.savez(file, **block)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(partial)) from error
        os.replace(partial, self.folder / f"{self.count:06}.npz")
        self.count += 1

    def read(self, index: int) -> _StoredBlock:
        """A block; its arrays are read one by one."""
        return _StoredBlock(self.folder / f"{index:06}.npz")

    def publish(self, header: dict) -> None:
        """Writes the log under its name, and removes the blocks."""
        write(self.destination, header, [self.read(index) for index in range(self.count)])
        self.close()
        shutil.rmtree(self.folder)

    def close(self) -> None:
        """Leaves the blocks to a run that goes on; without any the folder is removed."""
        if self._lock is None:
            return  # whatever is there is another run's
        self._lock.close()
        self._lock = None
        if self.folder.is_dir() and not any(self.folder.glob("[0-9]*.npz")):
            shutil.rmtree(self.folder, ignore_errors=True)


def _difference(header: dict, earlier: dict) -> str | None:
    own = json.loads(json.dumps(header))
    for key in sorted(own.keys() | earlier.keys()):
        if key not in FREE and own.get(key) != earlier.get(key):
            return key.replace("_", " ")
    return None


def write(destination: str, header: dict, blocks: Iterable[Any]) -> None:
    """Writes a log in one rename; an old file stays as it is until then."""
    blocks = list(blocks)
    # A link stays one.
    destination = os.path.realpath(destination)
    partial = f"{destination}.{os.getpid()}.partial"
    try:
        with open(partial, "w+b", buffering=0) as raw:
            sink = _Sink(raw)
            try:
                with h5py.File(sink, "w", libver=("v110", "v110")) as file:
                    _write_all(file, header, blocks, sink)
            except BaseException:
                sink.check()
                raise
            sink.check()
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(partial, destination)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


class _Sink:
    """A file whose first failed write is kept and told later.

    HDF5 can't end a file that it can't write: it says so for each object, and may crash. So it doesn't
    get to know.
    """

    def __init__(self, file):
        self.file, self.error = file, None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data) -> int:
        rest = memoryview(data).cast("B")
        try:
            while self.error is None and len(rest):
                rest = rest[self.file.write(rest):]
        except OSError as error:
            self.error = error
        return len(data)

    def truncate(self, size: int) -> int:
        if self.error is None:
            try:
                return self.file.truncate(size)
            except OSError as error:
                self.error = error
        return size

    def readinto(self, buffer) -> int:
        """Zeros where nothing was written."""
        found = self.file.readinto(buffer) or 0
        memoryview(buffer).cast("B")[found:] = bytes(len(memoryview(buffer).cast("B")) - found)
        return len(buffer)

    def check(self) -> None:
        """Raises what went wrong."""
        if self.error is not None:
            raise OSError(self.error.errno, self.error.strerror, self.file.name)


def _write_all(file: h5py.File, header: dict, blocks: list, sink: _Sink) -> None:
    _write_header(file, header)
    _write_strings(file, blocks)
    for path, column in flat_columns(header):
        sink.check()
        _write_column(file, path, column, blocks, header["top_k"])
    _write_offsets(file, "seq/offsets", schema.OFFSETS, "seq/count", blocks)
    if header.get("moved_mass_threshold") is not None:
        for pair in header["pairs"]:
            name = f"pair/{':'.join(pair)}/"
            _write_offsets(
                file, name + "moved/offsets", schema.MOVED_OFFSETS, name + "moved/count", blocks)


def _dataset(file: h5py.File, path: str, dtype: str, rows: int, columns: int | None = None):
    tail = () if columns is None else (columns,)
    chunk = min(max(rows + 1, 1), max(CHUNK // (columns or 1), 1))
    return file.create_dataset(
        path, (rows, *tail), "<" + dtype if dtype != "u1" else dtype, maxshape=(None, *tail),
        chunks=(chunk, *tail), shuffle=True, compression="gzip", compression_opts=4,
        fletcher32=True, fillvalue=0)


def _write_column(file, path: str, column: schema.Column, blocks, top_count: int) -> None:
    is_list = column.path in ("topk/id", "topk/logp")
    rows = sum(_rows(block, path, column) for block in blocks)
    dataset = _dataset(file, path, column.dtype, rows, top_count if is_list else None)
    start = 0
    for block in blocks:
        values = block[path]
        if len(values):
            dataset[start:start + len(values)] = values
        start += len(values)
    for name, value in column.attributes().items():
        set_attribute(file, dataset, name, value)


def _rows(block, path: str, column: schema.Column) -> int:
    if column.rows == "token":
        return int(block["seq/count"].sum())
    if column.rows == "text":
        return len(block["seq/count"])
    return int(block[path.rpartition("/")[0] + "/count"].sum())


def _write_offsets(file, path: str, column: schema.Column | None, counts: str, blocks) -> None:
    values = np.concatenate([[0], *(block[counts] for block in blocks)]).cumsum()
    dataset = _dataset(file, path, "i8", len(values))
    dataset[:] = values
    for name, value in column.attributes().items() if column else ():
        set_attribute(file, dataset, name, value)


def _write_strings(file, blocks) -> None:
    for name in schema.STRINGS:
        _write_offsets(file, f"seq/{name}/offsets", None, f"seq/{name}/lengths", blocks)
        path = f"seq/{name}/bytes"
        total = int(sum(block[f"seq/{name}/lengths"].sum() for block in blocks))
        dataset, start = _dataset(file, path, "u1", total), 0
        for block in blocks:
            data = block[path]
            if len(data):
                dataset[start:start + len(data)] = data
            start += len(data)


def packed(strings: Iterable[str | bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Bytes of all strings end to end, and the length of each."""
    parts = [text.encode() if isinstance(text, str) else text for text in strings]
    lengths = np.array([len(part) for part in parts], dtype="i8")
    return np.frombuffer(b"".join(parts), dtype="u1"), lengths


def set_attribute(file: h5py.File, object: Any, name: str, value: Any) -> None:
    """An attribute of a fixed length; what is too long becomes a dataset `@name`."""
    texts = [value] if isinstance(value, str) else value
    if isinstance(texts, list) and all(isinstance(text, str) for text in texts) and (
            texts or name in ("models", "pairs", "stored_types")):
        encoded = [text.encode() for text in texts]
        width = max([len(text) for text in encoded] + [1])
        if len(encoded) * width <= MOST_ATTRIBUTE_BYTES and not any(b"\0" in t for t in encoded):
            type = h5py.string_dtype("utf-8", width)
            array = np.array(encoded, dtype=f"S{width}")
            if isinstance(value, str):
                object.attrs.create(name, array[0], dtype=type)
            else:
                object.attrs.create(name, array, shape=(len(encoded),), dtype=type)
            return
        place = f"{object.name.rstrip('/')}/@{name}" if isinstance(object, h5py.Group) else (
            f"{object.name}@{name}")
        data, lengths = packed(encoded)
        if isinstance(value, str):
            _dataset(file, place, "u1", len(data))[:] = data
        else:
            _dataset(file, place + "/bytes", "u1", len(data))[:] = data
            ends = np.concatenate([[0], lengths.cumsum()])
            _dataset(file, place + "/offsets", "i8", len(ends))[:] = ends
        return
    if isinstance(value, (list, np.ndarray)):
        array = np.asarray(value, dtype="i8")
        if array.nbytes > MOST_ATTRIBUTE_BYTES:
            place = f"{object.name.rstrip('/')}/@{name}"
            _dataset(file, place, "i8", len(array))[:] = array
        else:
            object.attrs.create(name, array, shape=array.shape, dtype="i8")
    elif isinstance(value, (bool, int, np.integer)):
        object.attrs.create(name, np.int64(value))
    else:
        object.attrs.create(name, value)


def _write_header(file: h5py.File, header: dict) -> None:
    root = {
        "schema": schema.NAME, "schema_version": schema.VERSION,
        **{key: value for key, value in header.items()
           if key not in ("models", "pairs", "tokenizer") and value is not None},
        "models": [model["name"] for model in header["models"]],
        "pairs": [":".join(pair) for pair in header["pairs"]],
    }
    for name, value in root.items():
        set_attribute(file, file, name, value)
    group = file.create_group("tokenizer")
    tokenizer = header["tokenizer"]
    for name, value in tokenizer.items():
        if name != "tokens" and value is not None:
            set_attribute(file, group, name, value)
    if tokenizer.get("tokens") is not None:
        data, lengths = packed(bytes.fromhex(token or "") for token in tokenizer["tokens"])
        dataset = _dataset(file, "tokenizer/bytes", "u1", len(data))
        if len(data):
            dataset[:] = data
        ends = np.concatenate([[0], lengths.cumsum()])
        _dataset(file, "tokenizer/offsets", "i8", len(ends))[:] = ends
    file.create_group("model")
    for model in header["models"]:
        group = file.create_group(f"model/{model['name']}")
        for name, value in model.items():
            if name not in ("name", "replicate_type"):
                set_attribute(file, group, name, value)
        if "replicate_type" in model:
            replicate = file.create_group(f"model/{model['name']}/replicate")
            set_attribute(file, replicate, "compute_type", model["replicate_type"])
    file.create_group("pair")
    for before, after in header["pairs"]:
        group = file.create_group(f"pair/{before}:{after}")
        set_attribute(file, group, "before", before)
        set_attribute(file, group, "after", after)
