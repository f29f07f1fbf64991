"""The recorder's callback in real runs of TRL, and in processes that share a model's weights.

    python check_callback.py --tool ../../.build/release/tokenshift

`make test-python` runs it. On CPU, 6 steps each on the demo's base:

- SFT, GRPO and SFT of a LoRA adapter with TRL: weights and losses after the run are those of the same run
  without the callback, to the last bit;
- each log that it writes at a save is, within 1e-4 · max(1, |x|), what the recorder's command makes of the
  saved checkpoint and the base it started from;
- with mixed precision, a resumed run and adapters of virtual tokens, each does what it should;
- two processes of which each has half of the weights (fully_shard), and two with a copy each, write the
  log that one process writes.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "Data/demo/base"
STEPS, SAVE = 6, 3
TOLERANCE = 1e-4


def rows():
    return [json.loads(line) for line in open(ROOT / "Data/demo/responses.jsonl")]


# MARK: A run, in a process of its own


def train(kind, folder, texts, resume=""):
    """Trains, and prints what tells two runs apart."""
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

    tokenizer = AutoTokenizer.from_pretrained(BASE)
    model = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    callbacks = []
    if texts:
        from tokenshift_recorder import TokenShiftCallback

        callbacks = [TokenShiftCallback(texts=texts, output=f"{folder}/logs")]
    # In float32, so that logs can be compared with those of checkpoints; TRL's own default is bf16.
    common = dict(
        output_dir=folder, max_steps=STEPS, save_steps=SAVE, report_to=[], use_cpu=True,
        bf16=kind == "bf16",
        logging_steps=1, seed=3, learning_rate=1e-3 if kind == "lora" else 1e-4, disable_tqdm=True,
        per_device_train_batch_size=8)
    shared = dict(processing_class=tokenizer, callbacks=callbacks)
    if kind == "grpo":
        trainer = GRPOTrainer(
            model=model, reward_funcs=lambda completions, **_: [len(c) % 7 for c in completions],
            args=GRPOConfig(**common, num_generations=4, max_completion_length=24),
            train_dataset=Dataset.from_list([{"prompt": row["prompt"]} for row in rows()[:96:4]]),
            **shared)
    else:
        data = [{"prompt": row["prompt"], "completion": row["response"]} for row in rows()[:96]]
        if kind == "lora":
            from peft import LoraConfig

            shared["peft_config"] = LoraConfig(
                r=4, lora_dropout=0.1, target_modules=["q_proj", "v_proj", "up_proj"])
        trainer = SFTTrainer(
            model=model, args=SFTConfig(**common), train_dataset=Dataset.from_list(data), **shared)
    trainer.train(resume_from_checkpoint=resume or None)
    digest = hashlib.sha256()
    for name, parameter in sorted(trainer.model.named_parameters()):
        digest.update(name.encode() + parameter.detach().numpy().tobytes())
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    print("RUN", digest.hexdigest(), losses)


def spread(kind, folder, texts):
    """Records in each of two processes: weights in halves, or a copy each."""
    import torch
    import torch.distributed as distributed
    from torch.distributed.fsdp import fully_shard
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerControl, TrainerState
    from transformers import TrainingArguments

    from tokenshift_recorder import TokenShiftCallback

    distributed.init_process_group("gloo")
    model = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    if kind == "sharded":
        mesh = distributed.init_device_mesh("cpu", (2,))
        for layer in model.model.layers:
            fully_shard(layer, mesh=mesh)
        fully_shard(model, mesh=mesh)
    arguments = TrainingArguments(output_dir=folder, report_to=[], use_cpu=True, bf16=False)
    callback = TokenShiftCallback(texts=texts, output=f"{folder}/logs")
    state, control = TrainerState(), TrainerControl()
    callback.on_train_begin(
        arguments, state, control, model=model,
        processing_class=AutoTokenizer.from_pretrained(BASE))
    with torch.no_grad():
        # A step of a kind: the head, which is the embedding too, and a layer.
        for name, parameter in model.named_parameters():
            if "embed_tokens" in name or "layers.1" in name:
                parameter.mul_(1.1)
    state.global_step = 5
    callback.on_save(arguments, state, control, model=model)
    distributed.destroy_process_group()


# MARK: Checks


def process(*arguments, count=1):
    command = [sys.executable, *(
        ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
        if count > 1 else []), __file__, *map(str, arguments)]
    result = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"TOKENIZERS_PARALLELISM": "false"})
    if result.returncode != 0:
        sys.exit(f"{arguments}: {result.returncode}\n{result.stdout[-2000:]}\n{result.stderr[-4000:]}")
    return result.stdout


def same(first, second, what, names=None):
    """Columns of two logs; `names` maps models of the first to those of the second."""
    worst = 0.0
    with h5py.File(first) as a, h5py.File(second) as b:
        found = []
        a.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        for name in found:
            if not name.startswith(("model/", "pair/")) or "/moved/" in name:
                continue
            other = name
            for own, theirs in (names or {}).items():
                other = other.replace(own, theirs)
            x, y = a[name][()], b[other][()]
            if x.dtype != np.float32 or name.endswith("overlap"):
                continue
            assert np.array_equal(np.isnan(x), np.isnan(y)), (what, name)
            with np.errstate(invalid="ignore"):
                off = np.where((x == y) | np.isnan(x), 0, np.abs(x - y) / np.maximum(1, np.abs(x)))
            worst = max(worst, off.max())
            assert off.max() <= TOLERANCE, (what, name, off.max())
    print(f"{what}: worst {worst:.1e}")


def check_runs(tool, folder, texts):
    from tokenshift_recorder.__main__ import main as record

    for kind in ("sft", "grpo", "lora"):
        plain = process("train", kind, folder / f"{kind}-plain", "")
        recorded = process("train", kind, folder / kind, texts)
        runs = [next(line for line in out.splitlines() if line.startswith("RUN"))
                for out in (plain, recorded)]
        assert runs[0] == runs[1], (kind, runs)
        logs = sorted(path.name for path in (folder / kind / "logs").iterdir())
        assert logs == ["step-0.h5", f"step-{SAVE}.h5", f"step-{STEPS}.h5"], logs
        print(f"{kind}: {STEPS} steps are the same to the last bit with and without the callback")
        for step in (SAVE, STEPS):
            checkpoint = folder / kind / f"checkpoint-{step}"
            spec = f"{BASE}+{checkpoint}" if kind == "lora" else checkpoint
            log = folder / f"{kind}-{step}.h5"
            code = record(["--model", f"start={BASE}", "--model", f"policy={spec}", "--texts", texts,
                           "--compute", "f32", "--output", str(log), "--device", "cpu", "--quiet"])
            assert code == 0
            same(folder / kind / f"logs/step-{step}.h5", log, f"{kind}, step {step}, and its checkpoint")
        last = folder / kind / f"logs/step-{STEPS}.h5"
        said = subprocess.run([tool, "audit", last], capture_output=True, text=True, check=True).stdout
        assert "policy against start: changed by JS" in said, said
        with h5py.File(last) as log:
            assert np.nanmax(log["pair/start:policy/js"][:]) > 1e-4, kind


def check_mixed(folder, texts):
    """bf16 by automatic mixed precision: the same training, the head still cut, near float32's log."""
    plain, recorded = (process("train", "bf16", folder / name, given)
                       for name, given in (("bf16-plain", ""), ("bf16", texts)))
    runs = [next(line for line in out.splitlines() if line.startswith("RUN"))
            for out in (plain, recorded)]
    assert runs[0] == runs[1], runs
    with h5py.File(folder / f"bf16/logs/step-{STEPS}.h5") as log:
        assert log["model/policy"].attrs["compute_type"] == b"BF16"
        # Logits of a head that is cut are no multiples of bf16's steps.
        values = log["model/policy/topk/logp"][1:50, :2].astype(np.float64)
        values = (values - values[:, :1])[:, 1]
        assert np.unique(np.round(values * 64) / 64 - values).size > 10, values
    print("bf16: mixed precision leaves training and the cut of the head as they are")


def check_resume(folder, texts):
    """A run that goes on at step 3 keeps that step's log, and is compared with itself there."""
    from h5py import File

    target = folder / "sft/logs"
    before = (target / f"step-{SAVE}.h5").read_bytes()
    process("train", "sft", folder / "sft", texts, folder / f"sft/checkpoint-{SAVE}")
    assert (target / f"step-{SAVE}.h5").read_bytes() == before
    with File(target / f"step-{STEPS}.h5") as log:
        assert list(log["pair"]) == [f"step-{SAVE}:policy"], list(log["pair"])
    print("a resumed run keeps its logs, and says what it is compared with")


def check_adapters(folder, texts):
    """Adapters that put tokens before a text are refused by the command."""
    import contextlib
    import io

    from peft import PromptTuningConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    from tokenshift_recorder.__main__ import main as record

    model = AutoModelForCausalLM.from_pretrained(BASE)
    get_peft_model(model, PromptTuningConfig(
        task_type="CAUSAL_LM", num_virtual_tokens=5)).save_pretrained(folder / "prompt")
    error = io.StringIO()
    with contextlib.redirect_stderr(error):
        code = record(["--model", f"rl={BASE}+{folder / 'prompt'}", "--texts", texts, "--output",
                       str(folder / "none.h5")])
    assert code == 2 and "PROMPT_TUNING" in error.getvalue(), error.getvalue()
    print("adapters of virtual tokens are refused")


def check_processes(folder, texts):
    for kind, count in (("whole", 1), ("sharded", 2), ("copies", 2)):
        if count == 1:
            # One process is a group, too.
            os.environ |= {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "localhost",
                           "MASTER_PORT": "29517"}
        process("spread", kind, folder / kind, texts, count=count)
        for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"):
            os.environ.pop(name, None)
        if kind != "whole":
            for step in (0, 5):
                same(folder / f"whole/logs/step-{step}.h5", folder / f"{kind}/logs/step-{step}.h5",
                     f"{kind} in two processes, step {step}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/tokenshift")
    parser.add_argument("--only", choices=["runs", "processes"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = str(folder / "texts.jsonl")
        Path(texts).write_text("".join(json.dumps(row) + "\n" for row in rows()[::24]))
        if arguments.only != "processes":
            check_runs(arguments.tool.resolve(), folder, texts)
            check_resume(folder, texts)
            check_mixed(folder, texts)
            check_adapters(folder, texts)
        if arguments.only != "runs":
            check_processes(folder, texts)


if __name__ == "__main__":
    if sys.argv[1:2] in (["train"], ["spread"]):
        {"train": train, "spread": spread}[sys.argv[1]](*sys.argv[2:])
    else:
        main()
