"""Scores and continues chats with real models, with the built tool and with transformers.

    python check_real_models.py --models DIR [--tool ../../.build/release/tokenshift] [--speed]

`make test-python` runs it; models that DIR lacks are made by real_models.py (a download of 0.4 GB).
Of 56 chat prompts each, of one to five turns, with and without a system message:

- the tool's ids of the rendered prompts are AutoTokenizer's;
- log-probability and entropy of every token of prompts and sampled responses (up to 200 tokens),
  computed by the tool in f32, are within 1e-4 of transformers' in f64;
- greedy continuations of 50 tokens are those of `generate` in transformers, up to the first choice
  where in f64 the tool's token is the most likely one, or within 1e-4 of it.

Not transformers' in f32: that is itself off, by up to 7e-4 of an entropy of Gemma 3, which is printed
for the first prompts. `--speed` prints tokens per second of both, in turn, for scoring, sampling and a
training step.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import torch
import transformers

import real_models

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-4
LONGEST, GREEDY = 200, 50
SINGLE = 4  # texts on which transformers computes in f32, too

SUBJECTS = [
    "why the sky is blue", "how bread rises", "the difference between a list and a tuple in Python",
    "how to change a bicycle tube", "what a prime number is", "the water cycle",
    "how a bill becomes law", "why leaves turn red in autumn",
]
REQUESTS = [
    "Explain {} in two sentences.", "What would you tell a child about {}?",
    "Write three numbered questions about {}.", "Schreibe einen kurzen Absatz: {}.",
    "Give me a JSON object with the keys title and summary about {}.",
]
SYSTEM = "You are terse. Answer in plain words."


def chats():
    """56 conversations, the last turn the user's."""
    found = [[{"role": "user", "content": request.format(subject)}]
             for request in REQUESTS for subject in SUBJECTS]
    for index, subject in enumerate(SUBJECTS):
        first = {"role": "user", "content": REQUESTS[index % 5].format(subject)}
        answer = {"role": "assistant", "content": f"It is about {subject}.\n\n- one\n- two  \n"}
        more = {"role": "user", "content": "Are you sure? 12 + 345 = 357, café, naïve, 日本 🙂"}
        found.append([first, answer, more])
        found.append(
            [{"role": "system", "content": SYSTEM}, first, answer, more, answer,
             {"role": "user", "content": "\n  And then?\n"}])
    return found


# The package of Gemma 3 270M ships no template; this one is that of its instruction-tuned siblings.
GEMMA = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + ('model' if message['role'] == "
    "'assistant' else 'user') + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
    "{{ '<start_of_turn>model\n' }}")


def run(tool, *arguments):
    result = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"tokenshift {' '.join(map(str, arguments))}: {result.returncode}\n{result.stderr}")


def write(path, lines):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def measured(model, ids):
    """ln p of each token but the first, and the entropy at its position."""
    with torch.no_grad():
        logits = model(torch.tensor([ids]), use_cache=False).logits[0, :-1]
        table = torch.log_softmax(logits, -1)
        return (table[torch.arange(len(ids) - 1), torch.tensor(ids[1:])].double().numpy(),
                -(table.exp() * table).sum(-1).double().numpy())


def check_scores(name, exact, log):
    offsets, ids = log["seq/offsets"][:], log["tok/id"][:].tolist()
    columns = [log[f"model/{name}/{column}"][:].astype(np.float64) for column in ("logp", "entropy")]
    worst, count = [0.0, 0.0], 0
    truths = []
    for start, end in zip(offsets, offsets[1:]):
        truth = measured(exact, ids[start:end])
        count += end - start - 1
        for which in (0, 1):
            difference = np.abs(columns[which][start + 1:end] - truth[which])
            worst[which] = max(worst[which], difference.max())
        if len(truths) < SINGLE:
            truths.append((ids[start:end], truth))
    single = exact.float()
    rounding = [0.0, 0.0]
    for text, truth in truths:
        for which, values in enumerate(measured(single, text)):
            rounding[which] = max(rounding[which], np.abs(values - truth[which]).max())
    print(f"{name}: {count} tokens: log-probability off by at most {worst[0]:.2g}, entropy "
          f"{worst[1]:.2g} (transformers' own f32 on {SINGLE} texts: {rounding[0]:.2g}, "
          f"{rounding[1]:.2g})")
    assert max(worst) < TOLERANCE, name


def check_greedy(name, model, prompts, lines):
    differing = []
    for ids, line in zip(prompts, lines):
        with torch.no_grad():
            out = model.generate(
                torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                do_sample=False, max_new_tokens=GREEDY)[0, len(ids):].tolist()
        own = line["response_ids"]
        place = next((i for i, pair in enumerate(zip(own, out)) if pair[0] != pair[1]), None)
        if place is not None:
            differing.append((ids + own[:place], own[place], out[place]))
        else:
            assert len(own) == len(out), (name, own, out)
    exact, worst = model.double(), 0.0
    for ids, own, other in differing:
        with torch.no_grad():
            row = torch.log_softmax(exact(torch.tensor([ids]), use_cache=False).logits[0, -1], -1)
        gap = (row.max() - row[own]).item()
        assert gap < TOLERANCE, (name, len(ids), gap, own, other)
        worst = max(worst, gap)
    model.float()
    print(f"{name}: {len(prompts)} greedy continuations of {GREEDY} tokens: {len(differing)} leave "
          f"transformers' in f32; there the tool's token is at most {worst:.2g} from the most likely "
          "one in f64")


def check(tool, name, directory, folder):
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory, local_files_only=True)
    template = None if tokenizer.chat_template else GEMMA
    rendered = [
        tokenizer.apply_chat_template(
            chat, chat_template=template, tokenize=False, add_generation_prompt=True)
        for chat in chats()
    ]
    prompts = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in rendered]
    write(folder / "prompts.jsonl", [{"prompt": text} for text in rendered])
    for temperature, length in (("1", LONGEST), ("0", GREEDY)):
        run(tool, "generate", "--model", f"{name}={directory}", "--texts", folder / "prompts.jsonl",
            "--temperature", temperature, "--max-tokens", length, "--bos", "never", "--quiet",
            "--output", folder / f"{name}-{temperature}.jsonl")
    sampled = read(folder / f"{name}-1.jsonl")
    # The prompts once more as text, so that scoring tokenises them, too.
    write(folder / "texts.jsonl",
          [{"prompt": text, "response_ids": line["response_ids"]}
           for text, line in zip(rendered, sampled)])
    run(tool, "score", "--model", f"{name}={directory}", "--texts", folder / "texts.jsonl",
        "--bos", "never", "--compute", "f32", "--quiet", "--output", folder / "log.h5")
    with h5py.File(folder / "log.h5") as log:
        offsets, ids = log["seq/offsets"][:], log["tok/id"][:].tolist()
        for index, (prompt, line) in enumerate(zip(prompts, sampled)):
            assert line["prompt_ids"] == prompt, (name, rendered[index])
            text = ids[offsets[index]:offsets[index + 1]]
            assert text == prompt + line["response_ids"], (name, rendered[index])
        print(f"{name}: ids of {len(prompts)} chat prompts, {sum(map(len, prompts))} tokens, are "
              "AutoTokenizer's")
        model = transformers.AutoModelForCausalLM.from_pretrained(
            directory, dtype=torch.float64, attn_implementation="eager",
            local_files_only=True).eval()
        check_scores(name, model, log)
    check_greedy(name, model, prompts, read(folder / f"{name}-0.jsonl"))
    return model, tokenizer, prompts, rendered, sampled


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare_speed(tool, name, directory, folder, model, tokenizer, prompts, sampled):
    """In turn, whole work only: what loading takes is measured by a run of little and taken away."""
    texts = [p + line["response_ids"] for p, line in zip(prompts, sampled)]
    count = sum(map(len, texts))
    write(folder / "one.jsonl", read(folder / "texts.jsonl")[:1])

    def score(file):
        run(tool, "score", "--model", f"{name}={directory}", "--texts", folder / file, "--bos", "never",
            "--compute", "f32", "--quiet", "--overwrite", "--output", folder / "speed.h5")

    def score_with_transformers():
        for ids in texts:
            measured(model, ids)

    ours = seconds(lambda: score("texts.jsonl")) - seconds(lambda: score("one.jsonl"))
    theirs = seconds(score_with_transformers)
    print(f"{name}, score in f32: {count / ours:.0f} tokens/s, transformers {count / theirs:.0f}, "
          f"{theirs / ours:.2f}x")

    length, tokenizer.padding_side = 64, "left"
    write(folder / "first.jsonl", [{"prompt_ids": ids} for ids in prompts[:1]])
    write(folder / "all.jsonl", [{"prompt_ids": ids} for ids in prompts])

    def generate(file, most):
        run(tool, "generate", "--model", f"{name}={directory}", "--texts", folder / file,
            "--max-tokens", most, "--quiet", "--output", folder / "speed.jsonl")

    def generate_with_transformers():
        batch = tokenizer.pad({"input_ids": prompts}, return_tensors="pt")
        with torch.no_grad():
            out = model.generate(**batch, do_sample=True, top_k=0, max_new_tokens=length)
        return (out[:, batch["input_ids"].shape[1]:] != tokenizer.pad_token_id).sum().item()

    ours = seconds(lambda: generate("all.jsonl", length))
    ours -= seconds(lambda: generate("first.jsonl", 1))
    generate("all.jsonl", length)
    made = sum(len(line["response_ids"]) for line in read(folder / "speed.jsonl"))
    start = time.perf_counter()
    others = generate_with_transformers()
    theirs = time.perf_counter() - start
    print(f"{name}, {len(prompts)} responses of up to {length} tokens: {made / ours:.0f} tokens/s, "
          f"transformers {others / theirs:.0f}, {made / ours / (others / theirs):.2f}x")

    batch = [ids[:256] for ids in texts[:8]]
    write(folder / "train.jsonl",
          [{"prompt_ids": ids[:1], "response_ids": ids[1:]} for ids in batch])

    def train(steps):
        (folder / "run.yaml").write_text(
            f"model: {directory}\noutput: {folder / f'run-{steps}'}\nobjective: sft\nsteps: {steps}\n"
            f"seed: 1\ndemonstrations: {{file: {folder / 'train.jsonl'}, per-step: {len(batch)}}}\n")
        run(tool, "train", folder / "run.yaml", "--quiet")

    def train_with_transformers(steps):
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6)
        for _ in range(steps):
            optimizer.zero_grad()
            for ids in batch:
                row = torch.tensor([ids])
                (model(row, labels=row, use_cache=False).loss / len(batch)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

    count = sum(map(len, batch))
    ours = (seconds(lambda: train(5)) - seconds(lambda: train(1))) / 4
    train_with_transformers(1)
    theirs = seconds(lambda: train_with_transformers(4)) / 4
    print(f"{name}, a training step of {count} tokens: {count / ours:.0f} tokens/s, transformers "
          f"{count / theirs:.0f}, {theirs / ours:.2f}x")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/tokenshift")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--only", choices=real_models.PACKAGES, help="one model")
    parser.add_argument("--speed", action="store_true", help="of SmolLM2, the one that can be trained")
    arguments = parser.parse_args()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    tool = arguments.tool.resolve()
    for name in [arguments.only] if arguments.only else real_models.PACKAGES:
        directory = arguments.models.resolve() / name
        if not (directory / "config.json").exists():
            real_models.make(name, directory)
        with tempfile.TemporaryDirectory() as folder:
            model, tokenizer, prompts, _, sampled = check(tool, name, directory, Path(folder))
            if arguments.speed and name == "smollm2":
                compare_speed(
                    tool, name, directory, Path(folder), model, tokenizer, prompts, sampled)


if __name__ == "__main__":
    main()
