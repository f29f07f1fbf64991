"""Means of pair statistics over the demo's texts, to hold the whole pipeline against.

    OMP_NUM_THREADS=1 python make_means.py --models ../../../Data/demo \
        --responses ../../../Data/demo/responses.jsonl --output .

Writes means.json: means over every predicted token (tokens 1 … n-1 of each text, prompts too).
Nothing is random. Each sequence is scored alone in f32 with eager attention; its logits are
widened to f64 before any logarithm or sum. The definitions are written out here and share
nothing with TokenShift: p is before, q after, m their mean, natural logarithms.
"""

import argparse
import json
import math
from pathlib import Path

import torch
import transformers

MODELS = ("base", "sft", "rl")
PAIRS = (("base", "sft"), ("base", "rl"), ("sft", "rl"))


def pair_statistics(before, after, target):
    """Log-probabilities [n, V] of both models; the tokens that occur [n]."""
    p, q = before.exp(), after.exp()
    middle = torch.logaddexp(before, after) - math.log(2)
    at = target[:, None]
    return {
        "js": 0.5 * (p * (before - middle) + q * (after - middle)).sum(-1),
        "kl_ab": (p * (before - after)).sum(-1),
        "kl_ba": (q * (after - before)).sum(-1),
        "tv": 0.5 * (p - q).abs().sum(-1),
        "dlogp": (after.gather(1, at) - before.gather(1, at))[:, 0],
        "dprob": (q.gather(1, at) - p.gather(1, at))[:, 0],
    }


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="folder with base, sft and rl")
    parser.add_argument("--responses", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("."))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    models = {
        name: transformers.AutoModelForCausalLM.from_pretrained(
            arguments.models / name, dtype=torch.float32, attn_implementation="eager",
            local_files_only=True,
        ).eval()
        for name in MODELS
    }
    entropies = {name: [] for name in MODELS}
    pairs = {pair: {} for pair in PAIRS}
    count = 0
    for line in arguments.responses.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        ids = torch.tensor(row["prompt_ids"] + row["response_ids"])
        count += len(ids) - 1
        logs = {
            name: torch.log_softmax(
                model(ids[None], use_cache=False).logits[0, :-1].double(), dim=-1)
            for name, model in models.items()
        }
        for name, log_p in logs.items():
            entropies[name] += (-(log_p.exp() * log_p).sum(-1)).tolist()
        for before, after in PAIRS:
            for key, values in pair_statistics(logs[before], logs[after], ids[1:]).items():
                pairs[before, after].setdefault(key, []).extend(values.tolist())

    def mean(values):
        assert len(values) == count
        return float(f"{math.fsum(values) / count:.12g}")

    document = {
        "about": "Means over every predicted token of the demo's texts; 12 significant digits.",
        "made_by": f"make_means.py, torch {torch.__version__.split('+')[0]}, "
        f"transformers {transformers.__version__}",
        "tokens": count,
        "entropy": {name: mean(values) for name, values in entropies.items()},
        "pairs": {
            f"{a}:{b}": {key: mean(values) for key, values in columns.items()}
            for (a, b), columns in pairs.items()
        },
    }
    text = json.dumps(document, indent=1) + "\n"
    (arguments.output / "means.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
