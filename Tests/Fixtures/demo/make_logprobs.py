"""Scores the demo's texts with transformers, as numbers to hold our own forward pass against.

    OMP_NUM_THREADS=1 python make_logprobs.py --models ../../../Data/demo \
        --responses ../../../Data/demo/responses.jsonl --output .

Writes logprobs-{base,sft,rl}.tsv and logits-check.json. Nothing is random.

Each sequence is prompt_ids + response_ids and is scored alone: no padding, so no mask can matter.
Weights are widened to f32, attention is the plain ("eager") one, the logits of f32 are widened to
f64 before log-softmax. Natural logarithms.
"""

import argparse
import hashlib
import json
import platform
from pathlib import Path

import torch
import transformers

MODELS = ("base", "sft", "rl")
# A prompt's tokens are scored once for each of its samples, in matrices of different height, so
# the last bits differ. More than this between two samples would be a mistake and not rounding.
PROMPT_AGREEMENT = 5e-5
TOP = 5


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def load_rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def load_model(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", local_files_only=True
    ).eval()


@torch.no_grad()
def logits_of(model, ids):
    """f64 [n, vocabulary]: the f32 logits of each position, widened."""
    return model(torch.tensor([ids]), use_cache=False).logits[0].double()


def log_probabilities(logits, ids):
    """The log-probability of tokens 1 … n-1, each predicted by the position before it."""
    table = torch.log_softmax(logits[:-1], dim=-1)
    return table.gather(1, torch.tensor(ids[1:])[:, None])[:, 0]


def write_log_probabilities(model, name, rows, arguments, output):
    prompts, lines, worst = {}, [], 0.0
    for row in rows:
        ids = row["prompt_ids"] + row["response_ids"]
        values = log_probabilities(logits_of(model, ids), ids)
        split = len(row["prompt_ids"]) - 1
        prompt, response = values[:split], values[split:]
        first = prompts.setdefault(row["prompt_id"], (row["prompt_ids"], prompt))
        assert first[0] == row["prompt_ids"], row["id"]
        worst = max(worst, (first[1] - prompt).abs().max().item())
        lines.append(("response", row["id"], response))
    assert worst < PROMPT_AGREEMENT, worst
    prompt_lines = [("prompt", name_, values) for name_, (_, values) in prompts.items()]
    stored = sum(len(values) for _, _, values in prompt_lines + lines)
    scored = sum(len(r["prompt_ids"]) + len(r["response_ids"]) - 1 for r in rows)
    weights = sha256(arguments.models / name / "model.safetensors")
    header = [
        f"Token log-probabilities (nats) of the demo's responses under the model {name}.",
        f"Made by make_logprobs.py: python {platform.python_version()}, torch "
        f"{torch.__version__.split('+')[0]}, transformers {transformers.__version__}; f32 weights, "
        "eager attention, one sequence at a time, log-softmax in f64.",
        f"SHA-256 of model.safetensors: {weights}",
        f"SHA-256 of responses.jsonl: {sha256(arguments.responses)}",
        f"{len(rows)} sequences, {scored + len(rows)} tokens, {scored} predicted "
        f"(the first token of a sequence has no prediction); {len(prompts)} prompts; "
        f"{stored} values below.",
        "Tab-separated. prompt, prompt_id, tokens 1 … n-1 of the prompt, stored once for all its "
        f"samples (they differ by at most {worst:.1e}).",
        "response, id, every token of the response. Rounded to 5 decimals.",
    ]
    text = "".join(f"# {line}\n" for line in header)
    for kind, key, values in prompt_lines + lines:
        numbers = "\t".join(f"{value:.5f}" for value in values.tolist())
        text += f"{kind}\t{key}\t{numbers}\n"
    (output / f"logprobs-{name}.tsv").write_text(text, encoding="utf-8")
    print(f"{name}: {stored} values, prompts differ by {worst:.2e}, {len(text)} bytes")


def significant(values, digits=12):
    return [float(f"{value:.{digits}g}") for value in values]


def check_of_sequence(model, row):
    ids = row["prompt_ids"] + row["response_ids"]
    logits = logits_of(model, ids)
    log_p = torch.log_softmax(logits, dim=-1)
    p = log_p.exp()
    entropy = -(p * log_p).sum(-1)
    varentropy = (p * (log_p + entropy[:, None]) ** 2).sum(-1)
    target = torch.tensor(ids[1:])[:, None]
    target_logits = logits[:-1].gather(1, target)
    rank = 1 + (logits[:-1] > target_logits).sum(-1)
    # A stable sort of descending values leaves ties in the order of their ids.
    order = torch.sort(logits, dim=-1, descending=True, stable=True).indices[:, :TOP]
    return {
        "id": row["id"],
        "tokens": len(ids),
        "sum_logp": significant([log_probabilities(logits, ids).sum().item()])[0],
        "rank": rank.tolist(),
        "entropy": significant(entropy.tolist()),
        "varentropy": significant(varentropy.tolist()),
        "logZ": significant(torch.logsumexp(logits, dim=-1).tolist()),
        "top_id": order.tolist(),
        "top_logp": [significant(line) for line in log_p.gather(1, order).tolist()],
    }


def short_sequences(rows, source):
    """The shortest response of three different prompts, written by `source` itself."""
    own = sorted(
        (r for r in rows if r["source"] == source),
        key=lambda r: (len(r["prompt_ids"]) + len(r["response_ids"]), r["id"]),
    )
    chosen = {}
    for row in own:
        chosen.setdefault(row["prompt_id"], row)
        if len(chosen) == 3:
            return list(chosen.values())
    raise SystemExit(f"fewer than three prompts with responses of {source}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="folder with base, sft and rl")
    parser.add_argument("--responses", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("."))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = load_rows(arguments.responses)
    checks = {}
    for name in MODELS:
        model = load_model(arguments.models / name)
        checks[name] = [check_of_sequence(model, row) for row in short_sequences(rows, name)]
        write_log_probabilities(model, name, rows, arguments, arguments.output)
    document = {
        "about": "Statistics of whole sequences, f64 from f32 logits, 12 significant digits. "
        "Position i predicts token i + 1; the last position predicts a token that isn't there, "
        "so rank has one value fewer than the rest. rank = 1 + tokens with a strictly greater "
        "logit; ties in top_id go to the lower id.",
        "made_by": f"make_logprobs.py, torch {torch.__version__.split('+')[0]}, "
        f"transformers {transformers.__version__}",
        "models": checks,
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    # One sequence on each line keeps a difference readable.
    text = text.replace('{"id"', '\n{"id"')
    (arguments.output / "logits-check.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
