"""Token logs from within a training run: one line for any Hugging Face Trainer, TRL's too.

    trainer = GRPOTrainer(…, callbacks=[TokenShiftCallback(texts="fixed.jsonl", output="logs")])

writes logs/step-0.h5 before the first step and logs/step-N.h5 at each save: the same texts under the
model that trains, beside what it is compared with. Training goes on to the last bit as without it.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import TrainerCallback

from .errors import RecorderError
from .frozen import FrozenStart
from .heads import Head
from .models import Loader, check_adapter, context_length, describe, digests, parameters_digest, type_name
from .recorder import Model, Recorder, Settings
from .run import Run
from .texts import TextSource
from .tokenizer import TextTokenizer


class TokenShiftCallback(TrainerCallback):
    """Records fixed texts before the first step and at each save.

    texts: JSON lines, as for `tokenshift score`.
    output: a folder for step-N.h5.
    models: what the model that trains is compared with: names and folders. Without any it is `start`:
        a PEFT model without its adapter, or else the model as it was before the first step, of which
        the final hidden states of the texts and the head are kept in main memory.
    name: what logs call the model that trains.
    at_start, at_save, at_end: when to record.

    What is wrong at the start is raised; later a recording that fails is a warning, and training goes on.
    A run that is resumed at step N is compared with itself at that step, under the name step-N.
    """

    def __init__(
        self, texts: str, output: str, models: dict[str, str] | None = None, *,
        name: str = "policy", at_start: bool = True, at_save: bool = True, at_end: bool = True,
        top_k: int = 10, batch_tokens: int = 4_096, bos: str = "auto", moved_mass: bool = True,
    ):
        self.texts, self.output, self.models = str(texts), Path(output), dict(models or {})
        if name in self.models or (not self.models and name == "start"):
            raise RecorderError(f"'{name}' is the name of two models; give another name=…")
        self.name, self.at_start, self.at_save, self.at_end = name, at_start, at_save, at_end
        self.settings = Settings(top_k, batch_tokens, None, moved_mass)
        self.bos = bos
        self.recorded: list[Path] = []
        self._references: list[Model] | None = None
        self._start: FrozenStart | None = None
        self._tokenizer: TextTokenizer | None = None

    # MARK: Trainer's events

    def on_train_begin(self, args, state, control, model=None, processing_class=None, **others):
        tokenizer = processing_class or others.get("tokenizer")
        # Of several modalities the one of texts.
        tokenizer = getattr(tokenizer, "tokenizer", tokenizer)
        self._tokenizer = TextTokenizer(tokenizer, "the trainer") if tokenizer is not None else None
        self.recorded, self._references, self._start = [], None, None
        inner = _unwrapped(model)
        if _is_peft(inner):
            check_adapter(inner)
        if self.models and any(hasattr(each, "ds_id") for each in model.parameters()):
            raise RecorderError(
                "models=… can't be loaded beside a model under ZeRO-3; leave it out, and the model is "
                "compared with its own start")
        keeps_start = not (self.models or _is_peft(inner))
        if self.at_start or keeps_start:
            self._record(args, state, model, is_start=True)

    def on_save(self, args, state, control, model=None, **others):
        if self.at_save:
            folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            self._record(args, state, model, folder=folder)

    def on_train_end(self, args, state, control, model=None, **others):
        # The best checkpoint's weights may be back by now: they aren't this step's.
        if self.at_end and not getattr(args, "load_best_model_at_end", False):
            self._record(args, state, model)
        self._references = self._start = None

    # MARK: Recording

    def _record(self, args, state, model, is_start: bool = False, folder: Path | None = None):
        path = self.output / f"step-{state.global_step}.h5"
        if path in self.recorded:
            return
        # A log of a run that is resumed from here has more than this one would.
        writes = not (is_start and (path.exists() or not self.at_start))
        try:
            with _undisturbed(model):
                self._write(args, state.global_step, model, path, writes, folder)
        except (RecorderError, OSError) as error:
            if is_start or _is_sharded(model):
                raise
            warnings.warn(f"no {path}: {error}; training goes on", stacklevel=2)
        self.recorded.append(path)

    def _write(
        self, args, step: int, model, path: Path, writes: bool, folder: Path | None
    ) -> None:
        inner = _unwrapped(model)
        sharded = _is_sharded(model)
        # Of a model that is whole in each process the first one records, while the others wait.
        try:
            if sharded or _is_first():
                self._score(args, step, model, inner, sharded, path, writes, folder)
        finally:
            if not sharded:
                _wait()

    def _score(
        self, args, step: int, model, inner, sharded: bool, path: Path, writes: bool,
        folder: Path | None,
    ) -> None:
        live = self._live(args, model, inner, sharded, folder)
        is_fresh = self._start is None
        references = self._compared(live, inner, step)
        models = [*references, live]
        pairs = [(reference.name, self.name) for reference in references]
        recorder = Recorder(
            models, pairs, self.settings, is_writer=_is_first(), agree=_agreed if sharded else lambda own: own)
        source = TextSource(
            self.texts, self._tokenizer, beginning=self.bos,
            vocabulary_size=max(model.vocabulary_size for model in models))
        if _is_first() and writes:
            path.parent.mkdir(parents=True, exist_ok=True)
            Run(recorder, source, str(path), _command_line(), {
                "batchTokens": self.settings.batch_tokens, "beginningOfSequence": self.bos,
                "device": live.head.device.type, "keepsMovedMass": self.settings.keeps_moved_mass,
                "topCount": self.settings.top_count, "step": step,
            }).write(overwrite=True)
        else:
            for _ in recorder.blocks(iter(source), self.texts):
                pass
        if is_fresh and self._start is not None:
            self._start.keep_head()
        if live.head.is_whole and _is_first():
            warnings.warn(
                f"{path}: whole forward passes, text by text: the head can't be told apart",
                stacklevel=2)

    def _live(self, args, outer, inner, sharded: bool, folder: Path | None) -> Model:
        causal = inner.get_base_model() if _is_peft(inner) else inner
        called = outer if sharded else inner
        # A trainer writes a checkpoint's files before it says so; at other times there are none.
        files = {"file_digests": "{}", "weights_digest": ""}
        if folder and folder.is_dir() and _is_first():
            files = digests(str(folder))
        elif not sharded:
            files["weights_digest"] = parameters_digest(causal)
        record = describe(causal, causal.dtype) | {"folder": folder.name if folder else ""} | files
        record["compute_type"] = type_name(_compute_type(causal, args))
        record["tokenizer_digest"] = self._tokenizer.digest() if self._tokenizer else ""
        return Model(
            self.name, Head(called, causal, sharded), record["vocabulary_size"],
            context_length(causal.config), record, self._tokenizer)

    def _compared(self, live: Model, inner, step: int) -> list[Model]:
        """What the model that trains is compared with; nothing before the first step of its own start."""
        if self._references is None:
            self._references = []
            # Whole models, of which only the process that writes needs one.
            if self.models and _is_first():
                device = str(live.head.device)
                self._references = Loader(
                    device, live.record["compute_type"].lower()).models(list(self.models.items()))
        if self.models:
            return self._references
        if _is_peft(inner):
            record = dict(live.record) | {"folder": _base_name(inner)}
            return [Model(
                "start", Head(live.head.outer, live.head.inner, live.head.sharded),
                live.vocabulary_size, live.context_length, record, live.tokenizer,
                inner.disable_adapter)]
        if self._start is None:
            # This recording keeps what later ones are compared with.
            self._start = FrozenStart(live, step, _is_first())
            live.head = self._start.recording
            return []
        # Of a run that was resumed the start isn't here any more.
        began = self._start.step
        return [self._start.model(f"step-{began}" if began else "start")]


def _is_first() -> bool:
    return int(os.environ.get("RANK", 0)) == 0


def _agreed(found: tuple[int, bool]) -> tuple[int, bool]:
    """What the first process found."""
    shared = [found]
    torch.distributed.broadcast_object_list(shared)
    return shared[0]


def _command_line() -> str:
    import shlex

    return shlex.join(["python", *sys.argv])


def _base_name(model: Any) -> str:
    config = next(iter(model.peft_config.values()))
    return Path(config.base_model_name_or_path or "").name


def _unwrapped(model: Any) -> nn.Module:
    """The model within what trainers put around it."""
    while True:
        for name in ("module", "_orig_mod"):
            child = model._modules.get(name) if isinstance(model, nn.Module) else None
            if child is not None:
                model = child
                break
        else:
            return model


def _is_peft(model: Any) -> bool:
    return hasattr(model, "peft_config") and hasattr(model, "disable_adapter")


def _is_sharded(model: nn.Module) -> bool:
    """Whether weights lie in parts in several processes: FSDP, fully_shard, ZeRO-3."""
    if any(type(module).__name__ == "FullyShardedDataParallel" for module in model.modules()):
        return True
    return any(
        hasattr(parameter, "ds_id") or type(parameter).__name__ == "DTensor"
        or type(parameter.data).__name__ == "DTensor" for parameter in model.parameters())


def _compute_type(model: nn.Module, args: Any) -> torch.dtype:
    """The type of products: that of automatic mixed precision, or that of the weights."""
    if model.dtype == torch.float32 and getattr(args, "bf16", False):
        return torch.bfloat16
    if model.dtype == torch.float32 and getattr(args, "fp16", False):
        return torch.float16
    return model.dtype


def _wait() -> None:
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.barrier()


# What dynamic rotary embeddings keep of the texts so far.
_ROTARY = ("inv_freq", "max_seq_len_cached", "attention_scaling")


@contextlib.contextmanager
def _undisturbed(model: nn.Module) -> Iterator[None]:
    """Leaves modes, random numbers and caches of a run as they were."""
    modes = {module: module.training for module in model.modules()}
    trained = {parameter: parameter.requires_grad for parameter in model.parameters()}
    rotary = [
        (module, name, value.clone() if isinstance(value, torch.Tensor) else value)
        for module in modes if hasattr(module, "original_inv_freq")
        for name in _ROTARY if (value := getattr(module, name, None)) is not None]
    states = (random.getstate(), np.random.get_state(), torch.get_rng_state())
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else None
    try:
        model.eval()
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode
        for parameter, value in trained.items():
            if parameter.requires_grad != value:
                parameter.requires_grad_(value)
        for module, name, value in rotary:
            setattr(module, name, value)
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
