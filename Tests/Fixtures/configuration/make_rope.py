"""Writes `rope.jsonl`: rope settings that are given in one place or twice, and what transformers reads.

    .venv/bin/python Tests/Fixtures/configuration/make_rope.py

A line: the members, and `read`, what the model is built with; `contradicts` where a user can mean
either of two values, which we refuse.
"""

import copy
import json
import os

from reference import LAYERED, configuration_class

SMALL = dict(
    vocab_size=40, hidden_size=32, intermediate_size=28, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64)
YARN = {"type": "yarn", "factor": 4.0}
LONG = {"type": "longrope", "short_factor": [1.0] * 4, "long_factor": [2.0] * 4}
LOCAL = {"rope_theta": 300.0, "rope_type": "default"}
DEFAULT = {"rope_theta": 1e6, "rope_type": "default"}
ORIGINAL = "original_max_position_embeddings"

# Family, members, whether they contradict each other.
CASES = [
    ("llama", {}, False),
    ("llama", {"rope_theta": 1e6}, False),
    ("llama", {"rope_parameters": DEFAULT}, False),
    ("llama", {"rope_parameters": DEFAULT, "rope_theta": 1e6}, False),
    ("llama", {"rope_parameters": DEFAULT, "rope_theta": 10000.0}, True),
    ("llama", {"rope_parameters": {}, "rope_theta": 1e6}, False),
    ("llama", {"rope_parameters": None, "rope_scaling": None}, False),
    ("llama", {"rope_scaling": YARN, "rope_theta": 1e6}, False),
    ("llama", {"rope_scaling": YARN | {"rope_theta": 1e6}}, False),
    ("llama", {"rope_scaling": YARN | {"rope_theta": 5.0}, "rope_theta": 1e6}, True),
    ("qwen2", {"rope_parameters": DEFAULT, "rope_scaling": YARN}, True),
    ("llama", {"rope_parameters": DEFAULT, "rope_scaling": YARN}, True),
    ("llama", {"rope_parameters": DEFAULT, "rope_scaling": YARN, "rope_theta": 1e6}, False),
    ("llama", {"rope_parameters": DEFAULT, "rope_scaling": YARN | {"rope_theta": 1e6}}, False),
    ("llama", {"rope_parameters": YARN, "rope_scaling": YARN}, False),
    ("llama", {"rope_parameters": YARN, "rope_scaling": YARN | {"factor": 2.0}}, True),
    ("llama", {"rope_parameters": YARN, "rope_scaling": {"type": "default"}}, True),
    ("llama", {"rope_parameters": YARN, "rope_scaling": {}}, False),
    ("llama", {"rope_scaling": YARN | {"rope_type": "yarn"}}, False),
    ("llama", {"rope_scaling": YARN | {"rope_type": "linear"}}, True),
    ("llama", {"rope_scaling": YARN, ORIGINAL: 16}, False),
    ("llama", {"rope_scaling": YARN | {ORIGINAL: 16}}, False),
    ("llama", {"rope_scaling": YARN | {ORIGINAL: 16}, ORIGINAL: 16}, False),
    ("llama", {"rope_scaling": YARN | {ORIGINAL: 32}, ORIGINAL: 16}, True),
    ("llama", {"rope_scaling": {"type": "linear", "factor": 2.0, ORIGINAL: 32}, ORIGINAL: 16}, False),
    ("llama", {"rope_scaling": {"type": "dynamic", "factor": 2.0, ORIGINAL: 32}}, False),
    ("llama", {"rope_scaling": YARN | {"factor": None, ORIGINAL: 16}}, False),
    ("phi3", {"rope_scaling": LONG, ORIGINAL: 16}, False),
    ("phi3", {"rope_scaling": LONG}, False),
    ("phi3", {"rope_scaling": LONG | {ORIGINAL: 16}}, True),
    ("phi3", {"rope_scaling": LONG | {ORIGINAL: 32}, ORIGINAL: 16}, True),
    ("phi3", {"rope_scaling": LONG | {"type": "su", ORIGINAL: 16}, ORIGINAL: 16}, False),
    ("phi3", {"rope_parameters": DEFAULT, "rope_scaling": LONG, ORIGINAL: 16}, True),
    ("phi3", {"partial_rotary_factor": 0.5}, False),
    ("phi3", {"partial_rotary_factor": 0.5, "rope_parameters": {"partial_rotary_factor": 0.5}}, False),
    ("phi3", {"partial_rotary_factor": 0.5, "rope_parameters": {"partial_rotary_factor": 0.75}}, True),
    ("olmo2", {}, False),
    ("olmo2", {"rope_scaling": YARN, "rope_theta": 500000}, False),
    ("smollm3", {}, False),
    ("smollm3", {"rope_theta": 5e6}, False),
    ("olmo3", {}, False),
    ("olmo3", {"rope_theta": 500000}, False),
    ("olmo3", {"rope_theta": 10000.0}, True),
    ("olmo3", {"rope_theta": 500000, "rope_scaling": {"rope_type": "yarn", "factor": 4.0}}, False),
    ("olmo3", {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, ORIGINAL: 16}}, False),
    ("olmo3", {"rope_scaling": {"rope_type": "yarn", "factor": 4.0}, ORIGINAL: 16}, True),
    ("olmo3", {"rope_scaling": YARN}, True),
    ("olmo3", {"rope_parameters": {"full_attention": DEFAULT, "sliding_attention": LOCAL}}, False),
    ("gemma3_text", {}, False),
    ("gemma3_text", {"rope_theta": 1e6, "rope_local_base_freq": 10000.0, "rope_scaling": None}, False),
    ("gemma3_text", {"rope_theta": 500.0, "rope_local_base_freq": 50.0}, False),
    ("gemma3_text", {"rope_scaling": {"rope_type": "linear", "factor": 8.0}}, False),
    ("gemma3_text", {"rope_scaling": {"type": "linear", "factor": 8.0}}, True),
    ("gemma3_text", {"rope_scaling": {"type": "default"}}, False),
    ("gemma3_text", {"rope_parameters": {"full_attention": DEFAULT}}, False),
    ("gemma3_text", {"rope_parameters": {"sliding_attention": LOCAL}}, False),
    ("gemma3_text", {"rope_parameters": {"full_attention": DEFAULT, "sliding_attention": LOCAL}}, False),
    ("gemma3_text", {"rope_parameters": {"full_attention": DEFAULT}, "rope_theta": 500.0}, True),
    ("gemma3_text", {"rope_parameters": {"sliding_attention": LOCAL}, "rope_local_base_freq": 50.0}, True),
    ("gemma3_text", {"rope_parameters": {"sliding_attention": LOCAL}, "rope_local_base_freq": 300.0}, False),
    ("gemma3_text", {"rope_parameters": {"full_attention": {"type": "linear", "factor": 3.0}}}, False),
    ("gemma3_text", {"rope_parameters": {"full_attention": DEFAULT},
                     "rope_scaling": {"rope_type": "linear", "factor": 3.0}}, False),
    ("gemma3_text", {"rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 2.0}},
                     "rope_scaling": {"rope_type": "linear", "factor": 3.0}}, True),
]


def read(family, members):
    config = configuration_class(family)(**copy.deepcopy(SMALL | members))
    config.standardize_rope_params()
    if family in LAYERED:
        full, local = (config.rope_parameters[f"{kind}_attention"] for kind in ("full", "sliding"))
        return described(family, config, full) | {
            "local": {"theta": local["rope_theta"], "rope_type": local["rope_type"]}}
    return described(family, config, config.rope_parameters)


def described(family, config, rope):
    kind = {"su": "longrope"}.get(rope["rope_type"], rope["rope_type"])
    scaled = kind in ("yarn", "longrope", "llama3")
    factor = rope.get("factor")
    if kind == "yarn" and factor is None:
        factor = config.max_position_embeddings / rope[ORIGINAL]
    return {
        "theta": rope["rope_theta"], "rope_type": kind, "factor": factor if kind != "longrope" else None,
        "original_length": rope[ORIGINAL] if scaled else None,
        "share": rope.get("partial_rotary_factor", 1.0) if family == "phi3" else 1.0,
    }


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rope.jsonl")
    with open(path, "w") as file:
        for family, members, contradicts in CASES:
            if family in LAYERED:
                members = members | {"layer_types": ["sliding_attention", "full_attention"], "head_dim": 8}
            line = {"members": {"model_type": family} | SMALL | members, "read": read(family, members)}
            if contradicts:
                line["contradicts"] = True
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
