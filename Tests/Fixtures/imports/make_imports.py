"""Logs that verl's own loggers write, and the numbers of every log here as other programs read them.

    pip install tensorboard==2.21.0 orjson packaging
    pip download verl==0.9.1 --no-deps && unzip verl-0.9.1-*.whl -d verl-wheel
    python make_imports.py verl-wheel

verl-file.jsonl is FileLogger's file. verl-console.log has LocalLogger's lines; what stands around them (Ray's
prefix, colours, a progress bar, "repeated 7x") is put there as Ray and tqdm do, and one line has numpy's types.
expected.json: file, metric, step (of the last of equal ones), value; null for what isn't a finite number. The
readers are Python's json and csv, and tensorboard's EventFileLoader; verl's are the numbers that it was given.
"""

import contextlib
import csv
import importlib.util
import io
import json
import math
import sys
from pathlib import Path

import numpy as np
import orjson
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util import tensor_util

here = Path(__file__).parent
expected = {}


def keep(file, step, name, value):
    value = float("nan") if value is None else float(value)
    steps = expected.setdefault(file, {}).setdefault(name, {})
    if math.isfinite(value) or str(step) not in steps:
        steps[str(step)] = value if math.isfinite(value) else None


def module(wheel, name):
    path = Path(wheel) / "verl/utils" / (name + ".py")
    if name == "tracking":
        # Only the class: the module imports what a logger of files doesn't need.
        source = path.read_text()
        source = source[source.index("class FileLogger") : source.index("class _TensorboardAdapter")]
        scope = {"os": __import__("os"), "orjson": orjson}
        exec(source, scope)
        return scope["FileLogger"]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.LocalLogger


def metrics(step):
    generator = np.random.default_rng(step)
    names = [
        "actor/entropy", "actor/pg_loss", "actor/kl_loss", "actor/grad_norm", "actor/lr", "actor/ppo_kl",
        "critic/score/mean", "critic/advantages/mean", "critic/advantages/max", "critic/advantages/min",
        "response_length/mean", "response_length/max", "response_length/min", "response_length/clip_ratio",
        "perf/time_per_step",
    ]
    values = dict(zip(names, generator.random(len(names)).tolist()))
    values["perf/total_num_tokens"] = int(generator.integers(1000, 9000))
    values["training/global_step"] = step
    return values


def make_verl(wheel):
    import os

    os.environ["VERL_FILE_LOGGER_PATH"] = str(here / "verl-file.jsonl")
    with contextlib.redirect_stdout(io.StringIO()):
        logger = module(wheel, "tracking")("project", "run")
    for step in range(1, 5):
        data = metrics(step)
        if step == 3:
            data["critic/score/mean"] = float("nan")
        logger.log(data, step)
        for name, value in data.items():
            keep("verl-file.jsonl", step, name, value)
    logger.finish()

    logger = module(wheel, "logger/aggregate_logger")()
    lines = ["INFO 11-28 10:00:00 api_server.py: step: loading\n", "\x1b[36m(TaskRunner pid=7)\x1b[0m {'step': 0}\n"]
    for step in range(0, 4):
        data = metrics(step)
        if step == 2:
            data = {name: np.float64(value) for name, value in data.items()}
            data["perf/total_num_tokens"] = np.int64(data["perf/total_num_tokens"])
        halves = [data]
        if step == 3:
            # The validation's line comes first.
            halves = [{"val-core/gsm8k/reward/mean@1": 0.75}, data]
        for half in halves:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                logger.log(half, step)
            lines.append(f"\x1b[36m(TaskRunner pid=7)\x1b[0m {printed.getvalue()}")
            for name, value in half.items():
                keep("verl-console.log", step, name, value)
        lines.append(f"Training Progress:  25%|##        | {step}/4 [00:29<01:03, 3.54s/it]\r")
        lines.append("\x1b[36m(WorkerDict pid=9)\x1b[0m Using dataset [repeated 7x across cluster]\n")
    (here / "verl-console.log").write_text("".join(lines))


def read_trainer_state(file):
    for entry in json.loads((here / file).read_text())["log_history"]:
        for name, value in entry.items():
            if name != "step":
                keep(file, entry["step"], name, value)


def main(wheel):
    make_verl(wheel)
    read_trainer_state("trainer_state_trl-1.16_grpo_6steps.json")
    read_trainer_state("trainer_state_trl-1.16_sft.json")
    for line in (here / "llamafactory-trainer_log.jsonl").read_text().splitlines():
        entry = json.loads(line)
        for name, value in entry.items():
            if name != "current_steps" and not isinstance(value, str):
                keep("llamafactory-trainer_log.jsonl", entry["current_steps"], name, value)
    for event in EventFileLoader(str(here / "trl-1.16.tfevents")).Load():
        for value in event.summary.value:
            if value.metadata.plugin_data.plugin_name == "scalars":
                keep("trl-1.16.tfevents", event.step, value.tag, tensor_util.make_ndarray(value.tensor))
    with open(here / "wandb-history.csv", newline="") as file:
        for row in csv.DictReader(file):
            if not row["iter"]:
                continue
            for name, value in row.items():
                if name not in ("iter", "Sample Generation"):
                    keep("wandb-history.csv", int(float(row["iter"])), name, value or None)
    text = json.dumps(expected, indent=0, sort_keys=True)
    (here / "expected.json").write_text(text + "\n")


main(sys.argv[1])
