"""`mismatch` on samplers that are real: transformers' generate, and llama.cpp's server where there is one.

    python check_mismatch.py --tool ../../.build/release/tokenshift --model DIR [--llama-server PATH --gguf FILE]

Each sampler draws responses and says what log-probability each token had as it was drawn: transformers'
from `output_scores`, that is after temperature and truncation. The tool scores the same ids with the same
checkpoint, imports what the sampler said, and has to name what lies between both, with its parameter (T
within 0.01, p within 0.02, k exact). Where the sampler does what no explanation is for, it has to say so.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers

SEED = 16
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
TOLERANCE = {"T": 0.01, "p": 0.02, "k": 0, "m": 0.02}


def run(tool, *arguments):
    result = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"tokenshift {' '.join(map(str, arguments))}: {result.returncode}\n{result.stderr}")
    return result.stdout


def generated(model, tokenizer, options, length):
    """Responses with the log-probabilities that they were drawn with."""
    lines = []
    torch.manual_seed(SEED)
    for number, prompt in enumerate(PROMPTS):
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        settings = {"temperature": 1.0, "top_k": 0, "top_p": 1.0} | options
        with torch.no_grad():
            output = model.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=True, max_new_tokens=length,
                output_scores=True, return_dict_in_generate=True, pad_token_id=0, **settings)
        response = output.sequences[0, ids.shape[1]:].tolist()
        logp = [torch.log_softmax(score[0].double(), -1)[token].item()
                for score, token in zip(output.scores, response)]
        lines.append({"id": str(number), "prompt": ids[0].tolist(), "ids": response, "logp": logp})
    return lines


def compared(tool, model, lines, folder):
    """What the tool says lies between."""
    texts, dump, mapping = (folder / name for name in ("texts.jsonl", "dump.jsonl", "mapping.yaml"))
    texts.write_text("".join(
        json.dumps({"id": line["id"], "prompt_ids": line["prompt"], "response_ids": line["ids"]}) + "\n"
        for line in lines))
    dump.write_text("".join(json.dumps(line) + "\n" for line in lines))
    mapping.write_text(MAPPING)
    run(tool, "score", "--model", f"trainer={model}", "--texts", texts, "--output", folder / "ours.h5",
        "--compute", "f32", "--quiet")
    run(tool, "import", dump, "--mapping", mapping, "--output", folder / "theirs.h5", "--quiet")
    return json.loads(run(
        tool, "mismatch", folder / "ours.h5", folder / "theirs.h5", "--model", model, "--json"))


def served(server, gguf, tool, folder, options, length):
    """The same by llama.cpp's server, whose log-probabilities are before sampling."""
    import time
    import urllib.request

    port = 18_016
    process = subprocess.Popen(
        [server, "-m", gguf, "--port", str(port), "-c", "512", "-np", "1", "--no-warmup"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health")
                break
            except OSError:
                time.sleep(0.5)
        answers = []
        for prompt in PROMPTS:
            body = {"prompt": prompt, "n_predict": length, "n_probs": 5, "return_tokens": True,
                    "seed": SEED, "cache_prompt": False} | options
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/completion", json.dumps(body).encode(),
                {"Content-Type": "application/json"})
            answers.append(json.load(urllib.request.urlopen(request)))
        return answers
    finally:
        process.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--model", required=True, help="a checkpoint in Hugging Face layout, f32")
    parser.add_argument("--length", type=int, default=48)
    parser.add_argument("--llama-server")
    parser.add_argument("--gguf")
    parser.add_argument("--only", help="one sampler")
    arguments = parser.parse_args()
    tokenizer = transformers.AutoTokenizer.from_pretrained(arguments.model)
    model = transformers.AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)
    model.generation_config.eos_token_id = None
    failures = []
    for name, (options, wanted) in SAMPLERS.items():
        if arguments.only not in (None, name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            lines = generated(model, tokenizer, options, arguments.length)
            found = compared(arguments.tool, arguments.model, lines, Path(folder))
        parameters = {key: value["value"] for cause in found["causes"]
                      for key, value in cause["parameters"].items()}
        print(f"{name}: {found['verdict']}; {found['sentence']} {parameters}", flush=True)
        if wanted is None:
            right = found["verdict"] in ("unexplained", "partly")
        else:
            right = parameters.keys() == wanted.keys() and all(
                abs(parameters[key] - value) <= TOLERANCE[key] for key, value in wanted.items())
        if not right:
            failures.append(name)
    if arguments.llama_server:
        with tempfile.TemporaryDirectory() as folder:
            answers = served(arguments.llama_server, arguments.gguf, arguments.tool, Path(folder),
                             {"temperature": 0.7}, arguments.length)
            dump = Path(folder) / "answers.jsonl"
            dump.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
            texts = Path(folder) / "texts.jsonl"
            texts.write_text("".join(
                json.dumps({"id": str(number), "prompt_ids": tokenizer(prompt).input_ids,
                            "response_ids": answer["tokens"]}) + "\n"
                for number, (prompt, answer) in enumerate(zip(PROMPTS, answers))))
            run(arguments.tool, "score", "--model", f"trainer={arguments.model}", "--texts", texts,
                "--output", Path(folder) / "ours.h5", "--compute", "f32", "--quiet")
            run(arguments.tool, "import", dump, "--output", Path(folder) / "theirs.h5", "--quiet")
            found = json.loads(run(
                arguments.tool, "mismatch", Path(folder) / "ours.h5", Path(folder) / "theirs.h5",
                "--model", arguments.model, "--json"))
        # Its log-probabilities are the model's own: what is left is rounding.
        print(f"llama.cpp: {found['verdict']}; {found['sentence']}")
        if found["verdict"] != "rounding":
            failures.append("llama.cpp")
    if failures:
        sys.exit(f"named wrongly: {', '.join(failures)}")


main()
