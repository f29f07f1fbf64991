"""Reads a token log the way a stranger would, with h5py alone, and checks that it explains itself.

    python check_log.py log.h5

h5py 3.16.0, numpy 2.4.6. check_log.txt is what it prints for log-1.0.h5, which the test "a log for a
look from outside" in Tests/RunLogsTests made with TOKENSHIFT_SAMPLE_LOG set; its numbers come from
seed 3.
"""

import sys

import h5py
import numpy as np


def check_attributes(name, item):
    for key, value in item.attrs.items():
        if isinstance(value, np.ndarray) and value.dtype == object:
            assert all(isinstance(text, str) for text in value), (name, key)
        else:
            assert isinstance(value, (str, np.generic, np.ndarray)), (name, key)
            assert not isinstance(value, bytes), (name, key)


with h5py.File(sys.argv[1], "r") as log:
    check_attributes("/", log)
    log.visititems(check_attributes)
    for key in sorted(log.attrs):
        value = log.attrs[key]
        print(f"@{key} = {list(value) if isinstance(value, np.ndarray) else value}")

    offsets, count = log["seq/offsets"][:], log["seq/count"][:]
    tokens = len(log["tok/id"])
    assert offsets[0] == 0 and offsets[-1] == tokens and (np.diff(offsets) == count).all()
    print(f"{len(count)} sequences, {tokens} tokens, {log['tok/mask'][:].sum()} in responses")

    # A string list is a blob and offsets.
    ends = log["seq/id/offsets"][:]
    blob = log["seq/id/bytes"][:].tobytes()
    print("ids:", [blob[a:b].decode() for a, b in zip(ends, ends[1:])])

    def show(name, item):
        if not isinstance(item, h5py.Dataset):
            return
        assert item.compression == "gzip" and item.shuffle and item.fletcher32, name
        if name.startswith(("model/", "pair/", "tok/")):
            assert item.shape[0] == tokens, name
            assert item.attrs["definition"] and item.attrs["long_name"], name
            if item.dtype == np.float32:
                assert np.isnan(item.attrs["_FillValue"]), name
        unit = item.attrs.get("units", "")
        print(f"/{name} {item.dtype} {list(item.shape)} {unit}".rstrip())
        item[()]

    log.visititems(show)
