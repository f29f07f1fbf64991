"""GRPO's loss by TRL's own code, on one batch, with gradients in float64.

Origin: trl 1.16.0 (GRPOTrainer._compute_loss, called unbound on a stand-in that has only the
settings it reads), torch 2.15.0, seed 20260101. The stand-in's model is a table of
log-probabilities and entropies, which are leaves of autograd.

    python make_trl.py > trl.json
"""
import json
from collections import defaultdict
from types import SimpleNamespace

import torch
import trl
from trl import GRPOTrainer

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20260101)
LENGTHS = [3, 7, 1, 5, 4, 7, 2, 6]  # two groups of four
WIDTH = max(LENGTHS)
VOCABULARY = 11
FIXED = 9


def draw(scale):
    return torch.randn(len(LENGTHS), WIDTH, VOCABULARY, generator=generator) * scale


base = draw(1.5)
ids = torch.randint(0, VOCABULARY, (len(LENGTHS), WIDTH), generator=generator)


def of_token(logits):
    return torch.log_softmax(logits, -1).gather(-1, ids[..., None])[..., 0]


policy_logits = base + draw(0.3)
policy = of_token(policy_logits)
old = of_token(base)
reference = of_token(base + draw(0.5))
entropy = torch.distributions.Categorical(logits=policy_logits).entropy()
mask = (torch.arange(WIDTH)[None] < torch.tensor(LENGTHS)[:, None]).to(torch.float64)
rewards = torch.tensor([1.0, 0, 0, 1, 0.5, 0.25, 1, 0])
grouped = rewards.view(2, 4)
# As in GRPOTrainer for scale_rewards="group": torch's std is Bessel's, and epsilon is 1e-4.
advantages = ((grouped - grouped.mean(1, keepdim=True)) / (grouped.std(1, keepdim=True) + 1e-4)).flatten()


class Accelerator:
    num_processes = 1
    sync_gradients = True
    device = "cpu"

    def gather(self, x):
        return x

    gather_for_metrics = gather

    def reduce(self, x, reduction=None):
        return x


def case(loss_type, beta, epsilon_low, epsilon_high, entropy_coefficient, on_policy):
    leaf = policy.clone().requires_grad_()
    entropies = entropy.clone().requires_grad_()
    metrics = {"train": defaultdict(list)}
    stand_in = SimpleNamespace(
        _get_per_token_logps_and_entropies=lambda *a, **k: (leaf, entropies, None),
        aux_loss_enabled=False, top_entropy_quantile=1.0, off_policy_mask_threshold=None,
        importance_sampling_level="token", beta=beta, loss_type=loss_type,
        epsilon_low=epsilon_low, epsilon_high=epsilon_high, use_vllm=False,
        vllm_importance_sampling_correction=False,
        args=SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1),
        model=SimpleNamespace(training=True), current_gradient_accumulation_steps=1,
        max_completion_length=FIXED, accelerator=Accelerator(), _metrics=metrics,
        _entropy_bonus_enabled=entropy_coefficient != 0, use_adaptive_entropy=False,
        entropy_coef=entropy_coefficient,
    )
    inputs = {
        "prompt_ids": ids[:, :1], "prompt_mask": torch.ones(len(LENGTHS), 1),
        "completion_ids": ids, "completion_mask": mask, "advantages": advantages,
        "old_per_token_logps": None if on_policy else old,
        "ref_per_token_logps": reference, "num_items_in_batch": mask.sum(),
    }
    loss = GRPOTrainer._compute_loss(stand_in, None, inputs)
    loss.backward()
    read = lambda name: metrics["train"][name][0] if metrics["train"][name] else None
    d_entropies = entropies.grad if entropies.grad is not None else torch.zeros_like(entropy)
    return {
        "name": f"{loss_type} beta {beta} clip {epsilon_low} {epsilon_high} "
                f"bonus {entropy_coefficient} {'on' if on_policy else 'off'} policy",
        "loss_type": loss_type, "beta": beta, "epsilon_low": epsilon_low,
        "epsilon_high": epsilon_high, "entropy_coefficient": entropy_coefficient,
        "on_policy": on_policy, "loss": loss.item(), "d_log_probs": flat(leaf.grad),
        "d_entropies": flat(d_entropies), "entropy": read("entropy"), "kl": read("kl"),
        "clip_low": read("clip_ratio/low_mean"), "clip_high": read("clip_ratio/high_mean"),
    }


def flat(x):
    """The counted tokens, row after row."""
    return [v for row, n in zip(x.tolist(), LENGTHS) for v in row[:n]]


settings = [(0.0, 0.2, 0.2, 0.0, False), (0.04, 0.2, 0.28, 0.0, False), (0.04, 0.1, 0.1, 0.01, False),
            (0.0, 0.2, 0.2, 0.0, True)]
print(json.dumps({
    "trl": trl.__version__, "torch": torch.__version__, "lengths": LENGTHS, "fixed_length": FIXED,
    "rewards": rewards.tolist(), "advantages": advantages.tolist(), "policy": flat(policy),
    "behavior": flat(old), "reference": flat(reference), "entropies": flat(entropy),
    "cases": [case(t, *s) for t in ["grpo", "bnpo", "dr_grpo", "dapo"] for s in settings],
}, indent=0))
