"""Makes the small random checkpoints and what transformers computes with them.

    OMP_NUM_THREADS=1 python make_checkpoints.py

Writes <name>/{config.json, model.safetensors or shards, expected.json} beside this file. Weights
come from numpy's PCG64 with the seed in CHECKPOINTS. They are large enough for every option to
matter: each entry of `ablations` moves some token log-probability by at least LEAST_EFFECT nats
when it is switched off or done wrongly, which this script asserts.
"""

import json
import platform
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file

from reference import Mistake, forward

HERE = Path(__file__).parent
LEAST_EFFECT = 0.01
# Two implementations in f32 may differ by rounding only; a mistake moves 0.01 or more.
AGREEMENT = 2e-4
SHOWN = 4  # the sequence whose log-probabilities are given for each edit


@dataclass
class Checkpoint:
    family: str
    seed: int
    dtype: torch.dtype
    config: dict
    style: str = "new"
    omitted: tuple = ()
    embedding_scale: float = 0.5
    shards: bool = False
    edits: dict = field(default_factory=dict)


def rope(theta):
    return {"rope_theta": theta, "rope_type": "default"}


def sizes(vocab, hidden, inner, layers, heads, groups, context, **more):
    names = {
        "vocab_size": vocab, "hidden_size": hidden, "intermediate_size": inner,
        "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": groups,
        "max_position_embeddings": context, "hidden_act": "silu",
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": None,
    }
    return names | more


CHECKPOINTS = {
    "qwen2-tied": Checkpoint(
        "qwen2", 101, torch.bfloat16,
        sizes(83, 32, 52, 2, 4, 2, 128, rms_norm_eps=1e-6, tie_word_embeddings=True,
              rope_parameters=rope(1000000.0)),
        edits={"rope base 10000": {"config": {"rope_parameters": rope(10000.0)}},
               "norm epsilon 0.01": {"config": {"rms_norm_eps": 0.01}}},
    ),
    "qwen2-untied-old": Checkpoint(
        "qwen2", 102, torch.float32,
        sizes(79, 32, 44, 2, 4, 2, 64, rms_norm_eps=1e-5, tie_word_embeddings=False,
              rope_parameters=rope(250000.0)),
        style="old", embedding_scale=0.02,
        edits={"rope base 10000": {"config": {"rope_theta": 10000.0}},
               "norm epsilon 1e-6": {"config": {"rms_norm_eps": 1e-6}}},
    ),
    "llama-old": Checkpoint(
        "llama", 103, torch.float16,
        sizes(90, 40, 50, 2, 4, 2, 64, rms_norm_eps=1e-3, tie_word_embeddings=False, head_dim=12,
              attention_bias=True, mlp_bias=True, rope_parameters=rope(5000.0)),
        style="old", embedding_scale=0.05,
        edits={"rope base 10000": {"config": {"rope_theta": 10000.0}},
               "norm epsilon 1e-6": {"config": {"rms_norm_eps": 1e-6}},
               "norm epsilon 1e-5": {"config": {"rms_norm_eps": 1e-5}}},
    ),
    "llama-new": Checkpoint(
        "llama", 104, torch.bfloat16,
        sizes(97, 48, 52, 3, 6, 2, 96, rms_norm_eps=1e-4, tie_word_embeddings=True,
              rope_parameters=rope(500000.0)),
        embedding_scale=0.1,
        edits={"rope base 10000": {"config": {"rope_parameters": rope(10000.0)}},
               "norm epsilon 1e-6": {"config": {"rms_norm_eps": 1e-6}}},
    ),
    # As the first Llama checkpoints: what isn't said has its default (rope base 10000, as many
    # key-value heads as query heads, no biases, head width = hidden size / heads).
    "llama-sharded": Checkpoint(
        "llama", 105, torch.float32,
        sizes(71, 24, 56, 2, 3, 3, 64, rms_norm_eps=1e-6, tie_word_embeddings=False,
              rope_parameters=rope(10000.0)),
        style="old", shards=True,
        omitted=("num_key_value_heads", "rope_theta", "rope_scaling", "attention_bias",
                 "mlp_bias", "head_dim"),
        edits={"rope base 1000000": {"config": {"rope_theta": 1000000.0}},
               "norm epsilon 0.01": {"config": {"rms_norm_eps": 0.01}}},
    ),
}


def transformers_config(spec):
    kinds = {"qwen2": transformers.Qwen2Config, "llama": transformers.LlamaConfig}
    return kinds[spec.family](**spec.config)


def random_weights(model, spec):
    """Every tensor anew, in the order of the names; tied ones once."""
    draw = np.random.Generator(np.random.PCG64(spec.seed))
    weights = {}
    for name in sorted(dict(model.named_parameters())):
        shape = tuple(model.get_parameter(name).shape)
        normal = draw.standard_normal(shape)
        if name.endswith("norm.weight"):
            values = 1 + 0.3 * normal
        elif name.endswith(".bias"):
            values = 0.7 * normal
        elif "embed_tokens" in name:
            values = spec.embedding_scale * normal
        elif name == "lm_head.weight":
            values = 0.5 * normal
        else:
            values = 1.5 * normal / np.sqrt(shape[-1])
        weights[name] = torch.from_numpy(values).to(spec.dtype)
    return weights


def old_config(spec):
    """config.json as transformers 4 wrote it."""
    words = {torch.float32: "float32", torch.float16: "float16", torch.bfloat16: "bfloat16"}
    config = {k: v for k, v in spec.config.items() if k != "rope_parameters" and v is not None}
    config |= {
        "architectures": [{"qwen2": "Qwen2ForCausalLM", "llama": "LlamaForCausalLM"}[spec.family]],
        "model_type": spec.family, "attention_dropout": 0.0, "initializer_range": 0.02,
        "rope_theta": spec.config["rope_parameters"]["rope_theta"], "rope_scaling": None,
        "torch_dtype": words[spec.dtype], "transformers_version": "4.44.2", "use_cache": True,
    }
    if spec.family == "qwen2":
        config |= {"use_sliding_window": False, "sliding_window": None, "max_window_layers": 28}
    else:
        config |= {"pretraining_tp": 1}
    return {k: config[k] for k in sorted(config) if k not in spec.omitted}


def write_checkpoint(spec, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    model = transformers.AutoModelForCausalLM.from_config(
        transformers_config(spec), dtype=spec.dtype
    )
    with torch.no_grad():
        for name, tensor in random_weights(model, spec).items():
            model.get_parameter(name).copy_(tensor)
    total = sum(p.numel() * p.element_size() for p in model.parameters())
    limit = total * 6 // 10 if spec.shards else 10**9
    model.save_pretrained(folder, max_shard_size=limit)
    (folder / "generation_config.json").unlink(missing_ok=True)
    for path in folder.iterdir():
        path.chmod(0o644)
    if spec.style == "old":
        text = json.dumps(old_config(spec), indent=2) + "\n"
        (folder / "config.json").write_text(text, encoding="utf-8")


def load(folder):
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", local_files_only=True,
        output_loading_info=True,
    )
    assert not any(report.values()), (folder, report)
    return model.eval()


@torch.no_grad()
def logits_of(model, ids):
    return model(torch.tensor([ids]), use_cache=False).logits[0]


def token_log_probabilities(logits, ids):
    table = torch.log_softmax(logits[:-1].double(), dim=-1)
    return table.gather(1, torch.tensor(ids[1:], dtype=torch.long)[:, None])[:, 0]


def all_weights(folder):
    weights = {}
    for path in sorted(folder.glob("*.safetensors")):
        weights |= load_file(path)
    return weights


def edited_model(folder, edit):
    """The checkpoint with `edit` made in its files, read by transformers."""
    config = json.loads((folder / "config.json").read_text())
    config |= edit.get("config", {})
    weights = {k: v for k, v in all_weights(folder).items() if k not in edit.get("remove", ())}
    for name in edit.get("zero", ()):
        weights[name] = torch.zeros_like(weights[name])
    for name in edit.get("ones", ()):
        weights[name] = torch.ones_like(weights[name])
    with tempfile.TemporaryDirectory() as temporary:
        save_file(weights, Path(temporary) / "model.safetensors", metadata={"format": "pt"})
        (Path(temporary) / "config.json").write_text(json.dumps(config))
        return load(temporary)


def edits_of(spec, weights):
    """Every option that an edit of config.json or of a tensor switches off, by name."""
    edits = dict(spec.edits)
    kinds = {
        "query bias zero": "q_proj.bias", "key bias zero": "k_proj.bias",
        "value bias zero": "v_proj.bias", "attention output bias zero": "o_proj.bias",
        "gate bias zero": "gate_proj.bias", "up bias zero": "up_proj.bias",
        "down bias zero": "down_proj.bias",
    }
    for title, ending in kinds.items():
        names = sorted(name for name in weights if name.endswith(ending))
        if names:
            edits[title] = {"zero": names}
    norms = {
        "attention norm weights one": "input_layernorm.weight",
        "MLP norm weights one": "post_attention_layernorm.weight",
        "final norm weight one": "model.norm.weight",
    }
    for title, ending in norms.items():
        edits[title] = {"ones": sorted(name for name in weights if name.endswith(ending))}
    if not spec.config["tie_word_embeddings"]:
        edits["embeddings as output head"] = {
            "config": {"tie_word_embeddings": True}, "remove": ["lm_head.weight"],
        }
    edits["GELU instead of SiLU"] = {"config": {"hidden_act": "gelu"}}
    return edits


def mistakes_of(spec, config):
    mistakes = {
        "rotary on interleaved pairs": Mistake(interleaved_rope=True),
        "no rotary": Mistake(no_rope=True),
        "rotary on keys only": Mistake(rope_on_keys_only=True),
        "rotary turned the other way": Mistake(reversed_rope=True),
        "no causal mask": Mistake(causal=False),
        "attention not scaled": Mistake(scaled=False),
        "no final norm": Mistake(final_norm=False),
        "mean subtracted in the norm": Mistake(mean_subtracted=True),
        "norm after the block": Mistake(norm_after=True),
        "gate and up swapped": Mistake(swap_gate_and_up=True),
        "layers in reverse": Mistake(reverse_layers=True),
    }
    if config["kv_heads"] != config["heads"]:
        mistakes["key-value heads interleaved"] = Mistake(interleaved_groups=True)
    if config["head_dim"] * config["heads"] != config["hidden"]:
        mistakes["attention scale from hidden size / heads"] = Mistake(scale_from_hidden=True)
        mistakes["rotary frequencies from hidden size / heads"] = Mistake(
            rope_over_hidden_share=True
        )
    return mistakes


def reference_config(spec):
    c = spec.config
    return {
        "heads": c["num_attention_heads"], "kv_heads": c["num_key_value_heads"],
        "head_dim": c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"],
        "hidden": c["hidden_size"], "layers": c["num_hidden_layers"], "eps": c["rms_norm_eps"],
        "theta": c["rope_parameters"]["rope_theta"], "tied": c["tie_word_embeddings"],
    }


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.double().tolist()]


def sequences_of(spec):
    vocab, context = spec.config["vocab_size"], spec.config["max_position_embeddings"]
    draw = np.random.Generator(np.random.PCG64(spec.seed + 1000))
    lengths = (1, 2, 3, 13, 24, 33, context)
    sequences = [draw.integers(0, vocab, length).tolist() for length in lengths]
    sequences[3][:2] = [0, vocab - 1]  # the ends of the vocabulary
    sequences[5][5:11] = [7] * 6  # a token repeated, told apart by its position alone
    return sequences


def largest(before, after):
    return max((a - b).abs().max().item() for a, b in zip(before, after) if len(a))


def describe(name, spec):
    folder = HERE / name
    write_checkpoint(spec, folder)
    model, weights, config = load(folder), all_weights(folder), reference_config(spec)
    sequences = sequences_of(spec)

    def scored(logits):
        return [token_log_probabilities(logits(ids), ids) for ids in sequences]

    expected = scored(lambda ids: logits_of(model, ids))
    own = scored(lambda ids: forward(weights, config, ids))
    assert largest(expected, own) < AGREEMENT, (name, largest(expected, own))
    exact = scored(lambda ids: forward(weights, config, ids, dtype=torch.float64))

    ablations = []
    for title, edit in edits_of(spec, weights).items():
        altered_model = edited_model(folder, edit)
        altered = scored(lambda ids: logits_of(altered_model, ids))
        kind = "config" if "config" in edit else "weights"
        ablations.append({
            "name": title, "kind": kind, "edit": edit,
            "max_delta": largest(expected, altered),
            "shown_max_delta": largest(expected[SHOWN : SHOWN + 1], altered[SHOWN : SHOWN + 1]),
            "token_logprobs": rounded(altered[SHOWN]),
        })
    for title, mistake in mistakes_of(spec, config).items():
        altered = scored(lambda ids: forward(weights, config, ids, mistake))
        ablations.append({
            "name": title, "kind": "arithmetic", "edit": None,
            "max_delta": largest(expected, altered),
            "shown_max_delta": largest(expected[SHOWN : SHOWN + 1], altered[SHOWN : SHOWN + 1]),
            "token_logprobs": rounded(altered[SHOWN]),
        })
    for ablation in ablations:
        for key in ("max_delta", "shown_max_delta"):
            assert ablation[key] >= LEAST_EFFECT, (name, ablation["name"], key, ablation[key])
            ablation[key] = float(f"{ablation[key]:.6g}")
    shown = [0, len(sequences) - 1]
    return {
        "about": "token_logprobs: of tokens 1 … n-1 of each sequence, nats, f64 log-softmax of "
        "transformers' f32 logits, 9 digits. last_logits: f32, of a sequence's last position. "
        "f32_rounding: largest |f32 - f64| of any of these log-probabilities, the f64 by "
        "reference.py. ablations: what moves when an option is switched off; the edit is made in "
        "the checkpoint's files (config keys replaced, tensors set to zero or one or removed), "
        "kind arithmetic needs other code; token_logprobs there are of sequence `shown`, by "
        "transformers for edits and by reference.py for arithmetic; max_delta is over all "
        "sequences, shown_max_delta over that one.",
        "made_by": f"make_checkpoints.py, seed {spec.seed}, python {platform.python_version()}, "
        f"numpy {np.__version__}, torch {torch.__version__.split('+')[0]}, "
        f"transformers {transformers.__version__}",
        "f32_rounding": float(f"{largest(exact, expected):.3g}"),
        "shown": SHOWN,
        "sequences": sequences,
        "token_logprobs": [rounded(values) for values in expected],
        "last_logits": [
            {"sequence": i, "logits": rounded(logits_of(model, sequences[i])[-1])} for i in shown
        ],
        "ablations": ablations,
    }


def write_json(document, path):
    """One entry of a list on each line: compact, and a difference stays readable."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list):
            items = ",\n  ".join(json.dumps(v, separators=(",", ":")) for v in value)
            lines.append(f'"{key}": [\n  {items}\n]')
        else:
            lines.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    for name, spec in CHECKPOINTS.items():
        document = describe(name, spec)
        write_json(document, HERE / name / "expected.json")
        for path in (HERE / name).glob("*.safetensors"):
            assert path.stat().st_size < 100_000, path
        print(f"{name}: f32 rounding {document['f32_rounding']}")
        for entry in document["ablations"]:
            print(f"  {entry['max_delta']:9.4f} {entry['shown_max_delta']:9.4f}  {entry['name']}")


if __name__ == "__main__":
    main()
