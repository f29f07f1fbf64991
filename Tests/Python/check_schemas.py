"""Validates what the built tool prints with --json against Data/Schemas, with PyPI's jsonschema.

    python check_schemas.py --tool ../../.build/release/tokenshift

The project's tests read the schemas with a validator of their own; this says that they are what
others take for JSON Schema (draft 2020-12), and that others find the same outputs valid. It checks

- every schema: its keywords, its name, and that what it refers to is there;
- of the small fixtures and the demo: inspect, score, score --dry-run, merge, figures, report, export,
  import, mismatch, audit --text, generate, compare, compare --dry-run, dynamics and train;
- that the same outputs with a member too many, or one that is always there too few, are invalid.
"""

import argparse
import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "Data/Schemas"
FIXTURES = ROOT / "Tests/Fixtures"
DEMO = ROOT / "Data/demo"
SMALL = FIXTURES / "transformer/qwen2-tied"

IDS = [
    {"id": "x", "source": "base", "prompt_ids": [1, 2], "response_ids": [3, 4, 5]},
    {"id": "y", "source": "rl", "prompt_ids": [6], "response_ids": [7, 8]},
]
WORDS = [{"prompt": "Q: 7 + 5 = ?\nA:", "response": " 12\n#### 12"}]
RUN = """
output: run
objective: sft
steps: 2
new-model: {task: modular-arithmetic, hidden-size: 16, layers: 1, heads: 2, key-value-heads: 1,
  feed-forward-size: 16}
demonstrations: {task: modular-arithmetic, style: base, pool: 0, per-step: 4}
"""


def schemas():
    """All schemas by the names of their files."""
    return {path.name: json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("*.json"))}


def parts(value):
    """All objects inside of a value."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from parts(inner)


def validators():
    """A validator for each schema, when each is one and finds what it refers to."""
    known = schemas()
    registry = Registry().with_resources(
        [(name, Resource.from_contents(schema)) for name, schema in known.items()])
    found = {}
    for name, schema in known.items():
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == name, name
        resolver = registry.resolver(base_uri=name)
        for part in parts(schema):
            if isinstance(part.get("$ref"), str):
                resolver.lookup(part["$ref"])
        found[name.removesuffix(".schema.json")] = Draft202012Validator(schema, registry=registry)
    print(f"{len(found)} schemas")
    return found


def run(tool, folder, *arguments):
    command = [tool, *map(str, arguments), "--json"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {result.returncode}\n{result.stderr}")
    return json.loads(result.stdout)


def outputs(tool, folder):
    """Names of schemas and what commands print that have them."""
    (folder / "ids.jsonl").write_text("".join(json.dumps(line) + "\n" for line in IDS))
    (folder / "words.jsonl").write_text("".join(json.dumps(line) + "\n" for line in WORDS))
    (folder / "run.yaml").write_text(RUN)

    def here(*arguments):
        return run(tool, folder, *arguments)

    models = ["--model", f"a={SMALL}", "--model", f"b={SMALL}", "--texts", "ids.jsonl"]
    yield "score-dry-run", here("score", *models, "--output", "log.h5", "--dry-run")
    yield "score", here("score", *models, "--output", "log.h5")
    for part in ("1/2", "2/2"):
        yield "score", here(
            "score", *models, "--output", "log.h5", "--shard", part, "--batch-tokens", 4)
    shards = ["log.shard-1-of-2.h5", "log.shard-2-of-2.h5"]
    yield "merge", here("merge", *shards, "--output", "merged.h5")
    yield "figures", here("figures", "log.h5", "--output", "figures")
    yield "report-result", here("report", "log.h5", "--output", "report")
    yield "export", here("export", "log.h5", "--output", "tokens.csv")
    yield "export", here("export", "log.h5", "--table", "divergence", "--output", "table.jsonl")
    imports = FIXTURES / "imports"
    for name in ("trainer_state_trl-1.16_grpo_6steps.json", "trl-1.16.tfevents", "verl-console.log"):
        yield "import", here("import", imports / name, "--output", "imported.h5")
    answer = imports / "llamacpp-completion-tokens.json"
    for log in ("dump.h5", "other.h5"):
        yield "import", here("import", answer, "--output", log)
    yield "mismatch", here("mismatch", "dump.h5", "other.h5")
    yield "inspect", here("inspect", "dump.h5")
    yield "import", here("import", f"a={answer}", f"b={answer}", "--output", "pair.h5")
    yield "audit-text", here("audit", "pair.h5", "--text", "1")
    yield "export-list", here("export", "imported.h5", "--list")
    for log in ("log.h5", *(FIXTURES / "runlogs" / f"{name}.h5" for name in (
            "training-log-2.0", "dynamics-log-1.0"))):
        yield "export-list", here("export", log, "--list")
    yield "generate", here(
        "generate", "--model", f"rl={DEMO / 'rl'}", "--texts", "words.jsonl", "--output", "o.jsonl",
        "--samples", 2, "--max-tokens", 4)
    compared = [f"base={DEMO / 'base'}", DEMO / "rl", "--texts", "words.jsonl", "--output", "both",
                "--samples", 2, "--max-tokens", 4]
    yield "compare-dry-run", here("compare", *compared, "--dry-run")
    yield "compare", here("compare", *compared)
    yield "dynamics", here(
        "dynamics", f"x={DEMO / 'base'}@0", f"x={DEMO / 'rl'}@150", "--texts", "base=words.jsonl",
        "--output", "map")
    yield "train", here("train", "run.yaml")
    adapted = f"{FIXTURES / 'transformer/llama-new'}+{FIXTURES / 'adapters/llama'}"
    yield "inspect", here(
        "inspect", SMALL, DEMO / "base", adapted, FIXTURES / "transformer/gemma2",
        FIXTURES / "safetensors/all-types.safetensors", "log.h5", "merged.h5", *shards,
        "run/log.h5", "run/final",
        *(FIXTURES / "runlogs" / f"{name}.h5" for name in (
            "log-1.0", "log-1.1", "log-2.0", "training-log-1.0", "training-log-2.0")))
    yield "weights", here("weights", DEMO / "base", DEMO / "rl")

def damaged(value):
    """The value with a member of another name, and without each of its first object's members."""
    first = value[0] if isinstance(value, list) else value
    if not isinstance(first, dict):
        yield "a number", [1]
        return
    for name in [None, *first]:
        copied = copy.deepcopy(value)
        target = copied[0] if isinstance(value, list) else copied
        if name is None:
            target["none of ours"] = 1
        else:
            del target[name]
        yield name or "one more", copied


# Members that are not always there, of the outputs above.
OPTIONAL = {
    "options", "names", "not used", "its pipeline", "config.json, never read", "table", "aggregation",
    "loggingSteps", "schemaVersion"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/tokenshift")
    arguments = parser.parse_args()
    known = validators()
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name, value in outputs(arguments.tool.resolve(), Path(folder)):
            problems = [
                f"{error.json_path}: {error.message[:500]}"
                for error in known[name].iter_errors(value)
            ]
            if not problems:
                problems = [
                    f"is valid with this changed: {what}" for what, other in damaged(value)
                    if what not in OPTIONAL and known[name].is_valid(other)
                ]
            print(f"{name}: {'; '.join(problems) or 'valid'}")
            good = good and not problems
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
