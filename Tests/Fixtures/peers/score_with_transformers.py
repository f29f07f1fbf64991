"""What a user would write with transformers for the demo's scoring, with its time.

    python score_with_transformers.py --models ../../../Data/demo \
        --responses ../../../Data/demo/responses.jsonl --threads 2

Three checkpoints in f32, batches of 64 rows padded to the longest, whole rows of log-softmax in
memory: log-probability and entropy of every token under each, Jensen-Shannon divergence of each
pair. Prints seconds. Not tuned: neither sorted by length, nor compiled, nor made worse on purpose.
"""

import argparse
import itertools
import json
import platform
import time
from pathlib import Path

import torch
import transformers

MODELS = ("base", "sft", "rl")


def load(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True
    ).eval()


def padded(sequences):
    longest = max(map(len, sequences))
    ids = torch.zeros(len(sequences), longest, dtype=torch.long)
    mask = torch.zeros(len(sequences), longest, dtype=torch.long)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = torch.tensor(sequence)
        mask[row, : len(sequence)] = 1
    return ids, mask


def jensen_shannon(log_p, log_q):
    log_m = torch.logaddexp(log_p, log_q) - torch.log(torch.tensor(2.0))
    p_part = (log_p.exp() * (log_p - log_m)).sum(-1)
    return (p_part + (log_q.exp() * (log_q - log_m)).sum(-1)) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="folder with base, sft and rl")
    parser.add_argument("--responses", type=Path, required=True)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.utils.logging.disable_progress_bar()

    start = time.perf_counter()
    models = {name: load(arguments.models / name) for name in MODELS}
    with open(arguments.responses, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    sequences = [row["prompt_ids"] + row["response_ids"] for row in rows]
    loaded = time.perf_counter()

    spent = dict.fromkeys(("forward", "log-probability and entropy", "JS"), 0.0)
    sums = {name: [0.0, 0.0] for name in MODELS}
    pairs = {pair: 0.0 for pair in itertools.combinations(MODELS, 2)}
    for first in range(0, len(sequences), arguments.batch):
        ids, mask = padded(sequences[first : first + arguments.batch])
        measured = mask[:, 1:].bool()
        tables = {}
        with torch.inference_mode():
            for name, model in models.items():
                before = time.perf_counter()
                logits = model(ids, attention_mask=mask, use_cache=False).logits[:, :-1]
                between = time.perf_counter()
                log_p = torch.log_softmax(logits, dim=-1)
                token = log_p.gather(-1, ids[:, 1:, None])[..., 0]
                entropy = -(log_p.exp() * log_p).sum(-1)
                sums[name][0] += token[measured].double().sum().item()
                sums[name][1] += entropy[measured].double().sum().item()
                tables[name] = log_p
                spent["forward"] += between - before
                spent["log-probability and entropy"] += time.perf_counter() - between
            before = time.perf_counter()
            for a, b in pairs:
                js = jensen_shannon(tables[a], tables[b])
                pairs[a, b] += js[measured].double().sum().item()
            spent["JS"] += time.perf_counter() - before
    end = time.perf_counter()

    tokens = sum(map(len, sequences))
    predicted = tokens - len(sequences)
    for name, (token, entropy) in sums.items():
        print(f"{name}: mean log-probability {token / predicted:.6f}, "
              f"mean entropy {entropy / predicted:.6f}")
    for (a, b), total in pairs.items():
        print(f"{a}:{b}: mean JS {total / predicted:.6f}")
    for part, seconds in spent.items():
        print(f"{part}: {seconds:.2f} s")
    print(f"load: {loaded - start:.2f} s; score: {end - loaded:.2f} s for {tokens} tokens × "
          f"{len(MODELS)} models = {tokens * len(MODELS) / (end - loaded):.0f} tokens/s; "
          f"{arguments.threads} threads, torch {torch.__version__.split('+')[0]}, transformers "
          f"{transformers.__version__}, python {platform.python_version()}")


if __name__ == "__main__":
    main()
