"""A model as it was: final hidden states of the texts and its head, while the model itself goes on.

States lie in a file without a name, so that many texts need no memory.
"""

from __future__ import annotations

import copy
import tempfile
from typing import Any

import torch
from torch import Tensor

from .errors import RecorderError
from .heads import Head
from .recorder import Model


class FrozenStart:
    """What a recording passes through is kept, and can be compared with later."""

    def __init__(self, model: Model, step: int, keeps: bool = True):
        self.source, self.step = model, step
        # Of processes that share a model one keeps what passes; the others only take part.
        self.recording = _RecordingHead(model.head, keeps)
        self._weights: tuple[Tensor, Tensor | None] | None = None

    def keep_head(self) -> None:
        """Copies the head, which goes on to train."""
        self._weights = self.recording.head.weights() if self.recording.keeps else None

    def model(self, name: str) -> Model:
        """The model of then: the same texts, in the same order."""
        source = self.source
        record = dict(source.record) | {"folder": f"step-{self.step}"}
        head: Any = _ReplayedHead(self.recording, self._weights)
        return Model(
            name, head, source.vocabulary_size, source.context_length, record, source.tokenizer)


class _RecordingHead:
    """A head that writes down all hidden states that pass."""

    def __init__(self, head: Head, keeps: bool):
        self.head, self.keeps = head, keeps
        self.file = tempfile.TemporaryFile()
        self.shapes: list[tuple[tuple[int, ...], torch.dtype]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.head, name)

    def hidden(self, ids: Tensor) -> Tensor:
        found = self.head.hidden(ids)
        if not self.keeps:
            return found
        values = found.contiguous().cpu()
        self.shapes.append((tuple(values.shape), values.dtype))
        self.file.write(memoryview(values.view(torch.uint8).numpy().reshape(-1)))
        return found


class _ReplayedHead:
    """Gives states that were written down, in their order."""

    def __init__(self, recording: _RecordingHead, weights: tuple[Tensor, Tensor | None] | None):
        self.recording, self.next = recording, 0
        self.head = copy.copy(recording.head)
        self.head._weights = weights
        recording.file.seek(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.head, name)

    def hidden(self, ids: Tensor) -> Tensor:
        if not self.recording.keeps:
            return torch.empty((*ids.shape, 1), device=self.head.device)
        if self.next == len(self.recording.shapes):
            raise RecorderError("the texts were changed since the start; record them anew")
        shape, dtype = self.recording.shapes[self.next]
        if shape[:2] != tuple(ids.shape):
            raise RecorderError("the texts were changed since the start; record them anew")
        self.next += 1
        count = torch.empty(0, dtype=dtype).element_size()
        for size in shape:
            count *= size
        data = bytearray(self.recording.file.read(count))
        return torch.frombuffer(data, dtype=dtype).reshape(shape).to(self.head.device)

    def logits(self, hidden: Tensor) -> Tensor:
        return self.head.logits(hidden)
