"""Makes the safetensors inputs of this folder, and expected.json with what is in them.

Written with safetensors 0.8.0, torch 2.15.0, transformers 5.23.0; seed 20261121.
Run in this folder: python make_safetensors.py
  all-types.safetensors  one tensor of each type that matters, an empty one and a scalar
  sharded/               a one-layer Llama in bf16, cut by save_pretrained into shards
  expected.json          shape, type and float bit patterns of each (I64 and BOOL: values)
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM

here = pathlib.Path(__file__).parent
torch.manual_seed(20261121)
names = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
         torch.int64: "I64", torch.bool: "BOOL"}


def described(tensor):
    if tensor.is_floating_point():
        values = tensor.float().contiguous().view(torch.int32).flatten().tolist()
    else:
        values = tensor.to(torch.int64).flatten().tolist()
    return {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "values": values}


special = [0.0, -0.0, float("inf"), float("-inf"), 1.0, -2.5]
tensors = {
    "single": torch.randn(3, 4),
    "half": torch.cat([torch.tensor(special + [6e-8, 65504.0]), torch.randn(7)]).half(),
    "brain": torch.cat([torch.tensor(special), torch.randn(15)]).bfloat16().reshape(3, 7),
    "whole": torch.tensor([-(2**63), -1, 0, 2**63 - 1]),
    "truth": torch.tensor([[True, False, True]]),
    "empty": torch.zeros(0, 3),
    "scalar": torch.tensor(0.1),
    "ünï/cödé": torch.randn(2).half(),
}
save_file(tensors, here / "all-types.safetensors", metadata={"format": "pt", "note": "fixture"})

folder = here / "sharded"
shutil.rmtree(folder, ignore_errors=True)
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=16, hidden_size=8, intermediate_size=12, num_hidden_layers=1,
    num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=16)).bfloat16()
model.save_pretrained(folder, max_shard_size="1KB")
for name in ("config.json", "generation_config.json"):
    (folder / name).unlink(missing_ok=True)
shards = {path.name: {name: described(tensor) for name, tensor in load_file(path).items()}
          for path in sorted(folder.glob("*.safetensors"))}

expected = {"all-types": {name: described(tensor) for name, tensor in tensors.items()},
            "sharded": shards}
(here / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=None) + "\n")
