"""What transformers reads of config.json, and a tiny model of each family to try values on.

Shared by the scripts beside it.
"""

import ast
import dataclasses
import inspect
import json
import os
import shutil
import tempfile
import warnings

os.environ["TRANSFORMERS_VERBOSITY"] = "critical"
os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

torch.set_num_threads(1)
transformers.utils.logging.disable_progress_bar()
FAMILIES = [
    "llama", "qwen2", "qwen3", "mistral", "gemma2", "phi3", "gpt2", "olmo2", "olmo3", "smollm3",
    "gemma3_text", "qwen3_moe",
]
# Whose folder of transformers is called otherwise.
FOLDERS = {"gemma3_text": "gemma3"}
# Whose rope_parameters have an object for each kind of layer.
LAYERED = ("olmo3", "gemma3_text")
ROOT = os.path.dirname(transformers.__file__)
# Code that every model runs through when it is loaded or run forward.
SHARED = [
    "cache_utils.py", "configuration_utils.py", "masking_utils.py", "modeling_layers.py",
    "modeling_rope_utils.py", "modeling_utils.py", "utils/generic.py", "utils/output_capturing.py",
    "integrations/sdpa_attention.py", "integrations/hub_kernels.py",
]
CONFIGS = {"config", "text_config", "decoder_config", "loaded_config"}


def reads_of(path):
    """Attributes of something called config, names given to getattr, hasattr and kwargs.pop."""
    found = set()
    for node in ast.walk(ast.parse(open(os.path.join(ROOT, path)).read())):
        if isinstance(node, ast.Attribute) and is_config(node.value, path):
            found.add(node.attr)
        if not isinstance(node, ast.Call) or len(node.args) == 0:
            continue
        named = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr", "setattr"):
            if is_config(node.args[0], path):
                found.update(named[:1])
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("pop", "get") and named:
            name = getattr(node.func.value, "id", "")
            if name in ("config_dict",) or (name == "kwargs" and "rope" in path + named[0]):
                found.add(named[0])
            if name == "kwargs" and path == "configuration_utils.py":
                found.add(named[0])
    return found


def is_config(node, path):
    if isinstance(node, ast.Attribute):
        return node.attr in CONFIGS
    if isinstance(node, ast.Name):
        own = node.id == "self" and (
            "configuration_" in path or path == "modeling_rope_utils.py")
        return node.id in CONFIGS or own
    return False


def configuration_class(family):
    return CONFIG_MAPPING[family]


def members_of_class(family):
    """Names that are methods, properties of the class itself or Python's: no keys of a file."""
    names = set()
    for base in inspect.getmro(configuration_class(family)):
        for name, value in vars(base).items():
            if callable(value) or isinstance(value, (property, classmethod, staticmethod)):
                names.add(name)
    return names


def keys_of(family):
    """Key -> default (absent if none) and the files that read it."""
    cls = configuration_class(family)
    keys = {}
    for field in dataclasses.fields(cls):
        keys[field.name] = {}
        if field.default is not dataclasses.MISSING:
            keys[field.name]["default"] = field.default
    folder = FOLDERS.get(family, family)
    files = SHARED + [f"models/{folder}/{kind}_{folder}.py" for kind in ("configuration", "modeling")]
    skipped = members_of_class(family)
    for path in files:
        for name in reads_of(path):
            if name.startswith("__") or name in skipped and name not in KEPT_PROPERTIES:
                continue
            keys.setdefault(name, {}).setdefault("read", []).append(path)
    for alias in cls.attribute_map:
        keys.setdefault(alias, {})["alias"] = cls.attribute_map[alias]
    return keys


# Properties of the class that a file sets.
KEPT_PROPERTIES = {
    "output_attentions", "num_labels", "name_or_path", "_attn_implementation",
    "_experts_implementation", "torch_dtype", "rope_scaling", "per_layer_config",
}

SMALL = dict(
    vocab_size=40, hidden_size=24, intermediate_size=28, num_hidden_layers=3,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
    pad_token_id=None, bos_token_id=1, eos_token_id=2,
)
BASES = {
    "llama": SMALL | dict(head_dim=8),
    "qwen2": SMALL | dict(use_sliding_window=True, sliding_window=6, max_window_layers=1),
    "qwen3": SMALL | dict(head_dim=8, use_sliding_window=True, sliding_window=6, max_window_layers=1),
    "qwen3_moe": SMALL | dict(
        head_dim=8, use_sliding_window=True, sliding_window=6, num_experts=8, num_experts_per_tok=3,
        moe_intermediate_size=12, norm_topk_prob=True, decoder_sparse_step=2, mlp_only_layers=[0]),
    "mistral": SMALL | dict(head_dim=8, sliding_window=6),
    "gemma2": SMALL | dict(
        head_dim=8, sliding_window=6, query_pre_attn_scalar=5, attn_logit_softcapping=4.0,
        final_logit_softcapping=6.0),
    "phi3": SMALL | dict(sliding_window=6, head_dim=8),
    "gpt2": dict(
        vocab_size=40, n_embd=24, n_layer=3, n_head=4, n_positions=64, pad_token_id=None,
        bos_token_id=1, eos_token_id=2),
    "olmo2": SMALL | dict(head_dim=8),
    "olmo3": SMALL | dict(head_dim=8, sliding_window=6, layer_types=[
        "sliding_attention", "full_attention", "sliding_attention"]),
    "smollm3": SMALL | dict(head_dim=8, use_sliding_window=True, sliding_window=6, no_rope_layer_interval=2),
    "gemma3_text": SMALL | dict(
        head_dim=8, sliding_window=6, query_pre_attn_scalar=5, final_logit_softcapping=6.0,
        sliding_window_pattern=2),
}
ROPES = {
    "default": {"rope_theta": 100.0},
    "linear": {"rope_theta": 100.0, "factor": 2.0},
    "dynamic": {"rope_theta": 100.0, "factor": 2.0},
    "yarn": {"rope_theta": 100.0, "factor": 4.0, "original_max_position_embeddings": 16},
    "llama3": {
        "rope_theta": 100.0, "factor": 4.0, "original_max_position_embeddings": 16,
        "low_freq_factor": 0.5, "high_freq_factor": 2.0},
    "longrope": {
        "rope_theta": 100.0, "original_max_position_embeddings": 16,
        "short_factor": [1.0, 1.5, 2.0, 2.5], "long_factor": [2.0, 3.0, 4.0, 5.0]},
}


def rope_base(family, kind):
    """The members of a model with that kind of scaling; None if the family doesn't have it."""
    if family == "gpt2" or family == "phi3" and kind not in ("default", "longrope"):
        return None
    # Dynamic scaling does something only beyond the length; the text has 22 ids.
    members = BASES[family] | {
        "max_position_embeddings": 18 if kind == "dynamic" else 64,
        "rope_parameters": {"rope_type": kind} | ROPES[kind]}
    if family in LAYERED:
        members["rope_parameters"] = {
            "full_attention": members["rope_parameters"],
            "sliding_attention": {"rope_type": "default", "rope_theta": 50.0}}
    if family == "phi3":
        members |= {"original_max_position_embeddings": 16, "hidden_size": 32, "head_dim": 8}
    elif kind == "longrope":
        members |= {"head_dim": 8}
    return members


IDS = torch.tensor([[3, 7, 1, 30, 22, 9, 14, 39, 5, 5, 18, 27, 2, 33, 11, 6, 25, 12, 8, 21, 36, 4]])


class Tiny:
    """Random weights of a family on the disk, loaded anew for every config.json."""

    def __init__(self, family, changes=None):
        self.base = {"model_type": family} | BASES[family] | (changes or {})
        self.folder = tempfile.mkdtemp()
        torch.manual_seed(1)
        cls = configuration_class(family)
        model = AutoModelForCausalLM.from_config(cls(**{k: v for k, v in json.loads(
            json.dumps(self.base)).items() if k != "model_type"}))
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.4)
        model.save_pretrained(self.folder)
        self.architectures = [type(model).__name__]
        self.logits = self.run({})

    def write(self, members):
        with open(os.path.join(self.folder, "config.json"), "w") as file:
            json.dump(self.base | {"architectures": self.architectures} | members, file)

    def run(self, members):
        self.write(members)
        model, info = AutoModelForCausalLM.from_pretrained(
            self.folder, output_loading_info=True)
        if info["missing_keys"] or info["mismatched_keys"] or info["unexpected_keys"]:
            raise ValueError("other weights: " + str(sorted(
                info["missing_keys"] | info["unexpected_keys"]))[:80])
        with torch.no_grad():
            output = model.eval()(IDS)
        return (output[0] if isinstance(output, tuple) else output.logits).float()

    def outcome(self, members):
        """'same' (bit for bit), 'rounding' (up to 1e-5), 'moves' or 'fails'."""
        try:
            logits = self.run(members)
        except Exception:
            return "fails"
        if logits.shape != self.logits.shape:
            return "moves"
        distance = (logits - self.logits).abs().max().item()
        return "same" if distance == 0 else "rounding" if distance < 1e-5 else "moves"

    def close(self):
        shutil.rmtree(self.folder)
