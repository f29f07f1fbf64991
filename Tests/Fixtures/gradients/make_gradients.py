"""Gradients and ten steps of AdamW by PyTorch, for the small checkpoints of ../transformer.

    OMP_NUM_THREADS=1 python make_gradients.py

Writes <checkpoint>.json beside this file. The loss is Σ w_t ln p_t + u_t H_t over the predicted
tokens of several sequences, w and u drawn by numpy's PCG64 with SEED; where a reference is named it
also has Σ a_t KL(p_t ‖ r_t) + b_t KL(r_t ‖ p_t), r from weights moved by seeded noise. Gradients are by
autograd through transformers' model, in f32 and f64 (there with norms and softmax in f64 too; angles
of the rotary embedding are f32 in both: they belong to the definition). A tensor's entry holds its Euclidean norms and
its f64 values at `indices` (all of a small tensor, else SAMPLES drawn by the same generator).
"""

import json
import platform
from pathlib import Path

import numpy as np
import torch
import transformers

HERE = Path(__file__).parent
CHECKPOINTS = ("qwen2-tied", "qwen2-untied-old", "llama-old", "llama-new", "llama-sharded")
SEED = 20260
SAMPLES = 200
LENGTHS = (1, 2, 7, 19, 33)
STEPS, RATE, DECAY, LARGEST_NORM = 10, 1e-3, 0.01, 1.0
NOISE = 0.1


ORIGINAL_NORMS = {}


def norm_in_own_precision(self, x):
    return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)


def load(name, dtype):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        HERE.parent / "transformer" / name, dtype=torch.float32,
        attn_implementation="eager" if dtype == torch.float32 else "sdpa", local_files_only=True,
    ).to(dtype)
    # transformers' norms and eager softmax work in f32 whatever the model's type is.
    kind = type(model.model.norm)
    original = ORIGINAL_NORMS.setdefault(kind, kind.forward)
    kind.forward = norm_in_own_precision if dtype == torch.float64 else original
    return model


def predictions(model, sequences):
    """Log-softmax over the vocabulary of every predicted token, and the tokens."""
    tables, targets = [], []
    for ids in sequences:
        if len(ids) < 2:
            continue
        logits = model(torch.tensor([ids]), use_cache=False).logits[0, :-1]
        tables.append(torch.log_softmax(logits, dim=-1))
        targets += ids[1:]
    return torch.cat(tables), torch.tensor(targets)


def loss_of(model, batch, reference=None):
    table, targets = predictions(model, batch["sequences"])
    weights = {
        key: torch.tensor(batch[key], dtype=table.dtype) for key in ("w", "u", "a", "b")
    }
    p = table.exp()
    log_p = table.gather(1, targets[:, None])[:, 0]
    loss = (weights["w"] * log_p).sum() - (weights["u"] * (p * table).sum(-1)).sum()
    if reference is not None:
        r = reference.exp()
        loss = loss + (weights["a"] * (p * (table - reference)).sum(-1)).sum()
        loss = loss + (weights["b"] * (r * (reference - table)).sum(-1)).sum()
    return loss


def digits(values, count=9):
    return [float(f"{value:.{count}g}") for value in values]


def gradients(model, batch, reference=None):
    model.zero_grad()
    loss = loss_of(model, batch, reference)
    loss.backward()
    return loss.item(), {name: p.grad.detach().clone() for name, p in model.named_parameters()}


def losses(name, batch, dtype):
    """Losses before each of STEPS steps of AdamW with clipping."""
    model = load(name, dtype)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY
    )
    result = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = -loss_of(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), LARGEST_NORM)
        optimizer.step()
        result.append(loss.item())
    return result


def moved(name, noise):
    """The checkpoint's model in f64 with `noise` added to what the final norm puts out."""
    model = load(name, torch.float64)
    with torch.no_grad():
        model.model.norm.weight += torch.tensor(noise, dtype=torch.float64)
    return model


def describe(name):
    draw = np.random.Generator(np.random.PCG64(SEED))
    config = json.loads((HERE.parent / "transformer" / name / "config.json").read_text())
    vocabulary, width = config["vocab_size"], config["hidden_size"]
    sequences = [draw.integers(0, vocabulary, length).tolist() for length in LENGTHS]
    count = sum(len(s) - 1 for s in sequences)
    batch = {"sequences": sequences}
    for key in ("w", "u", "a", "b"):
        batch[key] = np.float32(draw.standard_normal(count)).astype(float).tolist()
    noise = np.float32(NOISE * draw.standard_normal(width)).astype(float).tolist()
    # SFT with positive weights w², so that the loss has a minimum.
    weighted = dict(batch, w=(np.array(batch["w"]) ** 2).tolist(), u=[0.0] * count)
    plain32 = gradients(load(name, torch.float32), batch)
    single_losses = losses(name, weighted, torch.float32)
    with torch.no_grad():
        reference, _ = predictions(moved(name, noise), sequences)
    plain64 = gradients(load(name, torch.float64), batch)
    with_reference = gradients(load(name, torch.float64), batch, reference)
    exact_losses = losses(name, weighted, torch.float64)
    tensors = []
    for tensor in sorted(plain64[1]):
        exact = plain64[1][tensor].flatten().numpy()
        single = plain32[1][tensor].double().flatten().numpy()
        compared = with_reference[1][tensor].flatten().numpy()
        size = exact.size
        indices = (
            list(range(size)) if size <= SAMPLES
            else sorted(draw.choice(size, SAMPLES, replace=False).tolist())
        )
        tensors.append({
            "name": tensor,
            "norm_f64": float(np.linalg.norm(exact)), "norm_f32": float(np.linalg.norm(single)),
            "norm_reference_f64": float(np.linalg.norm(compared)),
            "f32_error": float(f"{np.linalg.norm(exact - single) / np.linalg.norm(exact):.3g}"),
            "indices": indices if size > SAMPLES else [],
            "values": digits(exact[indices]), "values_reference": digits(compared[indices]),
        })
    return {
        "about": "see make_gradients.py; an empty `indices` means all, in row-major order",
        "made_by": f"make_gradients.py, seed {SEED}, python {platform.python_version()}, numpy "
        f"{np.__version__}, torch {torch.__version__.split('+')[0]}, transformers "
        f"{transformers.__version__}",
        **batch, "final_norm_noise": noise,
        "loss_f64": plain64[0], "loss_f32": plain32[0], "loss_reference_f64": with_reference[0],
        "trajectory": {
            "rate": RATE, "weight_decay": DECAY, "largest_norm": LARGEST_NORM,
            "losses_f32": digits(single_losses), "losses_f64": digits(exact_losses, 12),
        },
        "tensors": tensors,
    }


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    for name in CHECKPOINTS:
        document = describe(name)
        lines = []
        for key, value in document.items():
            if key == "tensors":
                items = ",\n  ".join(json.dumps(v, separators=(",", ":")) for v in value)
                lines.append(f'"{key}": [\n  {items}\n]')
            else:
                lines.append(f'"{key}": {json.dumps(value)}')
        path = HERE / f"{name}.json"
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        assert path.stat().st_size < 200_000, path.stat().st_size
        print(name, max(t["f32_error"] for t in document["tensors"]), document["trajectory"])


if __name__ == "__main__":
    main()
