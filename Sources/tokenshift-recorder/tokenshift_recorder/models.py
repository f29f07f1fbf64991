"""Opens checkpoints with transformers: any architecture, any device, adapters beside their base."""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .errors import RecorderError
from .heads import Head, vocabulary_size
from .recorder import Model
from .texts import file_digest
from .tokenizer import TextTokenizer

TYPES = {"F32": torch.float32, "BF16": torch.bfloat16, "F16": torch.float16}
NAMES = {type: name for name, type in TYPES.items()} | {torch.float64: "F64"}
TOKENIZER_FILES = (
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "tokenizer.model",
)
# A context that no text reaches, of models without positions.
ENDLESS = 1 << 40


def type_name(dtype: torch.dtype) -> str:
    """As a log names it: F32, BF16, F16."""
    return NAMES.get(dtype, str(dtype).removeprefix("torch."))


class Loader:
    """Opens models; those with one base folder share its weights."""

    def __init__(
        self, device: str = "cpu", compute: str = "auto", attention: str | None = None,
        trust_remote_code: bool = False,
    ):
        self.device, self.compute = device, compute
        self.attention, self.trust_remote_code = attention, trust_remote_code
        self._bases: dict[str, Any] = {}
        self._adapted: dict[str, Any] = {}

    def models(self, named: list[tuple[str, str]]) -> list[Model]:
        """Opens NAME, SPEC: a folder or a hub's name, or BASE+ADAPTER, or an adapter's folder."""
        places = [(name, *self._parts(spec)) for name, spec in named]
        for name, base, adapter in places:
            self._open(name, base)
            if adapter:
                self._adapt(name, base, adapter)
        return [self._model(name, base, adapter) for name, base, adapter in places]

    def _parts(self, spec: str) -> tuple[str, str | None]:
        base, sign, adapter = (spec, "", "") if Path(spec).is_dir() else spec.partition("+")
        if not sign and (Path(spec) / "adapter_config.json").is_file():
            try:
                settings = json.loads((Path(spec) / "adapter_config.json").read_text())
                base, adapter = settings.get("base_model_name_or_path") or "", spec
            except (OSError, ValueError, AttributeError) as error:
                raise RecorderError(f"{spec}/adapter_config.json: {_line(error)}") from error
            if not base:
                raise RecorderError(f"{spec}: its adapter names no base; write BASEDIR+{spec}")
        return self._folder(base), (self._folder(adapter) if adapter else None)

    def _folder(self, spec: str) -> str:
        if Path(spec).is_dir():
            return spec
        if spec.count("/") > 1 or spec.startswith((".", "/", "~")):
            raise RecorderError(f"{spec}: no such folder")
        from huggingface_hub import snapshot_download

        try:
            patterns = ["*.json", "*.safetensors", "*.bin", "*.model", "*.txt", "*.jinja"]
            return snapshot_download(
                spec, allow_patterns=patterns + (["*.py"] if self.trust_remote_code else []))
        except Exception as error:
            raise RecorderError(
                f"{spec}: no such folder, and the hub has none: {_line(error)}") from error

    def _open(self, name: str, base: str) -> None:
        if base in self._bases:
            return
        from transformers import AutoModelForCausalLM

        dtype = "auto" if self.compute == "auto" else TYPES[self.compute.upper()]
        options = {"attn_implementation": self.attention} if self.attention else {}
        if self.device == "auto":
            options["device_map"] = "auto"
        try:
            model = AutoModelForCausalLM.from_pretrained(
                base, dtype=dtype, trust_remote_code=self.trust_remote_code, **options)
            if self.device != "auto":
                model = model.to(self.device)
        except torch.OutOfMemoryError:
            raise
        # Whatever transformers, safetensors or a device says of a model.
        except Exception as error:
            raise RecorderError(
                f"{base}: model '{name}' can't be loaded to {self.device}: {_line(error)}"
            ) from error
        self._bases[base] = model.eval().requires_grad_(False)

    def _adapt(self, name: str, base: str, adapter: str) -> None:
        try:
            from peft import PeftModel
        except ImportError as error:
            raise RecorderError(f"{adapter}: an adapter needs peft: pip install peft") from error
        try:
            if base in self._adapted:
                self._adapted[base].load_adapter(adapter, adapter_name=name)
            else:
                self._adapted[base] = PeftModel.from_pretrained(
                    self._bases[base], adapter, adapter_name=name)
        except Exception as error:
            raise RecorderError(f"{adapter}: can't be loaded: {_line(error)}") from error
        check_adapter(self._adapted[base])
        self._adapted[base].eval().requires_grad_(False)

    def _model(self, name: str, base: str, adapter: str | None) -> Model:
        inner, adapted = self._bases[base], self._adapted.get(base)
        within: Callable[[], Any] = contextlib.nullcontext
        if adapter:
            within = lambda: _switched_to(adapted, name)  # noqa: E731
        elif adapted is not None:
            within = adapted.disable_adapter
        folders = [base, *([adapter] if adapter else [])]
        record = describe(inner, inner.dtype) | digests(base, adapter) | {
            "folder": "+".join(Path(folder).absolute().name for folder in folders)}
        tokenizer = TextTokenizer.load(adapter, self.trust_remote_code) if adapter else None
        tokenizer = tokenizer or TextTokenizer.load(base, self.trust_remote_code)
        record["tokenizer_digest"] = tokenizer.digest() if tokenizer else ""
        return Model(
            name, Head(inner, inner), record["vocabulary_size"], context_length(inner.config),
            record, tokenizer, within)


def check_adapter(model: Any) -> None:
    """Refuses adapters that are more than changed weights: they put tokens of their own before a text."""
    for name, config in model.peft_config.items():
        kind = getattr(config.peft_type, "value", config.peft_type)
        if getattr(config, "is_prompt_learning", False) or kind == "ADAPTION_PROMPT":
            raise RecorderError(
                f"adapter '{name}' is of the kind {kind}, whose tokens before a text can't be "
                "recorded; adapters that change weights can")


@contextlib.contextmanager
def _switched_to(model: Any, adapter: str):
    model.set_adapter(adapter)
    yield


def context_length(config: Any) -> int:
    """Positions that a model has.

    Linear and dynamic scaling of rotary embeddings keep the length before scaling in
    `max_position_embeddings`; YaRN may have either.
    """
    text = config.get_text_config()
    for name in ("max_position_embeddings", "n_positions", "max_seq_len", "n_ctx"):
        length = getattr(text, name, None)
        if isinstance(length, int) and length > 0:
            return max(length, _scaled_length(text, length))
    return ENDLESS


def _scaled_length(config: Any, length: int) -> int:
    rope = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
    # Gemma 3, with settings for each kind of layer, has the length after scaling.
    if "full_attention" in rope:
        return length
    kind = rope.get("rope_type", rope.get("type"))
    factor = rope.get("factor") or 1
    if kind in ("linear", "dynamic"):
        return int(factor * length)
    if kind == "yarn":
        return int(factor * rope.get("original_max_position_embeddings", length))
    return length


def describe(model: nn.Module, dtype: torch.dtype) -> dict[str, Any]:
    """What a log says of a model that runs."""
    return {
        "architecture": type(model).__name__, "parameter_count": _parameter_count(model),
        "stored_types": [type_name(dtype)], "compute_type": type_name(dtype),
        "vocabulary_size": vocabulary_size(model),
    }


def _parameter_count(model: nn.Module) -> int:
    if any(type(module).__name__ == "FullyShardedDataParallel" for module in model.modules()):
        # Each process has flat parts; a model without memory says how many they are together.
        with torch.device("meta"):
            return type(model)(model.config).num_parameters()
    return int(sum(
        getattr(parameter, "ds_numel", None) or parameter.numel()
        for name, parameter in model.named_parameters() if "lora_" not in name))


def digests(base: str, adapter: str | None = None) -> dict[str, Any]:
    """SHA-256 of the files that a model is read from, and the types that its weights are stored in."""
    found: dict[str, str] = {}
    stored: set[str] = set()
    folder = Path(base)
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    for path in weights:
        found[path.name] = file_digest(str(path))
        stored |= _stored_types(path)
    tokenizer_folder = folder
    if adapter:
        own = Path(adapter)
        for path in [*sorted(own.glob("adapter_model*")), own / "adapter_config.json"]:
            if path.is_file():
                found[f"adapter/{path.name}"] = file_digest(str(path))
        if (own / "tokenizer.json").is_file():
            tokenizer_folder = own
    for path in [folder / "config.json", *(tokenizer_folder / name for name in TOKENIZER_FILES)]:
        if path.is_file():
            found[path.name] = file_digest(str(path))
    text = "".join(
        f"{name} {found[name]}\n" for name in sorted(found)
        if name.endswith((".safetensors", ".bin", "adapter_config.json")))
    record = {
        "file_digests": json.dumps(found, sort_keys=True, separators=(",", ":")),
        "weights_digest": hashlib.sha256(text.encode()).hexdigest(),
    }
    return record | ({"stored_types": sorted(stored)} if stored else {})


def parameters_digest(model: nn.Module) -> str:
    """SHA-256 of the parameters of a model that has no files, by name."""
    digest = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        digest.update(name.encode())
        values = parameter.detach().cpu().contiguous()
        digest.update(memoryview(values.view(-1).view(torch.uint8).numpy()))
    return digest.hexdigest()


def _stored_types(path: Path) -> set[str]:
    """Types of the tensors of a safetensors file, as its header names them."""
    if path.suffix != ".safetensors":
        return set()
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    return {entry["dtype"] for name, entry in header.items() if name != "__metadata__"}


def _line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
