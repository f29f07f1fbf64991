"""What the commands share: JSON lines in, one finished file out, errors on one line."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import math
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from .errors import LineError, RecorderError


# How a file begins that holds no JSON lines, and what makes such lines of it.
_FOREIGN = [
    (b"PAR1", "is Parquet; python -m tokenshift_recorder.parquet FILE --output texts.jsonl"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd; unpack it with zstd -d"),
    (b"BZh", "is packed with bzip2; unpack it with bunzip2"),
    (b"\xfd7zXZ\x00", "is packed with xz; unpack it with unxz"),
    (b"PK\x03\x04", "is a zip file; unpack it with unzip"),
    (b"\x89HDF", "is HDF5, not JSON lines; give the texts that it was made from"),
    (b"version https://git-lfs", "is a Git LFS pointer; run 'git lfs pull' in its folder"),
    (b"\xff\xfe", "is UTF-16; iconv -f UTF-16 -t UTF-8 FILE > texts.jsonl"),
    (b"\xfe\xff", "is UTF-16; iconv -f UTF-16 -t UTF-8 FILE > texts.jsonl"),
]


def read_lines(path: str) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line that isn't blank, of a plain or gzip file; - is stdin."""
    name = "standard input" if path == "-" else path
    try:
        with contextlib.ExitStack() as stack:
            raw = sys.stdin.buffer if path == "-" else stack.enter_context(open(path, "rb"))
            file = raw if hasattr(raw, "peek") else io.BufferedReader(raw)
            start = file.peek(32)[:32]
            if start.startswith(b"\x1f\x8b"):
                file = stack.enter_context(gzip.GzipFile(fileobj=file))
                start = b""
            for magic, fix in _FOREIGN:
                if start.startswith(magic):
                    raise RecorderError(f"{name}: {fix}")
            for number, line in enumerate(file, 1):
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    yield number, line
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise RecorderError(f"{name}: broken gzip ({error}); copy or pack it again") from None
    except OSError as error:
        raise RecorderError(f"{name}: can't be read: {reason(error)}") from None


def reason(error: OSError) -> str:
    """What the system said, without the path."""
    return error.strerror or str(error)


def parse_object(line: bytes) -> dict[str, Any]:
    """The object on a line. Raises `LineError`."""
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise LineError("is not UTF-8; iconv -f LATIN1 -t UTF-8 FILE, if it is Latin-1") from None
    except json.JSONDecodeError as error:
        if line.strip() in (b"[", b"{"):
            fix = "jq -c '.[]' FILE" if line.strip() == b"[" else "jq -c . FILE"
            raise LineError(f"JSON over several lines; make one object per line: {fix}") from None
        raise LineError(
            f"invalid JSON at column {error.colno}: {error.msg}; write one JSON object per line"
        ) from None
    except RecursionError:
        raise LineError("JSON that is nested too deeply; flatten it") from None
    if isinstance(value, list):
        raise LineError("is a JSON array; make one object per line: jq -c '.[]' FILE")
    if not isinstance(value, dict):
        raise LineError("is not an object; write one JSON object per line")
    return value


def finite(value: Any) -> Any:
    """The same with null for numbers that JSON has no word for (NaN, Infinity)."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [finite(element) for element in value]
    if isinstance(value, dict):
        return {key: finite(member) for key, member in value.items()}
    return value


def json_line(value: dict[str, Any]) -> bytes:
    """One line of JSON. Raises `LineError` for half of a character (a lone surrogate)."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(finite(value), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode("utf-8") + b"\n"
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise LineError(
            f"holds half of a character ({half!r}); write \\ufffd for it, or both halves"
        ) from None


@contextlib.contextmanager
def replaced(path: str) -> Iterator[BinaryIO]:
    """A file that appears under its name only when all of it is written; - is stdout.

    What isn't a regular file (a pipe, /dev/null) is written directly.
    """
    if path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    if target.is_dir():
        raise RecorderError(f"{path}: is a folder; name a file")
    direct = target.exists() and not target.is_file()
    # A link keeps pointing where it points: its target is replaced.
    target = target if direct else target.resolve()
    part = target if direct else target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        with open(part, "wb") as file:
            yield file
            if not direct:
                file.flush()
                os.fsync(file.fileno())
        if not direct:
            os.replace(part, target)
    except BaseException as error:
        if not direct:
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise RecorderError(f"{path}: can't be written: {reason(error)}") from None
        raise


def run(command: Callable[[], None]) -> int:
    """The exit status of a command: 2 after a `RecorderError`, which is printed on one line."""
    try:
        command()
    except RecorderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain again as it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
