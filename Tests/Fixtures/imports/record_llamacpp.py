"""Records answers of a llama.cpp server: record_llamacpp.py URL FOLDER.

The server: llama-server --model MODEL.gguf --port PORT --alias smollm2 --threads 2 --ctx-size 512, with
SmolLM2-135M-Instruct converted by llama.cpp's convert_hf_to_gguf.py to bf16.
"""

import json
import sys
import urllib.request
from pathlib import Path

url, folder = sys.argv[1], Path(sys.argv[2])
prompt = "Emoji of animals: 🐱 🐶 🦊"
common = {"seed": 7, "temperature": 0.8, "cache_prompt": False}
messages = [{"role": "user", "content": "Name a colour."}]
requests = {
    "completion.json": ("/completion", {"prompt": prompt, "n_predict": 6, "n_probs": 3}),
    "completion-tokens.json": (
        "/completion",
        {"prompt": prompt, "n_predict": 6, "n_probs": 3, "return_tokens": True}),
    "completion-stream.txt": (
        "/completion", {"prompt": prompt, "n_predict": 3, "n_probs": 2, "stream": True}),
    "completion-after-sampling.json": (
        "/completion",
        {"prompt": "The sky is", "n_predict": 4, "n_probs": 4, "top_k": 2,
         "post_sampling_probs": True}),
    "v1-completions.json": (
        "/v1/completions", {"prompt": prompt, "max_tokens": 4, "logprobs": 3}),
    "v1-chat.json": (
        "/v1/chat/completions",
        {"messages": messages, "max_tokens": 5, "logprobs": True, "top_logprobs": 2}),
    "v1-chat-stream.txt": (
        "/v1/chat/completions",
        {"messages": messages, "max_tokens": 3, "logprobs": True, "top_logprobs": 2,
         "stream": True, "stream_options": {"include_usage": True}}),
    "v1-end.json": (
        "/v1/chat/completions",
        {"messages": [{"role": "user", "content": "Say only: yes"}], "max_tokens": 9,
         "logprobs": True, "top_logprobs": 1, "temperature": 0}),
}
for name, (path, body) in requests.items():
    request = urllib.request.Request(
        url + path, json.dumps(common | body).encode(), {"Content-Type": "application/json"})
    (folder / f"llamacpp-{name}").write_bytes(urllib.request.urlopen(request).read())
