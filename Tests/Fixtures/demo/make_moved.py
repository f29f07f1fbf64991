"""Moved mass of some of the demo's texts, to hold the whole pipeline against.

    OMP_NUM_THREADS=1 python make_moved.py --models ../../../Data/demo \
        --responses ../../../Data/demo/responses.jsonl --output .

Writes moved.json. Nothing is random. Each sequence is scored alone by transformers in f32 with eager
attention; its logits are widened to f64 before softmax. Of each text, over the positions that predict
its response: the means of max(q_v - p_v, 0) and max(p_v - q_v, 0), p before, q after, for the tokens v
that moved most, and their sums over the vocabulary.
"""

import argparse
import json
from pathlib import Path

import torch
import transformers

PAIRS = (("base", "sft"), ("base", "rl"))
# Every so many texts, which are of all three authors.
EVERY = 113
LARGEST = 8


@torch.no_grad()
def probabilities(model, ids, first):
    """f64 [response, vocabulary]: the distribution of each token of the response."""
    logits = model(torch.tensor([ids]), use_cache=False).logits[0].double()
    return torch.softmax(logits[first - 1 : -1], dim=-1)


def significant(values, digits=9):
    return [float(f"{value:.{digits}g}") for value in values]


def moved(before, after):
    change = after - before
    gained, lost = change.clamp(min=0).mean(0), (-change).clamp(min=0).mean(0)
    largest = torch.sort(gained + lost, descending=True, stable=True).indices[:LARGEST]
    order = sorted(largest.tolist())
    return {
        "positions": len(before),
        "gained_sum": significant([gained.sum().item()])[0],
        "lost_sum": significant([lost.sum().item()])[0],
        "token": order,
        "gained": significant(gained[order].tolist()),
        "lost": significant(lost[order].tolist()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="folder with base, sft and rl")
    parser.add_argument("--responses", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("."))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with open(arguments.responses, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    models = {
        name: transformers.AutoModelForCausalLM.from_pretrained(
            arguments.models / name, dtype=torch.float32, attn_implementation="eager",
            local_files_only=True,
        ).eval()
        for name in ("base", "sft", "rl")
    }
    texts = []
    for index in range(0, len(rows), EVERY):
        row = rows[index]
        ids, first = row["prompt_ids"] + row["response_ids"], len(row["prompt_ids"])
        p = {name: probabilities(model, ids, first) for name, model in models.items()}
        pairs = {f"{a}:{b}": moved(p[a], p[b]) for a, b in PAIRS}
        texts.append({"index": index, "id": row["id"], "source": row["source"], **pairs})
    assert {text["source"] for text in texts} == set(models)
    document = {
        "made_by": f"make_moved.py, torch {torch.__version__.split('+')[0]}, "
        f"transformers {transformers.__version__}",
        "texts": texts,
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    # One text on each line keeps a difference readable.
    text = text.replace('{"index"', '\n{"index"')
    (arguments.output / "moved.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
