"""Writes Sources/Tokenization/NewerCharacterTables.swift.

Debian's Oniguruma 6.9.8 has the properties of Unicode 14, the one inside Hugging Face tokenizers 0.23.3 those of
Unicode 16. The table holds what the latter has more, by general category. Made with Python 3.11 (Unicode 14.0).

    python make_newer_characters.py
"""

import pathlib
import unicodedata

from tokenizers import Regex, pre_tokenizers

CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split()
scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
chunks = ["".join(map(chr, scalars[i:i + 4096])) for i in range(0, len(scalars), 4096)]


def matched(pattern):
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return {ord(x) for chunk in chunks for word, _ in split.pre_tokenize_str(chunk) for x in word}


def runs(values):
    out = []
    for v in sorted(values):
        if out and out[-1][1] == v - 1:
            out[-1][1] = v
        else:
            out.append([v, v])
    return [f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in out]


lines = []
for category in CATEGORIES:
    here = matched(rf"\p{{{category}}}+")
    there = {c for c in scalars if unicodedata.category(chr(c)) == category}
    for c in there - here:
        print("category changed:", hex(c), category)
    line = f"{category}:"
    for item in runs(here - there):
        if len(line) + len(item) > 92:
            lines.append(line.rstrip(","))
            line = f"{category}:"
        line += item + ","
    if not line.endswith(":"):
        lines.append(line.rstrip(","))

target = pathlib.Path(__file__).resolve().parents[3] / "Sources/Tokenization/NewerCharacterTables.swift"
target.write_text(
    "/// Characters that Unicode 15 and 16 added, by general category, in hexadecimal.\n///\n"
    "/// Written by Tests/Fixtures/tokenization/make_newer_characters.py; don't edit.\n"
    "enum NewerCharacterTables {\n  /// Category:first-last,… of each.\n  static let additions = \"\"\"\n"
    + "\n".join("    " + l for l in lines) + '\n    """\n}\n')
print(target.stat().st_size)
