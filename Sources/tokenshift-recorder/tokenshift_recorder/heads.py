"""A causal language model cut in two: hidden states once, logits tile by tile.

The forward pass runs with the output head replaced by one that only keeps its input. A tile's logits
then come from the model's own forward pass again, with the part before the head replaced by one that
returns the hidden states: so whatever a model does to its logits (soft capping, scaling) is done by its
own code. The first texts are compared with a plain forward pass; where the two differ, or a model can't
be cut so, whole forward passes are used, text by text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutputWithPast

from .errors import RecorderError

# Numbers of a tile of weights that are widened at once, where a device can't multiply into float32.
WIDENED = 1 << 24


class _Output(BaseModelOutputWithPast):
    """What the part before the head returned; whatever else a model asks it for is None."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


class _Stub(nn.Module):
    """Stands in a module's place and answers for all but its call."""

    def __init__(self, original: nn.Module, answer: Callable[..., Any]):
        super().__init__()
        self.__dict__["original"], self.__dict__["answer"] = original, answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["original"], name)

    def forward(self, *positional: Any, **named: Any) -> Any:
        return self.__dict__["answer"](*positional, **named)


def product(hidden: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """hidden · weightᵀ + bias in float32: [rows, H] and [V, H] give [rows, V]."""
    if weight.dtype == torch.float32:
        logits = hidden.float() @ weight.T
    elif weight.is_cuda and hidden.dtype == weight.dtype and _multiplies_into_float32():
        logits = torch.mm(hidden, weight.T, out_dtype=torch.float32)
    else:
        logits = torch.empty(len(hidden), len(weight), device=hidden.device)
        step = max(WIDENED // weight.shape[1], 1)
        wide = hidden.float()
        for start in range(0, len(weight), step):
            part = weight[start:start + step].float()
            torch.mm(wide, part.T, out=logits[:, start:start + step])
    return logits if bias is None else logits.add_(bias.float())


def _multiplies_into_float32() -> bool:
    return tuple(int(part) for part in torch.__version__.split(".")[:2]) >= (2, 8)


class Head:
    """The two halves of a model.

    outer: what is called, wrapped or not. inner: the model itself, which has the head.
    """

    def __init__(self, outer: nn.Module, inner: nn.Module, sharded: bool = False):
        self.outer, self.inner, self.sharded = outer, inner, sharded
        if getattr(inner.config, "is_encoder_decoder", False):
            raise RecorderError(
                f"{type(inner).__name__}: has an encoder; only models that continue a text can be "
                "recorded")
        self.module = inner.get_output_embeddings()
        self.backbone = self._backbone()
        self.is_whole = self.module is None or self.backbone is None
        self._is_checked, self._keeps = False, True
        self._weights: tuple[Tensor, Tensor | None] | None = None

    def _backbone(self) -> nn.Module | None:
        part = getattr(self.inner, getattr(self.inner, "base_model_prefix", ""), None)
        return part if isinstance(part, nn.Module) and part is not self.inner else None

    @property
    def device(self) -> torch.device:
        """Where ids go."""
        embedding = self.inner.get_input_embeddings()
        weight = getattr(embedding, "weight", None)
        found = weight if weight is not None else next(self.inner.parameters())
        return found.device if found.device.type != "meta" else torch.device("cuda")

    @property
    def needs_equal_lengths(self) -> bool:
        """Whether padding changes a text: rotary embeddings that depend on the longest of a batch."""
        text = self.inner.config.get_text_config()
        found = getattr(text, "rope_parameters", None) or getattr(text, "rope_scaling", None) or {}
        return "dynamic" in str(found) or "longrope" in str(found)

    def _forget_lengths(self) -> None:
        """Dynamic rotary embeddings keep the frequencies of the longest text so far."""
        for module in self.inner.modules():
            original = getattr(module, "original_inv_freq", None)
            if original is not None and hasattr(module, "max_seq_len_cached"):
                module.register_buffer(
                    "inv_freq", original.to(module.inv_freq.device).clone(), persistent=False)
                module.max_seq_len_cached = module.original_max_seq_len

    def weights(self) -> tuple[Tensor, Tensor | None] | None:
        """A copy of what the head multiplies by; None of a model that can't be cut."""
        return self._weights if self.is_whole or self._weights is not None else self._copied()

    def _copied(self) -> tuple[Tensor, Tensor | None]:
        bias = getattr(self.module, "bias", None)
        return (
            self.module.weight.detach().clone(), None if bias is None else bias.detach().clone())

    def prepare(self, keeps: bool = True) -> None:
        """Finds out, on a few ids, whether the model can be cut; before anything else.

        keeps: whether this process needs gathered weights after that.
        """
        if self._is_checked:
            return
        self._is_checked = True
        with torch.no_grad():
            ids = torch.arange(8, device=self.device)[None] % vocabulary_size(self.inner)
            # Mixed precision rounds what the head gives, and may hide that afterwards.
            types: list[torch.dtype] = []
            hook = self.module.register_forward_hook(
                lambda _, __, output: types.append(output.dtype)) if self.module else None
            whole = self._forward(ids)[0].float()
            if hook:
                hook.remove()
            try:
                hidden = None if self.is_whole else self._captured(ids)[0]
            except _Uncut:
                hidden = None
            self.is_whole = hidden is None or not self._agrees(hidden, whole, types)
        self._keeps = keeps
        if not keeps:
            self._weights = None

    def _agrees(self, hidden: Tensor, whole: Tensor, types: list[torch.dtype]) -> bool:
        """Whether logits from hidden states are those of a plain forward pass."""
        try:
            own = self.logits(hidden)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, RuntimeError):
            return False
        # Two ways to add up the same products: some units in the last place of the largest logit.
        eps = max(torch.finfo(dtype).eps for dtype in [hidden.dtype, *types])
        tolerance = 32 * eps * max(whole.abs().max().item(), 1)
        return own.shape == whole.shape and (own - whole).abs().max().item() <= tolerance

    def hidden(self, ids: Tensor) -> Tensor:
        """What goes into the head: [texts, length, H]; of a model that can't be cut its logits."""
        with torch.no_grad():
            return self._forward(ids) if self.is_whole else self._captured(ids)

    def _forward(self, ids: Tensor) -> Tensor:
        if self.needs_equal_lengths:
            self._forget_lengths()
        result = self.outer(input_ids=ids, use_cache=False)
        logits = result.logits if hasattr(result, "logits") else result[0]
        if logits.shape[:2] != ids.shape:
            raise RecorderError(
                f"{type(self.inner).__name__}: gives logits at {logits.shape[1]} places for "
                f"{ids.shape[1]} ids; models that put tokens of their own before a text can't be "
                "recorded")
        return logits

    def _captured(self, ids: Tensor) -> Tensor:
        kept: list[Tensor] = []

        def keep(hidden: Tensor, *_: Any, **__: Any) -> Tensor:
            kept.append(hidden)
            if self.sharded and self._keeps and self._weights is None:
                # Gathered for this call alone.
                self._weights = self._copied()
            return hidden[..., :1]

        with _replaced_forward(self.module, keep):
            try:
                self._forward(ids)
            except (AttributeError, IndexError, TypeError, ValueError, RuntimeError) as error:
                # What a model does after its head may want a whole vocabulary.
                if not kept or isinstance(error, torch.OutOfMemoryError):
                    raise
                raise _Uncut from error
        if len(kept) != 1 or kept[0].shape[:2] != ids.shape:
            raise _Uncut
        return kept[0]

    def logits(self, hidden: Tensor) -> Tensor:
        """Logits of rows in float32: [rows, H] gives [rows, V]."""
        if self.is_whole:
            return hidden.float()
        with torch.no_grad():
            rows = hidden[None]
            with self._stubs(rows):
                ids = torch.zeros(rows.shape[:2], dtype=torch.long, device=hidden.device)
                # Around wrappers and their hooks, which would wait for other processes.
                result = type(self.inner).forward(self.inner, input_ids=ids, use_cache=False)
            return result.logits[0].float()

    def _apply(self, hidden: Tensor, *_: Any, **__: Any) -> Tensor:
        if self._weights is not None:
            weight, bias = self._weights
        elif type(self.module) is nn.Linear and self.module.weight.device.type != "meta":
            weight, bias = self.module.weight, self.module.bias
        else:
            return self.module(hidden).float()
        rows = hidden.reshape(-1, hidden.shape[-1]).to(weight.device)
        return product(rows, weight, bias).reshape(*hidden.shape[:-1], -1)

    @contextlib.contextmanager
    def _stubs(self, hidden: Tensor) -> Iterator[None]:
        places = []
        for original, answer in (
            (self.backbone, lambda *_, **__: _Output(last_hidden_state=hidden)),
            (self.module, self._apply),
        ):
            parent, name = _place(self.inner, original)
            places.append((parent, name, original))
            parent._modules[name] = _Stub(original, answer)
        try:
            yield
        finally:
            for parent, name, original in places:
                parent._modules[name] = original


def vocabulary_size(model: nn.Module) -> int:
    """Logits of a model: rows of its head, padding rows counted."""
    weight = getattr(model.get_output_embeddings(), "weight", None)
    # Of a tensor that lies in parts in several processes the shape here may be empty.
    shape = getattr(weight, "ds_shape", None) or (weight.shape if weight is not None else ())
    if len(shape) == 2 and shape[0] > 0:
        return int(shape[0])
    return int(model.config.get_text_config().vocab_size)


class _Uncut(Exception):
    """The head isn't called once, with one row for each id."""


@contextlib.contextmanager
def _replaced_forward(module: nn.Module, forward: Callable[..., Any]) -> Iterator[None]:
    earlier = module.__dict__.get("forward")
    module.forward = forward
    try:
        yield
    finally:
        if earlier is None:
            del module.forward
        else:
            module.forward = earlier


def _place(root: nn.Module, wanted: nn.Module) -> tuple[nn.Module, str]:
    for parent in root.modules():
        for name, child in parent._modules.items():
            if child is wanted:
                return parent, name
    raise RecorderError(f"{type(root).__name__}: its head is no part of it")
