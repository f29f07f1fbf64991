"""Writes Sources/Tokenization/CanonicalCompositionTables.swift.

The normaliser of Hugging Face tokenizers carries the data of an old Unicode version (9.0). Its decompositions
are read from it directly. Its combining classes are those of Python's table, where it reorders accordingly,
else 0 (characters assigned later). Made with tokenizers 0.23.3 and Python 3.11 (Unicode 14.0).

    python make_composition_tables.py
"""

import pathlib
import unicodedata

from tokenizers import normalizers

nfd, nfc = normalizers.NFD(), normalizers.NFC()
scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]

decompositions = {}
for c in scalars:
    if 0xAC00 <= c < 0xD7A4:
        continue  # Hangul syllables follow a formula
    full = nfd.normalize_str(chr(c))
    if full != chr(c):
        # One step: what recomposes is a pair of a composite (or letter) and the last mark.
        composes = nfc.normalize_str(full) == chr(c)
        if composes:
            head, tail = nfc.normalize_str(full[:-1]), full[-1]
            assert len(head) == 1 and unicodedata.normalize("NFD", head) + tail == full
            decompositions[c] = (True, [ord(head), ord(tail)])
        else:
            decompositions[c] = (False, [ord(x) for x in full])

classes = {}
for c in scalars:
    k = unicodedata.combining(chr(c))
    if k and c not in decompositions:
        low, high = "\u0334", "\u0345"  # classes 1 and 240
        other = low if k > 1 else high
        text = "a" + (chr(c) + other if k > 1 else other + chr(c))
        if nfd.normalize_str(text) != text:
            classes[c] = k
for c, (_, parts) in decompositions.items():  # characters such as U+0344 that have a class and decompose
    assert not unicodedata.combining(chr(c)) or all(p in classes for p in parts), hex(c)


def lines(items):
    line, out = "", []
    for item in items:
        if len(line) + len(item) + 1 > 94:
            out.append(line)
            line = ""
        line += (" " if line else "") + item
    return out + [line]


def runs(table, same):
    start = previous = None
    for c in sorted(table):
        if previous is not None and c == previous + 1 and same(table[c], table[start]):
            previous = c
        else:
            if start is not None:
                yield start, previous
            start = previous = c
    if start is not None:
        yield start, previous


class_items = [
    f"{a:X}{'' if a == b else f'-{b:X}'}:{classes[a]:X}" for a, b in runs(classes, lambda x, y: x == y)
]
pairs = {c: d for c, (ok, d) in decompositions.items() if ok}
others = {c: d for c, (ok, d) in decompositions.items() if not ok}


def sequences(table, longest=4):
    return [
        f"{start:X}:"
        + ",".join("+".join(f"{x:X}" for x in table[c]) for c in range(start, min(start + longest, b + 1)))
        for a, b in runs(table, lambda x, y: True)
        for start in range(a, b + 1, longest)
    ]


target = pathlib.Path(__file__).resolve().parents[3] / "Sources/Tokenization/CanonicalCompositionTables.swift"
parts = []
for name, comment, items in [
    ("combiningClasses", "First-last:class, where the class isn't 0.", class_items),
    ("compositePairs", "First composite:pair,pair,…; both directions of the mapping.", sequences(pairs)),
    ("decompositions", "First character:sequence,sequence,…; full, never composed again.", sequences(others)),
]:
    body = "\n".join("    " + l for l in lines(items))
    parts.append(f'  /// {comment}\n  static let {name} = """\n{body}\n    """\n')
target.write_text(
    "/// Unicode's data for canonical composition, in hexadecimal, as Hugging Face tokenizers has it (Unicode 9).\n".replace(
        ", as Hugging", ",\n/// as Hugging")
    + "///\n/// Written by Tests/Fixtures/tokenization/make_composition_tables.py; don't edit.\n"
    + "enum CanonicalCompositionTables {\n" + "\n".join(parts) + "}\n"
)
print(len(classes), len(pairs), len(others), target.stat().st_size)
