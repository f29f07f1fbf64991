"""Reads a training log the way a stranger would, with h5py alone, and checks that it explains itself.

    python check_training_log.py log.h5

h5py 3.16.0, numpy 2.4.6. check_training_log.txt is what it prints for training-log-2.0.h5, which the
test "a log for a look from outside has its rollouts" in Tests/RunLogsTests made with
TOKENSHIFT_SAMPLE_TRAINING_LOG set, as training-log-1.1.h5 when that was new. Since schema 2.0
h5py gives strings of attributes as bytes; those longer than 2,048 bytes are datasets "@name".
training-log-8-million-rows.h5 is a log of schema 1.0 one of whose columns claims 8,000,000 rows;
dynamics-log-1.0.h5 is what TokenShift 0.1 wrote for two checkpoints and two texts. training-log-1.0.h5 is a run of three steps (objective
sft-plus-rl, 2 demonstrations and 2 x 4 rollouts of carry arithmetic a step, seed 3, from the demo's
base) by the last TokenShift that wrote schema 1.0; its losses are also in that run's log.jsonl.
"""

import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1], "r") as log:
    for key in sorted(log.attrs):
        value = log.attrs[key]
        print(f"@{key} = {value.decode() if isinstance(value, bytes) else value}")
    steps = log["train/step"][:]
    for name, column in log["train"].items():
        assert len(column) == len(steps), name
        if name != "step":
            assert column.attrs["definition"] and column.attrs["unit"], name
        print(f"/train/{name} {column.dtype} {column[:].tolist()}")

    if "seq" not in log:
        print("no rollouts")
        sys.exit()

    # As in a token log: flat columns and offsets; a string list is a blob and offsets.
    offsets, count, start = (log["seq/" + n][:] for n in ["offsets", "count", "response_start"])
    tokens = len(log["tok/id"])
    assert offsets[0] == 0 and offsets[-1] == tokens and (np.diff(offsets) == count).all()
    for name, column in log["tok"].items():
        assert len(column) == tokens, name
    for group in ["seq", "tok"]:
        for name, column in log[group].items():
            if isinstance(column, h5py.Dataset):
                assert column.attrs["definition"] and column.attrs["long_name"], name
                assert column.compression == "gzip" and column.shuffle and column.fletcher32, name

    def strings(name):
        ends, blob = log[name + "/offsets"][:], log[name + "/bytes"][:].tobytes()
        return [blob[a:b].decode() for a, b in zip(ends, ends[1:])]

    rows = zip(
        strings("seq/id"), strings("seq/prompt_id"), strings("seq/finish"), log["seq/step"],
        log["seq/sample_id"], log["seq/reward"], log["seq/advantage"], offsets, offsets[1:], start)
    for id, prompt, finish, step, sample, reward, advantage, a, b, r in rows:
        mask = log["tok/mask"][a:b]
        assert (mask[:r] == 0).all() and (mask[r:] == 1).all(), id
        print(f"{id} {prompt} {finish} step {step} sample {sample} {reward} {advantage}")
        print("  ids", log["tok/id"][a:b].tolist(), "response from", r)
        for name in ["logp", "behavior_logp", "entropy"]:
            values = log["tok/" + name][a:b]
            assert np.isnan(values[:r]).all() and not np.isnan(values[r:]).any(), (id, name)
            print(f"  {name} {values[r:].tolist()}")
