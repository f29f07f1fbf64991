"""The command: `tokenshift score` for any Hugging Face model, on any device."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time

from .errors import RecorderError
from .version import VERSION

EPILOG = """\
Example:
  python -m tokenshift_recorder --model base=ckpt/base --model rl=ckpt/rl \\
    --texts responses.jsonl --output log.h5
  torchrun --nproc-per-node 4 -m tokenshift_recorder …   # log.shard-1-of-4.h5 …, then: tokenshift merge

Texts and log are those of `tokenshift score`; `tokenshift report`, `audit`, `figures`, `inspect` and
`merge` read it. Exit codes: 0 done, 2 the command or its input is wrong, 3 the machine failed,
130 stopped (--resume goes on).
"""


def parser() -> argparse.ArgumentParser:
    """The options, named as those of `score`."""
    options = argparse.ArgumentParser(
        prog="tokenshift-recorder", epilog=EPILOG,
        description="Score texts under several checkpoints and write a token log.",
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    add = options.add_argument
    add("--model", action="append", required=True, metavar="NAME=DIR",
        help="A checkpoint: folder or hub name, BASE+ADAPTER, or an adapter's folder; repeat for each.")
    add("--texts", required=True, metavar="FILE.jsonl", help="The texts, JSON lines; gzip allowed.")
    add("--output", required=True, metavar="LOG.h5", help="The token log to write.")
    add("--pairs", metavar="A:B,…", help="Pairs before:after; default: the first model with each other.")
    add("--top-k", type=int, default=10, metavar="K", help="Most likely tokens to keep. (default: 10)")
    add("--bos", choices=["auto", "always", "never"], default="auto",
        help="Whether tokenised prompts begin with the beginning-of-sequence token. (default: auto)")
    add("--tokenizer", metavar="NAME", help="The model whose tokenizer makes ids of text.")
    add("--batch-tokens", type=int, default=4096, metavar="N",
        help="Tokens that go through a model together, padding counted. (default: 4096)")
    add("--device", help="cpu, cuda, cuda:1, mps, or auto (layers over several GPUs). "
        "Default: this process's GPU if there is one.")
    add("--compute", default="auto", choices=["auto", "f32", "bf16", "f16"],
        help="Type of weights and forward pass; statistics are in f32. (default: auto, as stored)")
    add("--dtype", dest="compute_dtype", metavar="TYPE",
        help="The same by torch's names: float32, bfloat16, float16.")
    add("--attention", metavar="NAME", help="transformers' attn_implementation, say sdpa.")
    add("--tile", metavar="SIZE", help="Logits of one model that are worked on at once, say 256MB.")
    add("--replicate", choices=["f32", "bf16", "f16"],
        help="Score some texts again in this precision, for verdicts with a measured rounding error.")
    add("--replicate-texts", metavar="N|all", help="How many. Default: enough for verdicts.")
    add("--no-moved-mass", action="store_true",
        help="Don't keep how much probability each token of the vocabulary gained and lost.")
    add("--shard", metavar="i/n", help="Score part i (from 1) of n; auto: this process's. "
        "Default under torchrun: auto.")
    add("--resume", action="store_true", help="Go on where a stopped run of this command left off.")
    add("--overwrite", action="store_true", help="Begin anew although a stopped run left blocks.")
    add("--skip-bad-lines", action="store_true", help="Leave bad lines out, and count them.")
    add("--fields", metavar="prompt=a,response=b,…", help="What the fields of a line are called.")
    add("--trust-remote-code", action="store_true", help="Run code that a checkpoint brings.")
    add("--threads", type=int, metavar="N", help="Threads of torch on CPU.")
    add("--quiet", action="store_true", help="No progress, no summary.")
    add("--json", action="store_true", help="Print the result as JSON.")
    add("--version", action="version", version=VERSION)
    return options


DTYPES = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}


def check(arguments: argparse.Namespace) -> None:
    """Refuses options that contradict each other."""
    if arguments.compute_dtype:
        name = DTYPES.get(arguments.compute_dtype, arguments.compute_dtype)
        if name not in DTYPES.values():
            raise RecorderError(f"--dtype is one of {', '.join(DTYPES)}")
        if arguments.compute not in ("auto", name):
            raise RecorderError("--compute and --dtype name two types: give one of them")
        arguments.compute = name
    if arguments.threads is not None and arguments.threads < 1:
        raise RecorderError("--threads must be positive")
    if arguments.resume and arguments.overwrite:
        raise RecorderError("--resume goes on and --overwrite begins anew: give one of them")
    if not 1 <= arguments.top_k <= 1000:
        raise RecorderError("--top-k goes from 1 to 1000")
    if arguments.batch_tokens < 1:
        raise RecorderError("--batch-tokens must be positive")
    if arguments.replicate_texts is not None:
        if not arguments.replicate:
            raise RecorderError("--replicate-texts goes with --replicate")
        if arguments.replicate_texts != "all" and not (
                arguments.replicate_texts.isdigit() and int(arguments.replicate_texts) > 0):
            raise RecorderError("--replicate-texts is a number above 0, or all")


def named(arguments: list[str]) -> list[tuple[str, str]]:
    """Names and folders of NAME=DIR."""
    found = []
    for argument in arguments:
        name, sign, folder = argument.partition("=")
        if not sign or not name or not folder:
            raise RecorderError(
                f"--model '{argument}': write a name and a folder, say base=checkpoints/base")
        found.append((name, folder))
    return found


def pairs_of(text: str | None, names: list[str]) -> list[tuple[str, str]]:
    """Pairs of a list with commas."""
    if text is None:
        return [(names[0], name) for name in names[1:]]
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        before, sign, after = part.partition(":")
        if not sign or not before or not after:
            raise RecorderError(f"--pairs: '{part}' is no pair: write before:after, say base:rl")
        found.append((before, after))
    if not found:
        raise RecorderError("--pairs names no pair: write before:after, say base:rl")
    return found


def size(text: str | None) -> int | None:
    """Bytes of 256MB or 1GB."""
    if text is None:
        return None
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9}
    number, unit = text[:-2], text[-2:].upper()
    try:
        bytes = int(float(number) * units[unit])
    except (ValueError, KeyError, OverflowError) as error:
        raise RecorderError(f"--tile '{text}' is no size: write 256MB or 1GB") from error
    if bytes <= 0:
        raise RecorderError("--tile must be positive")
    return bytes


def record(arguments: argparse.Namespace) -> None:
    """Does what the options say."""
    check(arguments)
    wanted = named(arguments.model)
    pairs = pairs_of(arguments.pairs, [name for name, _ in wanted])
    import torch
    import transformers

    from .models import Loader
    from .recorder import Recorder, Settings
    from .run import Run
    from .shards import Shard
    from .texts import TextSource, parse_fields
    from .tokenizer import check_agreement

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    shard = Shard.parse(arguments.shard) if arguments.shard else None
    if shard is None and int(os.environ.get("WORLD_SIZE", 1)) > 1:
        shard = Shard.launched()
    output = shard.path(arguments.output) if shard else arguments.output
    device = arguments.device or _own_device(torch)
    fields = parse_fields(arguments.fields)
    # A misspelt name of a file is found before models are loaded.
    next(iter(TextSource(arguments.texts, None, skip_bad_lines=True)._lines()), None)
    loader = Loader(device, arguments.compute, arguments.attention, arguments.trust_remote_code)
    models = loader.models(wanted)
    replicates = []
    if arguments.replicate:
        if all(m.record["compute_type"] == arguments.replicate.upper() for m in models):
            raise RecorderError(
                f"every model is computed in {arguments.replicate} already; name the other precision")
        replicates = Loader(
            device, arguments.replicate, arguments.attention,
            arguments.trust_remote_code).models(wanted)
    settings = Settings(
        arguments.top_k, arguments.batch_tokens, size(arguments.tile), not arguments.no_moved_mass)
    recorder = Recorder(models, pairs, settings, replicates)
    tokenizers = {model.name: model.tokenizer for model in models}
    name = arguments.tokenizer or check_agreement(tokenizers)
    if name is not None and tokenizers.get(name) is None:
        raise RecorderError(f"--tokenizer: there is no model '{name}' with a tokenizer")
    source = TextSource(
        arguments.texts, tokenizers[name] if name else None, beginning=arguments.bos, fields=fields,
        vocabulary_size=max(model.vocabulary_size for model in models),
        skip_bad_lines=arguments.skip_bad_lines)
    run = Run(
        recorder, source, output, shlex.join(["tokenshift-recorder", *sys.argv[1:]]),
        {
            "attention": models[0].head.inner.config._attn_implementation,
            "batchTokens": arguments.batch_tokens, "beginningOfSequence": arguments.bos,
            "device": device.split(":")[0], "keepsMovedMass": not arguments.no_moved_mass,
            "replicate": arguments.replicate.upper() if arguments.replicate else None,
            "replicateTexts": arguments.replicate_texts or "enough",
            "skipsBadLines": arguments.skip_bad_lines, "topCount": arguments.top_k,
            "torch": torch.__version__, "transformers": transformers.__version__,
        }, shard, arguments.replicate_texts or "enough", name)
    run.write(arguments.resume, arguments.overwrite, _Progress(arguments.quiet))
    _report(run, arguments)


def _own_device(torch) -> str:
    if torch.cuda.is_available():
        return f"cuda:{int(os.environ.get('LOCAL_RANK', 0)) % torch.cuda.device_count()}"
    return "mps" if torch.backends.mps.is_available() else "cpu"


class _Progress:
    """A line on a terminal that is written over; elsewhere nothing."""

    def __init__(self, quiet: bool):
        self.shows = not quiet and sys.stderr.isatty()
        self.start: tuple[float, int] | None = None

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self.start is None:
            self.start = (now, done)
        if not self.shows:
            return
        rate = (done - self.start[1]) / max(now - self.start[0], 1e-9)
        end = "\n" if done == total else ""
        print(f"\rrecording: {done}/{total} tokens, {rate:.0f} tokens/s ", end=end, file=sys.stderr,
              flush=True)


NOTES = {
    "emptyResponses": "texts with an empty response",
    "beyondContext": "texts longer than the context, whose last tokens are not measured",
    "masked": "tokens of responses left out by response_mask",
    "beyondVocabulary": "texts with tokens that a model lacks, not measured for it from there on",
    "notDecodingBack": "texts whose ids do not decode back to the same string",
    "doubledBeginnings": "warning: texts that begin with two beginning-of-sequence tokens (take it "
    "out of the prompts, or add --bos never)",
}


def _report(run, arguments: argparse.Namespace) -> None:
    result = run.result()
    if arguments.json:
        print(json.dumps(result))
    elif not arguments.quiet:
        print(f"texts: {result['sequences']}, tokens: {result['tokens']}, "
              f"measured: {result['measured']}")
        for name, words in NOTES.items():
            if result[name]:
                print(f"{words}: {result[name]}")
        whole = [model.name for model in run.recorder.models if model.head.is_whole]
        if whole:
            print(f"whole forward passes, text by text, for {', '.join(whole)}: the head can't be "
                  "told apart")
        if run.source.first_skipped:
            print(f"the first bad line: {run.source.first_skipped}")
        skipped = result["skippedLines"]
        print(f"wrote {run.output}" + (
            f", without {skipped} bad line{'s' if skipped > 1 else ''}" if skipped else ""))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command, and returns its exit code."""
    try:
        record(parser().parse_args(arguments))
    except RecorderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except (OSError, MemoryError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        print(f"error: {words}; if blocks were finished, --resume goes on", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nstopped; --resume goes on with the finished texts", file=sys.stderr)
        return 130
    except RuntimeError as error:
        if type(error).__name__ != "OutOfMemoryError":
            raise
        print("error: the device's memory is full; try a smaller --batch-tokens, --tile 64MB or "
              "--compute bf16; --resume goes on with the finished texts", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
