"""Which texts are scored a second time, in another precision: the choice of `score --replicate`."""

from __future__ import annotations

# At least so many texts, and so many measured positions of responses.
ENOUGH_TEXTS = 72
ENOUGH_POSITIONS = 2_300


def choice(candidates: list[tuple[int, str, int]], wanted: str | int) -> set[int]:
    """Numbers of texts: as many of each author, an author's evenly spread over the file.

    candidates: number, author and measured response positions of each text that has some.
    wanted: a number, or `enough`.
    """
    authors: dict[str, list[tuple[int, int]]] = {}
    for index, author, positions in candidates:
        authors.setdefault(author, []).append((index, positions))
    texts, most = list(authors.values()), len(candidates)
    count = min(ENOUGH_TEXTS if wanted == "enough" else int(wanted), most)
    chosen = _choose(texts, count)
    while wanted == "enough" and count < most and sum(
            positions for _, positions in chosen) < ENOUGH_POSITIONS:
        count += 1
        chosen = _choose(texts, count)
    return {index for index, _ in chosen}


def _choose(texts, count: int):
    found = []
    for own, quota in zip(texts, _quotas([len(own) for own in texts], count)):
        # The middle of each of as many equal parts.
        found += [own[(2 * part + 1) * len(own) // (2 * quota)] for part in range(quota)]
    return found


def _quotas(sizes: list[int], count: int) -> list[int]:
    """Equal numbers, and what one author lacks goes to the others."""
    quotas, left = [0] * len(sizes), count
    while left > 0:
        open = [author for author, size in enumerate(sizes) if quotas[author] < size]
        if not open:
            break
        share = max(left // len(open), 1)
        for author in open:
            more = min(share, sizes[author] - quotas[author], left)
            quotas[author] += more
            left -= more
    return quotas
