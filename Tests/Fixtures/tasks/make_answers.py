"""Answers to the prompts of problems-*.tsv, found without the project's code. Python 3.11, no seed.

Modular: digits and operators folded over big integers, the remainder taken once at the end.
Carry: Python's own evaluation of the expression. Countdown: all ways of combining, with Fraction;
also checks that the recorded expression has the target's value and uses each number once.
Writes answers-*.tsv: prompt as recorded, answer.
"""
import collections
import json
import pathlib
import re
from fractions import Fraction

FOLDER = pathlib.Path(__file__).parent


def modular(prompt, _):
    text = prompt.replace(" ", "").rstrip(":")
    value = int(text[0])
    for symbol, digit in zip(text[1::2], text[2::2]):
        value = {"+": value + int(digit), "-": value - int(digit), "*": value * int(digit)}[symbol]
    return str(value % 10)


def carry(prompt, _):
    return str(eval(re.fullmatch(r"Q: ([-+* \d]+) = \?\nA:", prompt.replace("=", " =").replace("  =", " =")).group(1)))


def search(terms, target):
    if len(terms) == 1:
        return terms[0][1] if terms[0][0] == target else None
    for i, (a, x) in enumerate(terms):
        for j, (b, y) in enumerate(terms):
            if i == j:
                continue
            rest = [t for k, t in enumerate(terms) if k not in (i, j)]
            ways = [(a - b, "-")] + ([(a + b, "+"), (a * b, "*")] if i < j else []) + ([(a / b, "/")] if b else [])
            for value, symbol in ways:
                found = search(rest + [(value, f"({x}{symbol}{y})")], target)
                if found:
                    return found
    return None


def countdown(prompt, answer):
    left, target = prompt.rstrip(":").split("=")
    numbers = [int(n) for n in left.split(",")]
    used = [int(n) for n in re.findall(r"\d+", answer)]
    assert collections.Counter(used) == collections.Counter(numbers), (prompt, answer)
    assert eval(re.sub(r"(\d+)", r"Fraction(\1)", answer)) == int(target), (prompt, answer)
    return search([(Fraction(n), str(n)) for n in numbers], int(target))


for name, solve in [("modular", modular), ("carry", carry), ("countdown", countdown)]:
    rows = [line.split("\t") for line in (FOLDER / f"problems-{name}.tsv").read_text().splitlines()]
    out = [f"{prompt}\t{solve(json.loads(prompt), answer)}\n" for prompt, answer in rows]
    (FOLDER / f"answers-{name}.tsv").write_text("".join(out))
