"""Trains with the built tool, loads the checkpoints in transformers, and compares all logits.

    python check_checkpoints.py --tool ../../.build/release/tokenshift

`make test-python` runs it; the versions are those of ../Fixtures/requirements.txt. Both families,
new and from the demo's base, tied and with a head of their own, after SFT and after SFT + RL, saved
in f32 and in bf16. Of each checkpoint:

- transformers loads it as the stored type, without a missing, an unexpected or a tied-over tensor;
- its tokenizer gives the ids that the tool gave, for prompts and responses;
- log-probabilities of the whole vocabulary (of 1,024 tokens the likeliest 1,000) at every position,
  the tool's from the log of `score` and transformers' in f32, differ by at most FACTOR times the
  largest distance of transformers' f32 from f64 over the same texts.

FACTOR: both are f32 computations of one function, whose errors are of one size and independent: the
largest of some 10^5 differences of two such errors is about √2 times the largest of one, and the
largest of another sample of as many is hardly ever twice it; 3 leaves room for both. The log stores
f32: up to 2^-25 of a value more. A transposed matrix, or rope in another order, moves values by 0.1.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import torch
import transformers

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests/Fixtures/gradients"))

from make_gradients import norm_in_own_precision

FACTOR = 3
SEED = 7
MOST = 1000  # of --top-k
TYPES = {"f32": torch.float32, "bf16": torch.bfloat16}

NEW = """
objective: sft
steps: 30
new-model: {{family: {family}, task: modular-arithmetic, hidden-size: 48, layers: 2, heads: 4,
  key-value-heads: 2, feed-forward-size: 80, context-length: 64, tied: {tied}, deviation: 0.1}}
demonstrations: {{task: modular-arithmetic, style: near, per-step: 8}}
optimizer: {{learning-rate: 1e-2}}
checkpoints: {{precision: {precision}}}
"""
REINFORCED = """
objective: sft-plus-rl
steps: 5
model: {base}
demonstrations: {{task: carry-arithmetic, style: near, per-step: 4}}
rollouts: {{task: carry-arithmetic, prompts-per-step: 4, samples: 4, maximum-tokens: 24}}
optimizer: {{learning-rate: 1e-3}}
checkpoints: {{precision: {precision}}}
"""
MODULAR = [("7-1+7:", "7-1>6]6+7>3][3{3}"), ("7+8-8-9+6:", "7+8>5]5-8>7]7-9>8]8+6>4][4{4}"),
           ("0+8:", "0+8|[8{8}")]
CARRY = [("Q: 7 + 5 = ?\nA:", " 12\n#### 12"), ("Q: 58 + 67 = ?\nA:", " 8 + 7 = 15\n#### 125")]


def configurations():
    for precision in ("f32", "bf16"):
        for family in ("qwen2", "llama"):
            for tied in ("true", "false"):
                name = f"{family}, {'tied' if tied == 'true' else 'own head'}, {precision}"
                yield name, precision, MODULAR, NEW.format(
                    family=family, tied=tied, precision=precision)
        yield f"demo's base, SFT + RL, {precision}", precision, CARRY, REINFORCED.format(
            base=ROOT / "Data/demo/base", precision=precision)


def run(tool, *arguments):
    result = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"tokenshift {' '.join(map(str, arguments))}: {result.returncode}\n{result.stderr}")


def load(folder):
    """The model in the stored type; nothing may be missing, left over or of another shape."""
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype="auto", attn_implementation="eager", local_files_only=True,
        output_loading_info=True)
    wrong = {key: value for key, value in report.items() if value}
    assert not wrong, wrong
    return model.eval()


def tables(model, sequences):
    """Log-softmax at each position but the last, for each sequence."""
    with torch.no_grad():
        return [
            torch.log_softmax(model(torch.tensor([ids]), use_cache=False).logits[0, :-1], -1)
            .double().numpy() for ids in sequences
        ]


def in_double(model):
    """The same model with norms and softmax in f64 too, which transformers has in f32 at most."""
    model = model.double()
    model.set_attn_implementation("sdpa")
    kind = type(model.model.norm)
    original = kind.forward
    kind.forward = norm_in_own_precision
    return model, lambda: setattr(kind, "forward", original)


def check(tool, name, precision, texts, configuration, folder):
    (folder / "run.yaml").write_text(f"output: {folder / 'run'}\nseed: 3\n{configuration}")
    run(tool, "train", folder / "run.yaml", "--quiet")
    checkpoint = folder / "run/final"
    config = json.loads((checkpoint / "config.json").read_text())
    vocabulary = config["vocab_size"]

    draw = np.random.Generator(np.random.PCG64(SEED))
    lines = [{"prompt": p, "response": r} for p, r in texts]
    for length in (2, 17, 63):
        ids = draw.integers(0, vocabulary, length).tolist()
        lines.append({"prompt_ids": ids[:1], "response_ids": ids[1:]})
    (folder / "texts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    run(tool, "score", "--model", f"trained={checkpoint}", "--texts", folder / "texts.jsonl",
        "--output", folder / "log.h5", "--top-k", min(vocabulary, MOST), "--quiet")

    with h5py.File(folder / "log.h5") as log:
        offsets, ids = log["seq/offsets"][:], log["tok/id"][:]
        logp = log["model/trained/logp"][:].astype(np.float64)
        order = log["model/trained/topk/id"][:]
        top = log["model/trained/topk/logp"][:].astype(np.float64)
    sequences = [ids[a:b].tolist() for a, b in zip(offsets, offsets[1:])]
    assert len(sequences) == len(lines)

    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint, local_files_only=True)
    for line, sequence in zip(lines, sequences):
        expected = line.get("prompt_ids", []) + line.get("response_ids", [])
        for part in ("prompt", "response"):
            if part in line:
                expected += tokenizer(line[part], add_special_tokens=False)["input_ids"]
        assert sequence == expected, (line, sequence, expected)

    model = load(checkpoint)
    assert model.dtype == TYPES[precision], model.dtype
    model = model.float()
    single = tables(model, sequences)
    model, restore = in_double(model)
    exact = tables(model, sequences)
    restore()

    rounding = max(np.abs(s - e).max() for s, e in zip(single, exact))
    size = max(np.abs(e).max() for e in exact)
    worst, count = 0.0, 0
    for sequence, start, table in zip(sequences, offsets, single):
        # The prediction of token t stands at t; a first token has none.
        rows = slice(start + 1, start + len(sequence))
        assert np.isnan(logp[start])
        assert (np.diff(np.sort(order[rows], -1), axis=-1) > 0).all()
        worst = max(
            worst, np.abs(logp[rows] - table[np.arange(len(table)), sequence[1:]]).max(),
            np.abs(top[rows] - np.take_along_axis(table, order[rows].astype(np.int64), -1)).max())
        count += table.size
    allowed = FACTOR * rounding + 2.0**-25 * size
    print(f"{name}: {model.num_parameters()} parameters, {count} log-probabilities from "
          f"{-size:.1f} nats on: off by at most {worst:.2g}, allowed {allowed:.2g} "
          f"(transformers' f32 from f64: {rounding:.2g})")
    assert worst <= allowed, name
    # What a stranger does with the logs.
    scripts = ROOT / "Tests/Fixtures/runlogs"
    for script, log in (("check_log.py", "log.h5"), ("check_training_log.py", "run/log.h5")):
        subprocess.run(
            [sys.executable, scripts / script, folder / log], check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/tokenshift")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for name, precision, texts, configuration in configurations():
        with tempfile.TemporaryDirectory() as folder:
            check(arguments.tool.resolve(), name, precision, texts, configuration, Path(folder))


if __name__ == "__main__":
    main()
