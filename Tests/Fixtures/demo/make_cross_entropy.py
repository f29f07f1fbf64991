"""Mean cross-entropy, nats per byte, of the demo's texts by who wrote them, under each model.

    OMP_NUM_THREADS=1 python make_cross_entropy.py --models ../../../Data/demo \
        --responses ../../../Data/demo/responses.jsonl --output .

Writes cross-entropy.json. Nothing is random. Each sequence, prompt_ids + response_ids, is scored
alone in f32 with eager attention; the loss over the response tokens comes from PyTorch's
cross_entropy on logits widened to f64; bytes are those of the field "response" in UTF-8. The
interval is Student's t over prompts as clusters, with the bias-reduced sandwich (CR2) of a weighted
mean and Satterthwaite's degrees of freedom, from their matrices in numpy. Shares nothing with
TokenShift.
"""

import argparse
import json
from pathlib import Path

import numpy
import scipy.stats
import torch
import transformers

MODELS = ("base", "sft", "rl")


def coordinate(rows):
    """Rows are (prompt, nats, bytes): the ratio of sums, and half of its 95 % interval.

    A ratio of sums is the weighted mean of the ratios with bytes as weights, that is the constant of
    a weighted regression. Each prompt's residual is divided by the root of 1 - its leverage; the
    variance estimate is then a quadratic form of the prompts' ratios, whose trace and square's trace
    give the degrees of freedom.
    """
    nats = numpy.array([row[1] for row in rows])
    weights = numpy.array([row[2] for row in rows], dtype=float)
    ratios = nats / weights
    mean = numpy.average(ratios, weights=weights)
    _, cluster = numpy.unique([row[0] for row in rows], return_inverse=True)
    sizes = numpy.bincount(cluster, weights)
    values = numpy.bincount(cluster, nats) / sizes
    leverage = sizes / sizes.sum()
    residual = numpy.eye(len(sizes)) - leverage
    adjusted = (leverage / numpy.sqrt(1 - leverage))[:, None] * residual
    form = adjusted.T @ adjusted
    degrees = numpy.trace(form) ** 2 / numpy.trace(form @ form)
    return mean, scipy.stats.t.ppf(0.975, degrees) * numpy.sqrt(values @ form @ values)


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="folder with base, sft and rl")
    parser.add_argument("--responses", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("."))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    lines = arguments.responses.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line) for line in lines if line.strip()]
    document = {
        "made_by": f"make_cross_entropy.py, torch {torch.__version__.split('+')[0]}, "
        f"transformers {transformers.__version__}",
        "models": {},
    }
    for name in MODELS:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            arguments.models / name, dtype=torch.float32, attn_implementation="eager",
            local_files_only=True,
        ).eval()
        rows = {source: [] for source in MODELS}
        for text in texts:
            prompt, response = text["prompt_ids"], text["response_ids"]
            logits = model(torch.tensor([prompt + response]), use_cache=False).logits[0].double()
            nats = torch.nn.functional.cross_entropy(
                logits[len(prompt) - 1 : -1], torch.tensor(response), reduction="sum")
            size = len(text["response"].encode("utf-8"))
            rows[text["source"]].append((text["prompt_id"], nats.item(), size))
        document["models"][name] = {
            source: dict(zip(("mean", "half_width"), (float(f"{value:.9g}") for value in coordinate(found))))
            | {"texts": len(found), "bytes": sum(row[2] for row in found)}
            for source, found in rows.items()
        }
    text = json.dumps(document, indent=1) + "\n"
    (arguments.output / "cross-entropy.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
