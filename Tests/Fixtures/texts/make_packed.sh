#!/usr/bin/env bash
# Makes the packed texts beside it with gzip (1.12) and zstd (1.5.4): run it in this folder.
set -euo pipefail
first='{"id": "a", "prompt_ids": [1, 2], "response_ids": [3, 4, 5]}'
second='{"id": "é", "prompt_ids": [6], "response_ids": [7, 8]}'
printf '%s\n%s\n' "$first" "$second" | gzip -n9 >two.gz
printf '%s\n%s\n' "$first" "$second" | zstd -q --check >two.zst
# Several members; the cut is in the middle of a line, and zeros fill the end as on a tape.
{ printf '%s\n%s' "$first" "${second:0:20}" | gzip -n; printf '%s\n' "${second:20}" | gzip -n; head -c 512 /dev/zero; } >members.gz
# A skippable frame of four bytes, then two frames.
{ printf '\x50\x2a\x4d\x18\x04\x00\x00\x00skip'; printf '%s\n%s' "$first" "${second:0:20}" | zstd -q; printf '%s\n' "${second:20}" | zstd -q; } >frames.zst
# A line that unpacks to three million bytes, after a text.
{ printf '%s\n{"id": "' "$first"; head -c 3000000 /dev/zero | tr '\0' x; printf '", "prompt_ids": [1], "response_ids": [2]}\n%s\n' "$second"; } | gzip -n9 >long.gz
# 300 MB without a line end.
head -c 300000000 /dev/zero | zstd -q -19 >endless.zst
