"""The bench's large checkpoint as llama.cpp reads it; called by score_with_llama_cpp.sh.

    python convert_to_gguf.py other LARGE OTHER        a checkpoint near LARGE, for a pair
    python convert_to_gguf.py gguf LARGE out.gguf --dtype bfloat16
    python convert_to_gguf.py text LARGE out.txt       texts.jsonl for llama-perplexity

A random checkpoint has no tokenizer, and llama.cpp wants one: token i is spelled as four letters
a to t, i in base 20, and the file calls them a trie of longest matches ("rwkv"). So `text` writes
four letters a token, and llama-perplexity reads exactly the ids of texts.jsonl back, without a
token before them.

Matrices keep their type or are widened, exactly; norms and biases are f32, as llama.cpp wants
them. Only what a single-file bf16 Qwen2 with tied embeddings needs.
"""

import argparse
import json
import shutil
from pathlib import Path

import gguf
import numpy as np

LAYER = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
WHOLE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm"}


def tensors(path):
    """Names, shapes and offsets of a safetensors file, and its bf16 numbers as 16-bit words."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    assert all(entry["dtype"] == "BF16" for entry in header.values()), "not all bf16"
    words = np.memmap(path, np.uint16, "r", 8 + size)
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        first, end = (offset // 2 for offset in entry["data_offsets"])
        yield name, entry["shape"], (first, end), words[first:end].reshape(entry["shape"])


def widened(words):
    return (words.astype(np.uint32) << 16).view(np.float32)


def rounded(numbers):
    """To bf16, ties to even."""
    bits = numbers.view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def spelled(token):
    letters = ""
    for _ in range(4):
        token, digit = divmod(token, 20)
        letters = chr(ord("a") + digit) + letters
    return letters


def renamed(name):
    stem, kind = name.rsplit(".", 1)
    if stem in WHOLE:
        return f"{WHOLE[stem]}.{kind}"
    layer, part = stem.removeprefix("model.layers.").split(".", 1)
    return f"blk.{layer}.{LAYER[part]}.{kind}"


def write_gguf(folder, output, dtype):
    options = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert options["model_type"] == "qwen2" and options["tie_word_embeddings"], options
    assert options["vocab_size"] <= 20**4, options["vocab_size"]
    writer = gguf.GGUFWriter(output, "qwen2")
    writer.add_name(folder.name)
    wide = dtype == "float32"
    writer.add_file_type(gguf.LlamaFileType.ALL_F32 if wide else gguf.LlamaFileType.MOSTLY_BF16)
    writer.add_block_count(options["num_hidden_layers"])
    writer.add_context_length(options["max_position_embeddings"])
    writer.add_embedding_length(options["hidden_size"])
    writer.add_feed_forward_length(options["intermediate_size"])
    writer.add_head_count(options["num_attention_heads"])
    writer.add_head_count_kv(options["num_key_value_heads"])
    writer.add_rope_freq_base(options["rope_theta"])
    writer.add_layer_norm_rms_eps(options["rms_norm_eps"])
    writer.add_tokenizer_model("rwkv")
    writer.add_token_list([spelled(token) for token in range(options["vocab_size"])])
    writer.add_token_types([gguf.TokenType.NORMAL] * options["vocab_size"])
    for name, shape, _, words in tensors(folder / "model.safetensors"):
        if wide or len(shape) == 1:
            writer.add_tensor(renamed(name), widened(words))
        else:
            writer.add_tensor(
                renamed(name), words.view(np.uint8), raw_dtype=gguf.GGMLQuantizationType.BF16
            )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_other(folder, output, noise):
    """Normal noise on all but the norms; the texts are the same."""
    output.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "texts.jsonl"):
        shutil.copyfile(folder / name, output / name)
    source, target = folder / "model.safetensors", output / "model.safetensors"
    shutil.copyfile(source, target)
    with open(source, "rb") as file:
        start = 8 + int.from_bytes(file.read(8), "little")
    written = np.memmap(target, np.uint16, "r+", start)
    generator = np.random.default_rng(1)
    for name, _, (first, end), words in tensors(source):
        if not name.endswith("norm.weight"):
            moves = generator.standard_normal(end - first, np.float32) * np.float32(noise)
            written[first:end] = rounded(widened(words.reshape(-1)) + moves)
    written.flush()


def write_text(folder, output):
    with open(folder / "texts.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    ids = [token for row in rows for token in row["prompt_ids"] + row["response_ids"]]
    output.write_text("".join(map(spelled, ids)), encoding="ascii")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("other", "gguf", "text"))
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16")
    parser.add_argument("--noise", type=float, default=0.002, help="deviation, for other")
    arguments = parser.parse_args()
    if arguments.what == "other":
        write_other(arguments.checkpoint, arguments.output, arguments.noise)
    elif arguments.what == "gguf":
        write_gguf(arguments.checkpoint, arguments.output, arguments.dtype)
    else:
        write_text(arguments.checkpoint, arguments.output)


if __name__ == "__main__":
    main()
