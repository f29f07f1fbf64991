"""The bench's large case as a user writes it with transformers, timed.

    .build/release/tokenshift-bench --make-checkpoint LARGE
    python score_large_with_transformers.py LARGE --dtype bfloat16 --threads 2
    .build/release/tokenshift-bench --large LARGE --filter "1 model, bf16"

4 texts of 512 tokens through a random model of Qwen2.5-0.5B's shape: log-softmax in f32, each
token's log-probability, each position's entropy. Prints the median over repeats and their range.
"""

import argparse
import json
import resource
import statistics
import time
from pathlib import Path

import torch
import transformers


def score(model, ids):
    token, entropy = 0.0, 0.0
    with torch.inference_mode():
        logits = model(ids, use_cache=False).logits
        for row in range(len(ids)):
            log_p = torch.log_softmax(logits[row, :-1].float(), dim=-1)
            token += log_p.gather(-1, ids[row, 1:, None]).double().sum().item()
            entropy -= (log_p.exp() * log_p).sum(-1).double().sum().item()
    return token, entropy


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.utils.logging.disable_progress_bar()
    model = transformers.AutoModelForCausalLM.from_pretrained(
        arguments.checkpoint, dtype=getattr(torch, arguments.dtype), local_files_only=True
    ).eval()
    with open(arguments.checkpoint / "texts.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    ids = torch.tensor([row["prompt_ids"] + row["response_ids"] for row in rows])

    times = []
    for _ in range(arguments.repeats + 1):
        start = time.perf_counter()
        token, entropy = score(model, ids)
        times.append(time.perf_counter() - start)
    times = sorted(times[1:])
    middle, predicted = statistics.median(times), ids.numel() - len(ids)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"{arguments.dtype}: {ids.numel() / middle:.0f} tokens/s, median {middle:.2f} s "
          f"({times[0]:.2f}-{times[-1]:.2f}), peak {peak:.0f} MiB, {arguments.threads} threads; "
          f"mean log-probability {token / predicted:.6f}, entropy {entropy / predicted:.6f}")


if __name__ == "__main__":
    main()
