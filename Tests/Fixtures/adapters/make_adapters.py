"""Makes small random adapters for checkpoints of ../transformer with peft, and what peft and
transformers make of them.

    OMP_NUM_THREADS=1 python make_adapters.py [name ...]

Writes <name>/{adapter_config.json, adapter_model.safetensors, expected.json} beside this file.
`token_logprobs` are of the model that peft's merge_and_unload gives in the stored type of the base,
run in f32; they move some log-probability of the base by at least LEAST_EFFECT nats, which this script
asserts. `bits` are some elements of merged matrices as they are stored. Where peft would add an
adapter of a tied embedding to the head as well, the two are untied first, as its warning advises: the
numbers are those of the model as it was trained. `stacked` is the same with a second adapter merged
over the first.
"""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import peft
import torch
import transformers
from safetensors.torch import load_file

HERE = Path(__file__).resolve().parent
BASES = HERE.parent / "transformer"
LEAST_EFFECT = 0.05


@dataclass
class Adapter:
    base: str
    seed: int
    config: dict
    scale: float = 0.15
    unties: bool = False
    vocabulary: int | None = None
    over: str | None = None  # stacked on this one
    merged: tuple = ()  # matrices whose stored bits are shown


ADAPTERS = {
    "llama": Adapter(
        "llama-new", 1,
        dict(r=4, lora_alpha=6, target_modules=["q_proj", "v_proj", "down_proj"], use_rslora=True,
             rank_pattern={"layers.0.self_attn.q_proj": 2, "^model.layers.1.mlp.down_proj": 3},
             alpha_pattern={"v_proj": 20, r".*\.2\.mlp\.down_proj": 1}),
        merged=("model.layers.0.self_attn.q_proj.weight", "model.layers.1.mlp.down_proj.weight")),
    "llama-second": Adapter(
        "llama-new", 2, dict(r=2, lora_alpha=4, target_modules=["q_proj", "up_proj"]), over="llama"),
    "qwen2": Adapter(
        "qwen2-untied-old", 3,
        dict(r=3, lora_alpha=3, target_modules=["q_proj", "k_proj", "o_proj", "gate_proj"], bias="all",
             modules_to_save=["lm_head"], layers_to_transform=[1])),
    "gpt2": Adapter(
        "gpt2", 4,
        dict(r=4, lora_alpha=8, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True,
             bias="lora_only"),
        merged=("transformer.h.0.attn.c_attn.weight", "transformer.h.2.attn.c_proj.weight")),
    "phi3": Adapter(
        "phi3", 5, dict(r=4, lora_alpha=8, target_modules="all-linear"),
        merged=("model.layers.0.self_attn.qkv_proj.weight",)),
    "llama-embedding": Adapter(
        "llama-old", 6, dict(r=3, lora_alpha=5, target_modules=["embed_tokens", "q_proj", "lm_head"]),
        merged=("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight")),
    "qwen2-tied-embedding": Adapter(
        "qwen2-tied", 7, dict(r=3, lora_alpha=5, target_modules=["embed_tokens", "v_proj"]),
        unties=True),
    "qwen2-tied-saved": Adapter(
        "qwen2-tied", 8, dict(r=3, lora_alpha=5, target_modules=["v_proj"],
                              modules_to_save=["embed_tokens"])),
    "qwen2-resized": Adapter(
        "qwen2-tied", 9, dict(r=3, lora_alpha=5, target_modules=["v_proj"]), vocabulary=90),
    # peft stores a saved module of a resized model three times: as trained, as it was, and under its
    # own name.
    **{
        f"resized-{kind}-{'-'.join(saved)}": Adapter(
            base, 10 + index, dict(r=2, lora_alpha=3, target_modules=["v_proj"],
                                   modules_to_save=list(saved)), vocabulary=90)
        for index, (kind, base, saved) in enumerate(
            (kind, base, saved)
            for kind, base in (("tied", "qwen2-tied"), ("untied", "qwen2-untied-old"))
            for saved in (("embed_tokens",), ("lm_head",), ("embed_tokens", "lm_head")))
    },
    "resized-tied-together": Adapter(
        "qwen2-tied", 16, dict(r=2, lora_alpha=3, target_modules=["v_proj"],
                               modules_to_save=["embed_tokens"], ensure_weight_tying=True),
        vocabulary=90),
}


def load(adapter):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        BASES / adapter.base, dtype="auto", attn_implementation="eager")
    if adapter.vocabulary:
        model.resize_token_embeddings(adapter.vocabulary, mean_resizing=False)
    if adapter.unties:
        model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().clone())
        model.config.tie_word_embeddings = False
    return model.eval()


def token_log_probabilities(model, sequences):
    model = model.float().eval()
    result = []
    for ids in sequences:
        with torch.no_grad():
            logits = model(torch.tensor([ids]), use_cache=False).logits[0].double()
        values = torch.log_softmax(logits, -1)
        result.append([round(values[i - 1, ids[i]].item(), 6) for i in range(1, len(ids))])
    return result


def largest(a, b):
    return max(abs(x - y) for xs, ys in zip(a, b) for x, y in zip(xs, ys))


def make(name):
    adapter = ADAPTERS[name]
    torch.manual_seed(adapter.seed)
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model = load(adapter)
    wrapped = peft.get_peft_model(
        model, peft.LoraConfig(task_type="CAUSAL_LM", **adapter.config), autocast_adapter_dtype=False)
    with torch.no_grad():
        for key, value in wrapped.named_parameters():
            trained = "lora_" in key or "modules_to_save" in key or (
                key.endswith("bias") and value.requires_grad)
            new_rows = adapter.vocabulary and "embed_tokens" in key
            if "lora_" in key:
                value.copy_(torch.randn(value.shape) * adapter.scale)
            elif trained or new_rows:
                value.add_(torch.randn(value.shape).to(value.dtype) * adapter.scale)
    wrapped.peft_config["default"].base_model_name_or_path = f"../../transformer/{adapter.base}"
    wrapped.save_pretrained(folder, save_embedding_layers=bool(adapter.vocabulary))
    (folder / "README.md").unlink(missing_ok=True)
    # peft keeps names in a set, whose order is another every time.
    written = json.load(open(folder / "adapter_config.json"))
    for key, value in written.items():
        written[key] = sorted(value) if isinstance(value, list) else value
    (folder / "adapter_config.json").write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")

    # From the files alone, as a user does it.
    def merged(target, which):
        return peft.PeftModel.from_pretrained(target, HERE / which).merge_and_unload()

    sequences = json.load(open(BASES / adapter.base / "expected.json"))["sequences"]
    if adapter.vocabulary:
        sequences = sequences[:4] + [[adapter.vocabulary - 1 - i % 9 for i in range(12)]]
    plain = token_log_probabilities(load(adapter), sequences)
    result = merged(load(adapter), name)
    bits = {}
    for key in adapter.merged:
        flat = result.state_dict()[key].reshape(-1)
        kind = {2: torch.int16, 4: torch.int32}[flat.element_size()]
        bits[key] = [int(x) for x in flat.view(kind)[:200]]
    expected = {
        "versions": {m.__name__: m.__version__ for m in (peft, torch, transformers)},
        "base": adapter.base, "sequences": sequences, "bits": bits,
        "token_logprobs": token_log_probabilities(result, sequences),
    }
    expected["effect"] = round(largest(plain, expected["token_logprobs"]), 6)
    assert expected["effect"] >= LEAST_EFFECT, (name, expected["effect"])
    if adapter.over:
        both = token_log_probabilities(merged(merged(load(adapter), adapter.over), name), sequences)
        assert largest(both, expected["token_logprobs"]) >= LEAST_EFFECT
        expected["stacked"] = {"over": adapter.over, "token_logprobs": both}
    with open(folder / "expected.json", "w") as file:
        json.dump(expected, file, separators=(",", ":"))
        file.write("\n")
    print(name, expected["effect"], sorted(load_file(folder / "adapter_model.safetensors"))[:4])


if __name__ == "__main__":
    for name in sys.argv[1:] or ADAPTERS:
        make(name)
