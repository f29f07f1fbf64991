"""Losses and gradients of every objective and each of its choices, by PyTorch autograd in float64.

Origin: torch 2.15.0, seeds below. Each loss is written here as a formula on padded tensors and
differentiated by autograd; weights and advantages are detached, ratios are not. Numbers have 17
digits. The batches hold unequal lengths, an empty response, tokens that the mask leaves out, and
demonstrations whose teacher's log-probabilities are known.

    python make_objectives.py > objectives.json
"""
import json
import math

import torch

torch.set_default_dtype(torch.float64)
VOCABULARY = 13


class Batch:
    def __init__(self, seed, rows):
        """rows: (kind, group, reward, length)."""
        self.rows = rows
        g = torch.Generator().manual_seed(seed)
        n, width = len(rows), max(r[3] for r in rows)
        self.shape = (n, width)
        ids = torch.randint(0, VOCABULARY, (n, width), generator=g)
        draw = lambda s: torch.randn(n, width, VOCABULARY, generator=g) * s
        pick = lambda z: torch.log_softmax(z, -1).gather(-1, ids[..., None])[..., 0]
        base = draw(1.5)
        logits = base + draw(0.3)
        reference_logits = base + draw(0.5)
        self.policy, self.behavior, self.old = pick(logits), pick(base + draw(0.05)), pick(base)
        self.reference = pick(reference_logits)
        p, q = torch.log_softmax(logits, -1), torch.log_softmax(reference_logits, -1)
        self.entropy = -(p.exp() * p).sum(-1)
        self.kl = {"policyReference": (p.exp() * (p - q)).sum(-1),
                   "referencePolicy": (q.exp() * (q - p)).sum(-1)}
        covered = torch.arange(width)[None] < torch.tensor([r[3] for r in rows])[:, None]
        self.covered = covered
        self.mask = (covered & (torch.rand(n, width, generator=g) > 0.15)).to(torch.float64)
        self.demo = torch.tensor([r[0] == "demonstration" for r in rows])
        self.reward = torch.tensor([float(r[2]) for r in rows])
        self.group = torch.tensor([r[1] for r in rows])

    def flat(self, x):
        return x[self.covered].tolist()

    def dump(self):
        return {
            "kinds": [r[0] for r in self.rows], "groups": [r[1] for r in self.rows],
            "rewards": [float(r[2]) for r in self.rows], "lengths": [r[3] for r in self.rows],
            "policy": self.flat(self.policy), "behavior": self.flat(self.behavior),
            "old": self.flat(self.old), "reference": self.flat(self.reference),
            "entropies": self.flat(self.entropy), "mask": self.flat(self.mask.bool()),
            "policyReference": self.flat(self.kl["policyReference"]),
            "referencePolicy": self.flat(self.kl["referencePolicy"]),
        }


R, D = "rollout", "demonstration"
batches = {
    "demonstrations": Batch(11, [(D, 0, 1, 5), (D, 1, 1, 2), (D, 2, 1, 7), (D, 3, 1, 1)]),
    "rollouts": Batch(12, [(R, 0, 1, 4), (R, 0, 0, 6), (R, 0, 0, 0), (R, 0, 1, 3),
                           (R, 1, 0, 5), (R, 1, 0.5, 7), (R, 1, 0.25, 1), (R, 1, 1, 2),
                           (R, 2, 0, 3), (R, 2, 0, 2)]),
    "mixed": Batch(13, [(R, 0, 1, 4), (R, 0, 0, 6), (R, 0, 0, 2), (D, 0, 1, 5),
                        (R, 1, 0, 5), (R, 1, 0, 3), (D, 1, 1, 6), (R, 1, 0, 1),
                        (R, 2, 1, 3), (R, 2, 1, 2), (D, 2, 1, 4),
                        (R, 3, 1, 2), (D, 3, 0, 4), (R, 3, 0, 3)]),  # a wrong demonstration: A < 0
}
cases = []


def case(name, batch_name, loss_of, kl=None):
    """Records loss and gradients of `loss_of(batch, logp, entropy[, kl])`."""
    b = batches[batch_name]
    leaves = [b.policy.clone().requires_grad_(), b.entropy.clone().requires_grad_()]
    if kl:
        leaves.append(b.kl[kl].clone().requires_grad_())
    loss = loss_of(b, *leaves)
    loss.backward()
    zero = torch.zeros(b.shape)
    grads = [b.flat(x.grad if x.grad is not None else zero) for x in leaves]
    record = {"name": name, "batch": batch_name, "loss": loss.item(), "dLogProbs": grads[0],
              "dEntropies": grads[1]}
    if kl:
        record["dDivergences"] = grads[2]
    cases.append(record)


# MARK: pieces

AGGREGATIONS = ["tokenMean", "sequenceMeanOfTokenMeans", "sequenceMeanOfTokenSums", "fixedLength"]
FIXED = 8


def aggregate(b, values, rows, how, counted_rows=None):
    """Aggregates token values over the selected rows; counts are those of `counted_rows`."""
    counted_rows = rows if counted_rows is None else counted_rows
    m = b.mask * rows[:, None]
    tokens = (b.mask * counted_rows[:, None]).sum()
    n = counted_rows.sum()
    if how == "tokenMean":
        return (values * m).sum() / tokens
    sums = (values * m).sum(1)
    if how == "sequenceMeanOfTokenMeans":
        return (sums / b.mask.sum(1).clamp(min=1)).sum() / n
    if how == "sequenceMeanOfTokenSums":
        return sums.sum() / n
    return sums.sum() / (n * FIXED)


def advantages(b, scale="bessel", epsilon=1e-4, membership="rolloutsOnly", penalty=None):
    reward = b.reward.clone()
    if penalty:
        reward = reward - torch.tensor([penalty(r[3]) for r in b.rows])
    a = torch.zeros(len(b.rows))
    for g in set(b.group.tolist()):
        inside = b.group == g
        makers = inside if membership == "augmented" else inside & ~b.demo
        receivers = inside if membership != "rolloutsOnly" else makers
        r = reward[makers]
        flat = bool((r == r[0]).all())
        spread = 1.0 if flat or scale == "none" else r.std(correction=int(scale == "bessel")) + epsilon
        difference = reward - r.mean()
        for k in receivers.nonzero()[:, 0].tolist():
            own = bool(makers[k])
            a[k] = 0.0 if flat and own else difference[k] / spread
    return a


def clipped(x, a, low=None, high=None):
    if low is None:
        return x * a
    return torch.minimum(x * a, x.clamp(1 - low, 1 + high) * a)


def grpo(b, logp, entropy, a=None, low=0.2, high=0.2, how="sequenceMeanOfTokenMeans", kl=None,
         beta=0.0, bonus=0.0, bonus_how="tokenMean"):
    a = advantages(b) if a is None else a
    rows = ~b.demo
    ratio = torch.exp(logp - b.behavior)
    loss = -aggregate(b, clipped(ratio, a[:, None], low, high), rows, how)
    if kl:
        d = b.reference - logp
        estimate = {"k1": -d, "k2": d ** 2 / 2, "k3": d.exp() - d - 1}[kl]
        loss = loss + beta * aggregate(b, estimate, rows, how)
    if bonus:
        loss = loss - bonus * aggregate(b, entropy, rows, bonus_how)
    return loss


def sft(b, logp, how="tokenMean"):
    return -aggregate(b, logp, b.demo, how)


# MARK: SFT and SFT with KL

for how in AGGREGATIONS:
    case(f"sft {how}", "demonstrations", lambda b, p, h: sft(b, p, how))
    case(f"sft mixed {how}", "mixed", lambda b, p, h: sft(b, p, how))
    for direction in ["policyReference", "referencePolicy"]:
        case(f"sftKL {direction} {how}", "mixed",
             lambda b, p, h, k: sft(b, p, how) + 0.2 * aggregate(b, k, b.demo, how), kl=direction)

# MARK: GRPO

for batch in ["rollouts", "mixed"]:
    for how in AGGREGATIONS:
        case(f"grpo {batch} {how}", batch, lambda b, p, h: grpo(b, p, h, how=how))
for low, high in [(0.2, 0.28), (0.05, 0.01), (0.0, 0.0)]:
    case(f"grpo clip {low} {high}", "rollouts", lambda b, p, h: grpo(b, p, h, low=low, high=high))
case("grpo unclipped", "rollouts", lambda b, p, h: grpo(b, p, h, low=None))
for kl in ["k1", "k2", "k3"]:
    for how in AGGREGATIONS:
        case(f"grpo {kl} {how}", "rollouts", lambda b, p, h: grpo(b, p, h, how=how, kl=kl, beta=0.04))
for how in AGGREGATIONS:
    case(f"grpo bonus {how}", "rollouts",
         lambda b, p, h: grpo(b, p, h, how="tokenMean", bonus=0.01, bonus_how=how))
for scale in ["none", "population", "bessel"]:
    for epsilon in [0.0, 1e-4]:
        case(f"grpo scale {scale} {epsilon}", "rollouts",
             lambda b, p, h: grpo(b, p, h, a=advantages(b, scale, epsilon)))
case("grpo per token penalty", "rollouts",
     lambda b, p, h: grpo(b, p, h, a=advantages(b, penalty=lambda n: 0.01 * n)))
case("grpo overlong penalty", "rollouts",
     lambda b, p, h: grpo(b, p, h, a=advantages(b, penalty=lambda n: min(max((n - 3) / 4, 0), 1))))

# MARK: plain sum, confident tokens

case("plain sum", "mixed", lambda b, p, h: 0.7 * sft(b, p) + 1.3 * grpo(b, p, h))
for threshold in [0.1, 0.3]:
    case(f"masked {threshold}", "rollouts",
         lambda b, p, h: grpo(b, torch.where(b.policy.exp() > threshold, p.detach(), p),
                              torch.where(b.policy.exp() > threshold, h.detach(), h), bonus=0.01))


def dropped(b, p, h, threshold):
    mask = b.mask
    b.mask = mask * (b.policy.exp() <= threshold)
    loss = grpo(b, p, h, how="tokenMean")
    b.mask = mask
    return loss


for threshold in [0.1, 0.3]:
    case(f"dropped {threshold}", "rollouts", lambda b, p, h: dropped(b, p, h, threshold))

# MARK: SRFT


def mean_entropy(b, rows):
    m = b.mask * rows[:, None]
    return (b.entropy * m).sum() / m.sum()


def entropies_for(b, scope, own):
    """The entropy in a weight, for each token: detached, and in the shape of the batch."""
    if scope == "token":
        return b.entropy
    if scope == "sequence":
        mean = (b.entropy * b.mask).sum(1) / b.mask.sum(1).clamp(min=1)
        return mean[:, None].expand(b.shape)
    if isinstance(scope, float):
        return torch.full(b.shape, scope)
    rows = {"ownTerm": own, "demonstrations": b.demo, "rollouts": ~b.demo,
            "all": torch.ones_like(b.demo)}[scope]
    return mean_entropy(b, rows).expand(b.shape)


def srft(b, logp, entropy, sft_exponent=-1.0, sft_scale=0.5, rl_exponent=1.0, rl_scale=0.1,
         scope="ownTerm", shaping=None, behavior="one", demo_clip=None, feedback="joint",
         surrogate="logProbability", rollout_clip=None, weigh_all=False, membership="augmented",
         scale="population", epsilon=0.0, sft_how="sequenceMeanOfTokenSums",
         demo_how="sequenceMeanOfTokenSums", rl_how="sequenceMeanOfTokenSums",
         basis=("own", "own", "own"), bonus=0.0, bonus_rows="all", demo_coefficient=1.0,
         rollout_coefficient=1.0):
    rollout = ~b.demo
    everything = torch.ones_like(b.demo)
    a = advantages(b, scale, epsilon, membership)
    counted = lambda k, own: own if basis[k] == "own" else everything
    # Eq. 8
    w_sft = sft_scale * torch.exp(sft_exponent * entropies_for(b, scope, b.demo))
    loss = aggregate(b, -w_sft * logp, b.demo, sft_how, counted(0, b.demo))
    # Eqs. 9 and 10
    beta = {"one": torch.zeros(b.shape), "recordedTeacher": b.behavior, "oldPolicy": b.old}[behavior]
    x = torch.exp(logp - beta)
    x = x / (x + shaping) if shaping else x
    demo = clipped(x, a[:, None], *(demo_clip or (None, None)))
    loss = loss - demo_coefficient * aggregate(b, demo, b.demo, demo_how, counted(1, b.demo))
    # Eq. 12
    w_rl = rl_scale * torch.exp(rl_exponent * entropies_for(b, scope, rollout))
    sign = a if feedback == "advantages" else torch.where(b.reward > 0, 1.0, -1.0)
    y = logp if surrogate == "logProbability" else torch.exp(logp - b.behavior)
    s = clipped(y, sign[:, None], *(rollout_clip or (None, None)))
    s = torch.where((sign[:, None] > 0) | torch.tensor(weigh_all), w_rl * s, s)
    if feedback == "separate":
        for side in [rollout & (b.reward > 0), rollout & (b.reward <= 0)]:
            loss = loss - rollout_coefficient * aggregate(b, s, side, rl_how, counted(2, side))
    else:
        loss = loss - rollout_coefficient * aggregate(b, s, rollout, rl_how, counted(2, rollout))
    if bonus:
        rows = {"all": everything, "rollouts": rollout, "demonstrations": b.demo}[bonus_rows]
        loss = loss - bonus * aggregate(b, entropy, rows, "tokenMean")
    return loss


def srft_case(name, **choices):
    case(f"srft {name}", "mixed", lambda b, p, h: srft(b, p, h, **choices))


RELEASED = dict(sft_exponent=1.0, scope="token", shaping=0.1, feedback="advantages",
                surrogate="importanceRatio", scale="none", sft_how="tokenMean", demo_how="fixedLength",
                rl_how="fixedLength", basis=("own", "all", "all"), bonus=0.001)
srft_case("paper")
srft_case("releasedCode", **RELEASED)
srft_case("exponent plus", sft_exponent=1.0)
for scope in ["token", "sequence", "demonstrations", "rollouts", "all", 0.37]:
    srft_case(f"scope {scope}", scope=scope)
srft_case("shaping", shaping=0.1)
for behavior in ["one", "recordedTeacher", "oldPolicy"]:
    srft_case(f"behavior {behavior}", behavior=behavior)
    srft_case(f"behavior {behavior} clipped", behavior=behavior, demo_clip=(0.2, 0.2))
    srft_case(f"behavior {behavior} shaped clipped", behavior=behavior, demo_clip=(0.5, 0.2), shaping=0.1)
srft_case("separate", feedback="separate")
srft_case("advantages", feedback="advantages")
srft_case("ratio", surrogate="importanceRatio")
srft_case("ratio clipped", surrogate="importanceRatio", rollout_clip=(0.1, 0.1))
srft_case("advantages ratio clipped", feedback="advantages", surrogate="importanceRatio",
          rollout_clip=(0.1, 0.05))
srft_case("weigh all", weigh_all=True)
srft_case("weigh all advantages", weigh_all=True, feedback="advantages")
srft_case("constant sft", sft_scale=1.0, sft_exponent=0.0)
srft_case("constant rl", rl_scale=1.0, rl_exponent=0.0)
srft_case("constant both", sft_scale=0.4, sft_exponent=0.0, rl_scale=1.0, rl_exponent=0.0)
for membership in ["rolloutsOnly", "rolloutBaseline"]:
    srft_case(f"membership {membership}", membership=membership)
for scale in ["none", "bessel"]:
    srft_case(f"scale {scale}", scale=scale)
for how in AGGREGATIONS:
    srft_case(f"sft {how}", sft_how=how)
    srft_case(f"demo {how}", demo_how=how)
    srft_case(f"rl {how}", rl_how=how)
    srft_case(f"separate {how}", rl_how=how, feedback="separate")
for k, term in enumerate(["sft", "demo", "rl"]):
    basis = ["own"] * 3
    basis[k] = "all"
    srft_case(f"basis all {term}", basis=tuple(basis))
for rows in ["all", "rollouts", "demonstrations"]:
    srft_case(f"bonus {rows}", bonus=0.01, bonus_rows=rows)
srft_case("without demo sft", sft_scale=0.0)
srft_case("without demo rl", demo_coefficient=0.0)
srft_case("without rollouts", rollout_coefficient=0.0)

assert all(math.isfinite(c["loss"]) for c in cases)
assert len({c["name"] for c in cases}) == len(cases)
if __name__ == "__main__":  # ../gradients/make_objective_gradients.py takes the losses from here
    print(json.dumps({"torch": torch.__version__, "fixedLength": FIXED,
                      "batches": {k: b.dump() for k, b in batches.items()}, "cases": cases},
                     separators=(",", ":")).replace('{"name"', '\n{"name"'))
