"""Writes `rope.jsonl`: rope settings that are given in one place or twice, and what transformers reads.

    .venv/bin/python Tests/Fixtures/configuration/make_rope.py

A line: the members, and `read`, what the model is built with; `contradicts` where a user can mean
either of two values, which we refuse.
"""

import copy
import json
import os

from reference import configuration_class

SMALL = dict(
    vocab_size=40, hidden_size=32, intermediate_size=28, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64)
YARN = {"type": "yarn", "factor": 4.0}
LONG = {"type": "longrope", "short_factor": [1.0] * 4, "long_factor": [2.0] * 4}
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
]


def read(family, members):
    config = configuration_class(family)(**copy.deepcopy(SMALL | members))
    config.standardize_rope_params()
    rope = config.rope_parameters
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
            line = {"members": {"model_type": family} | SMALL | members, "read": read(family, members)}
            if contradicts:
                line["contradicts"] = True
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
