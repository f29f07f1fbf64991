"""Trains small tokenizers with Hugging Face tokenizers and writes what they answer.

Made with tokenizers 0.23.3 (Oniguruma inside), transformers 5.23.0, Python 3.11 (Unicode 14.0), seed 20240917.

    python make_fixtures.py [folder of a checkpoint with tokenizer.json, its responses.jsonl]
"""

import collections
import hashlib
import json
import pathlib
import random
import sys

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import texts

HERE = pathlib.Path(__file__).resolve().parent
QWEN2 = r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
LLAMA3 = r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
GPT2 = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
# GPT-4o's, which names single categories.
O200K = r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
ALL = texts.all_texts()


def split_then_bytes(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])


ADDED = [
    AddedToken("<|endoftext|>", special=True, normalized=False),
    AddedToken("<|begin|>", special=True, normalized=False),
    AddedToken("<|end|>", special=True, normalized=False),
    AddedToken("<|long|>", special=False, normalized=False),
    AddedToken("<|longer|>", special=False, normalized=False),
    AddedToken("<strip>", special=False, normalized=False, lstrip=True, rstrip=True),
    AddedToken("<left>", special=True, normalized=False, lstrip=True),
    AddedToken("<right>", special=False, normalized=True, rstrip=True),
    AddedToken("word", special=False, normalized=True, single_word=True),
    AddedToken("Ñandú", special=False, normalized=True),
    AddedToken("two words", special=False, normalized=False),
    AddedToken("\u212bngstrom", special=True, normalized=True),
    AddedToken("\n\n", special=False, normalized=True),
    AddedToken("café", special=False, normalized=False),
]


def trained(vocabulary_size, pre, ignore_merges=False, normalizer=None):
    t = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer:
        t.normalizer = normalizer
    t.pre_tokenizer = pre
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(
        texts.CORPUS * 3,
        trainers.BpeTrainer(vocab_size=vocabulary_size, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    return t


def make():
    qwen2 = trained(700, split_then_bytes(QWEN2), normalizer=normalizers.NFC())
    qwen2.post_processor = processors.ByteLevel(trim_offsets=False)
    llama3 = trained(700, split_then_bytes(LLAMA3), ignore_merges=True)
    gpt2 = trained(600, pre_tokenizers.ByteLevel(add_prefix_space=False))
    gpt2.post_processor = processors.ByteLevel(trim_offsets=False)
    prefixed = trained(600, pre_tokenizers.ByteLevel(add_prefix_space=True), normalizer=normalizers.Sequence([normalizers.NFC()]))
    for t in (qwen2, llama3, gpt2, prefixed):
        t.add_tokens(ADDED)
    begin = llama3.token_to_id("<|begin|>")
    llama3.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|begin|> $A", pair="<|begin|> $A <|begin|>:1 $B:1", special_tokens=[("<|begin|>", begin)])])
    return {"qwen2": qwen2, "llama3": llama3, "gpt2": gpt2, "gpt2-prefixed": prefixed}


def with_whole_pieces(t):
    """For ignore_merges: tokens that no merge makes, so that the option shows."""
    content = json.loads(t.to_str())
    model = content["model"]
    added = [a["content"] for a in content["added_tokens"]]
    drop = {tuple(m) for m in model["merges"] if "".join(m) in ("Ġmiller", "Ġtoken", "ĠThe", "Ġmodel", "ing", "ĠAnswer")}
    assert drop, "nothing to drop"
    model["merges"] = [m for m in model["merges"] if tuple(m) not in drop]
    return Tokenizer.from_str(json.dumps(content, ensure_ascii=False))


# Tokenizers of scalars that fall back to bytes: the SentencePiece kind as `tokenizer.json` has it.

BYTES = [f"<0x{b:02X}>" for b in range(256)]
TO_SPACE, FROM_SPACE = decoders.Replace("▁", " "), normalizers.Replace(" ", "▁")
LEGACY = normalizers.Sequence([normalizers.Prepend("▁"), FROM_SPACE])
# Flags as in Phi-3 (rstrip), Gemma (runs of spaces and line ends, found as they are) and others.
ADDED_SCALARS = ADDED[:-1] + [
    AddedToken("<|assistant|>", special=True, normalized=False, rstrip=True),
    AddedToken("<sep>", special=False, normalized=True, lstrip=True, rstrip=True),
    AddedToken("▁▁▁▁", special=False, normalized=False),
    AddedToken("\t\t", special=False, normalized=False),
    AddedToken("café", special=False, normalized=False, lstrip=True),
]


def scalars(vocabulary_size, normalizer, pre, decoder, specials=("<unk>", "<s>", "</s>"), fallback=True, cut="▁+[^▁]*|[^▁]+", template=None, alphabet=150, **options):
    """Trained on words with their spaces, as SentencePiece does; then given its own parts."""
    options = {"unk_token": specials[0], "fuse_unk": True, **options}
    t = Tokenizer(models.BPE(byte_fallback=fallback, **options))
    t.normalizer, t.pre_tokenizer = LEGACY, pre_tokenizers.Split(Regex(cut), "isolated")
    counts = collections.Counter(LEGACY.normalize_str("".join(texts.CORPUS)))
    # Chosen here, since the trainer cuts ties as its hashes fall.
    letters = [c for c, _ in sorted(counts.items(), key=lambda x: (-x[1], x[0]))[:alphabet]]
    t.train_from_iterator(texts.CORPUS * 3, trainers.BpeTrainer(
        vocab_size=vocabulary_size, show_progress=False, initial_alphabet=letters, limit_alphabet=len(letters), special_tokens=[*specials, *(BYTES if fallback else [])]))
    content = json.loads(t.to_str())
    # The trainer makes the bytes added tokens; they aren't.
    content["added_tokens"] = [a for a in content["added_tokens"] if a["content"] in specials]
    t = Tokenizer.from_str(json.dumps(content))
    t.normalizer, t.pre_tokenizer, t.decoder = normalizer, pre, decoder
    t.add_tokens(ADDED_SCALARS)
    if template:
        t.post_processor = processors.TemplateProcessing(single=f"{template} $A", pair=f"{template} $A {template}:1 $B:1", special_tokens=[(template, t.token_to_id(template))])
    return t


def make_scalars():
    to_bytes = [TO_SPACE, decoders.ByteFallback(), decoders.Fuse()]
    strip = decoders.Sequence([*to_bytes, decoders.Strip(" ", 1, 0)])
    return {
        "llama2": scalars(900, LEGACY, None, strip, template="<s>"),
        "mistral": scalars(900, None, pre_tokenizers.Metaspace("▁", prepend_scheme="first", split=False), strip, template="<s>"),
        "gemma": scalars(900, FROM_SPACE, pre_tokenizers.Split(" ", "merged_with_previous"), decoders.Sequence(to_bytes), specials=("<unk>", "<pad>", "<eos>", "<bos>"), cut=r"▁+|\n+|\d|[^▁\n\d]+", template="<bos>"),
        "phi3": scalars(950, LEGACY, None, strip, alphabet=90),
        # No bytes to fall back to, each piece with its space, unknown tokens one by one.
        "metaspace": scalars(500, normalizers.NFC(), pre_tokenizers.Metaspace("▁", prepend_scheme="always", split=True), decoders.Metaspace("▁", prepend_scheme="always"), fallback=False, fuse_unk=False, alphabet=60),
    }


def line(**fields):
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":"))


def digest(ids):
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def golden(t, seed, letters=None):
    out = [line(tokenizers=tokenizers.__version__, vocabulary=t.get_vocab_size())]
    for text in ALL:
        ids = t.encode(text, add_special_tokens=False).ids
        fields = {"ids": ids}
        decoded, skipped = (t.decode(ids, skip_special_tokens=s) for s in (False, True))
        if decoded != text:
            fields["decoded"] = decoded
        if skipped != decoded:
            fields["skipped"] = skipped
        special = t.encode(text).ids
        if special != ids:
            assert special[1:] == ids
            fields["prefix"] = special[:1]
        out.append(line(**fields))
    for parts in texts.LONG:
        ids = t.encode("".join(a * n for a, n in parts), add_special_tokens=False).ids
        out.append(line(parts=parts, count=len(ids), digest=digest(ids)))
    rng = random.Random(seed)
    for _ in range(60):
        ids = [rng.randrange(t.get_vocab_size() + 3) for _ in range(rng.randint(1, 12))]
        out.append(line(decode=ids, decoded=t.decode(ids, skip_special_tokens=False), skipped=t.decode(ids)))
    letters = letters or sorted(pre_tokenizers.ByteLevel.alphabet())
    for _ in range(60):  # broken UTF-8
        ids = [t.token_to_id(c) for c in (rng.choice(letters) for _ in range(rng.randint(1, 10)))]
        out.append(line(decode=ids, decoded=t.decode(ids, skip_special_tokens=False), skipped=t.decode(ids)))
    return out


SPLITS = [
    ({"Regex": r"\s+"}, b) for b in ("Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous")
] + [({"String": "an"}, "Isolated"), ({"String": "."}, "MergedWithPrevious"), ({"Regex": r"\d|x*"}, "Isolated"), ({"Regex": r"x*"}, "Removed"), ({"Regex": r"(?<=a)n|$|^"}, "MergedWithNext"),
    *(({"Regex": r}, "Contiguous") for r in (r"[\p{Lu}\p{Lt}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*", r"[\p{P}\p{S}]+|\\p{L}", r"(?i:[^\p{N}\p{l}])", r"\P{L}+", r"[\s\P{N}]\p{^M}", r"\p{Nd}|\p{No}"))]


def variants():
    """Pre-tokenizers on one tiny model; the file has a placeholder where they go."""
    # A model that shows where pieces end: a space joins the byte before it unless a boundary lies between, and
    # every piece starts with a space, an added one if necessary.
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    base = Tokenizer(models.BPE(
        vocab={t: i for i, t in enumerate(letters + [x + "Ġ" for x in letters])}, merges=[(x, "Ġ") for x in letters]))
    base.decoder = decoders.ByteLevel()
    content = json.loads(base.to_str())
    byte_level = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": False}
    pres = [
        {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": p, "behavior": b, "invert": i}, byte_level]}
        for p, b in SPLITS for i in (False, True)
    ] + [
        {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": i}, {**byte_level, "use_regex": u}]}
        for i in (False, True) for u in (False, True)
    ] + [
        {"type": "Sequence", "pretokenizers": [{"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithNext", "invert": False}]}, {**byte_level, "add_prefix_space": False}]},
        {**byte_level, "add_prefix_space": False}, byte_level,
    ]
    main = [{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": p}, "behavior": "Isolated", "invert": False}, byte_level]}
            for p in (QWEN2, LLAMA3, GPT2, O200K)]
    sample = [t for t in ALL if 0 < len(t) < 60][::7] + texts.NEWER + ["\\p{L}p{L}", "banana an.an..n anxxan", "xxaxx x1x22xx", "  a  b\n\nc  ", "a1b22c333 ½Ⅻ٣"]
    out = [line(texts=sample)]
    for pre in pres + main:
        content["pre_tokenizer"] = pre
        t = Tokenizer.from_str(json.dumps(content))
        asked = ALL if pre in main else sample
        out.append(line(pre_tokenizer=pre, every=pre in main, digests=[digest(t.encode(s).ids)[:8] for s in asked]))
    content["pre_tokenizer"] = "PLACEHOLDER"
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")), out


def answer(ask):
    """None where the library panics, as some normalizers make it."""
    try:
        return ask()
    except BaseException as error:
        assert type(error).__name__ == "PanicException"
        return None


def scalar_variants():
    """Normalizers, pre-tokenizers, decoders and options on a small model of scalars; each line says what differs from the file."""
    base = json.loads(make_scalars()["llama2"].to_str())
    vocabulary, merges = base["model"]["vocab"], base["model"]["merges"]
    # Renamed, not removed: the added tokens' ids depend on their number.
    some = {"vocab": {"gone " * (t in ("<0xE2>", "<0xF0>", "<0x9F>")) + t: i for t, i in vocabulary.items()}, "merges": merges}
    none = {"vocab": {"gone " * t.startswith("<0x") + t: i for t, i in vocabulary.items()}, "merges": merges, "byte_fallback": False}

    def replace(pattern, content):
        return {"type": "Replace", "pattern": pattern, "content": content}

    def metaspace(scheme, splits, character="▁"):
        return {"type": "Metaspace", "replacement": character, "prepend_scheme": scheme, "split": splits}

    def sequence(key, *parts):
        return {"type": "Sequence", key: list(parts)}

    def split(pattern, behavior):
        return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": False}

    space = replace({"String": " "}, "▁")
    prepend = {"type": "Prepend", "prepend": "▁"}
    to_space, bytes_, fuse = replace({"String": "▁"}, " "), {"type": "ByteFallback"}, {"type": "Fuse"}
    strip = lambda start, stop=0, content=" ": {"type": "Strip", "content": content, "start": start, "stop": stop}
    digits = {"type": "Digits", "individual_digits": True}
    cases = [
        *({"normalizer": n} for n in (
            None, {"type": "NFC"}, sequence("normalizers"), sequence("normalizers", prepend, space, {"type": "NFC"}), sequence("normalizers", space, prepend), prepend,
            sequence("normalizers", sequence("normalizers", {"type": "NFC"}), {"type": "Prepend", "prepend": "a▁b"}, space),
            sequence("normalizers", {"type": "Strip", "strip_left": True, "strip_right": False}, prepend, space),
            sequence("normalizers", {"type": "Strip", "strip_left": True, "strip_right": True}, space), sequence("normalizers", {"type": "Strip", "strip_left": False, "strip_right": True}, prepend),
            sequence("normalizers", replace({"Regex": r"\s+"}, "▁"), prepend), replace({"Regex": r"[aeiou]"}, ""), replace({"String": "an"}, "na"), replace({"String": " "}, ""),
            sequence("normalizers", replace({"String": "  "}, " "), space))),
        *({"normalizer": None, "pre_tokenizer": metaspace(scheme, splits), "decoder": metaspace(scheme, splits)} for scheme in ("always", "first", "never") for splits in (False, True)),
        {"normalizer": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}},
        {"normalizer": space, "pre_tokenizer": metaspace("first", True)}, {"normalizer": {"type": "NFC"}, "pre_tokenizer": metaspace("first", False)},
        {"normalizer": prepend, "pre_tokenizer": metaspace("first", False)}, {"normalizer": None, "pre_tokenizer": metaspace("always", True, "_"), "decoder": metaspace("never", True, "_")},
        *({"normalizer": None, "pre_tokenizer": sequence("pretokenizers", *p)} for p in (
            (digits, metaspace("always", False)), (digits, metaspace("first", False)), (split({"Regex": r"\s+"}, "Removed"), metaspace("first", True)), (split({"Regex": r"\s+"}, "Removed"), metaspace("always", True)),
            (metaspace("first", True), digits), (metaspace("always", False), split({"Regex": "▁+"}, "MergedWithNext")), (split({"String": " "}, "MergedWithPrevious"), metaspace("always", False)), (split({"Regex": "."}, "Isolated"), metaspace("never", False)))),
        {"normalizer": space, "pre_tokenizer": split({"String": " "}, "MergedWithPrevious")}, {"normalizer": space, "pre_tokenizer": digits}, {"pre_tokenizer": split({"String": "▁"}, "MergedWithNext")},
        *({"decoder": d} for d in (
            sequence("decoders", to_space, bytes_, fuse), sequence("decoders", bytes_, fuse, to_space), sequence("decoders", to_space, fuse, bytes_), sequence("decoders", to_space, bytes_, fuse, strip(2)),
            sequence("decoders", to_space, bytes_, strip(1)), sequence("decoders", to_space, sequence("decoders", bytes_, fuse), strip(1, 0, "a")), bytes_, fuse, to_space, sequence("decoders", bytes_, metaspace("always", False), fuse),
            sequence("decoders", bytes_, metaspace("never", False)), sequence("decoders", replace({"String": "▁"}, ""), fuse), sequence("decoders", to_space, bytes_, fuse, strip(0, 2, "e")))),
        *({"model": {**m, **o}} for m in ({}, some, none) for o in ({"fuse_unk": True}, {"fuse_unk": False}, {"unk_token": None}, {"ignore_merges": True}, {"byte_fallback": False, "fuse_unk": False})),
        {"normalizer": space, "pre_tokenizer": split({"String": "▁"}, "MergedWithNext"), "model": {"ignore_merges": True}},
    ]
    sample = ([t for t in ALL if 0 < len(t) < 60][::6] + texts.NEWER + ["", " ", "  ", "▁", "▁a ▁", "banana an.an..n anxxan", "  a  b\n\nc  ", "a1b22c333 ½Ⅻ٣", "x \U0001f999\u2581 \U0001f999\U0001f998\u2020 y\u2021\u2020z",
        "<|end|>a<|end|> b <|begin|>", "<|assistant|>\n x <sep> y  <sep>z", "<0x41>b", "a<unk>b </s>", "\t\t\t▁▁▁▁▁", "        x"])
    out = [line(texts=sample)]
    # Strip would leave nothing of it, and a token of nothing is found for ever.
    plain_lines = [{**a, "normalized": a["normalized"] and a["content"] != "\n\n"} for a in base["added_tokens"]]
    for case in cases:
        if "strip_left" in json.dumps(case):
            case["added_tokens"] = plain_lines
        content = {**base, **{k: v for k, v in case.items() if k != "model"}}
        content["model"] = {**base["model"], **case.get("model", {})}
        t = Tokenizer.from_str(json.dumps(content))
        ids = [answer(lambda: t.encode(s, add_special_tokens=False).ids) for s in sample]
        decoded = [answer(lambda: t.decode(i, skip_special_tokens=False)) if i is not None else None for i in ids]
        shown = {**case, **({"model": {**{k: v for k, v in case["model"].items() if k not in ("vocab", "merges")}, "without": [b for b in BYTES if b not in content["model"]["vocab"]]}} if "model" in case else {})}
        out.append(line(change=shown, digests=[None if i is None else digest(i)[:8] for i in ids], decoded=[None if d is None else hashlib.sha256(d.encode()).hexdigest()[:8] for d in decoded]))
        print("panics:", [ids.count(None), decoded.count(None)], shown) if None in decoded else None
    return out


def normalized():
    """The normaliser alone: hard sequences, and a digest over every scalar that has a class or a decomposition."""
    import unicodedata
    nfc = normalizers.NFC()
    rng = random.Random(7)
    scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000
               and (c < 0x3400 or unicodedata.combining(chr(c)) or unicodedata.decomposition(chr(c)))]
    hash = hashlib.sha256()
    for c in scalars:
        for around in ("{}", "a{}\u0301", "a\u0301{}", "a\u0345{}\u0334", "\u09c7{}", "\u1100{}\u11a8", "{}\u0323\u0307"):
            hash.update(nfc.normalize_str(around.format(chr(c))).encode() + b"\n")
    out = [line(ranges=[[a, b] for a, b in runs(scalars)], digest=hash.hexdigest())]
    marks = [chr(c) for c in scalars if unicodedata.combining(chr(c))]
    composing = [x for c in scalars if unicodedata.decomposition(chr(c)) and "<" not in unicodedata.decomposition(chr(c)) for x in unicodedata.normalize("NFD", chr(c))]
    for _ in range(300):
        s = "".join(rng.choice([rng.choice(marks), rng.choice(composing), rng.choice(composing), chr(rng.choice(scalars)), chr(0xAC00 + rng.randrange(11172)), chr(rng.choice([0x1100, 0x1161, 0x11A8]) + rng.randrange(19))]) for _ in range(rng.randint(2, 14)))
        out.append(line(text=s, nfc=nfc.normalize_str(s)))
    return out


CONFIGURATIONS = [
    {}, {"bos_token": "<|begin|>"}, {"bos_token": "<|begin|>", "eos_token": "<|end|>"},
    *({"bos_token": {"__type": "AddedToken", "content": "<|end|>", "lstrip": False, "rstrip": False, "normalized": False, "single_word": False, "special": True}, "eos_token": "<|endoftext|>", **x} for x in (
        {"add_bos_token": True}, {"add_bos_token": False}, {"add_bos_token": None}, {"add_eos_token": True}, {"add_bos_token": True, "add_eos_token": True},
        {"add_bos_token": False, "add_eos_token": False}, {"chat_template": "{{ messages }}"})),
    {"add_bos_token": True}, {"add_eos_token": True, "bos_token": "<|begin|>"},
]


def configured():
    """What transformers puts around a text under a tokenizer_config.json."""
    import shutil
    import tempfile
    import transformers
    out = [line(transformers=transformers.__version__)]
    for name in ("qwen2", "llama3", "gpt2"):
        for configuration in CONFIGURATIONS:
            with tempfile.TemporaryDirectory() as folder:
                shutil.copy(HERE / f"{name}.tokenizer.json", folder + "/tokenizer.json")
                configuration = {**configuration, "tokenizer_class": "PreTrainedTokenizerFast"}
                pathlib.Path(folder, "tokenizer_config.json").write_text(json.dumps(configuration))
                t = transformers.AutoTokenizer.from_pretrained(folder)
                ids, plain = (t("The river")["input_ids"], t("The river", add_special_tokens=False)["input_ids"])
                where = next(i for i in range(len(ids)) if ids[i:i + len(plain)] == plain)
                out.append(line(
                    tokenizer=name, configuration=configuration, prefix=ids[:where], suffix=ids[where + len(plain):],
                    bos=t.bos_token_id, eos=t.eos_token_id, chat=t.chat_template is not None))
    return out


def runs(values):
    start = previous = None
    for v in values:
        if previous is not None and v != previous + 1:
            yield start, previous
            start = None
        start = v if start is None else start
        previous = v
    yield start, previous


def write(name, lines):
    (HERE / name).write_text("\n".join(lines) + "\n")
    print(name, (HERE / name).stat().st_size)


if __name__ == "__main__":
    write("texts.jsonl", [line(text=t) for t in ALL])
    for name, t in make().items():
        if name == "llama3":
            t = with_whole_pieces(t)
        path = HERE / f"{name}.tokenizer.json"
        path.write_text(t.to_str(pretty=False))
        print(path.name, path.stat().st_size)
        write(f"{name}.jsonl", golden(Tokenizer.from_file(str(path)), 11))
    for name, t in make_scalars().items():
        path = HERE / f"{name}.tokenizer.json"
        path.write_text(t.to_str(pretty=False))
        print(path.name, path.stat().st_size)
        letters = [x for x in BYTES * 2 + ["▁", "▁the", "the", "▁▁▁▁", "a", "é", "<s>", "word", "<sep>"] * 20 if t.token_to_id(x) is not None]
        write(f"{name}.jsonl", golden(Tokenizer.from_file(str(path)), 12, letters))
    write("scalar-variants.jsonl", scalar_variants())
    base, lines = variants()
    write("variants.tokenizer.json", [base])
    write("variants.jsonl", lines)
    write("normalized.jsonl", normalized())
    write("configurations.jsonl", configured())
    if len(sys.argv) == 3:
        t = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
        rows = [json.loads(l) for l in open(sys.argv[2])]
        chosen = random.Random(3).sample(rows, 60)
        write("demo.jsonl", [line(text=x, ids=t.encode(x).ids) for r in chosen for x in (r["prompt"], r["response"])])
