"""Texts as `tokenshift score` reads them: JSON lines of prompts and responses."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .errors import BadLine, LineError, RecorderError
from .files import finite, json_line, parse_object, read_lines
from .tokenizer import TextTokenizer

FIELDS = [
    "id", "source", "correct", "reward", "finish", "prompt", "response", "prompt_id", "sample_id",
    "prompt_ids", "response_ids", "response_mask",
]


@dataclass
class Text:
    """A prompt and a response as the ids that are scored."""

    index: int
    line: int
    id: str
    prompt_id: str
    sample_id: int
    source: str
    finish: str
    correct: int  # 0, 1, or 255 for unknown
    reward: float  # NaN for unknown
    metadata: str
    ids: np.ndarray  # [tokens], int64
    response_start: int
    mask: np.ndarray  # [tokens], uint8: 1 where a token counts as one of the response
    retokenized: bool
    decodes_back: bool
    response: str | None

    def strings(self) -> dict[str, str]:
        """What the log keeps of it as text."""
        return {name: getattr(self, name) for name in
                ("id", "prompt_id", "source", "finish", "metadata")}


def parse_fields(text: str | None) -> dict[str, str]:
    """Names as `prompt=a,response=b`: field to name."""
    names: dict[str, str] = {}
    for part in (text or "").split(",") if text else []:
        field, sign, name = part.partition("=")
        if not sign or not name:
            raise RecorderError(f"--fields: '{part}' names no field: write prompt=a,response=b")
        if field not in FIELDS:
            raise RecorderError(
                f"--fields: '{field}' is no field of a text; there are {', '.join(FIELDS)}")
        if field in names or name in names.values():
            raise RecorderError(f"--fields: '{part}': a field, or a name, is given twice")
        names[field] = name
    return names


def file_digest(path: str) -> str:
    """SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(
            hashlib, "file_digest") else _digest_in_pieces(file)


def _digest_in_pieces(file) -> str:
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def lines_of(path: str) -> Iterator[tuple[int, bytes]]:
    """Numbers, from 1, and bytes of the lines that aren't blank; plain or packed with gzip."""
    if os.path.isdir(path):
        raise RecorderError(f"{path}: is a folder, not a file of texts")
    if os.path.exists(path) and not os.path.isfile(path):
        raise RecorderError(
            f"{path}: is a pipe or a device, and texts are read twice; write them to a file first")
    return read_lines(path)


class TextSource:
    """A file of texts and how its lines become ids."""

    def __init__(
        self, path: str, tokenizer: TextTokenizer | None, *, beginning: str = "auto",
        fields: dict[str, str] | None = None, vocabulary_size: int | None = None,
        skip_bad_lines: bool = False,
    ):
        self.path, self.tokenizer, self.beginning = path, tokenizer, beginning
        self.fields, self.vocabulary_size = fields or {}, vocabulary_size
        self.skip_bad_lines = skip_bad_lines
        self.line_count = self.skipped_count = 0
        self.first_skipped: BadLine | None = None
        self.other_names: set[str] = set()

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        return lines_of(self.path)

    def __iter__(self) -> Iterator[Text]:
        self.line_count = self.skipped_count = 0
        index = 0
        for number, line in self._lines():
            self.line_count += 1
            try:
                text = self._text(index, number, line)
            except BadLine as error:
                if not self.skip_bad_lines:
                    raise
                self.skipped_count += 1
                self.first_skipped = self.first_skipped or error
                continue
            yield text
            index += 1
        if index == 0:
            raise self.first_skipped or RecorderError(f"{self.path}: holds no texts")

    def _text(self, index: int, number: int, line: bytes) -> Text:
        def bad(reason: str) -> BadLine:
            return BadLine(self.path, number, reason)

        try:
            row = parse_object(line)
            # Half of a character, which JSON can say and no text can hold.
            json_line(row)
        except LineError as error:
            raise bad(str(error)) from error
        values, rest, names = self._told_apart(row, bad)
        self.other_names |= {f"{field}={name}" for field, name in names.items() if field != name}
        prompt_ids = _ids(values, "prompt_ids", bad)
        response_ids = _ids(values, "response_ids", bad)
        prompt, response = _string(values, "prompt", bad), _string(values, "response", bad)
        if (prompt is None and prompt_ids is None) or (response is None and response_ids is None):
            raise bad(
                'needs "prompt" or "prompt_ids", and "response" or "response_ids"; fields of other '
                "names: --fields prompt=…,response=…")
        given = response_ids
        mask = _mask(values, given, bad)
        retokenized = prompt_ids is None or response_ids is None
        if retokenized and self.tokenizer is None:
            raise RecorderError(
                f"{self.path}:{number}: holds text, and no model has a tokenizer; give prompt_ids "
                "and response_ids")
        decodes_back, beginning = True, 0
        if prompt_ids is None:
            prompt_ids = self.tokenizer.prompt_ids(prompt, self.beginning)
            beginning = len(prompt_ids) - len(self.tokenizer._plain(prompt))
            decodes_back = self.tokenizer.decodes(prompt_ids[beginning:], prompt)
        if response_ids is None:
            previous = prompt_ids[-1] if prompt_ids else None
            response_ids = self.tokenizer.response_ids(response, previous)
        if response is not None and self.tokenizer is not None:
            decodes_back = decodes_back and self.tokenizer.decodes(response_ids, response)
        ids = np.array([*prompt_ids, *response_ids], dtype=np.int64)
        if self.vocabulary_size is not None and (ids >= self.vocabulary_size).any():
            place = int(np.flatnonzero(ids >= self.vocabulary_size)[0])
            raise bad(
                f"token {place} has id {ids[place]}, the models have ids below "
                f"{self.vocabulary_size}; are these ids from another tokenizer?")
        full = np.zeros(len(ids), dtype=np.uint8)
        full[len(prompt_ids):] = 1 if mask is None else mask
        id = _name(values, "id", bad) or f"line-{number}"
        reward = _number(values, "reward", bad)
        correct = _flag(values, "correct", bad)
        return Text(
            index, number, id, _name(values, "prompt_id", bad) or id,
            _integer(values, "sample_id", bad) or 0, _name(values, "source", bad) or "",
            _name(values, "finish", bad) or "", 255 if correct is None else int(correct),
            math.nan if reward is None else reward,
            json.dumps(finite(rest), ensure_ascii=False, separators=(",", ":")), ids, len(prompt_ids), full,
            retokenized, decodes_back, response)

    def _told_apart(self, row: dict, bad):
        present = {key for key, value in row.items() if value is not None}
        if "messages" in present and "messages" not in self.fields.values():
            raise bad(CHAT)
        names = {field: name for field, name in self.fields.items() if name in present}
        if not {"prompt", "response", "prompt_ids", "response_ids"} & self.fields.keys():
            names = _other_names(present, bad) | names
        known = {}
        for field in FIELDS:
            plain = field if field not in self.fields.values() else None
            if (name := names.get(field, self.fields.get(field, plain))) is not None:
                known[name] = field
        values, rest = {}, {}
        for key, value in row.items():
            if key not in known:
                rest[key] = value
            elif value is not None and not (isinstance(value, float) and math.isnan(value)):
                values[known[key]] = value
        for field in ("prompt", "response"):
            value = values.get(field)
            if isinstance(value, list) and any(isinstance(item, dict) for item in value):
                raise bad(CHAT)
        return values, rest, names


CHAT = (
    "chat messages must be rendered first: python -m tokenshift_recorder.render TEXTS "
    "--tokenizer DIR --output ids.jsonl")


def _other_names(present: set[str], bad) -> dict[str, str]:
    """Names of other trainers, for fields whose plain ones aren't there."""
    def ambiguous(first, second, field):
        return bad(
            f'has "{first}" and "{second}", and either could be the {field}; say which: '
            f"--fields {field}={first}")

    answered = bool(present & {"response", "response_ids"})
    if {"response", "completion"} <= present:
        raise ambiguous("response", "completion", "response")
    if not answered and "completion" in present:
        return {"response": "completion"}
    if answered or present & {"prompt", "prompt_ids"}:
        return {}
    pairs = [pair for pair in (("input", "output"), ("question", "answer")) if
             set(pair) <= present]
    if len(pairs) > 1:
        raise ambiguous(pairs[0][0], pairs[1][0], "prompt")
    if not pairs:
        return {}
    names = {"prompt": pairs[0][0], "response": pairs[0][1]}
    if pairs[0][0] == "input" and "score" in present and "reward" not in present:
        names["reward"] = "score"
    return names


def _whole(value) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value)
    return None


def _name(values, field, bad):
    if field not in values:
        return None
    value = values[field]
    if (number := _whole(value)) is not None:
        return str(number)
    if not isinstance(value, str):
        raise bad(f'"{field}" should be a string or a whole number')
    return value


def _string(values, field, bad):
    value = values.get(field)
    if value is not None and not isinstance(value, str):
        raise bad(f'"{field}" should be a string')
    return value


def _integer(values, field, bad):
    value = values.get(field)
    if value is not None and (_whole(value) is None or abs(_whole(value)) >= 2**63):
        raise bad(f'"{field}" should be a whole number of 64 bits')
    return None if value is None else _whole(value)


def _number(values, field, bad):
    value = values.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not (
            abs(value) <= 1.7e308):
        raise bad(f'"{field}" should be a number')
    return float(value)


def _flag(values, field, bad):
    value = values.get(field)
    if value is None or isinstance(value, bool):
        return value
    if _whole(value) not in (0, 1):
        raise bad(f'"{field}" should be true or false, or 1 or 0')
    return bool(value)


def _ids(values, field, bad):
    value = values.get(field)
    if value is None:
        return None
    if not isinstance(value, list):
        raise bad(f'"{field}" should be a list of token ids')
    for place, id in enumerate(value):
        if isinstance(id, bool) or not isinstance(id, int) or not 0 <= id < 2**31:
            raise bad(f'"{field}"[{place}] is {json.dumps(id)[:60]}, not a token id (0, 1, 2, …)')
    return value


def _mask(values, ids, bad):
    value = values.get("response_mask")
    if value is None:
        return None
    if not isinstance(value, list):
        raise bad('"response_mask" should be a list of 0 and 1')
    if ids is None:
        raise bad('"response_mask" needs "response_ids": it says of each whether the model wrote it')
    if len(value) != len(ids):
        raise bad(
            f'"response_mask" has {len(value)} entries for {len(ids)} response ids; give one for '
            "each")
    if any(_whole(int(item) if isinstance(item, bool) else item) not in (0, 1) for item in value):
        raise bad('"response_mask" should hold 0 and 1 only')
    return np.array([int(item) for item in value], dtype=np.uint8)
