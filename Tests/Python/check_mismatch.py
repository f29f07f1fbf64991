"""`mismatch` on samplers that are real: transformers' generate, and llama.cpp's server where there is one.

    python check_mismatch.py [--tool ../../.build/release/tokenshift] [--model DIR]
        [--llama-server PATH --gguf FILE]

`make test-python` runs it with the demo's SFT checkpoint and without a server. Each sampler draws responses
and says what log-probability each token had as it was drawn: transformers' from `output_scores`, that is
after temperature and truncation; llama.cpp's before sampling or, with `post_sampling_probs`, after it. The
tool scores the same ids with the same checkpoint, imports what the sampler said, and has to name what lies
between both, with its parameter (T within 0.01, p and m within 0.02, k exact). Where the sampler does what
no explanation is for, it has to say so. FILE is DIR in f32, by llama.cpp's convert_hf_to_gguf.py.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from multiprocessing.pool import ThreadPool
from pathlib import Path

import torch
import transformers

ROOT = Path(__file__).resolve().parents[2]
SEED = 16
SLOTS = 8  # answers that llama.cpp's server works on at once
PROMPTS = [f"Question {n}: {text}\nAnswer:" for n, text in enumerate([
    "What is the capital of France?", "How does a bicycle stay upright?", "Name three uses of a brick.",
    "Write a short poem about rain.", "What is 23 plus 48?", "Why is the sky blue?",
    "Explain what a prime number is.", "Describe your favourite meal.", "What do bees do in winter?",
    "Tell me a story about a fox.", "How is glass made?", "What makes a good friend?",
    "List some colours of autumn.", "What is the longest river?", "How do ships float?",
    "What happens when water boils?", "Give advice to a young musician.", "What is a black hole?",
    "Who invented the telephone?", "How do you bake bread?", "What is inflation?",
    "Describe a walk by the sea.", "How many legs has a spider?", "What is photosynthesis?",
    "Why do cats purr?", "What is the meaning of home?", "How do vaccines work?",
    "Write a letter to a neighbour.", "What is a sonnet?", "How far is the moon?",
    "Tell me about volcanoes.", "What should I read next?"])]
MAPPING = """tokens:
  ids: ids
  prompt_ids: prompt
  logp: logp
  id: id
  processing: processed
"""
# Arguments of generate, and what has to be named; None for what no explanation is for.
SAMPLERS = {
    "plain": ({"temperature": 1.0}, {}),
    "temperature 0.7": ({"temperature": 0.7}, {"T": 0.7}),
    "top-p 0.8": ({"top_p": 0.8}, {"p": 0.8}),
    "top-k 20": ({"top_k": 20}, {"k": 20}),
    "min-p 0.05": ({"min_p": 0.05}, {"m": 0.05}),
    "temperature 0.7, top-p 0.9": ({"temperature": 0.7, "top_p": 0.9}, {"T": 0.7, "p": 0.9}),
    "repetition penalty 1.3": ({"repetition_penalty": 1.3}, None),
}
# The same of llama.cpp's server, whose truncations come before its temperature. Its own defaults are taken back.
NEUTRAL = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "post_sampling_probs": True}
SERVED = {
    "before sampling": ({"temperature": 0.7, "top_p": 0.8, "post_sampling_probs": False}, {}),
    "plain": ({}, {}),
    "temperature 0.7": ({"temperature": 0.7}, {"T": 0.7}),
    "top-p 0.8": ({"top_p": 0.8}, {"p": 0.8}),
    "top-k 20": ({"top_k": 20}, {"k": 20}),
    "min-p 0.05": ({"min_p": 0.05}, {"m": 0.05}),
    "top-p 0.9, temperature 0.7": ({"top_p": 0.9, "temperature": 0.7}, {"T": 0.7, "p": 0.9}),
    "repetition penalty 1.3": ({"repeat_penalty": 1.3}, None),
}
TOLERANCE = {"T": 0.01, "p": 0.02, "k": 0, "m": 0.02}


def run(tool, *arguments):
    result = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"tokenshift {' '.join(map(str, arguments))}: {result.returncode}\n{result.stderr}")
    return result.stdout


def generated(model, tokenizer, options, length):
    """Responses with the log-probabilities that they were drawn with."""
    torch.manual_seed(SEED)
    prompts = [tokenizer(prompt).input_ids for prompt in PROMPTS]
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    settings = {"temperature": 1.0, "top_k": 0, "top_p": 1.0} | options
    with torch.no_grad():
        output = model.generate(
            ids, attention_mask=mask, do_sample=True, max_new_tokens=length, output_scores=True,
            return_dict_in_generate=True, pad_token_id=0, **settings)
    responses = output.sequences[:, longest:]
    logp = torch.stack([torch.log_softmax(score.double(), -1) for score in output.scores], 1)
    logp = logp.gather(2, responses[:, :, None])[:, :, 0].tolist()
    return [{"id": str(number), "prompt": prompt, "ids": response, "logp": own} for number, (prompt, response, own)
            in enumerate(zip(prompts, responses.tolist(), logp))]


def written(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def compared(tool, model, texts, dump, mapping=None):
    """What the tool says lies between its own log-probabilities of (prompt, response) and those of a dump."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, theirs = folder / "ours.h5", folder / "theirs.h5"
        texts = written(folder / "texts.jsonl", [
            {"id": str(number), "prompt_ids": prompt, "response_ids": response}
            for number, (prompt, response) in enumerate(texts)])
        options = []
        if mapping:
            (folder / "mapping.yaml").write_text(mapping)
            options = ["--mapping", folder / "mapping.yaml"]
        run(tool, "score", "--model", f"trainer={model}", "--texts", texts, "--output", ours,
            "--compute", "f32", "--quiet")
        run(tool, "import", written(folder / "dump.jsonl", dump), *options, "--output", theirs, "--quiet")
        return json.loads(run(tool, "mismatch", ours, theirs, "--model", model, "--json"))


def is_right(found, wanted, order):
    """Whether what was named is what the sampler did, prints it, and says so."""
    parameters = {}
    for cause in found["causes"]:
        parameters |= {key: value["value"] for key, value in cause["parameters"].items()}
        other = cause.get("otherOrder")
        # Where the numbers don't tell which came first, both readings are given.
        if other and other["order"] == order:
            name = next(key for key in parameters if key != "T")
            parameters |= {"T": other["temperature"], name: other["parameter"]}
    texts = found["texts"]
    print(f"{found['verdict']}; {found['sentence']} {parameters}, {texts['matched']} texts", flush=True)
    if texts["matched"] < len(PROMPTS) // 2:
        return False
    if wanted is None:
        return found["verdict"] in ("unexplained", "partly")
    return parameters.keys() == wanted.keys() and all(
        abs(parameters[key] - value) <= TOLERANCE[key] for key, value in wanted.items())


class Server:
    """llama.cpp's server, while it is needed."""

    def __init__(self, program, gguf):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [program, "-m", gguf, "--port", str(port), "-c", str(256 * SLOTS), "-np", str(SLOTS),
             "--threads", "1", "--no-warmup"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(240):
            if self.process.poll() is not None:
                sys.exit(f"the server ended with {self.process.returncode}")
            try:
                urllib.request.urlopen(self.url + "/health")
                return self
            except OSError:
                time.sleep(0.5)
        sys.exit("the server didn't start in two minutes")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def answer(self, prompt, length, options):
        body = NEUTRAL | {
            "prompt": prompt, "n_predict": length, "n_probs": 5, "return_tokens": True, "seed": SEED,
            "cache_prompt": False} | options
        request = urllib.request.Request(
            self.url + "/completion", json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", default=ROOT / ".build/release/tokenshift")
    parser.add_argument("--model", default=ROOT / "Data/demo/sft", help="a checkpoint in Hugging Face layout")
    parser.add_argument("--length", type=int, default=48)
    parser.add_argument("--llama-server")
    parser.add_argument("--gguf")
    parser.add_argument("--only", help="one sampler")
    arguments = parser.parse_args()
    tool, model = arguments.tool, str(arguments.model)
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)
    failures = []

    def wanted(samplers):
        return [(name, *rest) for name, rest in samplers.items() if arguments.only in (None, name)]

    if arguments.llama_server:
        prompts = [tokenizer(prompt).input_ids for prompt in PROMPTS]
        with Server(arguments.llama_server, arguments.gguf) as server:
            for name, options, cause in wanted(SERVED):
                with ThreadPool(SLOTS) as pool:
                    answers = pool.map(lambda prompt: server.answer(prompt, arguments.length, options), prompts)
                texts = [(prompt, answer["tokens"]) for prompt, answer in zip(prompts, answers)]
                print(f"llama.cpp, {name}: ", end="")
                if not is_right(compared(tool, model, texts, answers), cause, "truncationFirst"):
                    failures.append(f"llama.cpp, {name}")
    else:
        network = transformers.AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
        network.generation_config.eos_token_id = None
        for name, options, cause in wanted(SAMPLERS):
            lines = generated(network, tokenizer, options, arguments.length)
            texts = [(line["prompt"], line["ids"]) for line in lines]
            print(f"transformers, {name}: ", end="")
            if not is_right(compared(tool, model, texts, lines, MAPPING), cause, "temperatureFirst"):
                failures.append(f"transformers, {name}")
    if failures:
        sys.exit(f"named wrongly: {'; '.join(failures)}")


main()
