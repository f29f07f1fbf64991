"""What AutoTokenizer makes of settings beside tokenizer.json: the ids of a few texts for each.

Made with transformers 5.24.0, tokenizers 0.23.3, Python 3.11.

    python make_settings.py

A case is a folder: tokenizer.json (of the fixtures here, sometimes with one part replaced), config.json,
and the files that the case names. The ids are those of `AutoTokenizer.from_pretrained(folder)`.
"""

import json
import pathlib
import tempfile

import tokenizers
import transformers

HERE = pathlib.Path(__file__).resolve().parent
BACKEND = {"tokenizer_class": "PreTrainedTokenizerFast"}
TEXTS = [
    "the cat", " the cat", "<think>the</think> cat <pad> [PAD]", "a<extra>b <extra> c", "Hello<unk>the , cat .",
    "  the  <tool> THE", "the<|begin|>the<|end|>", "<|pad|>the<|image|>", "th at <|long|>at", "a <|end|> b <right> c <left> d", "",
]


def token(content, **flags):
    return {"__type": "AddedToken", "content": content, "lstrip": False, "normalized": False, "rstrip": False,
            "single_word": False, "special": True} | flags


def entry(content, **flags):
    return {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": False} | flags


def cases():
    """(tokenizer, changes of tokenizer.json, files)"""
    def config(**settings):
        return {"tokenizer_config.json": BACKEND | settings}
    both = ["qwen2", "llama2"]
    for name in both:
        yield name, {}, config()
        for value in (["<think>", "</think>"], ["<think>", "<|end|>", "<think>"], [], ["th"], [token("<extra>", lstrip=True)],
                      {"image_token": "<|image|>"}, {"a_token": "<extra>", "b_token": "<think>"}, {}, None):
            yield name, {}, config(extra_special_tokens=value)
        for value in (["<think>"], ["<think>", "</think>"], [token("<extra>", rstrip=True)], ["the"], [], None):
            yield name, {}, config(additional_special_tokens=value)
        yield name, {}, config(additional_special_tokens=["<think>"], extra_special_tokens=["<extra>"])
        yield name, {}, config(additional_special_tokens=["<think>"], extra_special_tokens={"x_token": "<extra>"})
        for key in ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "image_token", "tool_call"):
            yield name, {}, config(**{key: "<pad>"})
        for key in ("bos_token", "pad_token", "eos_token"):
            yield name, {}, config(**{key: "the"})
            yield name, {}, config(**{key: token("[PAD]", lstrip=True, rstrip=True)})
            yield name, {}, config(**{key: "<|end|>"})
        yield name, {}, config(pad_token="<pad>", unk_token="<unk>", eos_token="[PAD]", extra_special_tokens=["<think>"])
        yield name, {}, config(pad_token=None, unk_token=None)
        for flag in (True, False):
            yield name, {}, config(add_prefix_space=flag)
            yield name, {}, config(clean_up_tokenization_spaces=flag)
            yield name, {}, config(legacy=flag)
            yield name, {}, config(do_lower_case=flag)
            yield name, {}, config(split_special_tokens=flag)
            yield name, {}, config(spaces_between_special_tokens=flag)
            yield name, {}, config(use_default_system_prompt=flag)
            yield name, {}, config(fix_mistral_regex=flag)
        for post in ("kept", None, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
                     {"type": "Sequence", "processors": []}):
            changes = {} if post == "kept" else {"post_processor": post}
            for settings in ({"add_bos_token": True}, {"add_bos_token": False}, {"add_eos_token": True},
                             {"add_bos_token": True, "add_eos_token": True}):
                yield name, changes, config(bos_token="<|begin|>", eos_token="<|end|>", **settings)
        yield name, {}, config(model_max_length=1000000000000000019884624838656)
        # Truncation and padding inside the file.
        yield name, {"truncation": {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}}, config()
        yield name, {"padding": {"strategy": {"Fixed": 12}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "!"}}, config()
        # Files of older versions.
        yield name, {}, config() | {"added_tokens.json": {"<think>": 5000}}
        yield name, {}, config() | {"added_tokens.json": {"<think>": 5000, "<extra>": 5001}}
        yield name, {}, config() | {"added_tokens.json": {"<|end|>": 5000}}
        yield name, {}, config() | {"added_tokens.json": {"the": 5000}}
        yield name, {}, config(added_tokens_decoder={}) | {"added_tokens.json": {"<think>": 5000}}
        yield name, {}, config() | {"special_tokens_map.json": {"pad_token": "<pad>"}}
        yield name, {}, config() | {"special_tokens_map.json": {"pad_token": {"content": "<pad>", "lstrip": True, "normalized": False, "rstrip": False, "single_word": False}}}
        yield name, {}, config(pad_token="[PAD]") | {"special_tokens_map.json": {"pad_token": "<pad>"}}
        yield name, {}, config(added_tokens_decoder={}) | {"special_tokens_map.json": {"pad_token": "<pad>"}}
        yield name, {}, config() | {"special_tokens_map.json": {"additional_special_tokens": ["<think>", "<extra>"]}}
        yield name, {}, config() | {"special_tokens_map.json": {"extra_special_tokens": ["<think>"]}}
        yield name, {}, config(extra_special_tokens=["<extra>"]) | {"special_tokens_map.json": {"extra_special_tokens": ["<think>"]}}
        yield name, {}, {"special_tokens_map.json": {"bos_token": "<|begin|>", "pad_token": "<pad>"}}
        yield name, {}, {"added_tokens.json": {"<think>": 5000}, "special_tokens_map.json": {"additional_special_tokens": ["<think>"]}}
        # Tokens that the configuration adds, or describes otherwise.
        yield name, {}, config(added_tokens_decoder={"5000": entry("<think>")})
        yield name, {}, config(added_tokens_decoder={"5000": entry("<think>", special=True), "4000": entry("<extra>", normalized=True, lstrip=True)})
        yield name, {}, config(added_tokens_decoder={"5000": entry("the")})
        yield name, {}, config(added_tokens_decoder={"701": entry("<|end|>", lstrip=True, special=True)})
        yield name, {}, config(added_tokens_decoder={"701": entry("<|long|>", special=True)})
        yield name, {}, config(added_tokens_decoder={"706": entry("<left>", special=True)}, eos_token="<|end|>")
        yield name, {}, config(extra_special_tokens=["<right>", token("<|end|>", lstrip=True)], pad_token="<left>")
        # No configuration at all.
        yield name, {}, {}
    # The class decides whether tokenizer.json's own parts are taken.
    for name, classes in (("qwen2", ("Qwen2Tokenizer", "Qwen2TokenizerFast", "GPT2Tokenizer", "LlamaTokenizer", "LlamaTokenizerFast", "TokenizersBackend", None, "NoSuchTokenizer")),
                          ("llama2", ("LlamaTokenizer", "LlamaTokenizerFast", "GemmaTokenizer", "Qwen2Tokenizer", "TokenizersBackend", None))):
        for cls in classes:
            for extra in ({}, {"add_prefix_space": False}, {"add_prefix_space": True}, {"add_bos_token": True, "bos_token": "<|begin|>"}, {"legacy": True}):
                settings = ({"tokenizer_class": cls} if cls else {}) | extra
                yield name, {}, {"tokenizer_config.json": settings}
    for model_type in ("qwen2", "llama", "gpt2", "mistral", "gemma2", "phi3", "qwen3"):
        yield "qwen2", {}, config() | {"config.json": {"model_type": model_type}}
        yield "qwen2", {}, {"tokenizer_config.json": {}, "config.json": {"model_type": model_type}}
        yield "llama2", {}, {"tokenizer_config.json": {}, "config.json": {"model_type": model_type}}
    # Files that tokenizers itself reads.
    for name in both:
        yield name, {}, {"tokenizer_config.json": {}, "config.json": {"model_type": "llama", "tokenizer_class": "PreTrainedTokenizerFast"}}


def ids(name, changes, files):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        whole = json.loads((HERE / f"{name}.tokenizer.json").read_text()) | changes
        (folder / "tokenizer.json").write_text(json.dumps(whole))
        for file, content in files.items():
            (folder / file).write_text(json.dumps(content))
        if "config.json" not in files:
            (folder / "config.json").write_text("{}")
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder))
            return {"class": type(tokenizer).__name__, "ids": [tokenizer(text)["input_ids"] for text in TEXTS]}
        except Exception as error:
            return {"error": type(error).__name__}


def main():
    transformers.logging.set_verbosity_error()
    lines, seen = [], set()
    for name, changes, files in cases():
        line = {"tokenizer": name, "changes": changes, "files": files}
        key = json.dumps(line, sort_keys=True)
        if key in seen:
            continue
        seen.add(key)
        lines.append(json.dumps(line | ids(name, changes, files), ensure_ascii=True))
    head = {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__, "texts": TEXTS}
    (HERE / "settings.jsonl").write_text("\n".join([json.dumps(head)] + lines) + "\n")


if __name__ == "__main__":
    main()
