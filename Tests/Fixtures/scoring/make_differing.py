"""What models that differ give for some of the demo's texts, by transformers and PyTorch in f64.

    OMP_NUM_THREADS=1 python make_differing.py > differing.json

Each pair is the demo's base and a model made of the demo's RL checkpoint by a rule that a test repeats:

    rows      EXTRA more rows of the tied embedding: row V + i is row 16 + i, a digit, doubled
    rope      rope_theta 40,000 instead of 10,000
    added     rows as in `rows`; the texts hold id V where the demo's have 198

`kl_ab` and `kl_ba` are over the tokens that both have, renormalised; `js` and `tv` take those that only
one has as one outcome. A text of `added` is measured for base before its first id V only. Columns are
for tokens 1 … n-1 of each text, None where base has no number.
"""

import json
import math
from pathlib import Path

import torch
import transformers

DEMO = Path(__file__).resolve().parents[3] / "Data/demo"
EXTRA = 5
TEXTS = (0, 101, 202, 303)
LENGTH = 40


def rounded(values):
    return [None if v is None else float(f"{v:.9g}") for v in values]


def load(name):
    return transformers.AutoModelForCausalLM.from_pretrained(
        DEMO / name, dtype=torch.float32, attn_implementation="eager").eval()


def widened(model):
    weight = model.get_input_embeddings().weight.detach()
    larger = torch.cat([weight, 2 * weight[16:16 + EXTRA]])
    model.resize_token_embeddings(len(larger), mean_resizing=False)
    with torch.no_grad():
        model.get_input_embeddings().weight.copy_(larger)
    model.tie_weights()
    return model


def with_base(model, theta):
    config = model.config
    config.rope_parameters["rope_theta"] = theta
    other = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    other.load_state_dict(model.state_dict())
    return other


@torch.no_grad()
def logs(model, ids):
    return torch.log_softmax(model(torch.tensor([ids]), use_cache=False).logits[0, :-1].double(), -1)


def columns(a, b, target):
    shared = min(len(a), len(b))
    extra = {"before": a[shared:].exp().sum().item(), "after": b[shared:].exp().sum().item()}
    bucket = extra["before"] + extra["after"]
    p = torch.cat([a[:shared].exp(), torch.tensor([extra["before"]], dtype=torch.float64)])
    q = torch.cat([b[:shared].exp(), torch.tensor([extra["after"]], dtype=torch.float64)])
    m = (p + q) / 2
    pc, qc = torch.log_softmax(a[:shared], -1), torch.log_softmax(b[:shared], -1)
    kl = lambda x, y: torch.where(x > 0, x * (x / y).log(), 0.0).sum().item()
    return {
        "kl_ab": (pc.exp() * (pc - qc)).sum().item(), "kl_ba": (qc.exp() * (qc - pc)).sum().item(),
        "js": (kl(p, m) + kl(q, m)) / 2, "tv": (p - q).abs().sum().item() / 2,
        "dlogp": (b[target] - a[target]).item(),
        "bucket_logmass": math.log(bucket) if bucket else None,
    }


def main():
    lines = (DEMO / "responses.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(lines[i]) for i in TEXTS]
    texts = [(row["prompt_ids"] + row["response_ids"])[:LENGTH] for row in rows]
    vocabulary = 1024
    added = [[vocabulary if i == 198 else i for i in ids] for ids in texts]
    assert any(vocabulary in ids for ids in added)
    base = load("base")
    cases = {
        "rows": (widened(load("rl")), texts), "rope": (with_base(load("rl"), 40000.0), texts),
        "added": (widened(load("rl")), added),
    }
    document = {"extra": EXTRA, "cases": {}}
    for name, (other, sequences) in cases.items():
        entry = {"sequences": sequences, "logp": [], "pair": {}}
        for ids in sequences:
            known = ids.index(vocabulary) if vocabulary in ids else len(ids)
            before, after = logs(base, [min(i, vocabulary - 1) for i in ids]), logs(other, ids)
            entry["logp"].append(rounded(after[t - 1, ids[t]].item() for t in range(1, len(ids))))
            for t in range(1, len(ids)):
                values = columns(before[t - 1], after[t - 1], ids[t]) if t < known else None
                for key in ("kl_ab", "kl_ba", "js", "tv", "dlogp", "bucket_logmass"):
                    entry["pair"].setdefault(key, []).append(values and values[key])
        entry["pair"] = {key: rounded(values) for key, values in entry["pair"].items()}
        document["cases"][name] = entry
    print(json.dumps(document, separators=(",", ":")))


if __name__ == "__main__":
    main()
