"""What a user would train and sample with: PyTorch, transformers and TRL, timed.

    python train_with_transformers.py --demo ../../../Data/demo --threads 2 [--only training]

The cases have the names that tokenshift-bench prints, the same shapes, and other random numbers:

- training step: the Llama shape in f32, 64 × 128 random tokens, cross-entropy of every predicted
  token, backward, clipping to norm 1, AdamW.
- rollouts: `generate`, 256 prompts of 16 tokens, 64 new tokens each, temperature 1, no end token.
- GRPO step: TRL's GRPOTrainer from the demo's base, 32 prompts × 8, at most 64 tokens, one update,
  6e-5, no KL; a step's time is what the trainer logs as step_time.

Prints the median and the range over the repeats; the first ones are a warm-up. Not compiled: these
models are too small for that to pay, and users don't.
"""

import argparse
import json
import platform
import resource
import statistics
import time
from pathlib import Path

import torch
import transformers

SHAPES = {
    "0.82 M": dict(hidden_size=128, intermediate_size=352, num_hidden_layers=4, heads=4),
    "4.85 M": dict(hidden_size=256, intermediate_size=704, num_hidden_layers=6, heads=8),
}
BATCH, LENGTH = 64, 128
ROWS, PROMPT, NEW = 256, 16, 64


def llama(hidden_size, intermediate_size, num_hidden_layers, heads):
    configuration = transformers.LlamaConfig(
        vocab_size=128, hidden_size=hidden_size, intermediate_size=intermediate_size,
        num_hidden_layers=num_hidden_layers, num_attention_heads=heads, num_key_value_heads=heads,
        max_position_embeddings=1024, rope_theta=10000.0, tie_word_embeddings=True,
        bos_token_id=None, eos_token_id=None, pad_token_id=0,
    )
    torch.manual_seed(1)
    return transformers.LlamaForCausalLM(configuration)


def report(name, seconds, tokens=None):
    median = statistics.median(seconds)
    rate = f", {tokens / median:.0f} tokens/s" if tokens else ""
    print(f"{name}: {median * 1e3:.0f} ms ({min(seconds) * 1e3:.0f}–{max(seconds) * 1e3:.0f}){rate}")


def training(repeats):
    for name, shape in SHAPES.items():
        model = llama(**shape).train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
        seconds = []
        for step in range(repeats + 2):
            ids = torch.randint(0, 128, (BATCH, LENGTH))
            start = time.perf_counter()
            loss = model(input_ids=ids, labels=ids, use_cache=False).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            loss.item()
            seconds.append(time.perf_counter() - start)
        report(f"training step, {name}, {BATCH} × {LENGTH}", seconds[2:], BATCH * LENGTH)


def rollouts(repeats):
    for name, shape in SHAPES.items():
        model = llama(**shape).eval()
        seconds = []
        for step in range(repeats + 1):
            ids = torch.randint(1, 128, (ROWS, PROMPT))
            start = time.perf_counter()
            with torch.inference_mode():
                out = model.generate(
                    ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW, do_sample=True,
                    temperature=1.0, top_k=0, top_p=1.0, pad_token_id=0,
                )
            assert out.shape == (ROWS, PROMPT + NEW)
            seconds.append(time.perf_counter() - start)
        report(f"rollouts, {name}, {ROWS} × {NEW}", seconds[1:], ROWS * NEW)


def grpo(demo, repeats):
    import re
    import tempfile

    import datasets
    from trl import GRPOConfig, GRPOTrainer

    tokenizer = transformers.AutoTokenizer.from_pretrained(demo / "base", local_files_only=True)
    tokenizer.padding_side = "left"
    with open(demo / "responses.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    prompts = {row["prompt"]: str(row["answer"]) for row in rows}
    dataset = datasets.Dataset.from_list(
        [{"prompt": prompt, "answer": answer} for prompt, answer in prompts.items()]
    )

    def reward(completions, answer, **_):
        found = [re.search(r"#### (-?\d+)\s*$", completion) for completion in completions]
        return [float(bool(m) and m.group(1) == a) for m, a in zip(found, answer)]

    class Times(transformers.TrainerCallback):
        def __init__(self):
            self.seconds, self.start = [], 0.0

        def on_step_begin(self, *_, **__):
            self.start = time.perf_counter()

        def on_step_end(self, *_, **__):
            self.seconds.append(time.perf_counter() - self.start)

    times = Times()
    with tempfile.TemporaryDirectory() as folder:
        settings = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=False, fp16=False, max_steps=repeats + 1,
            per_device_train_batch_size=256, num_generations=8, gradient_accumulation_steps=1,
            max_completion_length=64, learning_rate=6e-5, beta=0.0, temperature=1.0,
            num_iterations=1, save_strategy="no", report_to=[], logging_steps=1000,
            gradient_checkpointing=False, disable_tqdm=True, seed=1,
        )
        model = transformers.AutoModelForCausalLM.from_pretrained(
            demo / "base", dtype=torch.float32, local_files_only=True
        )
        GRPOTrainer(
            model=model, reward_funcs=reward, args=settings, train_dataset=dataset,
            processing_class=tokenizer, callbacks=[times],
        ).train()
    report("GRPO step, demo base, 32 × 8", times.seconds[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--demo", type=Path, required=True, help="folder with base and responses")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", choices=("training", "rollouts", "grpo"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    cases = {
        "training": lambda: training(arguments.repeats),
        "rollouts": lambda: rollouts(arguments.repeats),
        "grpo": lambda: grpo(arguments.demo, arguments.repeats),
    }
    for name, case in cases.items():
        if arguments.only in (None, name):
            case()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{arguments.threads} threads, peak memory {peak:.0f} MiB, torch "
        f"{torch.__version__.split('+')[0]}, transformers {transformers.__version__}, python "
        f"{platform.python_version()}"
    )


if __name__ == "__main__":
    main()
