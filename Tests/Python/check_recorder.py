"""Logs of the recorder against those of the built tool, and against plain loops over transformers.

    python check_recorder.py --tool ../../.build/release/tokenshift

`make test-python` runs it. All on CPU in float32:

- every column of every family of Tests/Fixtures/transformer and of the demo, also with text, masks, an
  id beyond a vocabulary and texts beyond the context, is that of `score --compute f32` within
  1e-4 · max(1, |x|); ranks and lists may differ where logits lie within 1e-4 of each other; all that
  columns say about themselves is equal;
- ids and bytes of tokens with the tokenizers of Tests/Fixtures/tokenization are the tool's;
- architectures that the tool doesn't have (among them scaled and capped logits, a recurrent one, and one
  that can't be cut at its head) are those of a loop in float64;
- shards of two processes that torchrun starts, merged by the tool, are the log of one process;
- `inspect`, `audit`, `figures` and `report` read the log;
- a stopped recording goes on; what it must refuse is one line and exit code 2.
"""

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import torch
import transformers

from tokenshift_recorder.__main__ import main as record

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/Fixtures"
sys.path.append(str(FIXTURES / "tokenization"))

from texts import CORPUS, SCRIPTS

TOLERANCE = 1e-4
SEED = 15


def run(tool, *arguments):
    result = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"tokenshift {' '.join(map(str, arguments))}: {result.returncode}\n{result.stderr}")
    return result.stdout


def recorded(*arguments, code=0):
    """Runs the recorder in this process; returns what it said."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        found = record([str(argument) for argument in arguments])
    assert found == code, (arguments, found, out.getvalue(), error.getvalue())
    return out.getvalue() + error.getvalue()


def write(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


# MARK: Two logs


def columns(log):
    found = {}
    log.visititems(lambda name, item: found.update({name: item}) if isinstance(
        item, h5py.Dataset) else None)
    return found


def text_attributes(item):
    keep = ("definition", "units", "long_name", "_FillValue", "flag_values", "flag_meanings",
            "sample_dimension", "before", "after")
    return {key: item.attrs[key] for key in keep if key in item.attrs}


def near_lists(ids, logp, others, other_logp):
    """Whether two lists of most likely tokens differ only where log-probabilities are near ties."""
    for one, own, two, other in ((ids, logp, others, other_logp), (others, other_logp, ids, logp)):
        for id, value in zip(one, own):
            place = np.flatnonzero(two == id)
            # One that only one list has is as likely as the last of the other.
            against = other[place[0]] if len(place) else other[-1]
            if abs(value - against) >= TOLERANCE:
                return False
    return True


def near_rank(first, second, listed, own):
    """Whether so many tokens are as likely as a token that two ranks of it may differ; of tokens
    beyond the list nobody knows, and a single step is taken for a tie."""
    if min(first, second) > len(listed):
        return abs(first - second) <= 1
    # The token itself is one of them.
    return abs(first - second) < (np.abs(listed - own) < TOLERANCE).sum() + (
        max(first, second) > len(listed))


def compare(ours, theirs, what):
    """Every column of two logs; returns the worst difference."""
    worst, place, ties = 0.0, "", 0
    with h5py.File(ours) as a, h5py.File(theirs) as b:
        first, second = columns(a), columns(b)
        assert first.keys() == second.keys(), (what, first.keys() ^ second.keys())
        for name, item in first.items():
            other = second[name]
            for key, value in text_attributes(item).items():
                assert np.array_equal(value, other.attrs[key], equal_nan=key == "_FillValue"), (
                    what, name, key)
            assert (item.dtype, item.maxshape) == (other.dtype, other.maxshape), (what, name)
            assert (item.compression, item.shuffle, item.fletcher32) == (
                other.compression, other.shuffle, other.fletcher32), (what, name)
            if "/moved/" in name:
                continue
            x, y = item[()], other[()]
            assert x.shape == y.shape, (what, name, x.shape, y.shape)
            if x.dtype.kind == "f":
                x, y = x.astype(float), y.astype(float)
                assert np.array_equal(np.isnan(x), np.isnan(y)), (what, name)
                with np.errstate(invalid="ignore"):
                    off = np.where((x == y) | np.isnan(x), 0, np.abs(x - y) / np.maximum(1, np.abs(x)))
                if name.endswith("/overlap"):
                    # Of lists, whose last tokens may be near ties.
                    assert (off > TOLERANCE).sum() <= 2 + len(off) // 1000, (what, name)
                    continue
                if off.size and off.max() > worst:
                    worst, place = off.max(), name
                assert not off.size or off.max() <= TOLERANCE, (what, name, off.max())
            elif name.endswith(("/rank", "/top1", "/topk/id")):
                rows = np.flatnonzero((x != y).reshape(len(x), -1).any(1)) if len(x) else []
                group = name[:name.rindex("/topk" if "topk" in name else "/")]
                lists = [each[group + "/topk/logp"] for each in (a, b)]
                ids = [each[group + "/topk/id"] for each in (a, b)]
                for row in rows:
                    if name.endswith("/rank"):
                        assert near_rank(int(x[row]), int(y[row]), lists[0][row],
                                         a[group + "/logp"][row]), (what, name, row, x[row], y[row])
                    elif name.endswith("/topk/id"):
                        assert near_lists(ids[0][row], lists[0][row], ids[1][row], lists[1][row]), (
                            what, name, row, x[row], y[row])
                    else:
                        assert ids[0][row][0] == x[row] and ids[1][row][0] == y[row], (what, name)
                ties += len(rows)
            else:
                assert np.array_equal(x, y), (what, name)
        for name in a["pair"]:
            moved = compare_moved(a["pair"][name]["moved"], b["pair"][name]["moved"], (what, name))
            assert moved < 1e-5, (what, name, moved)
    print(f"{what}: worst {worst:.1e} ({place}), {ties} ranks of near ties")
    return worst


def compare_moved(a, b, what):
    """Worst difference of gained and lost; an entry that only one log has is below both thresholds."""
    size = 1 + max([0, *a["id"][:].tolist(), *b["id"][:].tolist()])
    worst = 0.0
    assert np.array_equal(a["positions"][:], b["positions"][:]), what
    for name in ("gained", "lost"):
        tables = []
        for group in (a, b):
            offsets = group["offsets"][:]
            table = np.zeros((len(offsets) - 1, size))
            table[np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)), group["id"][:]] = (
                group[name][:])
            tables.append(table)
        worst = max(worst, np.abs(tables[0] - tables[1]).max(initial=0))
    assert np.abs(a["dropped"][:] - b["dropped"][:]).max(initial=0) < 1e-5, what
    return worst


# MARK: Families of both


def changed(folder, target, scale, seed=SEED):
    """A copy of a checkpoint whose weights are moved at random."""
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter += scale * parameter.std().nan_to_num(0.1) * noise
    model.save_pretrained(target)
    return target


def id_texts(vocabulary, context, seed=SEED):
    """Texts of ids: ordinary ones, one token, none in the response, masked, beyond the context."""
    draw = np.random.default_rng(seed)
    print(f"seed {seed}", end="; ")
    lines = []
    for index in range(14):
        ids = draw.integers(0, vocabulary, int(draw.integers(2, context))).tolist()
        cut = int(draw.integers(1, len(ids) + 1))
        lines.append({
            "id": f"t{index}", "prompt_id": f"p{index // 2}", "sample_id": index % 2,
            "source": ["base", "rl"][index % 2], "prompt_ids": ids[:cut], "response_ids": ids[cut:],
            "correct": index % 3 == 0, "reward": index / 4, "extra": {"a": [1, None, "é"]}})
    lines[3]["response_mask"] = [i % 2 for i in range(len(lines[3]["response_ids"]))]
    lines.append({"prompt_ids": [1], "response_ids": []})
    lines.append({"prompt_ids": [], "response_ids": [2]})
    lines.append({"prompt_ids": [], "response_ids": [2, 3, 1]})
    for extra in (1, 2, 9):
        long = draw.integers(0, vocabulary, context + extra).tolist()
        lines.append({"prompt_ids": long[:5], "response_ids": long[5:], "source": "rl"})
    return lines


def check_families(tool, folder):
    for place in sorted((FIXTURES / "transformer").iterdir()):
        if not (place / "config.json").exists():
            continue
        name = place.name
        config = transformers.AutoConfig.from_pretrained(place)
        other = changed(place, folder / f"{name}-changed", 0.2)
        texts = folder / f"{name}.jsonl"
        write(texts, id_texts(config.vocab_size, config.max_position_embeddings))
        models = ["--model", f"base={place}", "--model", f"rl={other}"]
        common = ["--texts", texts, "--compute", "f32", "--quiet", "--top-k", 7]
        run(tool, "score", *models, *common, "--output", folder / "tool.h5", "--overwrite")
        # Small batches and tiles, so that texts and rows are cut.
        recorded(*models, *common, "--output", folder / "own.h5", "--device", "cpu",
                 "--batch-tokens", 40, "--tile", "1KB")
        compare(folder / "own.h5", folder / "tool.h5", name)


def check_vocabularies(tool, folder):
    """A model with more rows than the other, and an id that only it has."""
    base = ROOT / "Data/demo/base"
    wide = transformers.AutoModelForCausalLM.from_pretrained(
        ROOT / "Data/demo/rl", dtype=torch.float32)
    wide.resize_token_embeddings(1088, mean_resizing=False)
    with torch.no_grad():
        wide.get_output_embeddings().weight[1024:] = 0.05 * torch.randn(
            64, wide.config.hidden_size, generator=torch.Generator().manual_seed(SEED))
    target = folder / "wide"
    wide.save_pretrained(target)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(base / name, target / name)
    lines = id_texts(1024, 60)
    lines[5]["response_ids"] = lines[5]["response_ids"] + [1050, 3, 4, 5]
    write(folder / "wide.jsonl", lines)
    models = ["--model", f"base={base}", "--model", f"wide={target}"]
    common = ["--texts", folder / "wide.jsonl", "--compute", "f32", "--quiet",
              "--pairs", "base:wide,wide:base"]
    run(tool, "score", *models, *common, "--output", folder / "wide-tool.h5")
    recorded(*models, *common, "--output", folder / "wide-own.h5", "--device", "cpu")
    compare(folder / "wide-own.h5", folder / "wide-tool.h5", "models of 1,024 and 1,088 rows")


def check_demo(tool, folder):
    """The demo's texts as ids and as text, with a replicate, and what the tool makes of the log."""
    rows = [json.loads(line) for line in open(ROOT / "Data/demo/responses.jsonl")]
    models = [part for name in ("base", "sft", "rl")
              for part in ("--model", f"{name}={ROOT / 'Data/demo' / name}")]
    chosen = rows[::8]
    write(folder / "ids.jsonl", chosen)
    plain = [{key: value for key, value in row.items() if not key.endswith("_ids")} for row in chosen]
    write(folder / "plain.jsonl", plain)
    for name in ("ids", "plain"):
        common = ["--texts", folder / f"{name}.jsonl", "--compute", "f32", "--quiet"]
        run(tool, "score", *models, *common, "--output", folder / f"{name}-tool.h5")
        recorded(*models, *common, "--output", folder / f"{name}-own.h5", "--device", "cpu")
        compare(folder / f"{name}-own.h5", folder / f"{name}-tool.h5", f"demo, {name}")
    log = folder / "ids-own.h5"
    facts = json.loads(run(tool, "inspect", "--json", log))
    assert "tokenshift-recorder" in json.dumps(facts), facts
    audit = json.loads(run(tool, "audit", log, "--pair", "base:rl", "--json"))
    other = json.loads(run(tool, "audit", folder / "ids-tool.h5", "--pair", "base:rl", "--json"))
    assert audit["answer"] == other["answer"], (audit["answer"], other["answer"])
    run(tool, "figures", log, "--output", folder / "figures", "--quiet")
    run(tool, "report", log, "--output", folder / "report", "--quiet")
    assert (folder / "report/index.html").stat().st_size > 100_000
    print("inspect, audit, figures and report read the recorder's log; audit's answer is the same")
    # The tool's bf16 with an f32 replicate against the recorder's: the same texts are chosen.
    common = ["--texts", folder / "ids.jsonl", "--quiet", "--replicate", "f32", "--compute", "bf16"]
    run(tool, "score", *models, *common, "--output", folder / "rep-tool.h5")
    recorded(*models, *common, "--output", folder / "rep-own.h5", "--device", "cpu")
    with h5py.File(folder / "rep-own.h5") as a, h5py.File(folder / "rep-tool.h5") as b:
        assert a.attrs["replicate_texts"] == b.attrs["replicate_texts"]
        for name in ("model/rl/replicate/logp", "model/base/replicate/entropy",
                     "pair/base:rl/replicate/js"):
            x, y = a[name][:], b[name][:]
            assert np.array_equal(np.isnan(x), np.isnan(y)), name
            assert np.nanmax(np.abs(x - y)) <= TOLERANCE * max(1, np.nanmax(np.abs(x))), name
        assert a["model/rl"].attrs["compute_type"] == b"BF16"
        assert a["model/rl/replicate"].attrs["compute_type"] == b"F32"
    lines = run(tool, "audit", folder / "rep-own.h5", "--pair", "base:rl")
    assert "Not calibrated" not in lines, lines
    print("bf16 with an f32 replicate: the texts that score chooses, and its numbers")


def token_bytes(log):
    """The bytes of each token that a log holds."""
    data, offsets = log["tokenizer/bytes"][:].tobytes(), log["tokenizer/offsets"][:]
    return [data[a:b] for a, b in zip(offsets, offsets[1:])]


def check_tokenizers(tool, folder):
    """Ids of texts, and bytes of tokens, with every kind of tokenizer."""
    texts = [text for text in CORPUS + SCRIPTS]
    for place in sorted((FIXTURES / "tokenization").glob("*.tokenizer.json")):
        name = place.name.removesuffix(".tokenizer.json")
        file = json.loads(place.read_text())
        if name == "variants":
            continue  # parts of files
        vocabulary = 1 + max([*file["model"]["vocab"].values(),
                              *(token["id"] for token in file["added_tokens"])])
        config = transformers.LlamaConfig(
            vocab_size=vocabulary, hidden_size=16, intermediate_size=16, num_hidden_layers=1,
            num_attention_heads=2, max_position_embeddings=4096)
        torch.manual_seed(SEED)
        target = folder / f"tokenizer-{name}"
        transformers.LlamaForCausalLM(config).save_pretrained(target)
        shutil.copy(place, target / "tokenizer.json")
        (target / "tokenizer_config.json").write_text(
            json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
        special = next((token["content"] for token in file["added_tokens"] if token["special"]), "")
        lines = [{"prompt": a, "response": b} for a, b in zip(texts, texts[1:])]
        lines += [{"prompt": text + special, "response": " " + text} for text in CORPUS]
        lines += [{"prompt": "", "response": text} for text in CORPUS]
        write(folder / "tokens.jsonl", lines)
        common = ["--model", f"m={target}", "--texts", folder / "tokens.jsonl", "--compute", "f32",
                  "--quiet"]
        run(tool, "score", *common, "--output", folder / "tool.h5", "--overwrite")
        recorded(*common, "--output", folder / "own.h5", "--device", "cpu")
        with h5py.File(folder / "own.h5") as a, h5py.File(folder / "tool.h5") as b:
            for column in ("seq/offsets", "tok/id", "seq/response_start"):
                assert np.array_equal(a[column][()], b[column][()]), (name, column)
            for id, (own, other) in enumerate(zip(token_bytes(a), token_bytes(b), strict=True)):
                assert own == other, (name, id, own, other)
            assert a["tokenizer"].attrs["special"].tolist() == (
                b["tokenizer"].attrs["special"].tolist()), name
            counts = [int(log.attrs["texts_not_decoding_back"]) for log in (a, b)]
        print(f"tokenizer {name}: ids of {len(lines)} texts and bytes of {vocabulary} tokens; "
              f"not decoding back {counts[0]}, the tool's {counts[1]}")


# MARK: Architectures that the tool lacks


def strangers():
    """Tiny models with random weights; what is special about each."""
    sizes = dict(vocab_size=61, hidden_size=16, num_hidden_layers=2)
    heads = dict(num_attention_heads=4, intermediate_size=24, max_position_embeddings=64)
    pairs = dict(num_key_value_heads=2, pad_token_id=0)
    yield "Granite, logits scaled", transformers.GraniteForCausalLM(transformers.GraniteConfig(
        **sizes, **heads, **pairs, logits_scaling=3.0))
    yield "Cohere, logits scaled, tied", transformers.CohereForCausalLM(transformers.CohereConfig(
        **sizes, **heads, **pairs, logit_scale=0.3))
    yield "GPT-NeoX", transformers.GPTNeoXForCausalLM(transformers.GPTNeoXConfig(**sizes, **heads))
    yield "Falcon H1 or Mamba, recurrent", transformers.MambaForCausalLM(transformers.MambaConfig(
        **sizes, state_size=4, pad_token_id=0))
    whole = transformers.GPTNeoXForCausalLM(transformers.GPTNeoXConfig(**sizes, **heads))
    yield "one that can't be cut", whole


def in_loop(model, ids):
    """Log-probabilities and entropies of all but the first token, in float64."""
    with torch.no_grad():
        logits = model(torch.tensor([ids]), use_cache=False).logits[0, :-1].double()
    table = torch.log_softmax(logits, -1)
    return table, table[torch.arange(len(ids) - 1), torch.tensor(ids[1:])]


def check_strangers(folder):
    for number, (name, model) in enumerate(strangers()):
        torch.manual_seed(SEED + number)
        models = []
        for part, scale in (("base", 1.0), ("rl", 1.3)):
            with torch.no_grad():
                for parameter in model.parameters():
                    if parameter.dim() > 1:
                        parameter.copy_(scale * 0.3 * torch.randn_like(parameter))
            model.save_pretrained(folder / f"stranger-{part}")
            models.append(transformers.AutoModelForCausalLM.from_pretrained(
                folder / f"stranger-{part}", dtype=torch.float64))
        lines = [line for line in id_texts(61, 50) if len(
            line["prompt_ids"] + line["response_ids"]) <= 50]
        write(folder / "texts.jsonl", lines)
        if "can't be cut" in name:
            from tokenshift_recorder import heads

            agrees, heads.Head._agrees = heads.Head._agrees, lambda *_: False
        said = recorded(
            "--model", f"base={folder / 'stranger-base'}", "--model", f"rl={folder / 'stranger-rl'}",
            "--texts", folder / "texts.jsonl", "--compute", "f32", "--output", folder / "own.h5",
            "--device", "cpu", "--batch-tokens", 100, "--tile", "8KB")
        if "can't be cut" in name:
            heads.Head._agrees = agrees
            assert "whole forward" in said, said
        else:
            assert "whole forward" not in said, (name, said)
        worst = 0.0
        with h5py.File(folder / "own.h5") as log:
            offsets, ids = log["seq/offsets"][:], log["tok/id"][:].tolist()
            for start, end in zip(offsets, offsets[1:]):
                if end - start < 2:
                    continue
                found = [in_loop(each, ids[start:end]) for each in models]
                p, q = found[0][0], found[1][0]
                m = torch.logaddexp(p, q) - np.log(2)
                expected = {
                    "model/base/logp": found[0][1], "model/rl/logp": found[1][1],
                    "model/rl/entropy": -(q.exp() * q).sum(-1),
                    "pair/base:rl/kl_ab": (p.exp() * (p - q)).sum(-1),
                    "pair/base:rl/kl_ba": (q.exp() * (q - p)).sum(-1),
                    "pair/base:rl/js": ((p.exp() * (p - m)).sum(-1) + (q.exp() * (q - m)).sum(-1)) / 2,
                    "pair/base:rl/tv": (p.exp() - q.exp()).abs().sum(-1) / 2}
                for column, values in expected.items():
                    off = np.abs(log[column][start + 1:end] - values.numpy())
                    worst = max(worst, (off / np.maximum(1, np.abs(values.numpy()))).max())
        assert worst <= TOLERANCE, (name, worst)
        print(f"{name}: worst {worst:.1e} from a loop in float64")


# MARK: Shards, resume, refusals


def check_shards(tool, folder):
    models = ["--model", f"base={ROOT / 'Data/demo/base'}", "--model", f"rl={ROOT / 'Data/demo/rl'}"]
    common = [*models, "--texts", folder / "ids.jsonl", "--compute", "f32", "--quiet", "--device",
              "cpu", "--threads", "1"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone", "-m",
         "tokenshift_recorder", *map(str, common), "--output", str(folder / "parts.h5")],
        check=True, env=environment, capture_output=True)
    parts = sorted(folder.glob("parts.shard-*.h5"))
    assert len(parts) == 2, parts
    run(tool, "merge", *parts, "--output", folder / "parts.h5", "--quiet")
    recorded(*common, "--output", folder / "one.h5")
    compare(folder / "parts.h5", folder / "one.h5", "two processes of torchrun, merged")
    recorded(*common, "--output", folder / "empty.h5", "--shard", "2/400")
    run(tool, "inspect", folder / "empty.shard-002-of-400.h5")


def check_resume(folder):
    from tokenshift_recorder import recorder

    models = ["--model", f"base={ROOT / 'Data/demo/base'}", "--model", f"rl={ROOT / 'Data/demo/rl'}"]
    common = [*models, "--texts", folder / "ids.jsonl", "--compute", "f32", "--quiet", "--device",
              "cpu", "--batch-tokens", "512"]
    recorded(*common, "--output", folder / "whole.h5")
    block, count = recorder.Recorder.block, 0

    def stopping(self, texts, path="texts"):
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return block(self, texts, path)

    recorder.Recorder.block = stopping
    assert "--resume" in recorded(*common, "--output", folder / "again.h5", code=130)
    recorder.Recorder.block = block
    assert not (folder / "again.h5").exists()
    assert "--resume goes on" in recorded(*common, "--output", folder / "again.h5", code=2)
    said = recorded(*common, "--output", folder / "again.h5", "--resume", "--top-k", "3", code=2)
    assert "another" in said, said
    recorded(*common, "--output", folder / "again.h5", "--resume")
    assert not (folder / "again.h5.blocks").exists()
    with h5py.File(folder / "whole.h5") as a, h5py.File(folder / "again.h5") as b:
        for name, item in columns(a).items():
            assert np.array_equal(item[()], b[name][()], equal_nan=item.dtype.kind == "f"), name
    print("a stopped recording goes on, to the same bits")


def check_refusals(folder):
    base = f"base={ROOT / 'Data/demo/base'}"
    good = ["--model", base, "--texts", folder / "ids.jsonl", "--output", folder / "none.h5"]
    write(folder / "chat.jsonl", [{"messages": [{"role": "user", "content": "x"}]}])
    write(folder / "high.jsonl", [{"prompt_ids": [1], "response_ids": [99999]}])
    (folder / "empty.jsonl").write_text("\n\n")
    (folder / "cut.jsonl").write_text('{"prompt": "a", "resp')
    broken = folder / "broken"
    model = transformers.AutoModelForCausalLM.from_pretrained(ROOT / "Data/demo/base")
    with torch.no_grad():
        model.model.norm.weight[0] = float("nan")
    model.save_pretrained(broken)
    shutil.copy(ROOT / "Data/demo/base/tokenizer.json", broken)
    for arguments, words in [
        (["--model", "base", *good[2:]], "write a name and a folder"),
        (["--model", "base=/no/such/folder", *good[2:]], "no such folder"),
        ([*good, "--model", base], "two models are named"),
        ([*good, "--pairs", "base:rl"], "isn't there"),
        ([*good, "--top-k", "0"], "--top-k"),
        ([*good, "--resume", "--overwrite"], "one of them"),
        ([*good, "--tile", "x"], "no size"),
        ([*good, "--shard", "3/2"], "no part"),
        ([*good[:3], folder / "missing.jsonl", *good[4:]], "No such file"),
        ([*good[:3], folder / "chat.jsonl", *good[4:]], "tokenshift_recorder.render"),
        ([*good[:3], folder / "high.jsonl", *good[4:]], "has id 99999"),
        ([*good[:3], folder / "empty.jsonl", *good[4:]], "no texts"),
        ([*good[:3], folder / "cut.jsonl", *good[4:]], "cut.jsonl:1: invalid JSON"),
        ([*good[:5], folder / "no/where.h5"], "no folder"),
        (["--model", f"base={broken}", *good[2:]], "not finite"),
    ]:
        said = recorded(*arguments, code=2)
        assert said.startswith("error: ") and said.count("\n") == 1 and words in said, (words, said)
        assert not (folder / "none.h5").exists()
    print("what can't be used is one line and exit code 2")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/tokenshift")
    parser.add_argument("--only", help="one check, say families")
    arguments = parser.parse_args()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    tool = arguments.tool.resolve()
    checks = {
        "families": lambda folder: check_families(tool, folder),
        "vocabularies": lambda folder: check_vocabularies(tool, folder),
        "tokenizers": lambda folder: check_tokenizers(tool, folder),
        "strangers": check_strangers,
        "demo": lambda folder: check_demo(tool, folder),
        "shards": lambda folder: check_shards(tool, folder),
        "resume": check_resume,
        "refusals": check_refusals,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "ids.jsonl", [json.loads(line) for line in open(
            ROOT / "Data/demo/responses.jsonl")][::8])
        for check, body in checks.items():
            if arguments.only in (None, check):
                body(folder)


if __name__ == "__main__":
    main()
