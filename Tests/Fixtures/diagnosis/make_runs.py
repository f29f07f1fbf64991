"""Columns of real training runs: one seed of Data/Presets/modular, as `tokenshift reproduce` trains it.

    python Tests/Fixtures/diagnosis/make_runs.py RUNS/seed-1 Tests/Fixtures/diagnosis

Reads log.jsonl of rl, rl-half, sft-plus-rl, srft and srft-released; five digits are kept.
"""
import json
import pathlib
import sys

COLUMNS = [
    "step", "loss", "reward", "degenerate_groups", "rollout_entropy", "response_length",
    "behavior_gap_max", "gradient_norm", "learning_rate",
]


def main(runs, folder):
    for name in ("rl", "rl-half", "sft-plus-rl", "srft", "srft-released"):
        lines = (pathlib.Path(runs) / name / "log.jsonl").read_text().splitlines()
        rows = [json.loads(line) for line in lines]
        text = ["\t".join(COLUMNS)]
        for row in rows:
            values = [float("nan") if row[column] is None else row[column] for column in COLUMNS]
            text.append("\t".join(f"{value:.5g}" for value in values))
        (pathlib.Path(folder) / f"run-{name}.tsv").write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
