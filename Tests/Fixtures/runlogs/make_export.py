"""What `tokenshift export` has to write of export.h5, by h5py and pandas.

    python make_export.py

h5py 3.16.0, numpy 2.4.6, pandas 3.1.1. export.h5 was made by the test "the fixture's log is what the
test writes" in Tests/ReportingTests with TOKENSHIFT_SAMPLE_EXPORT_LOG set. Writes
export-tokens.csv, export-texts.csv and export-moved.csv: all columns of tokens with some of texts, all of
texts, and moved mass. What is not measured, or not known, is empty.

    python make_export.py check FILE.csv REFERENCE.csv

reads a file that `tokenshift export` wrote with pandas, as its help says, and compares each field with
that of a reference, numbers bit for bit.
"""

import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

HERE = Path(__file__).parent
PAIR = "base:rl"


def strings(group):
    data, offsets = group["bytes"][:].tobytes(), group["offsets"][:]
    return [data[a:b] for a, b in zip(offsets, offsets[1:])]


def shown(token):
    """A token's text; what is no UTF-8, or steers a terminal, as ⟨hexadecimal⟩; None for no token."""
    if not token:
        return None
    text = ""
    while token:
        for length in range(1, 5):
            try:
                letter = token[:length].decode()
            except UnicodeDecodeError:
                continue
            break
        else:
            letter, length = None, 1
        if letter is None or (letter not in "\n\t" and letter in "\r\0\x1b\u202e"):
            code = token[0] if letter is None else ord(letter)
            text += f"⟨{code:02X}⟩"
        else:
            text += letter
        token = token[length:]
    return text


def integers(values, known):
    """Whole numbers, some of which are not there."""
    return pd.Series(
        [int(value) if is_known else None for value, is_known in zip(values, known)], dtype="Int64"
    )


def model_columns(log, name):
    group = log["model/" + name]
    known = group["unmeasured"][:] == 0
    columns = {}
    for column in [
        "logp", "entropy", "varentropy", "top1_logp", "logZ", "extra_logmass", "unmeasured", "rank",
        "top1", "topk/id", "topk/logp", "topk/rest_logmass", "replicate/logp", "replicate/entropy",
    ]:
        values = group[column][:]
        for k in range(values.shape[1] if values.ndim == 2 else 1):
            part = values[:, k] if values.ndim == 2 else values
            key = f"{name}/{column}" + (f"/{k}" if values.ndim == 2 else "")
            columns[key] = integers(part, known) if part.dtype == np.uint32 else part
    return columns


def texts(log):
    seq = log["seq"]
    names = {key: [text.decode() for text in strings(seq[key])]
             for key in ["id", "prompt_id", "source", "finish", "metadata"]}
    leading = {
        "text": np.arange(len(names["id"])), "id": names["id"], "author": names["source"],
        "prompt_id": names["prompt_id"],
    }
    columns = {"seq/offsets": seq["offsets"][:-1]}
    for key in ["count", "response_start", "sample_id"]:
        columns["seq/" + key] = seq[key][:]
    correct = seq["correct"][:]
    columns["seq/correct"] = integers(correct, correct != 255)
    columns["seq/reward"] = seq["reward"][:]
    for key in ["id", "prompt_id", "source", "finish", "metadata"]:
        columns["seq/" + key] = names[key]
    moved = log[f"pair/{PAIR}/moved"]
    columns[f"{PAIR}/moved/positions"] = moved["positions"][:]
    columns[f"{PAIR}/moved/dropped"] = moved["dropped"][:]
    return pd.DataFrame(leading), pd.DataFrame(columns)


def make(log):
    vocabulary = strings(log["tokenizer"])
    token = lambda ids: [shown(vocabulary[i]) if i < len(vocabulary) else None for i in ids]
    leading, columns = texts(log)
    pd.concat([leading, columns], axis=1).to_csv(HERE / "export-texts.csv", index=False)

    counts = log["seq/count"][:]
    of_text = np.repeat(np.arange(len(counts)), counts)
    ids = log["tok/id"][:]
    rows = leading.iloc[of_text].reset_index(drop=True)
    rows["position"] = np.arange(len(ids)) - log["seq/offsets"][:-1][of_text]
    rows["token_id"], rows["token"] = ids, token(ids)
    rows["mask"], rows["unmeasured"] = log["tok/mask"][:], log["tok/unmeasured"][:]
    parts = [rows, pd.DataFrame({"tok/id": ids})]
    for name in ["base", "rl"]:
        parts.append(pd.DataFrame(model_columns(log, name)))
    pair = log["pair/" + PAIR]
    parts.append(pd.DataFrame({
        f"{PAIR}/{name}": pair[name][:]
        for name in ["dprob", "dlogp", "dH", "kl_ab", "kl_ba", "js", "tv", "overlap",
                     "bucket_logmass", "replicate/js"]}))
    parts.append(columns[["seq/reward", "seq/metadata"]].iloc[of_text].reset_index(drop=True))
    pd.concat(parts, axis=1).to_csv(HERE / "export-tokens.csv", index=False)

    moved = pair["moved"]
    of_text = np.repeat(np.arange(len(counts)), np.diff(moved["offsets"][:]))
    rows = leading.iloc[of_text].reset_index(drop=True)
    rows["token_id"], rows["token"] = moved["id"][:], token(moved["id"][:])
    for name in ["gained", "lost"]:
        rows[f"{PAIR}/moved/{name}"] = moved[name][:]
    rows[f"{PAIR}/moved/positions"] = moved["positions"][:][of_text]
    rows.to_csv(HERE / "export-moved.csv", index=False)


def check(path, reference):
    read = lambda file: pd.read_csv(
        file, dtype={"token": str}, keep_default_na=False, na_values=[""])
    found, wanted = read(path), read(reference)
    assert list(found) == list(wanted), (list(found), list(wanted))
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)
    print(f"{path}: {len(found)} rows, {len(found.columns)} columns are those of {reference}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(sys.argv[2], sys.argv[3])
    else:
        with h5py.File(HERE / "export.h5", "r") as log:
            make(log)
