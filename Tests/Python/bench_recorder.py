"""Time and memory of the recorder, of `score`, and of a plain loop over transformers, in one run.

    python bench_recorder.py --model base=DIR --model after=DIR --texts FILE.jsonl [--device cuda]
    python bench_recorder.py --random qwen2.5-7b --device cuda --compute bf16

Whole processes, one after the other, in turn, RUNS times each; what is printed is the fastest of each, less
what the same process takes for one text (start, weights), and the most memory that any took. The plain loop
is what people write: logits of a text under both models, log-softmax of them whole, sums over it. Its
columns are fewer (log-probability, entropy, ten likeliest tokens, both KL, JS, TV).

`--random` makes two models of a shape with random weights, so that no download is needed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 3
SHAPES = {
    "qwen2.5-7b": dict(
        vocab_size=152064, hidden_size=3584, intermediate_size=18944, num_hidden_layers=28,
        num_attention_heads=28, num_key_value_heads=4, max_position_embeddings=32768),
    "qwen2.5-0.5b": dict(
        vocab_size=151936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24,
        num_attention_heads=14, num_key_value_heads=2, max_position_embeddings=32768),
    "tiny": dict(
        vocab_size=4096, hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=4096),
}
TYPES = {"f32": "float32", "bf16": "bfloat16", "f16": "float16"}


def loop(arguments):
    """The plain loop, in a process of its own; prints the most memory of the device."""
    import torch
    import transformers

    models = [
        transformers.AutoModelForCausalLM.from_pretrained(
            spec.partition("=")[2], dtype=getattr(torch, TYPES[arguments.compute])).eval().to(
                arguments.device)
        for spec in arguments.model]
    kept = []
    with torch.no_grad():
        for line in open(arguments.texts):
            row = json.loads(line)
            ids = torch.tensor(row["prompt_ids"] + row["response_ids"], device=arguments.device)
            tables = []
            for model in models:
                logits = model(ids[None], use_cache=False).logits[0, :-1].float()
                table = torch.log_softmax(logits, -1)
                kept += [table.gather(1, ids[1:, None]).cpu(), -(table.exp() * table).sum(-1).cpu(),
                         table.topk(10).values.cpu()]
                tables.append(table)
            for other in tables[1:]:
                p, q = tables[0], other
                m = torch.logaddexp(p, q) - 0.6931471805599453
                kept += [(p.exp() * (p - q)).sum(-1).cpu(), (q.exp() * (q - p)).sum(-1).cpu(),
                         (((p.exp() * (p - m)) + (q.exp() * (q - m))).sum(-1) / 2).cpu(),
                         ((p.exp() - q.exp()).abs().sum(-1) / 2).cpu()]
    if arguments.device.startswith("cuda"):
        print("DEVICE", torch.cuda.max_memory_allocated())


def timed(command):
    """Seconds, most resident bytes, and most bytes of the device."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out = process.stdout.read()
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command}: {status}\n{error[-3000:]}")
    device = [int(line.split()[1]) for line in out.splitlines() if line.startswith("DEVICE")]
    return time.perf_counter() - start, usage.ru_maxrss * 1024, max(device, default=0)


def random_models(shape, folder):
    import torch
    import transformers

    config = transformers.Qwen2Config(**SHAPES[shape], tie_word_embeddings=False)
    specs = []
    for index, name in enumerate(("base", "after")):
        torch.manual_seed(index)
        torch.set_default_dtype(torch.bfloat16)
        model = transformers.Qwen2ForCausalLM(config)
        torch.set_default_dtype(torch.float32)
        model.save_pretrained(folder / name)
        specs.append(f"{name}={folder / name}")
    return specs


def random_texts(vocabulary, path, texts, length):
    import numpy as np

    draw = np.random.default_rng(1)
    with open(path, "w") as file:
        for _ in range(texts):
            ids = draw.integers(0, vocabulary, length).tolist()
            file.write(json.dumps({"prompt_ids": ids[:length // 4], "response_ids": ids[length // 4:]})
                       + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/tokenshift")
    parser.add_argument("--model", action="append", default=[])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--random", choices=SHAPES)
    parser.add_argument("--count", type=int, default=16, help="random texts")
    parser.add_argument("--length", type=int, default=512, help="of random texts")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compute", choices=TYPES, default="f32")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--part", choices=["loop"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "loop":
        return loop(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.random:
            arguments.model = random_models(arguments.random, folder)
            arguments.texts = folder / "texts.jsonl"
            random_texts(
                SHAPES[arguments.random]["vocab_size"], arguments.texts, arguments.count,
                arguments.length)
        lines = open(arguments.texts).readlines()
        (folder / "one.jsonl").write_text(lines[0])
        sizes = [len(row["prompt_ids"]) + len(row["response_ids"]) for row in map(json.loads, lines)]
        models = [part for spec in arguments.model for part in ("--model", spec)]
        ours = [sys.executable, __file__, "--device", arguments.device, "--compute", arguments.compute]

        def command(kind, texts):
            output = ["--texts", str(texts), "--output", str(folder / "log.h5")]
            if kind == "score":
                return [str(arguments.tool.resolve()), "score", *models, *output, "--compute",
                        arguments.compute, "--quiet", "--overwrite"]
            if kind == "loop":
                return [*ours, "--part", "loop", *models, "--texts", str(texts)]
            options = ["--device", arguments.device, "--compute", arguments.compute, "--quiet",
                       "--overwrite"]
            code = (
                "import sys; sys.argv[0] = 'record'; from tokenshift_recorder.__main__ import main; "
                "code = main(); import torch; print('DEVICE', torch.cuda.max_memory_allocated() if "
                "torch.cuda.is_available() else 0); sys.exit(code)")
            return [sys.executable, "-c", code, *models, *output, *options]

        kinds = ["recorder", "loop"] + (["score"] if arguments.device == "cpu" else [])
        found = {kind: [] for kind in kinds}
        for _ in range(arguments.runs):
            for kind in kinds:
                whole, memory, device = timed(command(kind, arguments.texts))
                start, _, _ = timed(command(kind, folder / "one.jsonl"))
                found[kind].append((whole - start, whole, memory, device))
        tokens = sum(sizes) - sizes[0]
        print(f"{len(sizes)} texts, {sum(sizes)} tokens, {len(arguments.model)} models, "
              f"{arguments.compute} on {arguments.device}")
        for kind, runs in found.items():
            net, whole = min(run[0] for run in runs), min(run[1] for run in runs)
            memory, device = (max(run[place] for run in runs) for place in (2, 3))
            print(f"{kind:9} {tokens / net:8.0f} tokens/s, whole process {whole:6.1f} s, "
                  f"{memory / 1e9:5.2f} GB" + (f", device {device / 1e9:.2f} GB" if device else ""))


if __name__ == "__main__":
    main()
