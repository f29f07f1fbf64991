"""Tries every key that transformers reads of config.json, and many that it doesn't, on a tiny random
model of each family, and writes `outcomes.jsonl`: what changed values do to the logits.

    .venv/bin/python Tests/Fixtures/configuration/try_keys.py

A line is a key (inside `rope_parameters` after a dot, tried with the kind of scaling named first) with
a value, and the families by outcome: `same` (logits equal bit for bit), `rounding` (within 1e-5),
`moves`, `fails` (transformers refuses the value, or the weights no longer fit).
"""

import copy
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from reference import FAMILIES, LAYERED, ROPES, Tiny, keys_of, rope_base
from transformers import GenerationConfig

GENERAL = [None, True, False, 3, 0.5, "x"]
UNREAD = [True, 3, "x", {"x": [1]}]
ACTIVATIONS = ["silu", "swish", "gelu", "relu", "gelu_new", "gelu_pytorch_tanh"]
TYPES = [
    ["full_attention"] * 3, ["sliding_attention"] * 3, ["chunked_attention"] * 3,
    ["full_attention", "sliding_attention", "full_attention"],
]
VALUES = {
    "hidden_act": ACTIVATIONS, "hidden_activation": ACTIVATIONS, "activation_function": ACTIVATIONS,
    "layer_types": [None] + TYPES, "dtype": ["float32", "bfloat16"], "torch_dtype": ["float32", "bfloat16"],
    "_attn_implementation": ["eager", "sdpa"], "attn_implementation": ["eager", "sdpa"],
    "sliding_window": [None, 3, 5, 40], "max_window_layers": [0, 2, 3, 28],
    "quantization_config": [{"quant_method": "awq", "bits": 4}],
    "per_layer_config": [{}, {"0": {"attention_bias": True}}, {"0": {"num_attention_heads": 2}}],
    "id2label": [{"0": "a"}], "label2id": [{"a": 0}], "eos_token_id": [5, [5, 6], None],
    "architectures": [["LlamaModel"], ["GPT2LMHeadModel"], [], None],
    "rope_theta": [50.0, 50, None], "max_position_embeddings": [16, 32, 128],
    "original_max_position_embeddings": [16, 4096, None], "partial_rotary_factor": [0.5, 1.0, None],
    "rope_scaling": [
        None, {}, {"rope_type": "linear", "factor": 2.0}, {"type": "linear", "factor": 2.0},
        {"rope_type": "default", "rope_theta": 50.0}],
    "rope_parameters": [
        None, {}, {"rope_type": "linear", "factor": 2.0}, {"rope_type": "default", "rope_theta": 50.0},
        {"full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 50.0}}],
    "transformers_weights": ["other.safetensors"], "rms_norm_eps": [0.1, 1, None],
    "layer_norm_epsilon": [0.1, 1, None], "num_labels": [2, 3], "vocab_size": [41],
    "query_pre_attn_scalar": [3, 2.5], "attn_logit_softcapping": [None, 2.0],
    "final_logit_softcapping": [None, 2.0], "chunk_size_feed_forward": [4],
    "no_rope_layers": [None, [1, 1, 1], [0, 1, 1], [1, 0, 1, 0]], "no_rope_layer_interval": [1, 3, 4],
    "sliding_window_pattern": [1, 3, 6], "rope_local_base_freq": [50.0, 10000.0, None],
    "problem_type": ["regression"], "pad_token_id": [None, 0, 3, -1, 100],
}
# Seen in public config.json files, or read by other architectures; none is read by ours.
PUBLIC = [
    "attention_multiplier", "auto_map", "alibi", "clip_qkv", "cache_implementation", "document_attention",
    "dual_chunk_attention_config", "embedding_multiplier", "finetuning_task", "full_attn_mod",
    "interpolate_factor", "is_decoder", "is_llama_config", "lm_head_bias", "logit_scale",
    "logits_scaling", "max_sequence_length", "model_max_length", "n_ctx", "neftune_noise_alpha",
    "num_experts", "pixel_shuffle_factor", "position_embedding_type", "prefix",
    "pruned_heads", "qk_layer_norms", "qkv_bias", "quantization", "residual_multiplier",
    "rope_interleaved", "rotary_emb_base", "rotary_pct", "seq_length",
    "some_new_switch", "task_specific_params", "tf_legacy_loss",
    "tie_encoder_decoder", "tokenizer_class", "torchscript", "transformers.js_config",
    "unk_token_id", "unsloth_fixed", "unsloth_version", "use_bfloat16", "use_mrope", "use_qk_norm",
]
ROPE_VALUES = {
    "attention_factor": [None, 0.5], "attn_factor": [0.5], "beta_fast": [None, 4, 0.5], "beta_slow": [None, 0.25],
    "factor": [None, 3.0], "finetuned": [True], "high_freq_factor": [3.0, None],
    "long_factor": [[1.0, 1.0, 1.0, 1.0], None], "long_mscale": [2.0], "low_freq_factor": [1.0, None],
    "max_position_embeddings": [20], "mrope_section": [[1, 1, 2]], "mscale": [0.5, None],
    "mscale_all_dim": [0.7], "original_max_position_embeddings": [12, None],
    "partial_rotary_factor": [1.0, 0.5], "rope_theta": [50.0], "short_factor": [[1.0, 1.0, 1.0, 1.0]],
    "short_mscale": [2.0], "some_new_switch": [True], "truncate": [False, None],
}


def all_keys():
    keys = {key for family in FAMILIES for key in keys_of(family)}
    keys |= set(GenerationConfig().to_dict()) | set(PUBLIC)
    return sorted(keys - {"model_type"})


def tries(family):
    known = keys_of(family)
    for key in all_keys():
        if key in VALUES:
            values = VALUES[key]
        elif key in PUBLIC:
            values = UNREAD
        else:
            default = known.get(key, {}).get("default")
            values = GENERAL + ([default * 2] if type(default) in (int, float) and default > 3 else [])
        for value in values:
            yield key, value


def run(family):
    lines = []
    model = Tiny(family)
    for key, value in tries(family):
        lines.append((key, value, model.outcome({key: value})))
    model.close()
    for kind in ROPES:
        base = rope_base(family, kind)
        if base is None:
            continue
        rope = base["rope_parameters"]
        rope = rope.get("full_attention", rope)
        model = Tiny(family, base)
        for key, values in ROPE_VALUES.items():
            for value in values:
                changed = copy.deepcopy(rope) | {key: value}
                if family in LAYERED:
                    changed = base["rope_parameters"] | {"full_attention": changed}
                lines.append((f"{kind}.{key}", value, model.outcome({"rope_parameters": changed})))
        model.close()
    return family, lines


def main():
    found = {}
    with ProcessPoolExecutor(2) as pool:
        for family, lines in pool.map(run, sys.argv[1:] or FAMILIES):
            for key, value, outcome in lines:
                entry = found.setdefault((key, json.dumps(value)), {})
                entry.setdefault(outcome, []).append(family)
    path = os.path.join(os.path.dirname(__file__), "outcomes.jsonl")
    with open(path, "w") as file:
        for (key, value), outcomes in sorted(found.items()):
            line = {"key": key, "value": json.loads(value)} | {k: outcomes[k] for k in sorted(outcomes)}
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
