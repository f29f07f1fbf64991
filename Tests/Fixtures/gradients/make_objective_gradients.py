"""Gradients of whole objectives, and ten steps of AdamW down two of them, by PyTorch.

    OMP_NUM_THREADS=1 python make_objective_gradients.py

Writes objectives-<checkpoint>.json beside this file. The losses are the functions of
../objectives/make_objectives.py, on log-probabilities, entropies and divergences of transformers'
model; autograd runs from the loss to the weights, in f64 and in f32 (what differs between the two is
said in make_gradients.py). On-policy distillation is what TRL's GKDTrainer minimises at λ = 1: the mean over
the rollouts' tokens of a divergence between policy and reference, which stands for the teacher, both at
the rollouts' temperature; nothing runs through the sampling. Two batches, `a` and `b`, each with groups of rollouts, right and wrong,
one group that is all wrong, and a demonstration in two of the groups. Rollouts are sampled from the
model, demonstrations from the model at temperature TEACHER; a rollout's behaviour log-probability is
the model's with noise of BEHAVIOR nats, so that some ratios are clipped. No ratio is within MARGIN of
a clip's end, no probability within MARGIN of the threshold of confident tokens: rounding can't
decide.

A tensor's gradient g is stored as its norm and PROJECTIONS sums Σ ±g_i / ‖g‖, so that a distance
‖g' − g‖ can be told from those of g' (each sum's square has ‖g' − g‖² as its mean over signs, and
every element takes part). The signs of element i (row-major) are the lowest bits of the i-th number
of SplitMix64 with seed 0; a bit of 1 is a plus. `f32` is how far the same sums of the f32 gradient
are from the f64 ones, in UNIT of ‖g‖; `f32_error` is ‖g32 − g‖ / ‖g‖ over all elements. A loss's
`slope` is Σ |∂L/∂ln p_t| + |∂L/∂H_t| + |∂L/∂KL_t|.

Trajectories: STEPS steps of AdamW, half of them on each batch, decay on matrices only. A tensor's
change over all steps is stored as its gradients are.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch
import transformers

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE.parent / "objectives")]

import make_gradients
import make_objectives as objectives

# With the seed of its batches: the first one from 20261 on that passes this script's assertions.
CHECKPOINTS = {"qwen2-tied": 20261, "llama-sharded": 20262}
R, D = "rollout", "demonstration"
# kind, group, reward, length of the response
ROWS = {
    "a": [(R, 0, 1, 5), (R, 0, 0, 9), (R, 0, 0, 3), (R, 0, 1, 12), (D, 0, 1, 8),
          (R, 1, 0, 7), (R, 1, 1, 2), (R, 1, 0, 11), (R, 1, 0, 6), (D, 1, 1, 5),
          (R, 2, 0, 4), (R, 2, 0, 8)],
    "b": [(R, 0, 0, 6), (R, 0, 1, 4), (R, 0, 1, 10), (R, 0, 1, 3), (D, 0, 1, 6),
          (R, 1, 0, 9), (R, 1, 0, 5), (R, 1, 1, 8), (R, 1, 0, 1), (D, 1, 1, 11),
          (R, 2, 0, 7), (R, 2, 0, 3)],
}
PROMPT_LENGTHS = (3, 5, 4)
TEACHER, BEHAVIOR, REFERENCE = 1.5, 0.25, 0.1
LOW, HIGH = 0.2, 0.28
MARGIN = 1e-3
PROJECTIONS, UNIT = 16, 1e-8
FIXED, LONGEST = 8, 8192
STEPS, RATE, DECAY, LARGEST_NORM = 10, 1e-3, 0.01, 0.5


class Batch:
    """What make_objectives' losses look at, for a model as it is."""

    def __init__(self, rows, sequences, behavior, temperature=1.0):
        self.rows, self.sequences, self.temperature = rows, sequences, temperature
        self.shape = (len(rows), max(r[3] for r in rows))
        self.recorded = behavior

    def look(self, model, reference=None):
        """Runs the model; afterwards everything has its type. Returns log-probabilities, entropies."""
        dtype = model.dtype
        torch.set_default_dtype(dtype)
        self.demo = torch.tensor([r[0] == D for r in self.rows])
        self.reward = torch.tensor([float(r[2]) for r in self.rows])
        self.group = torch.tensor([r[1] for r in self.rows])
        lengths = torch.tensor([r[3] for r in self.rows])
        self.mask = (torch.arange(self.shape[1])[None] < lengths[:, None]).to(dtype)
        self.behavior = self.padded([torch.tensor(b) for b in self.recorded])
        tables = [self.table(model, k) for k in range(len(self.rows))]
        pick = lambda table, k: table.gather(1, self.targets(k)[:, None])[:, 0]
        logp = self.padded([pick(t, k) for k, t in enumerate(tables)])
        entropy = self.padded([-(t.exp() * t).sum(-1) for t in tables])
        self.policy, self.entropy, self.old = logp.detach(), entropy.detach(), logp.detach()
        if reference is not None:
            with torch.no_grad():
                others = [self.table(reference, k) for k in range(len(self.rows))]
            self.reference = self.padded([pick(t, k) for k, t in enumerate(others)])
            pairs = list(zip(tables, others))
            self.kl = {
                "policyReference": self.padded([(p.exp() * (p - q)).sum(-1) for p, q in pairs]),
                "referencePolicy": self.padded([(q.exp() * (q - p)).sum(-1) for p, q in pairs]),
            }
        return logp, entropy

    def padded(self, values):
        width = self.shape[1]
        return torch.stack([torch.nn.functional.pad(v, (0, width - len(v))) for v in values])

    def targets(self, k):
        return torch.tensor(self.sequences[k][len(self.sequences[k]) - self.rows[k][3]:])

    def table(self, model, k):
        """Log-softmax over the vocabulary at each token of a response."""
        ids, length = self.sequences[k], self.rows[k][3]
        logits = model(torch.tensor([ids]), use_cache=False).logits[0, -length - 1:-1]
        temperature = self.temperature if self.rows[k][0] == R else 1.0
        return torch.log_softmax(logits / temperature, dim=-1)

    def flat(self, values):
        return torch.cat([v[:r[3]] for v, r in zip(values, self.rows)]).tolist()


# MARK: objectives: name, temperature of rollouts, loss

def grpo(b, p, h, **choices):
    return objectives.grpo(b, p, h, **{"low": LOW, "high": HIGH, **choices})


def fixed(length, loss):
    """A loss with this for the constant length."""
    def with_length(*arguments):
        objectives.FIXED = length
        return loss(*arguments)
    return with_length


def sft_with_kl(direction):
    return lambda b, p, h: (objectives.sft(b, p)
                            + 0.2 * objectives.aggregate(b, b.kl[direction], b.demo, "tokenMean"))


def distillation(direction, how):
    return lambda b, p, h: objectives.aggregate(b, b.kl[direction], ~b.demo, how)


def masked(threshold):
    def loss(b, p, h):
        sure = b.policy.exp() > threshold
        return grpo(b, torch.where(sure, p.detach(), p), torch.where(sure, h.detach(), h), bonus=0.01)
    return loss


def cases(threshold):
    return [
        ("sft", 1.0, lambda b, p, h: objectives.sft(b, p)),
        ("sft-with-kl policy-reference", 1.0, sft_with_kl("policyReference")),
        ("sft-with-kl reference-policy", 1.0, sft_with_kl("referencePolicy")),
        ("grpo", 1.0, grpo),
        ("grpo k3 bonus", 0.8, lambda b, p, h: grpo(b, p, h, kl="k3", beta=0.04, bonus=0.01)),
        ("dr-grpo", 1.0, fixed(FIXED, lambda b, p, h: grpo(
            b, p, h, a=objectives.advantages(b, scale="none"), how="fixedLength"))),
        ("grpo length penalty", 1.0, lambda b, p, h: grpo(
            b, p, h, a=objectives.advantages(b, penalty=lambda n: 0.02 * n))),
        ("grpo confident masked", 1.0, masked(threshold)),
        ("grpo confident dropped", 1.0, lambda b, p, h: objectives.dropped(b, p, h, threshold)),
        ("srft-paper", 1.0, objectives.srft),
        ("srft-released-code", 1.0, fixed(
            LONGEST, lambda b, p, h: objectives.srft(b, p, h, **objectives.RELEASED))),
        ("sft-plus-rl", 0.8, lambda b, p, h: 0.7 * objectives.sft(b, p) + 1.3 * grpo(b, p, h)),
        ("opd policy-reference", 0.8, distillation("policyReference", "tokenMean")),
        ("opd reference-policy", 1.0, distillation("referencePolicy", "sequenceMeanOfTokenMeans")),
    ]


TRAJECTORIES = [("grpo", grpo), ("srft-paper", objectives.srft)]


# MARK: inputs

def sampled(model, prompt, length, temperature, draw):
    ids = list(prompt)
    for _ in range(length):
        with torch.no_grad():
            logits = model(torch.tensor([ids]), use_cache=False).logits[0, -1] / temperature
        p = torch.softmax(logits, -1).numpy()
        ids.append(int(np.searchsorted(np.cumsum(p), draw.random() * p.sum(), side="right")))
    return ids


def behaviors(rows, sequences, model, draw):
    """Noisy log-probabilities of rollouts, clear of the clip's ends at both temperatures."""
    logps = []
    for temperature in (1.0, 0.8):
        b = Batch(rows, sequences, [[0.0] * r[3] for r in rows], temperature)
        with torch.no_grad():
            logps.append(b.look(model)[0].numpy())
    result = []
    for k, row in enumerate(rows):
        values = []
        for t in range(row[3] if row[0] == R else 0):
            while True:
                value = float(np.float32(logps[0][k, t] + BEHAVIOR * draw.standard_normal()))
                ratios = [np.exp(logp[k, t] - value) for logp in logps]
                clear = all(abs(r - end) > MARGIN for r in ratios for end in (1 - LOW, 1 + HIGH))
                if clear and value < 0:
                    break
            values.append(value)
        result.append(values)
    return result


def threshold_of(b, model):
    """Between two probabilities far from each other, such that about a third is above."""
    with torch.no_grad():
        b.look(model)
    p = np.sort(b.policy.exp()[~b.demo][b.mask[~b.demo] > 0].numpy())
    chosen = max(range(len(p) * 6 // 10, len(p) * 7 // 10), key=lambda k: p[k + 1] - p[k])
    assert p[chosen + 1] - p[chosen] > 2 * MARGIN, p
    return float(f"{(p[chosen] + p[chosen + 1]) / 2:.6g}")


# MARK: gradients

def signs(count):
    """A row of PROJECTIONS signs for each element."""
    z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    bits = (z[:, None] >> np.arange(PROJECTIONS, dtype=np.uint64)[None]) & np.uint64(1)
    return 2.0 * bits.astype(np.float64) - 1


def flat64(tensor):
    return tensor.detach().double().flatten().numpy().copy()


def measured(name, batches, noise, threshold, dtype):
    """Losses and gradients of all cases, then trajectories, in one precision."""
    torch.set_default_dtype(torch.float32)
    reference = make_gradients.load(name, dtype)
    model = make_gradients.load(name, dtype)
    torch.set_default_dtype(dtype)
    with torch.no_grad():
        weight = reference.model.norm.weight
        weight.copy_((weight.float() + torch.tensor(noise, dtype=torch.float32)).to(dtype))
    result = {}
    for case, temperature, loss_of in cases(threshold):
        model.zero_grad()
        b = Batch(*batches["a"], temperature)
        leaves = b.look(model, reference)
        seen = [*leaves, *b.kl.values()]
        for leaf in seen:
            leaf.retain_grad()
        loss = loss_of(b, *leaves)
        loss.backward()
        slope = sum(leaf.grad.abs().sum().item() for leaf in seen if leaf.grad is not None)
        gradients = {n: flat64(p.grad) for n, p in model.named_parameters()}
        result[case] = loss.item(), gradients, slope
    return result, {case: trajectory(name, batches, loss_of, dtype) for case, loss_of in TRAJECTORIES}


def trajectory(name, batches, loss_of, dtype):
    torch.set_default_dtype(torch.float32)
    model = make_gradients.load(name, dtype)
    before = {n: flat64(p) for n, p in model.named_parameters()}
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}],
        lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    losses, norms, clipped = [], [], 0
    for step in range(STEPS):
        b = Batch(*batches["a" if step < STEPS // 2 else "b"])
        optimizer.zero_grad()
        logp, entropy = b.look(model)
        loss = loss_of(b, logp, entropy)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), LARGEST_NORM).item())
        optimizer.step()
        losses.append(loss.item())
        if loss_of is grpo:
            counted = (b.mask > 0) & ~b.demo[:, None] & (objectives.advantages(b) != 0)[:, None]
            ratio = torch.exp(b.policy - b.behavior)[counted]
            margin = min((ratio - end).abs().min().item() for end in (1 - LOW, 1 + HIGH))
            # A hundred times what f32 makes of a ratio: both precisions clip the same tokens.
            assert margin > 1e-4, margin
            clipped += ((ratio < 1 - LOW) | (ratio > 1 + HIGH)).sum().item()
    changes = {n: flat64(p) - before[n] for n, p in model.named_parameters()}
    assert max(norms) > LARGEST_NORM, norms
    return losses, norms, changes, clipped


def digits(values, count):
    return [float(f"{value:.{count}g}") for value in values]


def described(exact, single):
    """One tensor's gradient or change in both precisions."""
    norm = np.linalg.norm(exact)
    sums = exact @ signs(exact.size)
    return {
        "norm": float(f"{norm:.10g}"), "f32_error": float(f"{np.linalg.norm(single - exact) / norm:.3g}"),
        "sums": [round(s / norm, 8) for s in sums.tolist()],
        "f32": np.rint((single - exact) @ signs(exact.size) / norm / UNIT).astype(int).tolist(),
    }


def describe(name, seed):
    draw = np.random.Generator(np.random.PCG64(seed))
    config = json.loads((HERE.parent / "transformer" / name / "config.json").read_text())
    torch.set_default_dtype(torch.float32)
    model = make_gradients.load(name, torch.float64)
    batches = {}
    for key, rows in ROWS.items():
        prompts = [draw.integers(0, config["vocab_size"], n).tolist() for n in PROMPT_LENGTHS]
        sequences = [
            sampled(model, prompts[r[1]], r[3], TEACHER if r[0] == D else 1.0, draw) for r in rows
        ]
        batches[key] = rows, sequences, behaviors(rows, sequences, model, draw)
    threshold = threshold_of(Batch(*batches["a"]), model)
    noise = np.float32(REFERENCE * draw.standard_normal(config["hidden_size"])).astype(float).tolist()
    exact, exact_paths = measured(name, batches, noise, threshold, torch.float64)
    single, single_paths = measured(name, batches, noise, threshold, torch.float32)
    names = sorted(exact["sft"][1])
    document = {
        "about": "see make_objective_gradients.py",
        "made_by": f"make_objective_gradients.py, seed {seed}, python {platform.python_version()}, "
        f"numpy {np.__version__}, torch {torch.__version__.split('+')[0]}, transformers "
        f"{transformers.__version__}",
        "batches": {
            key: [
                {"kind": r[0], "group": r[1], "reward": r[2], "prompt": s[:-r[3]],
                 "response": s[-r[3]:], "behavior": b}
                for r, s, b in zip(*batch)
            ] for key, batch in batches.items()
        },
        "final_norm_noise": noise, "confident_above": threshold, "unit": UNIT, "tensors": names,
        "trajectories": [], "cases": [],
    }
    for case, temperature, _ in cases(threshold):
        document["cases"].append({
            "name": case, "temperature": temperature,
            "loss_f64": exact[case][0], "loss_f32": single[case][0],
            "slope": float(f"{exact[case][2]:.4g}"),
            "gradients": [described(exact[case][1][n], single[case][1][n]) for n in names],
        })
        worst = max(g["f32_error"] for g in document["cases"][-1]["gradients"])
        print(f"{name}: {case}: loss {exact[case][0]:.6g}, f32 off by at most {worst}")
    for case, _ in TRAJECTORIES:
        (losses, norms, changes, clipped), (losses32, norms32, changes32, _) = (
            exact_paths[case], single_paths[case])
        entries = [described(changes[n], changes32[n]) for n in names]
        document["trajectories"].append({
            "name": case, "rate": RATE, "weight_decay": DECAY, "largest_norm": LARGEST_NORM,
            "losses_f64": digits(losses, 12), "losses_f32": digits(losses32, 9),
            "norms_f64": digits(norms, 12), "norms_f32": digits(norms32, 9), "changes": entries,
        })
        worst = max(zip((e["f32_error"] for e in entries), names))
        print(f"{name}: {case}: {clipped} clipped; losses {losses}, norms {norms}; f32: losses off by "
              f"{np.abs(np.subtract(losses, losses32)).max():.2g}, changes by at most {worst}")
    return document


def written(value, depth):
    """JSON with a line for each entry of the outermost lists."""
    compact = lambda v: json.dumps(v, separators=(",", ":"))
    if depth == 0 or not isinstance(value, (dict, list)) or not value:
        return compact(value)
    if isinstance(value, list):
        if not isinstance(value[0], dict):
            return compact(value)
        return "[\n" + ",\n".join(written(v, depth - 1) for v in value) + "\n]"
    return "{\n" + ",\n".join(f'"{k}": {written(v, depth - 1)}' for k, v in value.items()) + "\n}"


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    for name, seed in CHECKPOINTS.items():
        path = HERE / f"objectives-{name}.json"
        path.write_text(written(describe(name, seed), 4) + "\n", encoding="utf-8")
        assert path.stat().st_size < 200_000, path.stat().st_size


if __name__ == "__main__":
    main()
