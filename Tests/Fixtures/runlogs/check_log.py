"""Reads a token log the way a stranger would, with h5py alone, and checks that it explains itself.

    python check_log.py log.h5

h5py 3.16.0, numpy 2.4.6. check_log.txt is what it prints for log-2.0.h5, which the test "a log for a
look from outside" in Tests/RunLogsTests made with TOKENSHIFT_SAMPLE_LOG set; its numbers come from
seed 3. log-1.1.h5 and log-1.0.h5 were made in the same way when these schemas were new; see
move_into_ranges.py.

Since schema 2.0 no string has a variable length: h5py gives those of attributes as bytes. What is
longer than 2,048 bytes is a dataset "@name" in the group: as bytes, or a group of bytes and offsets.
"""

import sys

import h5py
import numpy as np


def text(value):
    """An attribute's value, strings of either kind as str."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [text(item) for item in value]
    return value


def check_attributes(name, item):
    for key in item.attrs:
        kind = item.attrs.get_id(key).get_type()
        is_variable = isinstance(kind, h5py.h5t.TypeStringID) and kind.is_variable_str()
        assert not is_variable or version < 2, (name, key)
        assert isinstance(text(item.attrs[key]), (str, np.generic, list)), (name, key)


with h5py.File(sys.argv[1], "r") as log:
    version = float(text(log.attrs["schema_version"]))
    check_attributes("/", log)
    log.visititems(check_attributes)
    for key in sorted(log.attrs):
        print(f"@{key} = {text(log.attrs[key])}")

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
            if "/moved/" not in name:
                assert item.shape[0] == tokens, name
            assert item.attrs["definition"] and item.attrs["long_name"], name
            if item.dtype == np.float32:
                assert np.isnan(item.attrs["_FillValue"]), name
        assert not isinstance(item.id.get_type(), (h5py.h5t.TypeVlenID, h5py.h5t.TypeStringID)), name
        unit = text(item.attrs.get("units", ""))
        print(f"/{name} {item.dtype} {list(item.shape)} {unit}".rstrip())
        item[()]

    log.visititems(show)

    # Moved mass: half of what is listed is the mean total variation of a text's response tokens.
    for pair in log["pair"].values():
        if "moved" not in pair:
            continue
        moved = {key: pair["moved"][key][:] for key in pair["moved"]}
        assert len(moved["offsets"]) == len(count) + 1 and moved["offsets"][0] == 0
        assert moved["offsets"][-1] == len(moved["id"])
        response = (log["tok/mask"][:] == 1) & np.isfinite(pair["tv"][:])
        worst = 0.0
        for text, (first, end) in enumerate(zip(moved["offsets"], moved["offsets"][1:])):
            assert (np.diff(moved["id"][first:end].astype(np.int64)) > 0).all()
            rows = np.flatnonzero(response[offsets[text] : offsets[text + 1]]) + offsets[text]
            assert moved["positions"][text] == len(rows)
            if len(rows) == 0:
                continue
            gained, lost = moved["gained"][first:end], moved["lost"][first:end]
            listed = (gained.astype(float).sum() + lost.astype(float).sum()) / 2
            missing = pair["tv"][:][rows].astype(float).mean() - listed
            bucket = np.exp(pair["bucket_logmass"][:][rows].astype(float)).mean() / 2
            assert -1e-6 <= missing <= moved["dropped"][text] / 2 + bucket + 1e-6, (text, missing)
            worst = max(worst, missing)
        print(f"{pair.name}: {len(moved['id'])} entries of moved mass, at most {worst:.1e} not listed")
