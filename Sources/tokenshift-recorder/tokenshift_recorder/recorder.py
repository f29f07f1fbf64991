"""Runs models over texts and makes the columns of a token log."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import schema
from .errors import RecorderError
from .heads import Head
from .log import Block, packed
from .statistics import (
    ModelStatistics,
    MovedMass,
    MOVED_THRESHOLD,
    PairStatistics,
    model_statistics,
    moved_sums,
    pair_statistics,
)
from .texts import Text
from .tokenizer import TextTokenizer


@dataclass
class Model:
    """A model under the name that a log calls it.

    head: both halves of it. record: what the log says of it (folder, digests, types). within: makes a
    context in which its forward pass is this model's, say with an adapter switched off.
    """

    name: str
    head: Head
    vocabulary_size: int
    context_length: int
    record: dict[str, Any]
    tokenizer: TextTokenizer | None = None
    within: Callable[[], contextlib.AbstractContextManager] = contextlib.nullcontext


@dataclass
class Settings:
    """How to record."""

    top_count: int = 10
    batch_tokens: int = 4_096
    # Bytes of one model's logits in float32 that are worked on at once; None for the device's own.
    tile_bytes: int | None = None
    keeps_moved_mass: bool = True

    def tile_rows(self, vocabulary_sizes: list[int], device: torch.device) -> int:
        """Rows of a tile."""
        bytes = self.tile_bytes or (16 << 20 if device.type == "cpu" else 512 << 20)
        return max(bytes // (4 * max(vocabulary_sizes)), 1)


@dataclass
class _Row:
    """Where the rows of a text are among those of its window."""

    text: Text
    start: int  # of its tokens in the block
    first: int  # of its rows
    count: int


@dataclass
class Recorder:
    """Models, pairs of them, and how texts go through them.

    `replicates` are the same models in another precision, for the texts that `is_replicated` names.
    """

    models: list[Model]
    pairs: list[tuple[str, str]]
    settings: Settings = field(default_factory=Settings)
    replicates: list[Model] = field(default_factory=list)
    is_replicated: Callable[[int], bool] = lambda index: False
    # In a model that lies in parts in several processes every one goes through the forward pass, and
    # one of them keeps what comes out.
    is_writer: bool = True
    # Makes what decides how texts are batched the same in all of them.
    agree: Callable[[tuple[int, bool]], tuple[int, bool]] = lambda own: own

    def __post_init__(self) -> None:
        names = [model.name for model in self.models]
        for name in names:
            if not name or any(sign in name for sign in "/:,=") or name in (".", ".."):
                raise RecorderError(f"'{name}' is no name of a model: no / : , = in it")
            if names.count(name) > 1:
                raise RecorderError(f"two models are named '{name}'; give each another name")
        for before, after in self.pairs:
            for name in (before, after):
                if name not in names:
                    raise RecorderError(
                        f"the pair {before}:{after} names a model that isn't there; there are "
                        + ", ".join(names))
            if before == after or self.pairs.count((before, after)) > 1:
                raise RecorderError(
                    f"the pair {before}:{after} is of one model, or listed twice")
        sizes = [model.vocabulary_size for model in self.models]
        named = [model.tokenizer.size for model in self.models if model.tokenizer is not None]
        self.context_length = min(model.context_length for model in self.models)
        self.shared_vocabulary = min([*sizes, min(named, default=min(sizes))])
        self.top_count = min(self.settings.top_count, *sizes)
        self.keeps_moved_mass = self.settings.keeps_moved_mass and bool(self.pairs)

    # MARK: Blocks

    def blocks(self, texts: Iterator[Text], path: str = "texts") -> Iterator[Block]:
        """The columns of the texts, block by block in their order; of processes that don't write
        empty ones."""
        for model in [*self.models, *self.replicates]:
            with model.within():
                model.head.prepare(self.is_writer)
        whole = any(model.head.is_whole for model in self.models)
        self.context_length, whole = self.agree((self.context_length, whole))
        window: list[Text] = []
        tokens = 0
        # A window of several batches, so that texts of one length go through a model together; of
        # whole forward passes one text, whose logits are all there is.
        most = 0 if whole else self.settings.batch_tokens * 4
        for text in texts:
            if window and tokens + len(text.ids) > most:
                yield self.block(window, path)
                window, tokens = [], 0
            window.append(text)
            tokens += len(text.ids)
        if window:
            yield self.block(window, path)

    def measured_count(self, text: Text) -> int:
        """Tokens that are predicted: the context's last token predicts one more."""
        return max(min(len(text.ids), self.context_length + 1) - 1, 0)

    def block(self, texts: list[Text], path: str = "texts") -> Block:
        """All columns of some texts."""
        block = self._text_columns(texts)
        self._score(texts, self.models, block, path, self.keeps_moved_mass)
        if self.replicates:
            again = [text for text in texts if self.is_replicated(text.index)]
            extra = self._text_columns(again)
            self._score(again, self.replicates, extra, path, keeps_moved_mass=False)
            self._spread(texts, again, extra, block)
        return block

    def _spread(self, texts, again, extra: Block, block: Block) -> None:
        """Columns of some texts among those of all, NaN elsewhere."""
        chosen = {id(text) for text in again}
        places = np.concatenate(
            [np.full(len(text.ids), id(text) in chosen) for text in texts] or [np.empty(0, bool)])
        wanted = [(f"model/{model.name}/", name) for model in self.models
                  for name in ("logp", "entropy")]
        wanted += [(f"pair/{before}:{after}/", "js") for before, after in self.pairs]
        for group, name in wanted:
            values = np.full(len(places), np.nan, "f4")
            values[places] = extra[group + name]
            block[f"{group}replicate/{name}"] = values

    def _text_columns(self, texts: list[Text]) -> Block:
        counts = np.array([len(text.ids) for text in texts], dtype="i8")
        block: Block = {
            "tok/id": _joined([text.ids for text in texts], "u4"),
            "tok/mask": _joined([text.mask for text in texts], "u1"),
            "seq/count": counts,
            "seq/response_start": np.array([text.response_start for text in texts], "i8"),
            "seq/sample_id": np.array([text.sample_id for text in texts], "i8"),
            "seq/correct": np.array([text.correct for text in texts], "u1"),
            "seq/reward": np.array([text.reward for text in texts], "f8"),
        }
        for name in schema.STRINGS:
            data, lengths = packed(text.strings()[name] for text in texts)
            block[f"seq/{name}/bytes"], block[f"seq/{name}/lengths"] = data, lengths
        block["tok/unmeasured"] = _joined([self._reasons(text, None) for text in texts], "u1")
        total = int(counts.sum())
        for model in self.models:
            group = f"model/{model.name}/"
            for column in schema.MODEL + (schema.TOP_K if self.top_count else []):
                shape = (total, self.top_count) if column.path in ("topk/id", "topk/logp") else total
                missing = np.nan if column.dtype == "f4" else 0
                block[group + column.path] = np.full(shape, missing, column.dtype)
            block[group + "unmeasured"] = _joined(
                [self._reasons(text, model) for text in texts], "u1")
        for before, after in self.pairs:
            for column in schema.PAIR:
                block[f"pair/{before}:{after}/{column.path}"] = np.full(total, np.nan, "f4")
        return block

    def _reasons(self, text: Text, model: Model | None) -> np.ndarray:
        """Why tokens aren't measured, under one model or under the first that lacks them."""
        reasons = np.full(len(text.ids), schema.MEASURED, "u1")
        size = model.vocabulary_size if model else min(m.vocabulary_size for m in self.models)
        beyond = np.flatnonzero(text.ids >= size)
        if len(beyond):
            reasons[beyond[0]:] = schema.BEYOND_VOCABULARY
        reasons[self.measured_count(text) + 1:] = schema.BEYOND_CONTEXT
        reasons[:1] = schema.FIRST_TOKEN
        return reasons

    # MARK: Scoring

    def _score(
        self, texts: list[Text], models: list[Model], block: Block, path: str,
        keeps_moved_mass: bool,
    ) -> None:
        rows, start, first = [], 0, 0
        for text in texts:
            count = self.measured_count(text)
            rows.append(_Row(text, start, first, count))
            start, first = start + len(text.ids), first + count
        hidden = []
        for model in models:
            with model.within():
                hidden.append(self._hidden(model, rows, first))
        if not self.is_writer:
            return
        targets = torch.from_numpy(_joined([text.ids[1:row.count + 1] for row, text in zip(
            rows, texts)], "i8"))
        places = _joined([np.arange(row.start + 1, row.start + 1 + row.count) for row in rows], "i8")
        device = models[0].head.device
        step = self.settings.tile_rows([model.vocabulary_size for model in models], device)
        sums = _MovedSums(self, rows, block, device) if keeps_moved_mass else None
        with torch.no_grad():
            for tile in range(0, first, step):
                end = min(tile + step, first)
                self._tile(
                    models, [part[tile:end] for part in hidden], targets[tile:end],
                    places[tile:end], block, sums, device)
        if sums is not None:
            sums.finish()
        self._check_finite(models, rows, block, path)

    def _hidden(self, model: Model, rows: list[_Row], total: int) -> Tensor:
        """What goes into the head, `[rows, H]`, on the model's device."""
        found: Tensor | None = None
        device = model.head.device
        # The last token predicts nothing here; only where a text's length matters it is sent along.
        whole = model.head.needs_equal_lengths

        def length(row: _Row) -> int:
            return min(len(row.text.ids), self.context_length) if whole else row.count

        order = sorted((row for row in rows if row.count), key=lambda row: -length(row))
        while order:
            longest = length(order[0])
            most = 1 if model.head.is_whole else max(self.settings.batch_tokens // longest, 1)
            if whole:
                most = min(most, sum(length(row) == longest for row in order))
            batch, order = order[:most], order[most:]
            ids = np.zeros((len(batch), longest), "i8")
            for place, row in enumerate(batch):
                own = row.text.ids[:length(row)]
                # A model has no row for these, and nothing from there on is measured under it.
                ids[place, :len(own)] = np.where(own < model.vocabulary_size, own, 0)
            # Padding is on the right: no token before it sees it, so that it needs no mask.
            hidden = model.head.hidden(torch.from_numpy(ids).to(device))
            if not self.is_writer:
                continue
            if found is None:
                found = hidden.new_empty((total, hidden.shape[-1]))
            for place, row in enumerate(batch):
                found[row.first:row.first + row.count] = hidden[place, :row.count]
            del hidden
        return found if found is not None else torch.empty((total, 1), device=device)

    def _tile(self, models, hidden, targets, places, block: Block, sums, device) -> None:
        logits: list[Tensor] = []
        statistics: list[ModelStatistics] = []
        target = targets.to(device)
        for model, part in zip(models, hidden):
            with model.within():
                rows = model.head.logits(part).to(device)
            logits.append(rows)
            # A model that lacks the token isn't measured there: any other one does.
            known = target.clamp(max=rows.shape[1] - 1)
            found = model_statistics(rows, known, self.top_count, self.shared_vocabulary)
            statistics.append(found)
            self._keep_model(model, found, places, block)
        index = {model.name: place for place, model in enumerate(models)}
        for number, (before, after) in enumerate(self.pairs):
            first, second = index[before], index[after]
            pair = pair_statistics(
                logits[first], statistics[first], logits[second], statistics[second])
            self._keep_pair((before, after), pair, places, block)
            if sums is not None:
                sums.add(number, pair.change, places)

    def _keep_model(self, model: Model, found: ModelStatistics, places, block: Block) -> None:
        group = f"model/{model.name}/"
        measured = block[group + "unmeasured"][places] == schema.MEASURED
        where = places[measured]
        top = found.top_logp
        largest = top[:, 0] if top.shape[1] else -found.log_sum
        names = ["logp", "entropy", "varentropy", "top1_logp", "logZ", "extra_logmass", "rank"]
        table = torch.stack([
            found.logp, found.entropy, found.varentropy, largest, found.log_partition,
            found.extra_logmass, found.rank.to(found.logp.dtype)]).cpu().numpy()
        for name, values in zip(names, table):
            block[group + name][where] = values[measured]
        if not self.top_count:
            return
        ids = found.top_ids.cpu().numpy()[measured]
        block[group + "top1"][where] = ids[:, 0]
        block[group + "topk/id"][where] = ids
        block[group + "topk/logp"][where] = top.cpu().numpy()[measured]
        block[group + "topk/rest_logmass"][where] = found.rest_logmass.cpu().numpy()[measured]

    def _keep_pair(self, pair, found: PairStatistics, places, block: Block) -> None:
        chosen = self._both(pair, places, block)
        where = places[chosen]
        names = ["dprob", "dlogp", "dH", "kl_ab", "kl_ba", "js", "tv", "overlap", "bucket_logmass"]
        table = torch.stack([
            found.dprob, found.dlogp, found.entropy_change, found.kl_before_after,
            found.kl_after_before, found.jensen_shannon, found.total_variation, found.overlap,
            found.bucket_logmass]).cpu().numpy()
        for name, values in zip(names, table):
            block[f"pair/{':'.join(pair)}/{name}"][where] = values[chosen]

    def _both(self, pair, places, block: Block) -> np.ndarray:
        """Whether positions are measured under both models."""
        return np.logical_and.reduce(
            [block[f"model/{name}/unmeasured"][places] == schema.MEASURED for name in pair])

    def _check_finite(self, models, rows, block: Block, path: str) -> None:
        for model in models:
            group = f"model/{model.name}/"
            wrong = (block[group + "unmeasured"] == 0) & ~np.isfinite(block[group + "logZ"])
            if not wrong.any():
                continue
            place = int(np.flatnonzero(wrong)[0])
            row = next(row for row in reversed(rows) if row.start <= place)
            raise RecorderError(
                f"{path}:{row.text.line}: model '{model.name}' gives logits at token "
                f"{place - row.start} that are not finite; are its weights whole, and is its type "
                "wide enough?")


class _MovedSums:
    """Moved mass of all pairs, text by text, while tiles pass by."""

    def __init__(self, recorder: Recorder, rows: list[_Row], block: Block, device):
        self.recorder, self.rows, self.block = recorder, rows, block
        sizes = {model.name: model.vocabulary_size for model in recorder.models}
        self.sums = [
            MovedMass(min(sizes[before], sizes[after]), device)
            for before, after in recorder.pairs]
        self.lists: list[list[dict]] = [[] for _ in recorder.pairs]
        self.ends = np.array([row.start + len(row.text.ids) for row in rows])

    def add(self, pair: int, change: Tensor, places: np.ndarray) -> None:
        """Rows of q − p at tokens of the block, in their order."""
        both = self.recorder._both(self.recorder.pairs[pair], places, self.block)
        counted = both & (self.block["tok/mask"][places] == 1)
        if not counted.any():
            return
        owners = np.searchsorted(self.ends, places, side="right")
        first = int(owners[0])
        texts = int(owners[-1]) - first + 1
        own = torch.from_numpy(np.where(counted, owners - first, -1)).to(change.device)
        gained, lost = moved_sums(change, own, texts)
        positions = np.bincount(owners[counted] - first, minlength=texts)
        for text in range(texts):
            if positions[text]:
                self._reach(pair, first + text)
                self.sums[pair].add(gained[text], lost[text], int(positions[text]))

    def _reach(self, pair: int, text: int) -> None:
        """Closes the texts before this one."""
        while len(self.lists[pair]) < text:
            self.lists[pair].append(self.sums[pair].take())

    def finish(self) -> None:
        """Puts all lists into the block."""
        for number, pair in enumerate(self.recorder.pairs):
            self._reach(number, len(self.rows))
            group, lists = f"pair/{':'.join(pair)}/moved/", self.lists[number]
            self.block[group + "count"] = np.array([len(part["id"]) for part in lists], "i8")
            for name, dtype in (("id", "u4"), ("gained", "f4"), ("lost", "f4")):
                self.block[group + name] = _joined([part[name] for part in lists], dtype)
            self.block[group + "positions"] = np.array([part["positions"] for part in lists], "i8")
            self.block[group + "dropped"] = np.array([part["dropped"] for part in lists], "f4")


def _joined(parts, dtype: str) -> np.ndarray:
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


def moved_threshold(recorder: Recorder) -> float | None:
    """What the header says of moved mass."""
    return MOVED_THRESHOLD if recorder.keeps_moved_mass else None
